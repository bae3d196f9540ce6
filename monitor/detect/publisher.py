"""Whose "we" an official page speaks with: the country of a government's own address."""

from urllib.parse import urlsplit

from monitor.terms import Party

OFFICIAL_KINDS = frozenset({"official", "parliament", "government", "presidential-office"})
_NOT_BY_LETTERS = {"uk": "GB", "gov": "US", "mil": "US", "eu": "EU"}
_HOSTS = {"nato.int": "NATO"}
_NO_COUNTRY = frozenset({"io", "tv", "me", "co", "ai", "int", "su"})


def country_of(url: str | None, source_kind: str | None) -> Party | None:
    """The party that an official source's address stands for (.gov is the US, .gov.pl Poland, .eu the EU);
    None for other kinds of source, and where the address does not tell."""
    if not url or source_kind not in OFFICIAL_KINDS:
        return None
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    if host in _HOSTS:
        return _HOSTS[host]
    last = host.rpartition(".")[2]
    if last in _NOT_BY_LETTERS:
        return _NOT_BY_LETTERS[last]
    return last.upper() if len(last) == 2 and last not in _NO_COUNTRY else None
