"""No text takes long, however it repeats itself, and every offset points at what it quotes."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.detect import Article, detect, explain
from tests.monitor.detect.test_golden import cases

SIZE = 20_000
FACTOR = 10  # the goal is 50 ms per 10 kB; a loaded machine gets ten times that before the test fails


@pytest.mark.parametrize(
    "piece",
    [
        "agreement ",
        "signed ",
        "agreement signed ",
        "Ukraine and ",
        "Ukraine, ",
        "agreement on security between Ukraine and Denmark signed by Zelensky with Denmark on Friday ",
        "will not may to sign the security agreement agreement of after since ",
        "security agreement, talks on talks on talks ",
        "a.",
        "1 ",
        "2024-05-05 ",
        "(",
        "Ukraine's",
        "\n",
        "é́́́",
    ],
)
def test_a_text_that_repeats_itself_takes_linear_time(piece: str) -> None:
    text = (piece * (SIZE // len(piece) + 1))[:SIZE]
    article = Article(id="hostile", title=text[:300], text=text, language="en")
    detect(Article(id="warm", title="Ukraine", text="Ukraine", language="en"))
    began = time.process_time()
    detect(article)
    assert time.process_time() - began < FACTOR * 0.05 * SIZE / 10_000


FIRST_OF_EACH = {case.language: case for case in reversed(cases())}


@pytest.mark.parametrize("language", FIRST_OF_EACH)
@pytest.mark.parametrize("between", ["\n", ", ", " "])
def test_a_headline_repeated_takes_linear_time_in_every_language(language: str, between: str) -> None:
    piece = FIRST_OF_EACH[language].title + between
    article = Article(id="hostile", title=piece, text=(piece * SIZE)[:SIZE], language=language)
    detect(Article(id="warm", title=piece, text=piece, language=language))
    began = time.process_time()
    detect(article)
    assert time.process_time() - began < FACTOR * 0.05 * SIZE / 10_000


def test_a_text_of_too_many_steps_says_that_it_was_not_read_to_the_end() -> None:
    line = "Ukraine and Denmark signed a security agreement.\n"
    detection = detect(Article(id="many", title="Agreements", text=line * 200, language="en"))
    assert [str(finding.stage) for finding in detection.findings] == ["signed"]
    assert any("only the first 60 sentences" in str(reason) for reason in detection.silence)


VOCABULARY = """Ukraine Denmark Zelensky signed sign will not the agreement security on with and between of
talks began after Friday 8 February , . ; : ( ) “ ” Україна підписала угоду про безпеку з Данією 日本 署名"""
WORDS = st.sampled_from(VOCABULARY.split())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=60), st.sampled_from(["en", "uk", "ru"]))
def test_every_quote_stands_where_its_offsets_say(words: list[str], language: str) -> None:
    text = " ".join(words)
    article = Article(id="any", title=text[:80], text=text, language=language)
    detection = detect(article)
    for finding in (*detection.findings, *detection.background, *detection.denials):
        assert finding.parties[0] < finding.parties[1]
        assert 0 <= finding.confidence <= 1
        for evidence in finding.evidence:
            source = article.title if evidence.field == "title" else article.text
            assert source[evidence.start : evidence.end] == evidence.quote
    marks = explain(article, detection).marks
    assert all(0 <= mark.start <= mark.end <= len(text) for mark in marks)
