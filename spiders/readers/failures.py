"""What a reader raises when a body is not what it should be. Each carries its Failure."""

from spiders.items import Failure


class UnreadableError(ValueError):
    """A body that cannot be read. `failure` is its name for visits; the message is for a human."""

    failure: Failure = Failure.MALFORMED


class NotAFeedError(UnreadableError):
    """HTML, plain text, a picture or anything else where a feed, listing or page was expected."""

    failure = Failure.NOT_A_FEED


class EmptyBodyError(UnreadableError):
    """No body at all, or nothing but white space."""

    failure = Failure.EMPTY


class MalformedError(UnreadableError):
    """It begins like what was expected, but nothing can be saved from it."""

    failure = Failure.MALFORMED


class TooCostlyError(UnreadableError):
    """Reading broke its time or memory limit."""

    failure = Failure.TOO_COSTLY


class BlockedError(UnreadableError):
    """A challenge page, captcha, login or cookie wall: a refusal, never evaded."""

    failure = Failure.BLOCKED


def unreadable(failure: str, message: str) -> UnreadableError:
    """The error for a Failure's name, as a child process reports it."""
    kinds: tuple[type[UnreadableError], ...] = (NotAFeedError, EmptyBodyError, TooCostlyError, BlockedError)
    kind = next((one for one in kinds if one.failure == failure), MalformedError)
    return kind(message)
