"""Who is meant: every place where a text names a state, the EU or NATO, in 33 languages.

words of a language (data/names, data/cldr, leaders, seats) -> Index
text | scan (longest phrase at each word) | context (is it the party here?) | join pairs -> mentions
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from monitor.detect.parties.context import is_party, place_line_end
from monitor.detect.parties.index import Index, index_of
from monitor.detect.parties.leaders import in_office
from monitor.detect.parties.lists import languages
from monitor.detect.parties.mention import PartyMention, PlaceMention
from monitor.detect.parties.own import without_others
from monitor.detect.parties.pairs import join_pairs
from monitor.detect.parties.places import places_of
from monitor.detect.parties.rivals import rivals
from monitor.detect.parties.scan import Hit, scan
from monitor.detect.parties.surnames import with_surnames
from monitor.detect.parties.tags import known_language

__all__ = [
    "PartyMention",
    "PlaceMention",
    "find_parties",
    "languages",
    "places_of",
    "rivals",
    "with_surnames",
]

PLACES = {"name": 0.8, "capital": 0.3}  # what is left of the weight after "in"


def find_parties(
    text: str, language: str, on: date | None = None, country: str | None = None
) -> tuple[PartyMention, ...]:
    """The parties that the text names, in text order, non-overlapping, the longest name at each place.

    `language` is a BCP 47 tag; for a language without a word list nothing is found (`languages()` lists
    them). `on` is the day of writing: an office holder counts only while in office; with None, always.
    `country` is the publisher's state: "the government", "our country" are its own.
    """
    code = known_language(language)
    if code is None:
        return ()
    index = index_of(code)
    found: list[PartyMention] = []
    ended = -2
    for hit in scan(text, index):
        line_end = place_line_end(text, hit) if hit.meaning.form == "capital" else None
        if line_end is None and hit.start >= ended and hit.meaning.code and is_party(text, hit, ended):
            found += mentions_of(text, hit, index, on, country)
        ended = max(ended, line_end or hit.end)
    return join_pairs(text, without_others(text, found) if country else found)


def mentions_of(
    text: str, hit: Hit, index: Index, on: date | None, country: str | None
) -> Iterable[PartyMention]:
    """One mention; several for 日比; none for one out of office or "the government" of nobody known."""
    meaning = hit.meaning
    if meaning.joined:
        return each_of(hit)
    office = in_office(meaning.offices, on)
    code = country if meaning.form == "own" else office.code if office else meaning.code
    if code is None or (meaning.offices and office is None):
        return ()
    mention = PartyMention(
        code=code,
        start=hit.start,
        end=hit.end,
        form=meaning.form,
        weight=meaning.weight,
        grammar=hit.grammar,
        leader=office.who if office else None,
    )
    return (placed(text, mention, index),)


def placed(text: str, mention: PartyMention, index: Index) -> PartyMention:
    """The mention marked locative when "in" stands before it: a capital then is mostly just the place."""
    if mention.form not in PLACES or mention.grammar not in (None, "locative"):
        return mention
    if mention.grammar is None and not index.after_in(text, mention.start):
        return mention
    return replace(mention, grammar="locative", weight=PLACES[mention.form])


def each_of(hit: Hit) -> list[PartyMention]:
    """日比 as two mentions of one letter each; of 英豪との the last holds what follows the letters."""
    form, weight, joined = hit.meaning.form, hit.meaning.weight, hit.meaning.joined
    ends = [*range(hit.start + 1, hit.start + len(joined)), hit.end]
    pair_id = hit.start if form == "compound" else None
    return [
        PartyMention(code=code, start=at, end=end, form=form, weight=weight, pair_id=pair_id)
        for code, at, end in zip(joined, range(hit.start, hit.end), ends, strict=False)
    ]
