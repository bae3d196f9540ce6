"""Drops "the government" where the text says whose: "the Danish government", "the government of Fiji"."""

import re

from monitor.detect.parties.mention import PartyMention

# "of" in the languages that write it as a word.
OF = "of in de du des d del della dello dell di do da der von van av af al ale i från fra tại του της στη"
OF_WORDS = frozenset(OF.split())
NEXT_WORD = re.compile(r"[ '’](\w+)")


def without_others(text: str, mentions: list[PartyMention]) -> list[PartyMention]:
    """The mentions less those of form "own" that another state's name beside them claims."""
    return [
        mention
        for i, mention in enumerate(mentions)
        if mention.form != "own" or not (claimed(text, mention, mentions, i) or of_another(text, mention))
    ]


def claimed(text: str, mention: PartyMention, mentions: list[PartyMention], i: int) -> bool:
    """Whether another state's name stands just before or after, with a space between."""
    before = mentions[i - 1] if i else None
    after = mentions[i + 1] if i + 1 < len(mentions) else None
    return bool(
        (before and before.form != "own" and text[before.end : mention.start] == " ")
        or (after and after.form != "own" and text[mention.end : after.start] == " ")
    )


def of_another(text: str, mention: PartyMention) -> bool:
    """Whether "of" follows; what comes after it need not be a name we know."""
    following = NEXT_WORD.match(text[mention.end : mention.end + 12])
    return following is not None and following[1].lower() in OF_WORDS
