"""From leased deliveries to the one message they make."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.message import Channel, Message
from monitor.alerts.outbox import batch_key
from monitor.alerts.rendering import Audience, Envelope, render, render_digest, render_notice
from storage.records import AlertRecord, DeliveryRecord, StepState, StepView

MOST_TOGETHER = 40  # steps in one digest: mail programs clip what is longer than about 100 kB
SOON = timedelta(minutes=15)
RETRACTED = (StepState.REJECTED, StepState.MERGED, StepState.REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A channel with the reader behind it. `pace`: at least this long between two messages."""

    channel: Channel
    audience: Audience
    pace: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What goes out as one message: deliveries in the order in which they were made, what each tells,
    and the channel's id of the conversation's first message."""

    deliveries: tuple[DeliveryRecord, ...]
    items: tuple[tuple[StepView | None, AlertRecord], ...]
    reply_to: str | None = None

    @property
    def key(self) -> str:
        """The idempotency key: a single delivery's own; a batch's from its name and its first member,
        so that each part of a digest too long for one message has its own."""
        first = self.deliveries[0]
        if first.batch is None:
            return first.key
        return batch_key(f"{first.batch}|{hashlib.sha256(first.key.encode()).hexdigest()}", first.channel)

    @property
    def conversation(self) -> str:
        """What the channel threads on."""
        return self.deliveries[0].conversation

    @property
    def interrupted(self) -> bool:
        """Whether an earlier attempt may have arrived."""
        return any(delivery.interrupted for delivery in self.deliveries)

    @property
    def attempts(self) -> int:
        """The number of this attempt, 1 for the first."""
        return max(delivery.attempts for delivery in self.deliveries)


def withdrawn(work: Work) -> str | None:
    """Why nobody is to be told after all: a human has taken the step back before it was told."""
    for delivery, (view, alert) in zip(work.deliveries, work.items, strict=True):
        if not alert.step_id:
            continue
        if view is None:
            return "the step is no longer there"
        if delivery.kind == "new" and view.step.state in RETRACTED:
            return f"the step is {view.step.state}"
    return None


def compose(work: Work, audience: Audience, *, now: datetime, possible_repeat: bool) -> Message:
    """The message. Pure; `now` tells how late it is."""
    told = [(view, alert) for view, alert in work.items if view is not None]
    first = work.deliveries[0]
    envelope = Envelope(
        key=work.key,
        conversation=first.conversation,
        kind=first.kind if len(work.deliveries) == 1 else "digest",
        created=first.created or now,
        reply_to=work.reply_to,
        possible_repeat=possible_repeat,
        held_up=_held_up(work, now),
    )
    if not told:
        notes = [alert.note for _, alert in work.items]
        title, *paragraphs = "\n".join(notes).splitlines() or ["PactWatch"]
        return render_notice(title, [p for p in paragraphs if p], audience=audience, envelope=envelope)
    if len(told) == 1:
        return render(*told[0], audience=audience, envelope=envelope)
    return render_digest(told, audience=audience, envelope=envelope)


def _held_up(work: Work, now: datetime) -> timedelta | None:
    """How much later than due it comes, when that is long enough to say so."""
    first = work.deliveries[0]
    due = first.first_attempt_at if work.attempts > 1 else first.due_at
    if due is None or now - due < SOON:
        return None
    return now - due
