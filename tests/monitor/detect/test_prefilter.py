"""The prefilter lets through what may matter, in every language, and refuses the rest."""

from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest
import yaml

from monitor.detect import languages, may_matter
from monitor.lines import article_of_line
from tests.monitor.detect.test_golden import Case, cases

DETECT = files("monitor.detect")
LABELLED = files("monitor.data") / "labelled"
# Words for a document that any text may have ("text", "paper", "plan"): only beside others is it one of ours.
ANY_TEXT = (
    "text", "tekst", "testo", "textes", "teksti", "szöveg", "besedil", "metin", "metni", "metne", "paper",
    "papier", "papir", "текст", "κειμέν", "σχέδι", "文件", "kava", "kerangka", "aanvullend", "σχεδί", "testi",
)  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        "Ukraine and Iceland sign security agreement",
        "Україна та Ісландія підписали безпекову угоду",
        "Россия и Никарагуа заключили договор о военном сотрудничестве",
        "Deutschland und Kenia unterzeichnen Verteidigungsabkommen",
        "La France et la Géorgie signent un accord de défense",
        "Polska i Szwecja podpisały umowę o współpracy obronnej",
        "España y Ucrania firman un acuerdo de seguridad",
        "Italia e Albania, firmato il patto sulla difesa",
        "Suomi ja Japani allekirjoittivat puolustussopimuksen",
        "Sverige och Kanada undertecknar försvarsavtal",
        "日比、円滑化協定に署名",
        "한국과 폴란드, 방위 협정 서명",
        "中国与所罗门群岛签署安全协议",
        "توقيع اتفاقية دفاع مشترك بين البلدين",
        "Indonesia dan Australia menandatangani perjanjian keamanan",
        "Türkiye ve Somali savunma anlaşması imzaladı",
    ],
)
def test_what_may_matter_passes_by_its_title_alone(title: str) -> None:
    assert may_matter(title)


@pytest.mark.parametrize(
    "title",
    [
        "Storm brings snow to the north",
        "Збірна виграла матч у Львові",
        "Neue Ausstellung im Museum eröffnet",
        "Impact of rising prices on families",
        "映画祭が開幕",
        "",
    ],
)
def test_what_is_of_another_field_is_refused(title: str) -> None:
    assert not may_matter(title)


def test_the_summary_counts_as_well() -> None:
    assert may_matter("Sunak in Kyiv", "The leaders signed a security agreement.")


@pytest.mark.parametrize("language", languages())
def test_every_document_word_of_a_lexicon_passes_beside_a_step_word(language: str) -> None:
    lexicon = yaml.safe_load((DETECT / "lexicons" / f"{language}.yaml").read_text(encoding="utf-8"))
    lists = yaml.safe_load((DETECT / "prefilter.yaml").read_text(encoding="utf-8"))
    step = lists["steps"][language][0].strip("*")
    documents = {word.strip("*") for word in lexicon.get("sets", {}).get("doc", ())}
    refused = {word for word in documents if not may_matter("", f"{word} {step}")}
    assert {word for word in refused if not word.startswith(ANY_TEXT)} == set()


@pytest.mark.parametrize(
    "path",
    sorted((p for p in LABELLED.iterdir() if p.name.endswith(".jsonl")), key=str),
    ids=lambda path: path.name,
)
def test_no_labelled_text_with_a_step_is_refused(path: Traversable) -> None:
    rows = [article_of_line(line) for line in path.read_text(encoding="utf-8").splitlines()]
    refused = [
        article.id for article, row in rows if row["alert"] and not may_matter(article.title, article.text)
    ]
    assert refused == []


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.language}: {case.title[:60]}")
def test_no_golden_text_with_a_step_is_refused(case: Case) -> None:
    assert may_matter(case.title, case.text) or not case.expect
