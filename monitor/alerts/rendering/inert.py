"""Foreign text made inert: what an article says may be read, never obeyed."""

import re
import unicodedata
from urllib.parse import urlsplit

# Bidirectional controls (Unicode UAX #9), zero-width signs that hide text, tag characters; the joiners
# U+200C and U+200D stay, since Persian, Hindi and families of emoji are written with them.
HIDDEN = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
SPACE = re.compile(r"\s+")
MOST_MARKS = 4  # combining marks on one letter; more is "zalgo"
CALL_ALL = re.compile(r"@(?=(?:channel|here|everyone|all|room)\b)", re.IGNORECASE)


def inert(text: str, *, longest: int = 5000) -> str:
    """One line of plain text: no controls, no overrides, no line breaks, no lone surrogates."""
    text = HIDDEN.sub("", SPACE.sub(" ", text[: longest * 2]))
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        if category in ("Cc", "Cs", "Co", "Cn"):
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    # What was taken out may have stood between two spaces.
    return SPACE.sub(" ", "".join(kept)).strip()[:longest].rstrip()


def uncalled(text: str) -> str:
    """Text in which "@channel", "@everyone" and their like call nobody: a word joiner stands behind the @."""
    return CALL_ALL.sub("@\u2060", text)


def safe_link(address: str | None) -> str | None:
    """The address when it is plain http or https and fit to be a link, else None."""
    if not address or len(address) > 2000 or inert(address) != address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return address if not any(c in address for c in " <>\"'`|\\") else None
