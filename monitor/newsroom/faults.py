"""Scripted faults of a sink: what it does to the next requests, instead of answering well."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong with one request. Several are used up in order.

    `accept` says whether the message counts as received all the same: a connection that drops after
    accepting is the case in which a sender cannot know. `status` is an HTTP status or an SMTP code.
    """

    status: int | None = None
    retry_after: str | None = None  # a header's text: seconds or an HTTP date
    error: str | None = None  # Slack's word for it ("invalid_auth") or the SMTP text
    accept: bool = False
    drop: bool = False  # close the connection without an answer
    hang: bool = False  # never answer
    recipient: str | None = None  # SMTP: refuse this recipient only, at RCPT


def refused(status: int, *, error: str | None = None, retry_after: str | None = None) -> Fault:
    """An answer that says no."""
    return Fault(status=status, error=error, retry_after=retry_after)


def dropped(*, after_accepting: bool) -> Fault:
    """The connection breaks before an answer, with the message taken or not."""
    return Fault(drop=True, accept=after_accepting)


def hanging(*, after_accepting: bool = False) -> Fault:
    """No answer ever comes, with the message taken or not."""
    return Fault(hang=True, accept=after_accepting)


def refused_recipient(address: str, *, status: int = 550, error: str = "no such mailbox") -> Fault:
    """One recipient of a mail is refused."""
    return Fault(recipient=address, status=status, error=error)
