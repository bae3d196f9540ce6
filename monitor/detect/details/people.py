"""People that a sentence names: the name as it stands, the office before it, the party it is of."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.detect.claims import SentenceReading
from monitor.detect.parties import PartyMention
from monitor.detect.tokens import Word
from monitor.terms import Party

LONGEST = 5  # words of a name
_LITTLE = 4  # letters of a preposition or an article
_PARTICLES = frozenset(
    {
        "de",
        "del",
        "della",
        "di",
        "da",
        "du",
        "dos",
        "das",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "zu",
    }
    | {"af", "av", "al", "el", "bin", "ibn", "ben"}
)
# Marks of words that are no part of a name, whatever their capital.
_NO_NAMES = ("titles", "joiners", "month:", "weekday:", "day:", "instrument:", "fields", "step:", "reporting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person: the phrase is words `left` to `right`, the name words `start` to `end`."""

    left: int
    start: int
    end: int
    right: int
    party: Party | None = None


def people_of(
    reading: SentenceReading, mentions: Sequence[PartyMention], *, nouns_capital: bool = False
) -> list[Person]:
    """The people that the sentence names, in order: names of several words, and known office holders.

    `mentions` are the sentence's parties, as characters into the field. Where every noun has a capital, a
    name needs an office or a party before it.
    """
    return _Sentence(reading, mentions).people(nouns_capital=nouns_capital)


def lists_of(people: Sequence[Person], reading: SentenceReading) -> list[list[Person]]:
    """The people in lists: those that stand side by side, with nothing but a comma or "and" between."""
    words = reading.sentence.words
    joiners = _covered(reading, ("joiners",))
    listed: list[list[Person]] = []
    for one in people:
        before = listed[-1][-1] if listed else None
        between = range(before.right, one.left) if before else range(0)
        if (
            before
            and _joins(between, words, joiners)
            and (between or words[one.left].gap == 1)
            and words[one.left].gap < 2
        ):
            listed[-1].append(one)
        else:
            listed.append([one])
    return listed


def _joins(between: range, words: Sequence[Word], joiners: frozenset[int]) -> bool:
    """Whether only "and" stands between, perhaps with a preposition: "dalla presidente X e dal premier Y"."""
    rest = [words[at] for at in between if at not in joiners]
    little = all(len(word.raw) <= _LITTLE and word.raw.islower() for word in rest)
    return little and len(rest) <= 2 and (len(rest) < len(between) or not rest)


class _Sentence:
    def __init__(self, reading: SentenceReading, mentions: Sequence[PartyMention]) -> None:
        self.words = reading.sentence.words
        self.titles = _covered(reading, ("titles",))
        self.no_names = _covered(reading, _NO_NAMES)
        self.parties: dict[int, Party] = {}  # words that name a party, but no person
        self.leaders: dict[int, Party] = {}
        self.towns: set[int] = set()  # where it happened, not whose president it is
        for mention in mentions:
            for at, word in enumerate(self.words):
                if word.start < mention.end and word.end > mention.start:
                    (self.leaders if mention.form == "leader" else self.parties)[at] = mention.code
                    self.towns |= {at} if mention.form in ("capital", "seat") else set()
        self.titles -= self.leaders.keys()  # some lexicons take a leader's given name for a title
        self.no_names -= self.leaders.keys()

    def people(self, *, nouns_capital: bool) -> list[Person]:
        found: list[Person] = []
        at = 0
        while at < len(self.words):
            end = self._name_end(at)
            known = any(i in self.leaders for i in range(at, end))
            if self._is_whole(at, end) or known:
                one = self._person(at, end, after=found[-1].right if found else 0)
                if known or one.left < one.start or not nouns_capital:
                    found.append(one)
                    end = one.right
            at = max(end, at + 1)
        return found

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether it has two words that are more than initials."""
        return sum(len(word.raw) > 1 and word.raw[:1].isupper() for word in self.words[start:end]) >= 2

    def _name_end(self, start: int) -> int:
        """Where the name that begins at this word ends; `start` itself where none does."""
        end = start
        for at in range(start, min(start + LONGEST, len(self.words))):
            word = self.words[at]
            if at > start and word.gap:
                break
            if self._may_name(at):
                end = at + 1
            elif not (at > start and word.form in _PARTICLES):
                break
        return end

    def _may_name(self, at: int) -> bool:
        raw = self.words[at].raw
        plain = at not in self.no_names and at not in self.parties
        return plain and raw[:1].isupper() and (len(raw) == 1 or not raw.isupper()) and not raw[:1].isdigit()

    def _person(self, start: int, end: int, after: int) -> Person:
        left, right = start, end
        while left > after and not self.words[left].gap:
            if self._describes(left - 1):
                left -= 1
            elif left - 1 > after and left < start and self._is_office(left - 1):
                left -= 2
            else:
                break
        if left == start and self.words[start].gap == 1:
            left = self._office_before(start, after)
        if right < len(self.words) and self.words[right].gap <= 1 and self._describes(right):
            right += 1
            while right < len(self.words) and not self.words[right].gap and self._describes(right):
                right += 1
        named = {self.parties[at] for at in (*range(left, start), *range(end, right)) if at in self.parties}
        known = {self.leaders[at] for at in range(start, end) if at in self.leaders}
        party = next(iter(named or known)) if len(named or known) == 1 else None
        return Person(left=left, start=start, end=end, right=right, party=party)

    def _office_before(self, start: int, after: int) -> int:
        """Where the office begins that a comma parts from the name: "el presidente de Ucrania, X Y"."""
        left = start
        while left > after and self._describes(left - 1) and (left == start or not self.words[left].gap):
            left -= 1
        described = range(left, start)
        is_office = any(at in self.titles for at in described) and any(at in self.parties for at in described)
        return left if is_office else start

    def _is_office(self, at: int) -> bool:
        """ "head of the Office of the President": a word with a capital amid the titles."""
        capital = self.words[at].raw[:1].isupper() and not self.words[at].gap
        return capital and self._describes(at - 1)

    def _describes(self, at: int) -> bool:
        return at in self.titles or (at in self.parties and at not in self.towns)


def text_of(words: Sequence[Word], start: int, end: int, source: str) -> str:
    """The words `start` to `end` as they stand in the text."""
    return source[words[start].start : words[end - 1].end] if end > start else ""


def _covered(reading: SentenceReading, tags: tuple[str, ...]) -> frozenset[int]:
    return frozenset(i for m in reading.marks if m.tag.startswith(tags) for i in range(m.start, m.end))
