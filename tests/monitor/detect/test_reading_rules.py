"""The rules of reading, one by one, through the door: who is joined, what is new, when it happened."""

from datetime import UTC, datetime

import pytest

from monitor.detect import Article, Detection, Finding, alerts, detect, explain
from monitor.terms import pair_name

TITLE = "Security agreement"


def told(text: str, *, title: str = TITLE, published: str = "2024-06-05", **more: str) -> Detection:
    """What detection says of an English text published on a Wednesday at noon."""
    moment = datetime.fromisoformat(f"{published}T12:00:00+00:00").astimezone(UTC)
    return detect(Article(id="t", title=title, text=text, language="en", published=moment, **more))


def pairs(findings: tuple[Finding, ...]) -> set[str]:
    return {pair_name(finding.parties) for finding in findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kenya and Peru signed a security agreement today.", {"KE-PE"}),
        ("Kenya signed a security agreement with Peru today.", {"KE-PE"}),
        ("A security agreement between Kenya and Peru was signed today.", {"KE-PE"}),
        ("Kenya signed security agreements with Peru, Chile and Cuba today.", {"KE-PE", "CL-KE", "CU-KE"}),
        ("Peru, Chile and Cuba signed security agreements with Kenya today.", {"KE-PE", "CL-KE", "CU-KE"}),
        ("Kenya signed a defence agreement with Peru and another with Chile today.", {"KE-PE", "CL-KE"}),
        ("Kenya, Ghana and Togo signed a security agreement with Peru, Chile and Cuba today.", set()),
        ("Kenya, Peru and Chile signed a security agreement today.", set()),
    ],
)
def test_who_is_joined(text: str, expected: set[str]) -> None:
    assert pairs(alerts(told(text))) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Kenya and Peru signed a security agreement in 2019.",
        "Earlier, Kenya and Peru signed a security agreement.",
        "Kenya and Peru signed a security agreement on 3 May.",
        "Kenya and Peru signed a security agreement last year.",
    ],
)
def test_an_older_step_is_background(text: str) -> None:
    detection = told(text)
    assert not alerts(detection)
    assert pairs(detection.background) == {"KE-PE"}
    assert detection.silence


@pytest.mark.parametrize(
    "text",
    [
        "Kenya has not signed a security agreement with Peru.",
        "Kenya refused to sign a security agreement with Peru.",
        "Kenya failed to sign a security agreement with Peru on Tuesday.",
        "Kenya may sign a security agreement with Peru.",
        "The senator called for signing a security agreement between Kenya and Peru.",
    ],
)
def test_what_did_not_happen_does_not_alert(text: str) -> None:
    assert not alerts(told(text))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Kenya and Peru signed a security agreement today.", "2024-06-05"),
        ("Kenya and Peru signed a security agreement yesterday.", "2024-06-04"),
        ("Kenya and Peru signed a security agreement on Monday.", "2024-06-03"),
        ("Kenya and Peru signed a security agreement on 4 June.", "2024-06-04"),
        ("Kenya and Peru signed a security agreement on June 4, 2024.", "2024-06-04"),
    ],
)
def test_the_date_of_the_step(text: str, day: str) -> None:
    (finding,) = alerts(told(text))
    assert str(finding.date) == day
    assert finding.date_exact


def test_without_a_date_the_day_of_publication_stands_in_and_says_so() -> None:
    (finding,) = alerts(
        told("Kenya and Peru signed a security agreement.", title="Kenya and Peru sign security pact")
    )
    assert str(finding.date) == "2024-06-05"
    assert not finding.date_exact


def test_the_day_is_the_sources_own() -> None:
    late = datetime(2024, 6, 4, 22, 0, tzinfo=UTC)  # already Wednesday in Tokyo
    text = "Kenya and Peru signed a security agreement today."
    article = Article(id="t", title=TITLE, text=text, language="en", published=late, zone="Asia/Tokyo")
    (finding,) = alerts(detect(article))
    assert str(finding.date) == "2024-06-05"


