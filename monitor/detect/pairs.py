"""Which two parties a step word joins. Two lists are never multiplied; what is not joined stays apart."""

from collections.abc import Sequence

from monitor.detect.actors import Listed
from monitor.detect.naming import Actor
from monitor.detect.parties import rivals
from monitor.detect.scene import Link, Scene, links_of
from monitor.detect.supplied import forces, one_and_topic, two, we
from monitor.detect.topic import Topic
from monitor.terms import Party, pair_name, pair_of

WITH_TOPIC = "with, and the topic"
_CHAIN = 5  # words between "with A" and "another with B"
_PLAIN = frozenset({"between", "with", "named together", "a compound adjective"})


def link(scene: Scene, topic: Topic) -> tuple[Link, ...]:
    """The pairs that the step in this scene joins; none when the sentence joins many or nobody.

    NATO is named in passing so often that only plain words make it a party; nor do adversaries sign with each
    other because a sentence names both.
    """
    for rule in (_compound, _between, _with, _coordinated, two, we, forces, one_and_topic):
        found = rule(scene, topic)
        if found is not None:
            return tuple(one for one in found if _is_believed(one, scene))
    return ()


def _is_believed(one: Link, scene: Scene) -> bool:
    if "NATO" in one.pair and one.how not in _PLAIN:
        return False
    if scene.ending:
        return True
    return one.how in _PLAIN or one.how == WITH_TOPIC or pair_name(one.pair) not in rivals()


def _compound(scene: Scene, _: Topic) -> tuple[Link, ...] | None:
    """ "the Danish-Ukrainian agreement"; with somebody else it is no pair's ("独仏首脳、キーウとの文書")."""
    found = [
        (one, other)
        for one, other in zip(scene.actors, scene.actors[1:], strict=False)
        if one.pair_id is not None and one.pair_id == other.pair_id and abs(one.start - scene.near) <= 8
    ]
    if found and _has_a_third(found[0], scene):
        return None
    return links_of(found[:1], 1.0, "a compound adjective") or None


def _has_a_third(pair: tuple[Actor, Actor], scene: Scene) -> bool:
    """Whether somebody else stands between the compound and its document, joined by "with"."""
    codes = {actor.code for actor in pair}
    span = range(pair[1].end, max(scene.near, pair[1].end))
    return any(
        "with" in one.parts and one.start in span and not codes & set(one.codes) for one in scene.lists
    )


def _between(scene: Scene, _: Topic) -> tuple[Link, ...] | None:
    """ "between A and B"; between more than two is a multilateral matter and joins nobody."""
    for listed in sorted(
        (one for one in scene.lists if "between" in one.parts), key=lambda one: abs(one.start - scene.near)
    ):
        if len(listed.codes) == 2:
            return links_of(
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
    near = [one for one in _in(scene.clause, scene.lists) if one.start < scene.back]
    partners = [one for one in near if "with" in one.parts] or [
        one
        for one in scene.lists
        if "with" in one.parts and scene.at < one.start < scene.back and not _is_taken(one, scene)
    ]
    if not partners:
        return None
    partners = _own(partners, scene)
    partner = _chained(min(partners, key=lambda one: abs(one.start - scene.near)), partners)
    inside = [one for one in _in(scene.clause, scene.lists) if "with" not in one.parts]
    subjects = inside or [one for one in scene.lists if "with" not in one.parts]
    subjects = [one for one in subjects if not set(one.codes) <= set(partner.codes)]
    if not subjects:
        return _speaker_and(partner, scene, topic) or _partner_and_topic(partner, topic)
    before = [one for one in subjects if one.end <= partner.start]
    subject = max(before, key=lambda one: one.end) if before else subjects[0]
    if (pair_id := subject.actors[-1].pair_id) is not None:
        if not scene.plural:
            return ()  # three parties to one document
        subject = Listed(
            actors=[actor for one in subjects for actor in one.actors if actor.pair_id == pair_id]
        )
    if len(subject.codes) > 1 and len(partner.codes) > 1:
        return () if set(subject.codes) != set(partner.codes) else None
    if len(subject.codes) > 2 and not scene.plural and len(subject.codes) > 3:
        return ()
    clear = len({code for one in subjects for code in one.codes}) == len(subject.codes)
    return links_of(((a, b) for a in subject.actors for b in partner.actors), 1.0 if clear else 0.75, "with")


def _own(partners: list[Listed], scene: Scene) -> list[Listed]:
    """ "After signing an agreement with A, it signed a similar one with B": A belongs to the first step."""
    behind = [one for one in partners if one.start > scene.at]
    others = any(rival < one.start < scene.at for one in partners for rival in scene.rivals)
    return behind if behind and others else partners


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


def _speaker_and(partner: Listed, scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """ "On the same day he signed one with Canada": he is who was named last."""
    he = topic.speaker if scene.pronoun else None
    if he is None or he in partner.codes:
        return None
    return tuple(
        Link(pair=pair_of(he, actor.code), weight=0.75, how="with, and who was named last", actors=(actor,))
        for actor in partner.actors
    )


def _partner_and_topic(partner: Listed, topic: Topic) -> tuple[Link, ...] | None:
    links: dict[Party, Link] = {}
    codes = partner.codes
    for actor in partner.actors:
        if actor.code not in links and (other := topic.other_than(actor.code, besides=codes)):
            pair = pair_of(actor.code, other[0])
            links[actor.code] = Link(pair=pair, weight=other[1], how=WITH_TOPIC, actors=(actor,))
    return tuple(links.values()) or None


def _coordinated(scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """ "A and B signed". With plural agreements and the main party beside the list: each with it."""
    inside = _in(scene.clause, scene.lists)
    for listed in sorted(inside, key=lambda one: abs(one.start - scene.at)):
        if len(listed.codes) >= 2 and scene.plural and (anchor := _anchor(listed, scene, topic)):
            return links_of(((anchor, actor) for actor in listed.actors), 0.85, "each of a list with one")
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
        if len(listed.codes) == 2 and "with" not in listed.parts:  # else partners both, of a third
            others = {code for one in inside for code in one.codes} - set(listed.codes)
            pair = (listed.actors[0], next(a for a in listed.actors if a.code != listed.actors[0].code))
            return links_of([pair], 1.0 if not others else 0.8, "named together")
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
