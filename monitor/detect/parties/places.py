"""Gives the towns of a text where a step may have happened: capitals and the usual venues."""

from collections.abc import Iterator
from functools import cache

from monitor.detect.parties.context import is_party, place_line_end
from monitor.detect.parties.index import (
    Index,
    Meaning,
    inflected,
    trap_phrases,
)
from monitor.detect.parties.lists import OTHER_SCRIPTS, read, wording
from monitor.detect.parties.mention import PlaceMention
from monitor.detect.parties.scan import scan
from monitor.detect.parties.tags import known_language


def places_of(text: str, language: str) -> tuple[PlaceMention, ...]:
    """The towns and venues that a text names, in text order, by their English names.

    A reporter's place line ("KYIV, March 3 (Reuters) —") is left out. `locative` says that "in" stands
    before the name or in its ending: there something happens, rather than somebody acts.
    """
    code = known_language(language)
    if code is None:
        return ()
    index = place_index(code)
    found: list[PlaceMention] = []
    ended = -2
    for hit in scan(text, index):
        line_end = place_line_end(text, hit)
        if line_end is None and hit.start >= ended and hit.meaning.code and is_party(text, hit, ended):
            found.append(
                PlaceMention(
                    name=hit.meaning.form,
                    code=hit.meaning.code,
                    start=hit.start,
                    end=hit.end,
                    locative=hit.grammar == "locative" or index.after_in(text, hit.start),
                )
            )
        ended = max(ended, line_end or hit.end)
    return tuple(found)


@cache
def place_index(language: str) -> Index:
    """Towns only; a meaning's form is the English name."""
    words, index = wording(language), Index(language)
    guards = {form: guard for guard, forms in words.guards.items() for form in forms}
    for forms, meaning in trap_phrases(language, words):
        index.add(forms, meaning)
    for state, name, text in (*venues(language), *capitals(language)):
        guard = guards.get(text)
        forms = inflected(text, language, words.noun_rules)
        if guard != "never" and forms:
            index.add(forms, Meaning(state, name, 1.0, guard))
    index.place_words = words.place_words
    index.finish()
    return index


def venues(language: str) -> Iterator[tuple[str, str, str]]:
    """(state, English name, name in the language) of data/venues.yaml."""
    latin = language not in OTHER_SCRIPTS
    for name, known in read("venues.yaml").items():
        for text in [name, *known.get("latin", ())] if latin else known.get(language, ()):
            yield known["state"], name, text


def capitals(language: str) -> Iterator[tuple[str, str, str]]:
    """(state, English name, name in the language) of every capital."""
    english = wording("en").capitals
    for state, texts in wording(language).capitals.items():
        for text in texts:
            if text != "-" and state != "EU" and english.get(state):
                yield state, english[state][0], text
