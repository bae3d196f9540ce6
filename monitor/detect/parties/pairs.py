"""Joins mentions that a hyphen joins: Danish-Ukrainian, українсько-данська, US-Japan."""

from dataclasses import replace

from monitor.detect.parties.mention import PartyMention

JOINTS = frozenset({"-", "‑", "–", "—", "−", "/", "・", "·", " – ", " - "})
HYPHENS = frozenset({"-", "‑", "–", "−", "・", "·"})
ADJECTIVAL = frozenset({"adjective", "half", "compound", "demonym"})


def join_pairs(text: str, mentions: list[PartyMention]) -> tuple[PartyMention, ...]:
    """The mentions with runs over hyphens sharing a `pair_id`; first halves that join nothing are dropped."""
    runs: list[list[PartyMention]] = []
    for mention in mentions:
        if runs and joined(text, runs[-1][-1], mention):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return tuple(mention for run in runs for mention in settle(run))


def joined(text: str, left: PartyMention, right: PartyMention) -> bool:
    """Whether only a hyphen lies between two mentions of different parties."""
    if left.pair_id is not None or right.pair_id is not None or left.code == right.code:
        return False
    return text[left.end : right.start] in HYPHENS


def settle(run: list[PartyMention]) -> list[PartyMention]:
    """A run of one as it is, unless it is a lone first half; of several as a compound."""
    if len(run) == 1:
        return [] if str(run[0].form) == "half" else run
    identity = run[0].start
    return [replace(m, form="compound", pair_id=identity, weight=max(m.weight, 0.95)) for m in run]
