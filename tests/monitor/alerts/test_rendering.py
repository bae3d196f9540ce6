"""What messages say, golden; and hostile articles, inert.

After a wanted change of wording: PACTWATCH_GOLDEN=write pytest tests/monitor/alerts/test_rendering.py
"""

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html as lxml_html

from monitor.alerts.message import Message
from monitor.alerts.rendering import Audience, Envelope, render, render_digest, render_notice
from monitor.terms import Instrument, Stage
from storage.records import AgreementRecord, AlertRecord, StepRecord, StepView
from tests.monitor.alerts.samples import (
    CREATED,
    HOSTILE_VIEW,
    NEW,
    SIGNED_VIEW,
    STARTED,
    UPDATE,
)

DATA = Path(__file__).parents[2] / "data" / "alerts"
BASE = "http://127.0.0.1:8642"


def envelope(kind: str = "new", **more: object) -> Envelope:
    made = Envelope(key="key-1", conversation="DK-UA/security_agreement", kind=kind, created=CREATED)
    for name, value in more.items():
        object.__setattr__(made, name, value)
    return made


def audience(kind: str, language: str = "en") -> Audience:
    return Audience(channel_kind=kind, language=language, zone="Europe/Kyiv", link_base=BASE)


def golden(name: str, text: str) -> None:
    path = DATA / name
    if os.environ.get("PACTWATCH_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "uk"])
def test_a_new_step_by_mail(language: str) -> None:
    message = render(SIGNED_VIEW, NEW, audience=audience("email", language), envelope=envelope())
    golden(f"new-{language}.txt", f"{message.subject}\n\n{message.text}")
    golden(f"new-{language}.html", message.html)


def test_a_new_step_on_slack() -> None:
    message = render(SIGNED_VIEW, NEW, audience=audience("slack_bot"), envelope=envelope())
    golden("new-en.slack.json", json.dumps(message.slack, ensure_ascii=False, indent=1) + "\n")
    assert message.html == ""


def test_the_data_of_a_new_step() -> None:
    message = render(SIGNED_VIEW, NEW, audience=audience("webhook"), envelope=envelope())
    golden("new-en.data.json", json.dumps(message.data, ensure_ascii=False, indent=1) + "\n")


def test_an_update_late_and_maybe_repeated() -> None:
    late = StepView(
        step=_with(SIGNED_VIEW.step, late_seconds=9 * 3600, reason="the source was unreachable"),
        mentions=SIGNED_VIEW.mentions,
        timeline=SIGNED_VIEW.timeline,
    )
    sealed = envelope("update", possible_repeat=True, held_up=timedelta(hours=24))
    message = render(late, UPDATE, audience=audience("console"), envelope=sealed)
    golden("update-en.txt", f"{message.subject}\n\n{message.text}")
    assert "9 h after publication; the source was unreachable" in message.text
    assert "Possible repeat" in message.text
    assert "Delivered 24 h late" in message.text


def test_a_digest() -> None:
    started = StepView(step=STARTED, mentions=SIGNED_VIEW.mentions[:1], timeline=SIGNED_VIEW.timeline)
    items = [(started, AlertRecord(step_id=STARTED.id, kind="new")), (SIGNED_VIEW, NEW)]
    message = render_digest(items, audience=audience("email"), envelope=envelope("digest"))
    golden("digest-en.txt", f"{message.subject}\n\n{message.text}")
    golden("digest-en.html", message.html)


def test_a_digest_of_one_is_an_alert() -> None:
    one = render_digest([(SIGNED_VIEW, NEW)], audience=audience("email"), envelope=envelope())
    assert one == render(SIGNED_VIEW, NEW, audience=audience("email"), envelope=envelope())


def test_a_notice_to_the_operator() -> None:
    message = render_notice(
        "A channel fails", ["Look at it."], audience=audience("email"), envelope=envelope()
    )
    golden("notice-en.txt", message.text)


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_of_every_instrument_has_words(stage: Stage, language: str) -> None:
    for instrument in Instrument:
        step = StepRecord(
            id="x",
            agreement=AgreementRecord(parties=("EU", "NATO"), instrument=instrument),
            stage=stage,
            date=None,
            ordinal=3,
        )
        message = render(
            StepView(step=step), NEW, audience=audience("console", language), envelope=envelope()
        )
        assert message.text.count("●") == stage.rank + 1
        assert message.text.count("●") + message.text.count("○") == 9
        assert "{" not in message.text
        assert "_" not in message.text


def test_only_what_came_before_is_told_as_before() -> None:
    first = StepView(step=STARTED, timeline=SIGNED_VIEW.timeline)
    text = render(first, NEW, audience=audience("console"), envelope=envelope()).text
    assert "security agreement proposed" in text
    assert "signed" not in text


def test_of_a_long_past_only_the_last_steps_are_told() -> None:
    past = tuple(replace(STARTED, id=f"{STARTED.id}-{n}") for n in range(500))
    view = replace(SIGNED_VIEW, timeline=(*past, SIGNED_VIEW.step))
    message = render(view, NEW, audience=audience("webhook"), envelope=envelope())
    before = [step["id"] for step in message.data["before"]]
    assert 0 < len(before) <= 50
    assert before[-1] == f"{STARTED.id}-499"


HOSTILE_KINDS = ["email", "slack_bot", "slack_webhook", "apprise", "console", "webhook"]


def hostile(kind: str) -> Message:
    return render(HOSTILE_VIEW, NEW, audience=audience(kind), envelope=envelope())


@pytest.mark.parametrize("kind", HOSTILE_KINDS)
def test_a_hostile_article_hides_and_overrides_nothing(kind: str) -> None:
    message = hostile(kind)
    for text in (message.subject, message.text, message.html, json.dumps(message.slack, ensure_ascii=False)):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "\n" not in message.subject
    assert not re.search("^Bcc:", message.text, re.MULTILINE)


def test_a_hostile_article_is_text_in_html() -> None:
    tree = lxml_html.document_fromstring(hostile("email").html)
    assert {element.tag for element in tree.iter() if isinstance(element.tag, str)} <= {
        "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "h1", "h2", "p", "a",
        "span", "strong", "blockquote", "br",
    }  # fmt: skip
    for element in tree.iter():
        assert not [name for name in element.attrib if str(name).startswith("on")]
    links = [str(anchor.get("href")) for anchor in tree.iter("a")]
    assert links
    assert all(link.startswith(BASE) for link in links)
    words = "".join(str(text) for text in tree.itertext())
    assert "<script>alert(1)</script>" in words
    assert "{{7*7}}" in words


@pytest.mark.parametrize("kind", ["slack_bot", "slack_webhook"])
def test_a_hostile_article_calls_nobody_on_slack(kind: str) -> None:
    message = hostile(kind)
    assert "@channel" not in message.text
    for block in message.slack:
        for element in _leaves(block):
            assert element["type"] in ("text", "plain_text", "link")
            assert "@channel" not in str(element)
            assert "@everyone" not in str(element)
            if element["type"] == "link":
                assert str(element["url"]).startswith(BASE)


@pytest.mark.parametrize("kind", HOSTILE_KINDS)
def test_a_hostile_article_keeps_to_the_limits(kind: str) -> None:
    message = hostile(kind)
    assert len(message.subject) <= 200
    assert len(message.slack) <= 50
    assert all(len(b["text"]["text"]) <= 150 for b in message.slack if b["type"] == "header")
    assert len(json.dumps(message.slack)) < 12_000
    assert len(message.html) < 100_000  # Gmail clips what is longer than 102 kB


def _leaves(block: object) -> list[dict[str, object]]:
    if isinstance(block, list | tuple):
        return [leaf for one in block for leaf in _leaves(one)]
    if not isinstance(block, dict):
        return []
    below = [leaf for value in block.values() for leaf in _leaves(value)]
    return below or ([block] if "text" in block or "url" in block else [])


def _with(step: StepRecord, **changes: object) -> StepRecord:
    made = StepRecord(**{name: getattr(step, name) for name in StepRecord.__dataclass_fields__})
    for name, value in changes.items():
        object.__setattr__(made, name, value)
    return made
