"""What a page is asked for: filters from its address, and the parties that there are to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.filters import WrongFilterError, filter_of
from monitor.web.pages.asked import Asked
from storage import Reader
from storage.records import Filter

USUAL_PARTY = "UA"
# `lang` chooses the page's own language: an article's is asked for under another name.
NAMES = {"lang_of": "lang"}
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The filter of an address, or what is wrong with it (and then a filter without any condition)."""

    wanted: Filter
    error: str | None = None


def chosen(ask: Asked, *names: str, limit: int, state: str | None = None) -> Chosen:
    """The filter that the named parts of the address come to."""
    given = {NAMES.get(name, name): ask.param(name) for name in names}
    try:
        wanted = filter_of(now=ask.now, limit=limit, before=ask.number("before"), state=state, **given)
    except WrongFilterError as error:
        return Chosen(wanted=Filter(limit=limit), error=str(error))
    return Chosen(wanted=wanted)


def party_choices(ask: Asked, reader: Reader) -> Choices:
    """(code, name) of every party that has an agreement, by name."""
    named = [(code, ask.words.party(code)) for code in reader.parties()]
    return sorted(named, key=lambda choice: choice[1].casefold())


def party_of(ask: Asked, choices: Choices) -> str:
    """The party that the address chooses; else the one that is watched, else Ukraine, else the first."""
    known = [code for code, _ in choices]
    wished = (ask.param("party") or "").upper()
    watched = ask.context.config.watch.parties or ()
    for code in (wished, *watched, USUAL_PARTY):
        if code in known:
            return code
    return known[0] if known else USUAL_PARTY