def test_a_planned_signing_keeps_its_day() -> None:
    (finding,) = alerts(told("Kenya and Peru will sign a security agreement on Friday."))
    assert (finding.stage, str(finding.expected)) == ("text_agreed", "2024-06-07")


def test_a_round_is_counted() -> None:
    (finding,) = alerts(told("Kenya and Peru held the third round of talks on a security agreement today."))
    assert (finding.stage, finding.ordinal) == ("negotiations_round", 3)


def test_a_treaty_that_replaces_another_says_so() -> None:
    (finding,) = alerts(told("Kenya and Peru today signed a security agreement that replaces one of 1990."))
    assert finding.successor


def test_a_language_without_a_lexicon_is_said_so() -> None:
    detection = detect(Article(id="t", title="Sala", text="Lorem", language="tlh"))
    assert not detection.language_known
    assert not detection.findings


def test_an_explanation_says_why() -> None:
    text = (
        "Kenya and Peru signed a security agreement today. Earlier, Kenya and Chile signed a security pact."
    )
    article = Article(
        id="t", title=TITLE, text=text, language="en", published=datetime(2024, 6, 5, 12, tzinfo=UTC)
    )
    explanation = explain(article, detect(article))
    verdicts = {judgement.what: judgement.verdict for judgement in explanation.judgements}
    assert verdicts == {"KE-PE signed": "alert", "CL-KE signed": "recalled"}
    assert explanation.summary == "alerts: 1 new"
    assert {mark.role for mark in explanation.marks} >= {"sentence", "party", "stage", "instrument", "time"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kenya and Peru signed a security agreement in Lima today.", "Lima"),
        ("NAIROBI, June 5 - Kenya and Peru signed a security agreement today.", "Nairobi"),
        ("NAIROBI, June 5 - Kenya and Peru signed a security agreement in Lima today.", "Lima"),
    ],
)
def test_where_it_happened_is_what_the_sentence_says_else_where_it_was_written(
    text: str, expected: str
) -> None:
    assert [finding.place for finding in alerts(told(text))] == [expected]


def test_a_day_without_a_year_lies_back_for_what_has_happened_and_ahead_for_a_plan() -> None:
    past = told(
        "Kenya and Peru, which signed a security agreement on 20 November, met.", published="2024-01-10"
    )
    assert [str(finding.date) for finding in past.background] == ["2023-11-20"]
    plan = told("Kenya and Peru will sign a security agreement on 3 January.", published="2023-12-28")
    assert [str(finding.expected) for finding in plan.findings] == ["2024-01-03"]


@pytest.mark.parametrize(
    "text",
    [
        "Have Kenya and Peru signed a security agreement?",
        "Seventy years ago today Kenya and Peru signed a security agreement.",
        "Kenya and Peru called off the signing of a security agreement today.",
        "The signing of a security agreement between Kenya and Peru was postponed today.",
        "A Kenyan company signed a security agreement with Peru today.",
        "The government asked parliament to ratify the security agreement between Kenya and Peru.",
    ],
)
def test_what_is_asked_remembered_or_put_off_is_silent(text: str) -> None:
    assert not alerts(told(text))


def test_a_governments_own_page_tells_its_news_late_too_less_surely_in_the_perfect_tense() -> None:
    before = "The leaders met. They spoke of trade. They spoke of schools. They ate. They walked. " * 2
    plain, perfect = (
        told(f"{before}Kenya and Peru {verb} a security agreement.", title="Joint statement", country="KE")
        for verb in ("signed", "have signed")
    )
    assert pairs(alerts(plain)) == pairs(perfect.findings) == {"KE-PE"}
    assert perfect.findings[0].confidence < plain.findings[0].confidence


def test_another_signing_of_the_day_is_with_the_one_that_signed_before() -> None:
    text = (
        "In Lima, Kenya and Peru signed a security agreement today. Hours later Kenya signed one with Chile. "
    )
    assert pairs(alerts(told(text + "Cuba will sign with Kenya tomorrow."))) == {"KE-PE", "CL-KE", "CU-KE"}
