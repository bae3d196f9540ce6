"""What a channel is given, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One rendered message, ready for any channel. Text is plain; `html` is a whole document.

    `key` is the idempotency key, made from (step, channel, kind): the same on every attempt.
    `conversation` is shared by all messages of one step, so that a channel can thread them;
    `reply_to` is the channel's own id of the first message (Sent.remote_id), where it has one.
    """

    key: str
    conversation: str
    kind: str  # new, update, digest, operator, test, canary
    subject: str
    text: str
    html: str
    created: datetime
    slack: tuple[Mapping[str, Any], ...] = ()  # Block Kit blocks
    data: Mapping[str, Any] = field(default_factory=dict)  # for JSON webhooks and files
    reply_to: str | None = None
    possible_repeat: bool = False  # an earlier attempt may have arrived


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel has it. `remote_id` is the channel's own id (Slack's ts, the Message-ID)."""

    remote_id: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now. `after` is the server's own wish, where it has one: the whole channel rests that long.

    `uncertain`: the message may have arrived and only the answer was lost, so that the next attempt
    asks the channel first, or is marked as a possible repeat where it cannot be asked.
    """

    reason: str
    after: timedelta | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Dead:
    """Never: trying again without a change of set-up cannot help."""

    reason: str


Answer = Sent | Retry | Dead


class Channel(Protocol):
    """A place where people are told. One file each in monitor/alerts/channels."""

    @property
    def name(self) -> str:
        """What deliveries are addressed to: the configured name, for mail with the recipient behind it."""
        ...

    @property
    def kind(self) -> str:
        """console, file, email, slack_webhook, slack_bot, webhook, apprise."""
        ...

    @property
    def can_be_asked(self) -> bool:
        """Whether `find` can tell if a message arrived."""
        ...

    async def send(self, message: Message) -> Answer:
        """Try once. Never raises for what the other side does."""
        ...

    async def find(self, key: str, reply_to: str | None = None) -> Sent | Retry | None:
        """Ask the channel whether a message with this key arrived (in the thread of `reply_to`, where
        there is one): Sent when it did, None when not or when it cannot be asked, Retry when the
        channel gave no answer. Never raises for what the other side does."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
