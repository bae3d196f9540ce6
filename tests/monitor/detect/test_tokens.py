"""How a text is cut into words."""

import pytest

from monitor.detect.tokens import fold, sentences_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("USA:s och EU:n sopimus", ["USA:s", "och", "EU:n", "sopimus"]),
        ("G7:s text", ["G7", "s", "text"]),
        ("Note:this", ["Note", "this"]),
    ],
)
def test_the_case_of_an_abbreviation_stays_with_it(text: str, words: list[str]) -> None:
    assert [word.raw for word in words_of(text)] == words


@pytest.mark.parametrize("word", ["İMZALANDI", "imzalandı", "Imzalandi"])
def test_the_two_turkish_letters_i_are_one(word: str) -> None:
    assert fold(word) == "imzalandi"


@pytest.mark.parametrize(
    ("text", "gap"), [("magyar\u2013szlovén", 0), ("Kijev \u2013 Bécs", 2), ("Wien\u2014Bonn", 2)]
)
def test_a_dash_without_space_joins_two_words(text: str, gap: int) -> None:
    assert words_of(text)[1].gap == gap


def test_a_long_japanese_sentence_stays_whole() -> None:
    text = "日本の防衛相とフィリピンの国防相は、" * 10 + "協定に署名した。"
    assert len(sentences_of(text, "text", 0, frozenset())) == 1
