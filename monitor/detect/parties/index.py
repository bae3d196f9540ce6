"""The index of one language: every form of every name, ready to be looked up word by word."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from monitor.detect.parties.folding import fold_text, fold_word
from monitor.detect.parties.inflect import Forms, first_half, inflect
from monitor.detect.parties.leaders import Office, offices
from monitor.detect.parties.lists import OTHER_SCRIPTS, Wording, read, wording

WORD = re.compile(r"\w+")
WITHOUT_SPACES = frozenset({"ja", "zh", "ko"})
WEIGHTS = {
    "name": 1.0, "adjective": 0.9, "half": 0.9, "compound": 0.95, "ministry": 0.9, "seat": 0.8, "own": 0.8,
    "capital": 0.6, "demonym": 0.6, "leader": 0.75,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for. No code: words that look like a party and name none."""

    code: str | None
    form: str = "name"
    weight: float = 1.0
    guard: str | None = None
    offices: tuple[Office, ...] = ()  # whoever bears the name, the latest in office first
    joined: tuple[str, ...] = ()  # 日比: the states of one word


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a form means, and the forms allowed at each word after the second."""

    rest: tuple[Forms, ...]
    meaning: Meaning
    grammar: str | None


@dataclass(slots=True)
class Start:
    """What may follow a phrase's first word: nothing, or a second word and then the rest."""

    alone: Phrase | None = None
    more: dict[str, list[Phrase]] | None = None


@dataclass(slots=True)
class Index:
    """Forms of one language, by a phrase's first word."""

    language: str
    words: dict[str, Start] = field(default_factory=dict)
    place_words: frozenset[str] = frozenset()
    firsts: re.Pattern[str] | None = None  # where a form may start, for languages without spaces
    lengths: dict[str, list[int]] = field(default_factory=dict)  # and how long they are, longest first

    def add(self, forms: list[Forms], meaning: Meaning) -> None:
        """One phrase, given the forms of each of its words. What came first keeps its place."""
        rest = tuple(forms[2:])
        by_case = {case: Phrase(rest, meaning, case) for case in forms[0].values()}
        for form, case in forms[0].items():
            start = self.words.setdefault(form, Start())
            if len(forms) == 1:
                start.alone = start.alone or by_case[case]
                continue
            start.more = start.more or {}
            for second in forms[1]:
                longer = start.more.setdefault(second, [])
                if not any(known.rest == rest for known in longer):
                    longer.append(by_case[case])

    def after_in(self, text: str, start: int) -> bool:
        """Whether the word before `start` is one of the language's "in", "at", "near"."""
        before = text[max(0, start - 12) : start]
        words = before.split()
        return before[-1:] == " " and bool(words) and words[-1].lower() in self.place_words

    def finish(self) -> None:
        """Puts longer phrases first, and keeps equal starts once: most forms share theirs."""
        shared: dict[int, Start] = {}
        for form, start in self.words.items():
            if start.more is None:
                self.words[form] = shared.setdefault(id(start.alone), start)
            for phrases in (start.more or {}).values():
                phrases.sort(key=lambda phrase: -len(phrase.rest))
        if self.language in WITHOUT_SPACES:
            for length, first in sorted({(len(form), form[0]) for form in self.words}, reverse=True):
                self.lengths.setdefault(first, []).append(length)
            self.firsts = re.compile(f"[{re.escape(''.join(self.lengths))}]")


def whole(text: str, language: str) -> list[Forms]:
    """A phrase that does not inflect, as forms; languages without spaces keep it in one piece."""
    if language in WITHOUT_SPACES:
        return [{fold_text(text, language): None}]
    return [{fold_word(word, language): None} for word in WORD.findall(fold_text(text, language))]


def inflected(text: str, language: str, rules: Mapping[str, str]) -> list[Forms]:
    """A phrase whose every word takes the forms of its paradigm."""
    if language in WITHOUT_SPACES:
        return whole(text, language)
    words = WORD.findall(fold_text(text, language))
    forms = [{fold_text(f, language): case for f, case in inflect(word, rules).items()} for word in words]
    return with_prefixes(forms) if language == "ar" else forms


def with_prefixes(forms: list[Forms]) -> list[Forms]:
    """An Arabic phrase with the particles written together with its first word (و ف ب ل ك)."""
    first: Forms = {}
    for form, case in forms[0].items() if forms else ():
        first |= {prefix + form: case for prefix in ("", "و", "ف", "ب", "ل", "ك", "وب", "ول")}
        bare = form.removeprefix("ال")
        first |= {prefix + bare: case for prefix in ("لل", "ولل")} if bare != form else {}
    return [first, *forms[1:]]


def defined(texts: Iterable[str], language: str) -> Iterator[str]:
    """Arabic adjectives with and without the article; those of other languages as they are."""
    for text in texts:
        yield text
        if language == "ar":
            yield " ".join(f"ال{word}" for word in text.split())


@cache
def index_of(language: str) -> Index:
    """The finished index; built at the first use of a language, in some 10-60 ms."""
    words, index = wording(language), Index(language)
    guards = {form: guard for guard, forms in words.guards.items() for form in forms}
    for forms, meaning in all_phrases(language, words, guards):
        if meaning.guard != "never" and forms:
            index.add(forms, meaning)
    index.place_words = words.place_words
    index.finish()
    return index


