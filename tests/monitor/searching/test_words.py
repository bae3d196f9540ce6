"""Search words: folding that queries and index share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.searching.words import query_words, words_of


def test_case_and_accents_do_not_count() -> None:
    assert words_of("Élysée ACCORD") == ["elysee", "accord"]
    assert words_of("Συμφωνία") == words_of("συμφωνια")
    assert words_of("Łódź") == ["lodz"]
    assert words_of("ещё") == words_of("еще")


def test_cyrillic_letters_stay_letters() -> None:
    assert words_of("Україна Йорданія") == ["україна", "йорданія"]


def test_an_apostrophe_does_not_cut_a_ukrainian_word() -> None:
    assert words_of("об'єднання") == words_of("об’єднання") == words_of("обʼєднання") == ["обєднання"]
    assert words_of("Ukraine's") == ["ukraine", "s"]


def test_arabic_is_found_with_and_without_vowel_signs() -> None:
    assert words_of("اتِّفاقيّة") == words_of("اتفاقية")


@pytest.mark.parametrize(
    ("part", "whole"),
    [("安全", "日英安全保障協定"), ("全保障", "安全保障"), ("안보", "안보협정"), ("2024年", "於2024年簽署")],
)
def test_japanese_and_korean_are_found_by_parts(part: str, whole: str) -> None:
    assert f" {' '.join(query_words(part))}" in f" {' '.join(words_of(whole))}"


@given(st.text())
def test_a_text_has_the_words_that_it_is_asked_for(text: str) -> None:
    assert set(query_words(text)) <= set(words_of(text)) | {word[:1] for word in query_words(text)}


@given(st.text())
def test_words_are_letters_and_digits_between_which_nothing_stands(text: str) -> None:
    assert not any(set(word) & set(" \"'()*:&|!<>") for word in words_of(text))
