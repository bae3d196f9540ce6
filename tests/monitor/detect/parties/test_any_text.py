"""What holds for every text: offsets are right, mentions in order, time grows with the length only."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detect.parties import find_parties, languages
from monitor.detect.parties.lists import wording

LANGUAGES = sorted(languages())
HOSTILE = """Ukraine Denmark US us . , - – КИЇВ, 3 березня (Укрінформ) — українсько -данська Того 日比
日米韓 한미 Georgia Atlanta,
İ ß ﬁ 𝔘kraine ʼ B'є В’єтнам و بالصين Jordan Michael the government of U.S. ( ) « »"""
PIECES = st.sampled_from(HOSTILE.split())
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map(" ".join))


@given(text=TEXTS, language=st.sampled_from(LANGUAGES))
@settings(max_examples=150, deadline=None)
def test_spans_lie_in_the_text_in_order_and_apart(text: str, language: str) -> None:
    done = 0
    for mention in find_parties(text, language, country="SE"):
        assert done <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip()
        done = mention.end


@given(before=st.text(alphabet=" .\nabc", max_size=10))
def test_offsets_follow_what_stands_before(before: str) -> None:
    text = before + " Denmark and Côte d’Ivoire"
    found = [text[m.start : m.end] for m in find_parties(text, "en")]
    assert found == ["Denmark", "Côte d’Ivoire"]


def fastest(text: str, language: str) -> float:
    """Seconds of CPU, the best of three."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        find_parties(text, language)
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize(
    ("language", "piece"),
    [
        ("en", "Guinea-"),
        ("en", "Atlanta, Georgia, "),
        ("en", "Danish-"),
        ("en", "KYIV, "),
        ("en", "United "),
        ("en", " \"'«"),
        ("uk", "Сполучені "),
        ("ja", "日"),
        ("ja", "アメリカ"),
        ("ar", "وال"),
        ("vi", "Anh "),
        ("ru", "МОСКВА, 1 (а "),
    ],
)
def test_repetition_costs_linear_time(language: str, piece: str) -> None:
    short = piece * (10_000 // len(piece))
    find_parties(short, language)
    assert fastest(short * 4, language) < 12 * fastest(short, language) + 0.02
    assert fastest(short, language) < 0.25


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_the_main_parties(language: str) -> None:
    words = wording(language)
    for code in ("UA", "US", "GB", "DE", "FR", "RU", "DK", "JP", "EU", "NATO", "XK", "TW", "PS", "VA"):
        name = words.names[code][0]
        text = f"x {name}, x"
        assert [m.code for m in find_parties(text, language)] == [code], text
