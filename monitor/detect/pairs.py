"""Which two parties a step word joins. Two lists are never multiplied; what is not joined stays apart."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitor.detect.actors import Actor, Listed
from monitor.terms import Pair, Party, pair_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pair with how surely (0..1) and by what the sentence joins it, and the actors that named it."""

    pair: Pair
    weight: float
    how: str
    actors: tuple[Actor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What linking sees of one sentence: the step words' place, the clause around them, the actors."""

    at: int
    near: int  # the instrument's first word, or `at`
    clause: range
    actors: Sequence[Actor]
    lists: Sequence[Listed]
    plural: bool
    both_sides: bool
    each: bool = False  # "bilateral agreements", "also signed": a list may be several pairs with one party


@dataclass(slots=True, kw_only=True)
class Topic:
    """Who the article is about so far; supplies the party that a sentence leaves out."""

    country: Party | None = None
    home: Party | None = None  # whose language the text is in, where that is one state's
    abroad: bool = False  # in whose press other states often sign with each other
    title: tuple[Party, ...] = ()
    seats: tuple[Party, ...] = ()  # of whom the title names a place ("Meloni in Kyiv")
    host: Party | None = None  # whom the title visits ("the minister visits Latvia")
    subject: Party | None = None  # who signed with somebody last
    partner: Party | None = None  # and with whom
    leading: Party | None = None  # whom the last sentence that joined two named first
    pair: Pair | None = None
    recent: tuple[Party, ...] = ()
    counts: Counter[Party] = field(default_factory=Counter)
    joined: set[Pair] = field(default_factory=set)  # the pairs told of so far
    first: Party | None = None  # whom the article names first

    @property
    def main(self) -> Party | None:
        """The party most spoken of, when it clearly leads."""
        return self._leading(self.counts)

    def runner_up(self, one: Party) -> Party | None:
        """The party most spoken of besides `one`, when it clearly leads the rest."""
        return self._leading(Counter({code: n for code, n in self.counts.items() if code != one}))

    @staticmethod
    def _leading(counts: Counter[Party]) -> Party | None:
        top = counts.most_common(2)
        if not top or (len(top) == 2 and top[0][1] == top[1][1]):
            return None
        return top[0][0]

    @property
    def hub(self) -> Party | None:
        """The one party that all pairs told of so far share, where there are several."""
        shared = Counter(code for pair in self.joined for code in pair)
        return next((code for code, n in shared.items() if 1 < n == len(self.joined)), None)

    def other_than(
        self, one: Party, *, besides: Sequence[Party] = (), acts: bool = False
    ) -> tuple[Party, float] | None:
        """The only other party in question, and how surely; None when it is ambiguous.

        `besides` are out of the question. `acts`: `one` is who signs, not with whom is signed.
        """
        out = {one, *besides}
        return next(
            ((other, weight) for other, weight in self._candidates(one, acts) if other and other not in out),
            None,
        )

    def _candidates(self, one: Party, acts: bool) -> Iterable[tuple[Party | None, float]]:
        """Who the other may be, the surest first."""
        if self.pair and one in self.pair:
            yield next(code for code in self.pair if code != one), 0.75
        yield self.hub, 0.7
        if self.pair:
            main = self.main if self.main in self.pair else None
            if acts:
                if set(self.pair) - {main} & set(self.seats):
                    main = None  # of visitor and host, who else signs may sign with either
                yield main if main != self.home else None, 0.65
                yield self.partner, 0.65
            else:
                for likely in (self.country, self.home, main):
                    yield likely if likely in self.pair else None, 0.65
                yield self.subject, 0.65
                yield self.leading, 0.6
            if one not in self.pair:
                yield self.first if self.first in self.pair else None, GUESS
                return  # who else signed with which of the two, only these could say
        for codes, weight in ((self.title, 0.7), (self.recent, 0.6)):
            others = [code for code in codes if code != one]
            if len(others) == 1:
                yield others[0], weight
        yield self.country, 0.6
        yield self.host, 0.55
        yield self.runner_up(one), 0.55
        yield None if acts and self.abroad else self.home, 0.5


GUESS = 0.4  # too weak for news, enough to say what a text recalls
_CHAIN = 5  # words between "with A" and "another with B"
_PLAIN = frozenset({"between", "with", "named together", "a compound adjective"})


def link(scene: Scene, topic: Topic) -> tuple[Link, ...]:
    """The pairs that the step in this scene joins; none when the sentence joins many or nobody.

    NATO is named in passing so often that only plain words make it a party.
    """
    for rule in (_compound, _between, _with, _coordinated, _two, _one_and_topic):
        found = rule(scene, topic)
        if found is not None:
            return tuple(one for one in found if "NATO" not in one.pair or one.how in _PLAIN)
    return ()


def _links(pairs: Iterable[tuple[Actor, Actor]], weight: float, how: str) -> tuple[Link, ...]:
    best: dict[Pair, Link] = {}
    for one, other in pairs:
        if one.code != other.code:
            pair = pair_of(one.code, other.code)
            best.setdefault(pair, Link(pair=pair, weight=weight, how=how, actors=(one, other)))
    return tuple(best.values())


def _compound(scene: Scene, _: Topic) -> tuple[Link, ...] | None:
    """ "the Danish-Ukrainian agreement" """
    found = [
        (one, other)
        for one, other in zip(scene.actors, scene.actors[1:], strict=False)
        if one.pair_id is not None and one.pair_id == other.pair_id and abs(one.start - scene.near) <= 8
    ]
    return _links(found[:1], 1.0, "a compound adjective") or None


def _between(scene: Scene, _: Topic) -> tuple[Link, ...] | None:
    """ "between A and B"; between more than two is a multilateral matter and joins nobody."""
    for listed in sorted(
        (one for one in scene.lists if "between" in one.parts), key=lambda one: abs(one.start - scene.near)
    ):
        if len(listed.codes) == 2:
            return _links(
                [(listed.actors[0], next(a for a in listed.actors if a.code != listed.actors[0].code))],
                1.0,
                "between",
            )
        if len(listed.codes) > 2:
            return ()
    return None


def _in(clause: range, lists: Sequence[Listed]) -> list[Listed]:
    return [one for one in lists if one.start in clause]


def _with(scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """ "A signed with B, C and D": A with each. "A, B and C signed with D": each with D."""
    partners = [one for one in _in(scene.clause, scene.lists) if "with" in one.parts] or [
        one
        for one in scene.lists
        if "with" in one.parts and one.start > scene.at and not _is_taken(one, scene)
    ]
    if not partners:
        return None
    partner = _chained(min(partners, key=lambda one: abs(one.start - scene.near)), partners)
    inside = [one for one in _in(scene.clause, scene.lists) if "with" not in one.parts]
    subjects = inside or [one for one in scene.lists if "with" not in one.parts]
    subjects = [one for one in subjects if not set(one.codes) <= set(partner.codes)]
    if not subjects:
        return _partner_and_topic(partner, topic)
    before = [one for one in subjects if one.end <= partner.start]
    subject = max(before, key=lambda one: one.end) if before else subjects[0]
    if len(subject.codes) > 1 and len(partner.codes) > 1:
        return () if set(subject.codes) != set(partner.codes) else None
    if len(subject.codes) > 2 and not scene.plural and len(subject.codes) > 3:
        return ()
    clear = len({code for one in subjects for code in one.codes}) == len(subject.codes)
    return _links(((a, b) for a in subject.actors for b in partner.actors), 1.0 if clear else 0.75, "with")


def _is_taken(partner: Listed, scene: Scene) -> bool:
    """ "A and C signed a treaty that binds them, and D did the same with B": B is the partner of D."""
    subjects = {code for one in _in(scene.clause, scene.lists) for code in one.codes}
    return bool(subjects) and any(
        "with" not in one.parts
        and scene.clause.stop <= one.start < partner.start
        and not set(one.codes) <= subjects
        for one in scene.lists
    )


def _chained(first: Listed, partners: Sequence[Listed]) -> Listed:
    """ "with Canada and another with Denmark", "with Nigeria and with Rwanda": one list of partners."""
    chain = Listed(actors=list(first.actors), parts=set(first.parts))
    for other in sorted(partners, key=lambda one: one.start):
        if 0 < other.start - chain.end <= _CHAIN:
            chain.actors.extend(other.actors)
    return chain


def _partner_and_topic(partner: Listed, topic: Topic) -> tuple[Link, ...] | None:
    links = []
    for actor in partner.actors:
        if other := topic.other_than(actor.code, besides=partner.codes):
            links.append(
                Link(
                    pair=pair_of(actor.code, other[0]),
                    weight=other[1],
                    how="with, and the topic",
                    actors=(actor,),
                )
            )
    return tuple(links) or None


def _coordinated(scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """ "A and B signed". With plural agreements and the main party beside the list: each with it."""
    inside = _in(scene.clause, scene.lists)
    for listed in sorted(inside, key=lambda one: abs(one.start - scene.at)):
        if len(listed.codes) >= 2 and scene.plural and (anchor := _anchor(listed, scene, topic)):
            return _links(((anchor, actor) for actor in listed.actors), 0.85, "each of a list with one")
        if hub := _hub(listed, scene, topic):
            return tuple(
                Link(
                    pair=pair_of(hub, code),
                    weight=0.7,
                    how="each of a list with the topic",
                    actors=tuple(listed.actors),
                )
                for code in listed.codes
                if code != hub
            )
        if len(listed.codes) == 2:
            others = {code for one in inside for code in one.codes} - set(listed.codes)
            pair = (listed.actors[0], next(a for a in listed.actors if a.code != listed.actors[0].code))
            return _links([pair], 1.0 if not others else 0.8, "named together")
        if len(listed.codes) > 2:
            return ()
    return None


def _hub(listed: Listed, scene: Scene, topic: Topic) -> Party | None:
    """The party of the topic with which each of a list signed, where the words leave no other reading."""
    hub = topic.partner or topic.main
    if hub is None or len(listed.codes) <= 2:
        return None
    if hub in listed.codes:
        return hub if scene.each and scene.plural else None
    return hub if scene.each or scene.plural else None


def _anchor(listed: Listed, scene: Scene, topic: Topic) -> Actor | None:
    others = [actor for actor in scene.actors if actor.code not in listed.codes]
    codes = {actor.code for actor in others if actor.acts} or {
        actor.code for actor in others if actor.parts == {"places"}
    }
    if len(codes) == 1 and codes & {topic.main, *topic.title}:
        return next(actor for actor in others if actor.code in codes)
    return None


def _two(scene: Scene, _: Topic) -> tuple[Link, ...] | None:
    """Exactly two parties act in the clause, or else in the sentence."""
    for actors, weight in (
        ([a for a in scene.actors if a.acts and a.start in scene.clause], 0.85),
        ([a for a in scene.actors if a.acts], 0.7),
    ):
        codes = dict.fromkeys(actor.code for actor in actors)
        if len(codes) == 2 and not (scene.each and weight < 0.85):  # "A signed, and B signed its own too"
            one, other = codes
            pair = next(a for a in actors if a.code == one), next(a for a in actors if a.code == other)
            return _links([pair], weight, "the two that the sentence names")
    return None


def _one_and_topic(scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """One party here and the other from the topic; or none here, and both from the topic."""
    codes = dict.fromkeys(actor.code for actor in scene.actors if actor.acts and actor.start in scene.clause)
    codes = codes or dict.fromkeys(actor.code for actor in scene.actors if actor.acts)
    named = tuple(actor for actor in scene.actors if actor.code in codes)
    if len(codes) > 2:
        among = topic.pair is not None and set(topic.pair) <= set(codes)
        return _from_topic(topic, 0.5, "the article's two, among others", named) if among else ()
    if not codes:
        host = None if scene.both_sides else _host_and_publisher(scene, topic)
        return host or _from_topic(topic, 0.75 if scene.both_sides else 0.65, "the topic", ())
    one = next(iter(codes))
    aside = tuple(actor.code for actor in scene.actors if scene.each and actor.acts)
    if other := topic.other_than(one, besides=aside, acts=True):
        pair = pair_of(one, other[0])
        return (Link(pair=pair, weight=other[1], how="one party and the topic", actors=named),)
    return _with_place(scene, one)


def _from_topic(topic: Topic, weight: float, how: str, named: tuple[Actor, ...]) -> tuple[Link, ...]:
    if topic.pair:
        return (Link(pair=topic.pair, weight=weight, how=how, actors=named),)
    with_country = (*topic.title, topic.country) if topic.country else ()
    with_host = (*topic.title, topic.host) if topic.host else ()
    ranked = ((topic.title, weight), (with_country, weight), (topic.recent, 0.6), (with_host, 0.6))
    for both, surely in ranked:
        if len(set(both)) == 2:
            one, other = dict.fromkeys(both)
            return (Link(pair=pair_of(one, other), weight=surely, how=how),)
    return ()


def _host_and_publisher(scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """ "In Port Moresby the delegation signed", on a government's own page: the host and that government."""
    hosts = [actor for actor in scene.actors if actor.parts == {"places"} and actor.start in scene.clause]
    if topic.country is None or {actor.code for actor in hosts} | {topic.country} == {topic.country}:
        return None
    if len({actor.code for actor in hosts}) > 1 or any(a.acts for a in scene.actors):
        return None
    pair = pair_of(topic.country, hosts[0].code)
    return (Link(pair=pair, weight=0.6, how="the host and the publisher's own state", actors=(hosts[0],)),)


def _with_place(scene: Scene, one: Party) -> tuple[Link, ...] | None:
    """ "signed in Kyiv by Rishi Sunak": the host, where nobody else is named."""
    places = [actor for actor in scene.actors if "places" in actor.parts and actor.code != one]
    if len({actor.code for actor in places}) == 1:
        return (
            Link(
                pair=pair_of(one, places[0].code),
                weight=0.5,
                how="one party and the host",
                actors=(places[0],),
            ),
        )
    return None
