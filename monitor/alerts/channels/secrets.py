"""Secrets: read from named environment variables, and kept out of everything that is written."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

ADDRESS_WITH_SECRET = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s\"'<>]+", re.IGNORECASE)
LONGEST_REASON = 300


class SecretMissing(ValueError):  # noqa: N818 - it reads as a condition
    """The environment variable that a channel names is not set, or its value cannot be used."""


def secret(environ: Mapping[str, str], name: str) -> str:
    """The value of the variable, without the space around it. Raises SecretMissing, which names only
    the variable."""
    value = environ.get(name, "").strip()
    if not value:
        raise SecretMissing(f"the environment variable {name} is not set")
    if any(c in value for c in "\r\n\0"):
        raise SecretMissing(f"the environment variable {name} holds a line break")
    return value


def secret_parts(address: str) -> tuple[str, ...]:
    """What of a secret address must not be shown: itself, its path and query, and their long pieces."""
    parts = urlsplit(address)
    pieces = re.split(r"[/?&=;:@]", f"{parts.netloc.rpartition('@')[0]}/{parts.path}?{parts.query}")
    whole = (address, f"{parts.path}?{parts.query}", parts.path if len(parts.path) > 8 else "", parts.query)
    return tuple(piece for piece in (*whole, *pieces) if len(piece) >= 6)


def scrub(text: str, secrets: Iterable[str] = ()) -> str:
    """One printable line for a log or a database row: secrets and whole addresses taken out, cut to size.

    Servers echo what they were sent, and libraries put addresses into their errors: Slack's webhook
    address is itself the secret.
    """
    for value in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(value, "***")
    text = ADDRESS_WITH_SECRET.sub("***", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 1] + "…"
