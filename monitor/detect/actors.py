"""Who acts in a sentence: party mentions gathered into actors and lists, each with the part it plays.

"British Prime Minister Rishi Sunak" is one actor; "Canada and Italy" is a list of two. A country
that is only a place, a member of something or a bystander ("since Russia's invasion") is no actor.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from monitor.detect.lexicon import Lexicon
from monitor.detect.naming import OUT, Actor, dated, is_name, merged, named
from monitor.detect.parties import PartyMention
from monitor.detect.patterns import Match
from monitor.detect.tokens import Sentence, Word
from monitor.terms import Party

_PARTS = OUT | {"institutions", "forces"}
_JOINING = frozenset({"with", "between", "by"})
_BLOCS = frozenset({"EU", "NATO"})


@dataclass(slots=True, kw_only=True)
class Listed:
    """Actors that the sentence coordinates ("A, B and C"); one alone is a list of one."""

    actors: list[Actor]
    parts: set[str] = field(default_factory=set)

    @property
    def start(self) -> int:
        return self.actors[0].start

    @property
    def left(self) -> int:
        return self.actors[0].left

    @property
    def end(self) -> int:
        return self.actors[-1].end

    @property
    def codes(self) -> tuple[Party, ...]:
        """The distinct parties in it, in text order."""
        return tuple(dict.fromkeys(actor.code for actor in self.actors))


def actors_of(
    sentence: Sentence, mentions: Sequence[PartyMention], marks: Sequence[Match], lexicon: Lexicon
) -> tuple[list[Actor], list[Listed]]:
    """The actors of a sentence in text order, and the lists they form (those that act, only)."""
    words = sentence.words
    titles = _covered(marks, "titles")
    joiners = _covered(marks, "joiners")
    actors = merged(named(words, mentions), words, titles, dated(marks), lexicon)
    if sentence.field == "text" and _is_place_line(words, actors):
        actors[0].parts.add("places")
    if lexicon.place_cases:
        for actor in actors:
            actor.parts |= {"places"} if actor.grammar == "locative" else set()
    _play_by_ending(actors, words, lexicon, OUT)
    _play(actors, words, lexicon, _PARTS)
    _share_place(actors, words, joiners)
    if not lexicon.cases:
        _share_aside(actors, words, joiners)
    listed = _lists([a for a in actors if a.acts], words, titles, joiners, lexicon)
    if (sentence.field == "text" or lexicon.noun_first) and not _lists_by_comma(sentence, lexicon):
        listed = [part for one in listed for part in _unless_by_comma_alone(one, words, joiners)]
    _play(listed, words, lexicon, _JOINING)
    _play_by_ending(listed, words, lexicon, _JOINING)
    for one in listed:
        for actor in one.actors:
            actor.parts |= one.parts
    return actors, listed


def _is_place_line(words: Sequence[Word], actors: Sequence[Actor]) -> bool:
    """ "PARIS, 9 May", and no state that is called by its letters ("КНДР ратифицировала")."""
    if not actors or actors[0].start or not words[0].raw.isupper() or len(words[0].raw) <= 3:
        return False
    end = actors[0].end
    return actors[0].forms == {"capital"} or end == len(words) or words[end].gap > 0


def _covered(marks: Sequence[Match], tag: str) -> frozenset[int]:
    return frozenset(i for m in marks if m.tag == tag for i in range(m.start, m.end))


def _ends(items: Sequence[Actor] | Sequence[Listed], count: int) -> list[int]:
    """For each word where the item that begins there, or whose titles do, ends; 0 elsewhere."""
    ends = [0] * count
    for item in items:
        for at in range(item.left, item.start + 1):
            ends[at] = item.end
    return ends


def _play(
    items: Sequence[Actor] | Sequence[Listed], words: Sequence[Word], lexicon: Lexicon, wanted: frozenset[str]
) -> None:
    """Marks each actor or list with the parts that the patterns around it give."""
    if not items:
        return
    matches = list(lexicon.around.find(words, _ends(items, len(words))))
    for match in matches:
        if match.tag in wanted:
            for item in [one for one in items if match.start <= one.start < match.end][-1:]:
                if any(
                    (
                        _is_company(item, match, matches),
                        _is_cut_off(item, match, words),
                        _leads(match, matches),
                    )
                ):
                    continue
                if match.tag == "with" and lexicon.cases and _is_origin(item, match.start):
                    item.parts.add("places")
                elif _may_play(match.tag, item, governed=lexicon.cases and match.start < item.left):
                    item.parts.add(match.tag)


def _is_company(item: Actor | Listed, place: Match, matches: Sequence[Match]) -> bool:
    """Italian "insieme a Zelensky": a person, named by the preposition of a place inside a longer "with"."""
    person = isinstance(item, Actor) and place.tag == "places" and "leader" in item.forms
    return person and any(
        m.tag == "with" and m.start + 1 == place.start and m.end == place.end for m in matches
    )


def _is_cut_off(item: Actor | Listed, match: Match, words: Sequence[Word]) -> bool:
    """ "a pact on the status of forces, France and Poland …": a comma parts the name from what would set it
    aside."""
    return match.tag in OUT and match.start < item.left and words[item.left].gap == 1


def _leads(company: Match, matches: Sequence[Match]) -> bool:
    """Whether a "with" is the end of a longer phrase for the doer: "a delegation headed (in Polish: with, at
    its head) by the ministers of A and B"."""
    return company.tag == "with" and any(
        m.tag == "by" and m.start < company.start and m.end == company.end for m in matches
    )


