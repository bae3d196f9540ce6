"""The language of searches: words, "phrases", beginnings*, AND, OR, NOT, brackets, and fields.

    угода AND (Данія OR Норвегія) NOT газ party:UA stage:signed since:2024-01 lang:uk

Words side by side are all wanted. Nothing that is typed is ever an operator of a database.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from monitor.config.problems import advice
from monitor.searching.words import is_unspaced, query_words

FIELDS = ("party", "pair", "stage", "instrument", "since", "until", "lang", "tier", "source")
LONGEST = 1000
MOST_WORDS = 40
DEEPEST = 10

_TOKEN = re.compile(
    r'\s*(?:(?P<open>\()|(?P<close>\))|(?P<minus>-(?=[\w"(]))|"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s()"]+))'
)
_FIELD = re.compile(r"([a-z_]{2,20}):(.+)", re.DOTALL)


class QueryError(ValueError):
    """A search that cannot be understood. `at` is where, counted from 0."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(f"{reason} (at character {at + 1})")
        self.reason = reason
        self.at = at


@dataclass(frozen=True, slots=True)
class Words:
    """One word, or several that stand together; `exact`: as it is written, no other form of it."""

    words: tuple[str, ...]
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    parts: tuple["Asked", ...]


@dataclass(frozen=True, slots=True)
class Together:
    """All of these, and none of `without`."""

    parts: tuple["Asked", ...]
    without: tuple["Asked", ...] = ()


Asked: TypeAlias = Words | Either | Together


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a search asks for: words, if any, and fields."""

    asked: Asked | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # open, close, and, or, not, phrase, word, field, end
    text: str
    at: int


def parse(text: str) -> Query:
    """What that search asks for. Raises QueryError, which says where and why."""
    if len(text) > LONGEST:
        raise QueryError(f"a search has at most {LONGEST} characters", LONGEST)
    return _Parser(list(_tokens(text))).query()


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while match := _TOKEN.match(text, at):
        kind = match.lastgroup or "word"
        start = match.start("phrase") - 1 if kind == "end" else match.start(kind)
        if kind == "end" and not match["end"]:
            raise QueryError("this quotation has no end", start)
        yield _token(kind, match, start)
        at = match.end()
    yield _Token("end", "", len(text))


def _token(kind: str, match: re.Match[str], at: int) -> _Token:
    if kind == "end":
        return _Token("phrase", match["phrase"], at)
    if kind == "minus":
        return _Token("not", "-", at)
    text = match[kind]
    if kind == "word" and text in ("AND", "OR", "NOT"):
        return _Token(text.lower(), text, at)
    return _Token("field" if kind == "word" and _FIELD.fullmatch(text) else kind, text, at)


class _Parser:
    """Recursive descent: either := all ("OR" all)*, all := ("AND"? "NOT"? one)*, one := word | (either)."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._words = 0
        self._fields: dict[str, str] = {}

    def query(self) -> Query:
        asked = self._either(0)
        if self._peek.kind == "close":
            raise QueryError("this bracket closes nothing", self._peek.at)
        return Query(asked=asked, fields=self._fields)

    @property
    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._peek
        self._next += 1
        return token

    def _either(self, depth: int) -> Asked | None:
        fields, start = len(self._fields), self._peek.at
        parts = [self._all(depth)]
        while self._peek.kind == "or":
            at = self._take().at
            parts.append(self._all(depth))
            if len(self._fields) > fields:
                break
            if parts[-1] is None or parts[-2] is None:
                raise QueryError("OR needs something to find on both its sides", at)
        found = [part for part in parts if part is not None]
        if (len(parts) > 1 or depth) and len(self._fields) > fields:
            raise QueryError("fields cannot stand in brackets or beside OR", start)
        return Either(tuple(found)) if len(found) > 1 else (found[0] if found else None)

    def _all(self, depth: int) -> Asked | None:
        parts: list[Asked] = []
        without: list[Asked] = []
        start = self._peek.at
        while (token := self._peek).kind not in ("or", "close", "end"):
            if token.kind == "and":
                self._needs_more(self._take(), bool(parts or without or self._fields))
                continue
            if token.kind == "not":
                self._needs_more(self._take(), here=True)
            part = self._one(depth)
            if part is not None:
                (without if token.kind == "not" else parts).append(part)
        if without and not parts:
            raise QueryError("a search needs something to find, not only what to leave out", start)
        if len(parts) == 1 and not without:
            return parts[0]
        return Together(tuple(parts), tuple(without)) if parts else None

    def _needs_more(self, operator: _Token, here: bool) -> None:
        if not here or self._peek.kind not in ("open", "phrase", "word", "field", "not"):
            raise QueryError(f"{operator.text} needs something on both its sides", operator.at)
        if operator.kind == "not" and self._peek.kind in ("field", "not"):
            raise QueryError("only words can be left out", operator.at)

    def _one(self, depth: int) -> Asked | None:
        token = self._take()
        if token.kind == "field":
            self._field(token)
            return None
        if token.kind == "open":
            return self._bracket(token, depth)
        return self._leaf(token)

    def _bracket(self, token: _Token, depth: int) -> Asked | None:
        if depth >= DEEPEST:
            raise QueryError("brackets go too deep", token.at)
        inside = self._either(depth + 1)
        if self._take().kind != "close":
            raise QueryError("this bracket is not closed", token.at)
        return inside

    def _leaf(self, token: _Token) -> Asked | None:
        words = tuple(query_words(token.text))
        self._words += len(words)
        if self._words > MOST_WORDS:
            raise QueryError(f"a search has at most {MOST_WORDS} words", token.at)
        if not words:
            return None
        # One character of Chinese, Japanese or Korean is indexed only with the one behind it.
        single = len(words[-1]) == 1 and is_unspaced(words[-1])
        starred = token.kind == "word" and token.text.endswith("*")
        return Words(words, prefix=single or starred, exact=token.kind == "phrase" or len(words) > 1)

    def _field(self, token: _Token) -> None:
        name, _, value = token.text.partition(":")
        if name not in FIELDS:
            raise QueryError(
                f'there is no field "{name}"{advice(name, FIELDS)}; text goes in quotes', token.at
            )
        if name in self._fields:
            raise QueryError(f"{name} is given twice", token.at)
        self._fields[name] = value
