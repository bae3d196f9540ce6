"""Messages for every channel: pure, in the reader's language, foreign text inert, within limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.message import Message
from monitor.alerts.rendering.data import digest_data, step_data
from monitor.alerts.rendering.inert import inert, uncalled
from monitor.alerts.rendering.limits import cut
from monitor.alerts.rendering.slack import alert_blocks, digest_blocks, plain_blocks
from monitor.alerts.rendering.telling import Telling, telling
from monitor.alerts.rendering.templates import fill
from monitor.alerts.rendering.words import LANGUAGES, Words, words
from storage.records import AlertRecord, StepView

__all__ = ["LANGUAGES", "Audience", "Envelope", "render", "render_digest", "render_notice"]

SUBJECT_ROOM = 200
# How long a text may be by channel kind; Slack takes 4,000 in `text`, chats behind Apprise cut themselves.
TEXT_ROOM = {"slack_webhook": 3800, "slack_bot": 3800, "apprise": 30_000}
CHATS = ("slack_webhook", "slack_bot", "apprise", "webhook")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who reads: on what kind of channel, in what language, by what clock, with links to where."""

    channel_kind: str
    language: str = "en"
    zone: str = "UTC"
    link_base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a message carries besides its words. `held_up`: how much later than due it comes."""

    key: str
    conversation: str
    kind: str
    created: datetime
    reply_to: str | None = None
    possible_repeat: bool = False
    held_up: timedelta | None = None


def render(view: StepView, alert: AlertRecord, *, audience: Audience, envelope: Envelope) -> Message:
    """The message that tells of one step, or of its update."""
    said = words(audience.language, audience.zone)
    told = _told(view, alert, said, audience, envelope)
    return _message(
        envelope,
        audience,
        subject=_marked(told.subject, envelope, said),
        text=fill("alert.txt.j2", told=told, label=said.label),
        html=_html(audience, "alert.html.j2", told.subject, said, preview=_preview(told), told=told),
        slack=alert_blocks(told, said) if audience.channel_kind.startswith("slack") else (),
        data=step_data(view, alert, told),
    )


def render_digest(
    items: Sequence[tuple[StepView, AlertRecord]], *, audience: Audience, envelope: Envelope
) -> Message:
    """The one message that tells of several steps; of a single one, the same as `render`."""
    if len(items) == 1:
        return render(*items[0], audience=audience, envelope=envelope)
    said = words(audience.language, audience.zone)
    tellings = [_told(view, alert, said, audience, envelope, quiet=True) for view, alert in items]
    title = said.label("digest", count=len(tellings))
    repeat = said.label("possible_repeat") if envelope.possible_repeat else ""
    preview = "; ".join(told.subject for told in tellings[:4])
    return _message(
        envelope,
        audience,
        subject=title,
        text=fill("digest.txt.j2", title=title, tellings=tellings, repeat=repeat),
        html=_html(
            audience, "digest.html.j2", title, said, preview=preview, tellings=tellings, repeat=repeat
        ),
        slack=digest_blocks(title, tellings, said) if audience.channel_kind.startswith("slack") else (),
        data=digest_data([step_data(v, a, t) for (v, a), t in zip(items, tellings, strict=True)]),
    )


def render_notice(
    title: str, paragraphs: Sequence[str], *, audience: Audience, envelope: Envelope
) -> Message:
    """A message that tells of no step: to the operator, or a test."""
    said = words(audience.language, audience.zone)
    title = inert(title, longest=SUBJECT_ROOM)
    lines = [inert(paragraph) for paragraph in paragraphs]
    return _message(
        envelope,
        audience,
        subject=title,
        text="\n\n".join([title, *lines]) + "\n",
        html=_html(audience, "plain.html.j2", title, said, preview=" ".join(lines[:1]), paragraphs=lines),
        slack=plain_blocks(title, lines) if audience.channel_kind.startswith("slack") else (),
        data={"title": title, "paragraphs": lines},
    )


def _told(
    view: StepView,
    alert: AlertRecord,
    said: Words,
    audience: Audience,
    envelope: Envelope,
    *,
    quiet: bool = False,
) -> Telling:
    return telling(
        view,
        alert,
        words=said,
        link_base=audience.link_base,
        held_up=None if quiet else envelope.held_up,
        possible_repeat=envelope.possible_repeat and not quiet,
    )


def _marked(subject: str, envelope: Envelope, said: Words) -> str:
    """Tests and canaries say so first of all."""
    if envelope.kind in ("test", "canary"):
        return f"{said.label(envelope.kind)}: {subject}"
    return subject


def _preview(told: Telling) -> str:
    return cut(" · ".join(p for p in (told.corroboration, told.quote.text if told.quote else "") if p), 140)


def _html(audience: Audience, template: str, title: str, said: Words, **values: object) -> str:
    """The HTML document; only mail has one."""
    if audience.channel_kind != "email":
        return ""
    return fill(template, title=title, language=audience.language, label=said.label, **values)


def _message(
    envelope: Envelope,
    audience: Audience,
    *,
    subject: str,
    text: str,
    html: str,
    slack: tuple[Mapping[str, Any], ...],
    data: Mapping[str, Any],
) -> Message:
    subject = cut(inert(subject), SUBJECT_ROOM)
    text = cut(text, TEXT_ROOM.get(audience.channel_kind, 200_000))
    if audience.channel_kind in CHATS:
        subject, text = uncalled(subject), uncalled(text)
    return Message(
        key=envelope.key,
        conversation=envelope.conversation,
        kind=envelope.kind,
        subject=subject,
        text=text,
        html=html,
        created=envelope.created,
        slack=slack,
        data=data,
        reply_to=envelope.reply_to,
        possible_repeat=envelope.possible_repeat,
    )