def all_phrases(
    language: str, words: Wording, guards: Mapping[str, str]
) -> Iterator[tuple[list[Forms], Meaning]]:
    """Traps first, then the surest kinds of name: the first to claim a phrase keeps it."""
    yield from trap_phrases(language, words)
    names = words.noun_rules
    lists = (
        ("name", words.names, names),
        ("adjective", words.adjectives, words.adjective_rules),
        ("ministry", words.ministries, names),
        ("seat", seats(language), names),
        ("capital", words.capitals, names),
        ("demonym", words.demonyms, names),
    )
    for form, listed, rules in lists:
        for code, texts in listed.items():
            for text in defined(spelled_out(texts), language) if form == "adjective" else spelled_out(texts):
                guard = guards.get(text)
                weight = 0.6 if guard == "weak" else WEIGHTS[form]
                meaning = Meaning(code, form, weight, None if guard == "weak" else guard)
                yield inflected(text, language, rules), meaning
    yield from half_phrases(language, words)
    yield from pair_phrases(words)
    yield from leader_phrases(language, words)
    for text in words.own:
        yield whole(text, language), Meaning("OWN", "own", WEIGHTS["own"])


def trap_phrases(language: str, words: Wording) -> Iterator[tuple[list[Forms], Meaning]]:
    """Phrases that look like a party and name none; they swallow the name inside."""
    for first, continuations in words.traps.items():
        for more in continuations:
            yield inflected(first if more == "-" else f"{first} {more}", language, {}), Meaning(None)
    for text in read("traps.yaml")["latin"] if language not in OTHER_SCRIPTS else ():
        yield inflected(text, language, {}), Meaning(None)
    rules = {**words.adjective_rules, **words.noun_rules}
    for text in words.trap_phrases:
        yield inflected(text, language, rules), Meaning(None)


def spelled_out(texts: Iterable[str]) -> Iterator[str]:
    """CLDR's "Myanmar (Burma)" as its two names; others as they are."""
    for text in texts:
        yield from (part.rstrip(")") for part in text.split(" ("))


@cache
def seat_names() -> dict[str, dict[str, list[str]]]:
    """Code -> language or "latin" -> seats, as data/seats.yaml has them."""
    return read("seats.yaml")


def seats(language: str) -> dict[str, tuple[str, ...]]:
    """Seats of government and what they are called, in the language or in all of its script."""
    found: dict[str, tuple[str, ...]] = {}
    for code, by_language in seat_names().items():
        keys = (language,) if language in OTHER_SCRIPTS else (language, "latin")
        found[code] = tuple(name for key in keys for name in by_language.get(key, ()))
    return found


def half_phrases(language: str, words: Wording) -> Iterator[tuple[list[Forms], Meaning]]:
    """First halves of hyphenated pairs: by rule from the adjectives, and those that no rule gives."""
    for code, texts in words.adjectives.items():
        for text in texts:
            half = first_half(text, words.half_rules)
            if half:
                yield whole(half, language), Meaning(code, "half", WEIGHTS["half"])
    for code, texts in words.halves.items():
        for text in texts:
            yield whole(text, language), Meaning(code, "half", WEIGHTS["half"])


def pair_phrases(words: Wording) -> Iterator[tuple[list[Forms], Meaning]]:
    """States written together, one letter each (日比, 한미일); with a companion (英豪との) each by itself."""
    codes = {letter: code for code, letters in words.letters.items() for letter in letters}
    for text in words.pairs:
        joined = tuple(codes[letter] for letter in text)
        for written in (text, "・".join(text)):
            yield [{written: None}], Meaning(joined[0], "compound", WEIGHTS["compound"], joined=joined)
        for mark in words.companions if not set(text) & set(words.home_letters) else ():
            yield [{text + mark: None}], Meaning(joined[0], "name", WEIGHTS["half"], joined=joined)


def leader_phrases(language: str, words: Wording) -> Iterator[tuple[list[Forms], Meaning]]:
    """Office holders by surname and by full name, in the spelling of the language or its script."""
    rules = {**words.adjective_rules, **words.noun_rules}
    bearers: dict[str, list[Office]] = {}
    for office in offices():
        for text in spellings_of(office, "latin" if language not in OTHER_SCRIPTS else language):
            bearers.setdefault(text, []).append(office)
    for text, known in bearers.items():
        known.sort(key=lambda office: office.terms[-1], reverse=True)
        forms = inflected(text, language, rules)
        if " " in text and not known[0].needs_given:  # the surname alone is listed as well
            forms = [*whole(text, language)[:-1], forms[-1]]
        weight = 0.9 if len(forms) > 1 else WEIGHTS["leader"]
        yield forms, Meaning(known[0].code, "leader", weight, offices=tuple(known))


def spellings_of(office: Office, script: str) -> Iterator[str]:
    """Surname alone (unless it needs the given name), full name, and names that stand by themselves."""
    for surname in office.spellings.get(script, ()):
        if script == "latin" and office.given:
            yield f"{office.given} {surname}"
        if not (script == "latin" and office.needs_given):
            yield surname
    if script == "latin":
        yield from office.spellings.get("alone", ())
