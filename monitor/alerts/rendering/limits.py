"""Cutting and splitting text at whole characters, as a reader sees them."""

import unicodedata

ELLIPSIS = "…"
JOINER = "\u200d"


def _begins(text: str, index: int) -> bool:
    """Whether a new visible character begins at `index`, so that nothing is cut in two there."""
    if index <= 0 or index >= len(text):
        return True
    here, before = text[index], text[index - 1]
    if unicodedata.combining(here) or unicodedata.category(here) in ("Mn", "Me", "Mc"):
        return False
    if JOINER in (here, before) or "\U0001f3fb" <= here <= "\U0001f3ff":
        return False
    if "\U0001f1e6" <= here <= "\U0001f1ff":  # flags are pairs of these
        start = index
        while start > 0 and "\U0001f1e6" <= text[start - 1] <= "\U0001f1ff":
            start -= 1
        return (index - start) % 2 == 0
    return True


def cut(text: str, room: int) -> str:
    """`text` in at most `room` code points, ending in "…" where something is left out."""
    if len(text) <= room:
        return text
    if room <= 1:
        return ELLIPSIS[:room]
    end = room - 1
    while end > 0 and not _begins(text, end):
        end -= 1
    space = text.rfind(" ", max(0, end - 30), end)
    if space > 0 and text[end : end + 1] not in ("", " "):
        end = space
    return text[:end].rstrip() + ELLIPSIS


def split(text: str, room: int) -> tuple[str, ...]:
    """`text` in parts of at most `room` code points, cut at line ends or spaces where there are any."""
    parts = []
    while len(text) > room:
        end = max(text.rfind("\n", 1, room), text.rfind(" ", room // 2, room))
        if end <= 0:
            end = room
            while end > 1 and not _begins(text, end):
                end -= 1
            end = end if end > 1 else room
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return (*parts, text) if text or not parts else tuple(parts)
