"""Reasons in the reader's language: every phrase, and everything that detection and the register say."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.alerts.rendering import reasons
from monitor.alerts.rendering.reasons import reason_in, understood
from monitor.alerts.rendering.words import words
from monitor.detect import Article, detect, explain

UK, EN = words("uk", "UTC"), words("en", "UTC")
CATALOGUE = Path(reasons.__file__).parent / "catalogues" / "reasons.yaml"
PHRASES: list[dict[str, str]] = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["reasons"]
LABELLED = sorted((Path(__file__).parents[3] / "monitor" / "data" / "labelled").glob("*.jsonl"))


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda one: one["en"])
def test_a_translation_has_nothing_that_its_phrase_has_not(phrase: dict[str, str]) -> None:
    mine = {*reasons._NAME.findall(phrase["en"])}
    assert all({*reasons._NAME.findall(text)} <= mine for text in phrase.values())
    assert any("а" <= letter <= "я" for letter in phrase["uk"].lower()) or "{" in phrase["en"]


@pytest.mark.parametrize(
    ("english", "ukrainian"),
    [
        (
            "DK and UA: between (Данія, Україна)",
            "Данія і Україна: поєднані, як у «між А і Б» (Данія, Україна)",
        ),
        ("signed: “has signed” (done)", "«has signed» означає: підписано; відбулося"),
        ("recalled: the sentence recalls", "Згадане: речення пригадує"),
        ("new", "Нове"),
        (
            "silent: DK-UA signed: the time named lies back; RO-UA proposed: it is wanted, not done",
            "Без сповіщення: Данія – Україна, підписано: названий час уже минув; "
            "Румунія – Україна, запропоновано: не відбулося: бажано",
        ),
        (
            "late: told as new 400 days after 2024-02-23",
            "пізно: названо новим, хоча від 23 лют. 2024 р. минуло днів: 400",
        ),
        (
            "reports DK-UA/security_agreement/signed/2024-02-23, which is known since 2024-02-24",
            "повідомляє про DK-UA/security_agreement/signed/2024-02-23, відоме з 24 лют. 2024 р.",
        ),
        ("since: \"x\" is not a day (2024-02-23, 2024-02, 2024, or 7d for a week ago)",
         "since: «x» — не день (2024-02-23, 2024-02, 2024 або 7d для тижня тому)"),
        ("this bracket is not closed (at character 4)", "дужку не закрито (знак 4)"),
        ("found late: Herald was not read from 2026-03-01 to 2026-03-02",
         "знайдено пізно: Herald не читали з 1 бер. 2026 р. до 2 бер. 2026 р."),
        ("Herald (herald): nothing new since 2026-03-01 12:00 UTC",
         "Herald (herald): нічого нового з 1 бер. 2026 р., 12:00 UTC"),
    ],
)  # fmt: skip
def test_a_reason_is_told_in_ukrainian(english: str, ukrainian: str) -> None:
    assert reason_in(UK, english) == ukrainian


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("DK and UA: with (Danish, Kyiv)", "Denmark and Ukraine: joined as in “A with B” (Danish, Kyiv)"),
        ("signed: “has signed” (done)", "“has signed” says: signed; it happened"),
        ("new: the headline tells it", "New: the headline tells it"),
        ("alerts: 2 new", "New steps here: 2"),
        ("silent: nothing new is sure enough", "No alert: nothing new is sure enough"),
    ],
)
def test_a_reason_is_told_in_plain_english(written: str, said: str) -> None:
    assert reason_in(EN, written) == said


@pytest.mark.parametrize("text", ["The minister denied it.", "a: b " * 2000, ""])
def test_what_is_not_ours_stays(text: str) -> None:
    assert understood(text) is None
    assert reason_in(UK, text) == text


def lines() -> list[dict[str, Any]]:
    found = [json.loads(line) for file in LABELLED for line in file.read_text(encoding="utf-8").splitlines()]
    return [one for one in found if isinstance(one, dict) and "text" in one]


def test_whatever_detection_gives_as_a_reason_is_understood() -> None:
    given = lines()[::3]
    assert given
    strange: set[str] = set()
    for one in given:
        article = Article(id="a", title=one.get("title") or "", text=one["text"], language=one.get("lang"))
        detection = detect(article)
        found = (*detection.findings, *detection.background, *detection.denials)
        said = [reason for finding in found for reason in finding.reasons]
        said += [*detection.silence, explain(article, detection).summary]
        strange |= {text for text in said if not _whole(text)}
    assert strange == set()


def _whole(text: str) -> bool:
    """Whether the text and every reason inside it is understood."""
    reason = understood(text)
    if reason is None:
        return False
    inside = [reason.filled["why"]] if "why" in reason.filled else []
    inside += reason.filled["more"].split(reasons.SEPARATOR) if "more" in reason.filled else []
    return all(map(_whole, inside))
