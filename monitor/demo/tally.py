"""What arrived against what should have: one alert for each expected step in each channel. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.newsroom import ExpectedStep, Mail, SlackMessage
from monitor.terms import Pair, pair_name, pair_of

# The keys of deliveries: monitor.alerts.outbox.key_of.
_KEY = re.compile(
    r"(?P<one>[A-Z]+)-(?P<other>[A-Z]+)\.(?P<instrument>[a-z_]+)(-\d+)?\.(?P<stage>[a-z_]+)"
    r"\.(?P<rest>.*)\.(?P<kind>new|update)(?P<number>\d*)\.[0-9a-f]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message that reached a reader, as its key tells. `step` is the same on every channel."""

    channel: str  # "mail" or "slack"
    key: str
    pair: Pair
    stage: str
    step: str
    kind: str  # "new" or "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The count at the end. `repeats` are messages of which a reader had the like already."""

    expected: int
    steps: int
    by_mail: int
    in_slack: int
    updates: int
    repeats: int
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether every expected step was told once in each channel, and nothing else."""
        return not self.missing and not self.unexpected and not self.repeats

    def __str__(self) -> str:
        return (
            f"{self.steps} new steps, {self.by_mail} alerts by mail, {self.in_slack} in Slack, "
            f"{self.repeats} repeats, expected {self.expected}"
        )


def arrival_of(message: Mail | SlackMessage) -> Arrival | None:
    """What a message tells of, or None for one that tells of no step (a digest, an operator's)."""
    if isinstance(message, Mail):
        channel, key = "mail", message.message_id.strip("<>").rpartition("@")[0]
    else:
        channel, key = "slack", str(message.metadata.get("event_payload", {}).get("key", ""))
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    return Arrival(
        channel=channel,
        key=key,
        pair=pair_of(found["one"], found["other"]),
        stage=found["stage"],
        step=key[: found.start("kind") - 1],
        kind=found["kind"],
    )


def tally(expected: Sequence[ExpectedStep], messages: Iterable[Mail | SlackMessage]) -> Tally:
    """The count over all that arrived."""
    arrivals = [a for message in messages if (a := arrival_of(message))]
    new = [a for a in arrivals if a.kind == "new"]
    told = Counter((a.channel, a.pair, a.stage) for a in new)
    wanted = {(channel, step.pair, str(step.stage)) for step in expected for channel in ("mail", "slack")}
    return Tally(
        expected=len(expected),
        steps=len({a.step for a in new}),
        by_mail=sum(a.channel == "mail" for a in new),
        in_slack=sum(a.channel == "slack" for a in new),
        updates=len(arrivals) - len(new),
        repeats=sum(told.values()) - len(told) + _same_key_twice(arrivals),
        missing=tuple(_named(one) for one in sorted(wanted - set(told))),
        unexpected=tuple(_named(one) for one in sorted(set(told) - wanted)),
    )


def _same_key_twice(arrivals: Iterable[Arrival]) -> int:
    """Updates that came twice; new alerts that came twice are counted by their step."""
    keys = Counter(a.key for a in arrivals if a.kind == "update")
    return sum(keys.values()) - len(keys)


def _named(told: tuple[str, Pair, str]) -> str:
    channel, pair, stage = told
    return f"{pair_name(pair)} {stage} ({channel})"
