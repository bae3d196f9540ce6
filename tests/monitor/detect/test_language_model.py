"""Our copy of the language statistics answers as py3langid itself does, in less memory."""

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from monitor.detect import language_of
from monitor.detect.language_model import LanguageModel, load

WANTED = frozenset({"en", "uk", "ru", "de", "fr", "pl", "sr", "ja", "zh", "ko", "ar", "fi", "ka", "vi"})
TEXTS = [
    "The two ministers signed the agreement in Oslo on Friday, and parliament will vote on it.",
    "Президенти України та Латвії підписали угоду про співробітництво у сфері безпеки.",
    "Министры обороны двух стран подписали соглашение о военном сотрудничестве.",
    "Споразум о сарадњи у области одбране потписан је данас у Београду.",
    "Sporazum o saradnji u oblasti odbrane potpisan je danas u Beogradu.",
    "Die beiden Länder haben ein Abkommen über militärische Zusammenarbeit unterzeichnet.",
    "Umowę o współpracy obronnej podpisano w Warszawie w obecności premierów.",
    "日本とフィリピンは円滑化協定に署名した。",
    "两国签署了防务合作协议。",
    "한국과 폴란드는 방위 협정에 서명했다.",
    "وقع البلدان اتفاقية دفاع مشترك في الرياض.",
    "SOPIMUS ALLEKIRJOITETTIIN HELSINGISSÄ PERJANTAINA",
    "ხელშეკრულება ხელმოწერილია",
    "e\u0301te\u0301 a\u0300 Paris",
    "",
    "1234 5678",
    "a",
    "\ud800 lone",
]


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load(WANTED)


@pytest.fixture(scope="module")
def original() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(WANTED))
    return identifier


@pytest.mark.parametrize("text", [*TEXTS, " ".join(TEXTS), TEXTS[0] * 40])
def test_the_answer_is_that_of_the_original(
    text: str, model: LanguageModel, original: LanguageIdentifier
) -> None:
    code, probability = model.classify(text)
    expected, expected_probability = original.classify(text)
    assert code == expected
    assert probability == pytest.approx(expected_probability, abs=1e-3)


@pytest.mark.parametrize(
    ("hint", "language"), [(None, "uk"), ("uk", "uk"), ("uk-UA", "uk"), ("ru", "uk"), ("en", "uk")]
)
def test_a_hint_that_the_text_does_not_bear_out_is_not_followed(hint: str | None, language: str) -> None:
    assert language_of(TEXTS[1] * 3, hint) == language
