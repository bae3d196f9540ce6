"""What East Asian outlets write otherwise: states by one letter, bare days, full-width brackets."""

from datetime import UTC, datetime

import pytest

from monitor.detect import Article, alerts, detect
from monitor.detect.parties import find_parties
from monitor.detect.tokens import sentences_of
from monitor.terms import pair_name


def told(title: str, *, country: str | None = "JP") -> set[str]:
    """The pairs and stages of a Japanese headline of 11 July 2024."""
    moment = datetime(2024, 7, 11, 12, tzinfo=UTC)
    article = Article(
        id="t", title=title, text="詳細は後日。", language="ja", published=moment, country=country
    )
    return {f"{pair_name(one.parties)} {one.stage}" for one in alerts(detect(article))}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("比との協定", ["PH"]),
        ("英豪との協定", ["GB", "AU"]),
        ("前年比と並ぶ", []),
        ("調印とは", []),
        ("米、協定を破棄", ["US"]),
    ],
)
def test_one_letter_names_the_other_side_where_no_longer_word_holds_it(text: str, codes: list[str]) -> None:
    assert [mention.code for mention in find_parties(text, "ja")] == codes


def test_two_letters_with_the_other_side_are_two_partners_of_the_home_state() -> None:
    assert told("英豪との円滑化協定を承認　参院本会議") == {"AU-JP ratified", "GB-JP ratified"}


def test_a_bare_day_behind_us_is_one_to_come_for_a_plan() -> None:
    assert told("日本とフィリピン、安全保障協定に15日署名へ") == {"JP-PH text_agreed"}
    assert told("日本とフィリピン、安全保障協定に10日署名") == {"JP-PH signed"}


def test_a_short_aside_in_full_width_brackets_does_not_cut_the_sentence() -> None:
    assert told("日本とフィリピンが円滑化協定（ＲＡＡ）に署名") == {"JP-PH signed"}


def test_a_described_document_still_belongs_to_what_happens_to_it() -> None:
    assert told("日本、フィリピンと結んだ防衛協力の覚書から離脱したと発表") == {
        "JP-PH suspended_or_terminated"
    }


def test_a_hyphen_is_no_state() -> None:
    assert [mention.code for mention in find_parties("한국-미국, 안보협정 체결", "ko")] == ["KR", "US"]


def test_arabic_joins_a_list_by_a_letter_and_reads_words_with_their_vowels() -> None:
    moment = datetime(2024, 7, 11, 12, tzinfo=UTC)
    text = "وُقِّعت اليوم اتفاقية أمنية بين قطر وتركيا."
    article = Article(id="t", title="أخبار", text=text, language="ar", published=moment)
    told = [(pair_name(one.parties), str(one.stage)) for one in alerts(detect(article))]
    assert told == [("QA-TR", "signed")]


def test_a_name_that_ends_the_text_ends_with_it() -> None:
    assert [(one.code, one.end) for one in find_parties("共同訓練、米韓と", "ja")] == [("US", 6), ("KR", 8)]


def test_a_town_before_a_minister_is_only_where_he_signs() -> None:
    moment = datetime(2019, 10, 5, 12, tzinfo=UTC)
    text = "Αμυντική συμφωνία υπέγραψαν σήμερα στην Αθήνα ο Έλληνας υπουργός και ο Αμερικανός ομόλογός του."
    article = Article(id="t", title="Ειδήσεις", text=text, language="el", published=moment)
    assert {pair_name(one.parties) for one in alerts(detect(article))} == {"GR-US"}


def test_a_georgian_sentence_ends_at_its_dot() -> None:
    text = "ფინეთმა და ესტონეთმა ხელი მოაწერეს თავდაცვის შეთანხმებას. მსგავსი დოკუმენტი შარშან გაფორმდა."
    assert len(sentences_of(text, "text", 0, frozenset())) == 2
