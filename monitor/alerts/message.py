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
    """Not now. `after` is the server's own wish, where it has one."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """Never: trying again without a change of set-up cannot help."""

    reason: str


Answer = Sent | Retry | Dead


class Channel(Protocol):
    """A place where people are told. One file each in monitor/alerts/channels."""

    name: str

    async def send(self, message: Message) -> Answer:
        """Try once. Never raises for what the other side does."""
        ...

    async def find(self, key: str) -> Sent | None:
        """Ask the channel whether a message with this key arrived; None where it cannot be asked."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
