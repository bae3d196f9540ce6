"""Pairs of which a sentence names only one party, or neither: the article supplies what it leaves out."""

from collections.abc import Sequence

from monitor.detect.naming import Actor
from monitor.detect.scene import Link, Scene, links_of
from monitor.detect.topic import Topic
from monitor.terms import Party, pair_of


def two(scene: Scene, _: Topic) -> tuple[Link, ...] | None:
    """Exactly two parties act in the clause, or else in the sentence; not each before its own step words."""
    if _act_apart([a for a in scene.actors if a.acts], scene):
        return None
    for actors, weight in (
        ([a for a in scene.actors if a.acts and a.start in scene.clause], 0.85),
        ([a for a in scene.actors if a.acts and a.start < scene.back], 0.7),
    ):
        codes = dict.fromkeys(actor.code for actor in actors)
        if len(codes) == 2 and all("with" in actor.parts for actor in actors):
            return None  # "two agreements, with Cuba and with Togo": partners both, of a third
        if len(codes) == 2 and not (scene.each and weight < 0.85):  # "A signed, and B signed its own too"
            one, other = codes
            pair = next(a for a in actors if a.code == one), next(a for a in actors if a.code == other)
            return links_of([pair], weight, "the two that the sentence names")
    return None


def _act_apart(actors: Sequence[Actor], scene: Scene) -> bool:
    """ "Sweden signed a treaty in May, and Denmark is expected to sign": two subjects, two steps."""
    seconds = [one for one in actors if one.left in scene.joined_at and one.code != actors[0].code]
    for second in seconds:
        if actors[0].end <= scene.at < second.start and any(one >= second.end for one in scene.rivals):
            return True
        if second.end <= scene.at and any(actors[0].end <= one < second.start for one in scene.rivals):
            return True
    return False


def one_and_topic(scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """One party here and the other from the topic; or none here, and both from the topic."""
    codes = dict.fromkeys(actor.code for actor in scene.actors if actor.acts and actor.start in scene.clause)
    codes = codes or dict.fromkeys(a.code for a in scene.actors if a.acts and a.start < scene.back)
    if _act_apart([a for a in scene.actors if a.acts], scene):
        codes = dict.fromkeys([_nearest_before(scene).code])
    named = tuple(actor for actor in scene.actors if actor.code in codes)
    if len(codes) > 2:
        among = topic.pair is not None and set(topic.pair) <= set(codes)
        return _from_topic(topic, 0.5, "the article's two, among others", named) if among else ()
    if not codes:
        host = None if scene.both_sides else _host_and_publisher(scene, topic)
        return host or _from_topic(topic, 0.75 if scene.both_sides else 0.65, "the topic", ())
    one = next(iter(codes))
    partner = any("with" in actor.parts for actor in named)  # "a pact with Poland, which they are to sign"
    aside = tuple(actor.code for actor in scene.actors if scene.each and actor.acts)
    if len(codes) > 1 and any("with" in one.parts and set(codes) <= set(one.codes) for one in scene.lists):
        aside = (*aside, *codes)  # "agreements with Cuba and with Togo": neither is the other's partner
    if other := topic.other_than(one, besides=aside, acts=not partner):
        pair = pair_of(one, other[0])
        return (Link(pair=pair, weight=other[1], how="one party and the topic", actors=named),)
    return _with_place(scene, one)


def _nearest_before(scene: Scene) -> Actor:
    acting = [actor for actor in scene.actors if actor.acts]
    return max((a for a in acting if a.end <= scene.at), key=lambda a: a.end, default=acting[0])


def we(scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """ "We have just signed it", said by the publisher's own leader to the guest that the text names most."""
    one = scene.first_person and not scene.plural
    guest = topic.runner_up(topic.country) if topic.country and one else None
    if topic.country is None or guest is None or any(a.acts for a in scene.actors) or topic.pair:
        return None
    pair = pair_of(topic.country, guest)
    return (Link(pair=pair, weight=0.6, how="we, and the guest most spoken of"),)


def forces(scene: Scene, topic: Topic) -> tuple[Link, ...] | None:
    """ "The agreement under which American soldiers are here was revoked": whose soldiers they are."""
    codes = {a.code for a in scene.actors if "forces" in a.parts}
    host = topic.country or topic.main or topic.first
    if len(codes) != 1 or host is None or codes == {host} or any(a.acts for a in scene.actors):
        return None
    troops = next(actor for actor in scene.actors if "forces" in actor.parts)
    return (
        Link(pair=pair_of(host, troops.code), weight=0.6, how="the topic and whose forces", actors=(troops,)),
    )


def _from_topic(topic: Topic, weight: float, how: str, named: tuple[Actor, ...]) -> tuple[Link, ...]:
    if topic.pair:
        return (Link(pair=topic.pair, weight=weight, how=how, actors=named),)
    with_country = (*topic.title, topic.country) if topic.country else ()
    with_host = (*topic.title, topic.host) if topic.host else ()
    visit = topic.visit or ()
    ranked = (
        (topic.title, weight),
        (with_country, weight),
        (topic.recent, 0.6),
        (visit, 0.6),
        ((*topic.title, *topic.recent), 0.6),
        (with_host, 0.6),
    )
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
