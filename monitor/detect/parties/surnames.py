"""Office holders by surname alone, once a text has named them in full: Johnson, after "Boris Johnson"."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from monitor.detect.parties.mention import PartyMention

_SHORTEST = 4  # May, Xi: also other words
_POSSESSIVE = re.compile(r"['’]s$")


def with_surnames(
    texts: Mapping[str, str], found: Mapping[str, tuple[PartyMention, ...]]
) -> dict[str, tuple[PartyMention, ...]]:
    """The mentions of each text, with those by a surname that some place of the texts gives in full; a state
    that is called so ("Montenegro") gives way to the person. Both mappings have the same keys."""
    known = dict(_surnames(texts, found))
    if not known:
        return dict(found)
    return {key: tuple(_added(text, found[key], known)) for key, text in texts.items()}


def _surnames(
    texts: Mapping[str, str], found: Mapping[str, tuple[PartyMention, ...]]
) -> Iterable[tuple[str, PartyMention]]:
    for key, mentions in found.items():
        for mention in mentions:
            words = _POSSESSIVE.sub("", texts[key][mention.start : mention.end]).split()
            if mention.leader and len(words) > 1 and len(words[-1]) >= _SHORTEST:
                yield words[-1], mention


def _added(
    text: str, mentions: tuple[PartyMention, ...], known: Mapping[str, PartyMention]
) -> Iterable[PartyMention]:
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, known))})\b")
    people = [
        replace(known[match.group()], start=match.start(), end=match.end(), pair_id=None, grammar=None)
        for match in pattern.finditer(text)
        if not any(m.start <= match.start() < m.end and m.form != "name" for m in mentions)
    ]
    taken = [(one.start, one.end) for one in people]
    kept = [m for m in mentions if not any(m.start < end and start < m.end for start, end in taken)]
    return sorted([*kept, *people], key=lambda m: m.start)