def _share_place(actors: Sequence[Actor], words: Sequence[Word], joiners: frozenset[int]) -> None:
    """ "in Berlin and Paris": what a capital is taken for holds for the capitals listed with it. Through a
    comma only where the list ends the sentence ("In Brussels, Paris and Berlin signed" is another matter)."""
    for at, first in enumerate(actors):
        if first.forms != {"capital"} or not first.parts & OUT:
            continue
        chain, comma = [first], False
        for actor in actors[at + 1 :]:
            between = range(chain[-1].end, actor.left)
            breaks = [words[i].gap for i in range(chain[-1].end, actor.left + 1)]
            by_comma = not between and breaks == [1]
            if actor.forms != {"capital"} or not (
                by_comma or (between and set(between) <= joiners and not any(breaks))
            ):
                break
            chain.append(actor)
            comma = comma or by_comma
        if not comma or chain[-1].end == len(words):
            for actor in chain[1:]:
                actor.parts |= first.parts & OUT


def _share_aside(actors: list[Actor], words: Sequence[Word], joiners: frozenset[int]) -> None:
    """ "like France and Germany": what stands aside with one holds for the other that "and" joins to it."""
    for first, second in pairwise(actors):
        between = range(first.end, second.left)
        breaks = any(words[i].gap for i in range(first.end, second.left + 1) if i < len(words))
        if first.parts == {"bystanders"} and between and set(between) <= joiners and not breaks:
            second.parts.add("bystanders")


def _play_by_ending(
    items: Sequence[Actor] | Sequence[Listed], words: Sequence[Word], lexicon: Lexicon, wanted: frozenset[str]
) -> None:
    """Marks each actor or list with the part that the ending of its last name gives ("Ukrayna'yla": with)."""
    for part, endings in lexicon.endings:
        for item in items if part in wanted else ():
            last = item.actors[-1] if isinstance(item, Listed) else item
            if any(word.form.endswith(endings) for word in words[last.start : last.end]):
                item.parts.add(part)


def _may_play(part: str, item: Actor | Listed, *, governed: bool) -> bool:
    """Only the EU and NATO are joined; a name in the nominative is not governed by the noun before it."""
    if part == "memberships":
        return bool(_BLOCS.intersection(_codes_of(item)))
    nominative = isinstance(item, Actor) and item.grammar is None
    return not (part == "bystanders" and governed and nominative)


def _is_origin(item: Actor | Listed, preposition: int) -> bool:
    """Polish "z", Ukrainian "з" before a genitive is "from" (z Francji), not "with" (z Francją)."""
    first = item.actors[0] if isinstance(item, Listed) else item
    return first.grammar == "genitive" and first.start == preposition + 1


def _codes_of(item: Actor | Listed) -> tuple[Party, ...]:
    return item.codes if isinstance(item, Listed) else (item.code,)


def _lists(
    actors: list[Actor],
    words: Sequence[Word],
    titles: frozenset[int],
    joiners: frozenset[int],
    lexicon: Lexicon,
) -> list[Listed]:
    lists: list[Listed] = []
    for actor in actors:
        beside = lists and _is_beside(words, lists[-1], actor, lexicon)
        if beside or (lists and _is_joined(words, lists[-1], actor.left, titles, joiners)):
            lists[-1].actors.append(actor)
        else:
            lists.append(Listed(actors=[actor]))
    return lists


def _unless_by_comma_alone(listed: Listed, words: Sequence[Word], joiners: frozenset[int]) -> list[Listed]:
    """In running text two names with only a comma between are no list ("With Trudeau, Zelensky said")."""
    if len(listed.actors) != 2 or any(i in joiners for i in range(listed.start, listed.end)):
        return [listed]
    first, second = listed.actors
    if second.left == first.end and words[second.left].gap == 0:
        return [listed]
    return [Listed(actors=[actor]) for actor in listed.actors]


def _lists_by_comma(sentence: Sentence, lexicon: Lexicon) -> bool:
    """Japanese and Chinese text lists by its comma; a headline puts it behind who acts ("日本、英国と")."""
    return lexicon.spaceless and sentence.field == "text"


def _is_beside(words: Sequence[Word], before: Listed, actor: Actor, lexicon: Lexicon) -> bool:
    """Whether names with nothing between them are a list: where no spaces are written (英豪との), or where
    "and" is written together with the second (قطر وتركيا)."""
    if actor.left != before.end or words[actor.left].gap:
        return False
    if lexicon.joining and words[actor.left].form.startswith(lexicon.joining):
        return True
    return lexicon.spaceless and actor.forms == before.actors[-1].forms == {"name"}


def _is_joined(
    words: Sequence[Word], before: Listed, end: int, titles: frozenset[int], joiners: frozenset[int]
) -> bool:
    """Whether an actor at word `end` goes on with the list. After "and" a comma alone no longer does."""
    start = before.end
    if end < start or end >= len(words) or any(words[i].gap == 2 for i in range(start, end + 1)):
        return False
    comma = any(words[i].gap == 1 for i in range(start, end + 1))
    joined = any(i in joiners for i in range(start, end))
    named = False
    for i in range(start, end):
        if i in titles:
            named = True
        elif i in joiners:
            named = False
        elif not (named and is_name(words[i])):
            return False
    closed = any(i in joiners for i in range(before.start, before.end))
    return joined or (comma and not closed)
