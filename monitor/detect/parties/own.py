"""Drops "the government" where the text says whose: "the Danish government", "the government of Fiji"."""

import re

from monitor.detect.parties.mention import PartyMention

# "of" in the languages that write it as a word.
OF_WORDS = frozenset(
    [
        "of",
        "in",
        "de",
        "du",
        "des",
        "d",
        "del",
        "della",
        "dello",
        "dell",
        "di",
        "do",
        "da",
        "der",
        "von",
        "van",
    ]
    + ["av", "af", "al", "ale", "i", "från", "fra", "tại", "του", "της", "στη"]
)
NEXT_WORD = re.compile(r"[ '’](\w+)")


def without_others(text: str, mentions: list[PartyMention]) -> list[PartyMention]:
    """The mentions less those of form "own" that another state's name beside them claims."""
    kept = []
    for i, mention in enumerate(mentions):
        beside = [
            other
            for other in mentions[max(0, i - 1) : i + 2]
            if other.form != "own" and (mention.start - other.end == 1 or other.start - mention.end == 1)
        ]
        if mention.form != "own" or not (beside or of_another(text, mention)):
            kept.append(mention)
    return kept


def of_another(text: str, mention: PartyMention) -> bool:
    """Whether "of" follows; what comes after it need not be a name we know."""
    following = NEXT_WORD.match(text[mention.end : mention.end + 12])
    return following is not None and following[1].lower() in OF_WORDS
