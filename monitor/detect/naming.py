"""How a sentence names a party: mentions with their titles and names, those of one party together as one."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.detect.lexicon import Lexicon
from monitor.detect.parties import PartyMention
from monitor.detect.patterns import Match
from monitor.detect.tokens import Word
from monitor.terms import Party

OUT = frozenset({"places", "bystanders", "memberships"})
_LONGEST_NAME = 5
_LONGEST_TOWN = 3


@dataclass(slots=True, kw_only=True)
class Actor:
    """One party as a sentence names it: words `start` to `end`, the forms used, the parts it plays
    ("with", "between", "by", "places", "bystanders", "memberships")."""

    code: Party
    start: int
    end: int
    left: int  # where the titles before the name begin ("Prime Minister Rishi Sunak")
    forms: frozenset[str]
    weight: float
    pair_id: object = None
    grammar: str | None = None
    parts: set[str] = field(default_factory=set)

    @property
    def acts(self) -> bool:
        """Whether it may be a party to what the sentence tells."""
        return "institutions" in self.parts or not self.parts & OUT


def dated(marks: Sequence[Match]) -> frozenset[int]:
    """The words of dates: a capital makes no name of them ("In December, Sweden")."""
    tags = ("month:", "weekday:", "day:")
    return frozenset(i for m in marks if m.tag.startswith(tags) for i in range(m.start, m.end))


def named(words: Sequence[Word], mentions: Sequence[PartyMention]) -> list[Actor]:
    """Each mention as an actor of the words that it touches."""
    starts, ends = [word.start for word in words], [word.end for word in words]
    actors: list[Actor] = []
    for mention in mentions:
        first, end = bisect_right(ends, mention.start), bisect_left(starts, mention.end)
        if first >= end:
            first, end = 0, 1
        actors.append(
            Actor(
                code=mention.code,
                start=first,
                end=end,
                left=first,
                forms=frozenset({mention.form}),
                weight=mention.weight,
                pair_id=mention.pair_id,
                grammar=mention.grammar,
            )
        )
    return actors


def merged(
    actors: list[Actor],
    words: Sequence[Word],
    titles: frozenset[int],
    dates: frozenset[int],
    lexicon: Lexicon,
) -> list[Actor]:
    """The actors with their titles; those beside each other that mean one party as one. `dates` are the words
    of dates, which are nobody's name."""
    here = tuple(ending for part, endings in lexicon.endings if part == "places" for ending in endings)
    taken = Counter(at for actor in actors for at in range(actor.start, actor.end))
    taken.update(dates)
    found: list[Actor] = []
    for actor in actors:
        taken.subtract(range(actor.start, actor.end))
        _widen(actor, words, titles, taken)
        taken.update(range(actor.start, actor.end))
        before = found[-1] if found else None
        if before and _is_namesake(before, actor, words, titles):
            _take_in(actor, before, taken)
            continue
        joins = before and before.code == actor.code and not words[before.end - 1].form.endswith(here)
        joins = joins and before is not None and not _is_town_of(before, actor)
        if before and joins and _is_apposition(words, before.end, actor.left, titles):
            _take_in(actor, before, taken)
            before.forms |= actor.forms
            before.weight = max(before.weight, actor.weight)
        else:
            found.append(actor)
    return found


def _is_town_of(before: Actor, actor: Actor) -> bool:
    """ "signed in Athens the Greek minister": the town is where, and no title of who acts."""
    return before.forms == {"capital"} and before.grammar == "locative" and "capital" not in actor.forms


def _take_in(actor: Actor, before: Actor, taken: Counter[int]) -> None:
    taken.update(range(before.end, actor.end))
    before.end = max(before.end, actor.end)


def _widen(actor: Actor, words: Sequence[Word], titles: frozenset[int], others: Counter[int]) -> None:
    """Takes in the titles before and after, and a name that follows a title ("Bulgaria's premier X Y")."""
    if actor.forms & {"compound"}:
        return
    if "leader" in actor.forms:
        while actor.left > 1 and not others[actor.left - 1] and _is_given_name(words, actor.left - 1):
            actor.left -= 1
    while actor.left - 1 in titles and not others[actor.left - 1] and words[actor.left].gap == 0:
        actor.left -= 1
    town = _town_before(actor, words, others)
    if town < actor.left and (town == 0 or words[town].gap == 2):
        actor.parts.add("places")
    actor.left = town
    end = actor.end
    while end in titles and not others[end] and words[end].gap == 0:
        end += 1
    if end > actor.end:
        while (
            end < len(words)
            and not others[end]
            and is_name(words[end])
            and words[end].gap == 0
            and end < actor.end + 8
        ):
            end += 1
        actor.end = end


def _town_before(actor: Actor, words: Sequence[Word], others: Counter[int]) -> int:
    """Where "Fasano, Italy" begins: a name, a comma, the state, a break; else where the state's name does."""
    at, closed = actor.left, actor.end == len(words) or words[actor.end].gap > 0
    if not closed or at == 0 or words[at].gap != 1 or actor.forms != {"name"}:
        return actor.left
    while at and not others[at - 1] and is_name(words[at - 1]) and actor.left - at < _LONGEST_TOWN:
        at -= 1
        if words[at].gap:
            break
    return at


def _is_namesake(before: Actor, actor: Actor, words: Sequence[Word], titles: frozenset[int]) -> bool:
    """ "Colombia's defence minister Pedro Sánchez": of another state than the leader of that name."""
    if (
        actor.forms != {"leader"}
        or before.code == actor.code
        or before.forms & {"leader", "capital", "compound"}
    ):
        return False
    between = range(before.end, actor.start)
    direct = not any(words[i].gap for i in range(before.end, actor.start + 1))
    named = all(i in titles or is_name(words[i]) for i in between) and any(i in titles for i in between)
    return direct and (named or (not between and "adjective" in before.forms))


def _is_given_name(words: Sequence[Word], at: int) -> bool:
    return is_name(words[at]) and words[at + 1].gap == 0 and words[at].gap == 0


def is_name(word: Word) -> bool:
    return word.raw[:1].isupper()


def _is_apposition(words: Sequence[Word], start: int, end: int, titles: frozenset[int]) -> bool:
    if end <= start:
        return True
    if end - start > _LONGEST_NAME or any(words[i].gap == 2 for i in range(start, end + 1)):
        return False
    return all(i in titles or is_name(words[i]) for i in range(start, end))
