"""The publishers of G11's web: they announce, repeat, re-date and fail by a seeded chance."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import combinations, product

from spiders.items import Entry, Failure, Outcome, Page, Source, Validators, Visit
from tests.promises.sending import Hurried

WINDOW = 12  # entries in a feed
BODY = 8_000  # bytes of a page that nothing makes smaller
STATES = ("Peru", "Norway", "Kenya", "Chile", "Iceland", "Ghana", "Uruguay", "Cyprus", "Malta", "Nepal",
          "Fiji", "Tonga", "Gabon", "Malawi", "Bhutan", "Latvia")  # fmt: skip
STEPS = {
    "signed": "{} and {} signed a bilateral security agreement in {}. It runs for ten years.",
    "in_force": "The bilateral security agreement between {} and {} entered into force, {} said.",
}
NOISE = "The committee met in the harbour office of {} and looked at the accounts of quarter {}."


class DeathError(Exception):
    """Of the service, while it reads a page."""


@dataclass
class World:
    """The publishers: their feeds as they are now, and what was announced while a visit could see it."""

    chance: random.Random
    clock: Hurried
    feeds: dict[str, list[Entry]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)  # titles of steps that some visit was given
    steps_often: float = 0.03
    noise_often: float = 0.27
    quiet: int = 400  # polls before the first step: a source's first good visit is recorded and not told
    served: int = 0
    failed: int = 0
    kind: bool = False  # nothing fails any more
    dying: bool = False  # the service does not outlive its next page

    def __post_init__(self) -> None:
        """Every step that there is to announce, in an order that a state's pairs take in turn."""
        pairs = list(combinations(STATES, 2))
        self.chance.shuffle(pairs)
        self.steps = [(pair, stage) for stage, pair in product(STEPS, pairs)]
        self._number = 0

    def publish(self, source: str) -> None:
        """Add what a publisher brings: mostly noise; a step that is new; one that another had already."""
        dice = self.chance.random()
        if dice < self.steps_often and self.steps and self.served > self.quiet:
            (one, other), stage = self.steps.pop(0)
            title = f"{one} and {other}: security agreement {'signed' if stage == 'signed' else 'in force'}"
            self._add(source, title, STEPS[stage].format(one, other, one))
            twins = self.chance.sample(sorted(self.feeds), 3)
            for twin in twins:
                self._add(twin, title, STEPS[stage].format(one, other, other))
        elif dice < self.steps_often + self.noise_often:
            self._number += 1
            noise = NOISE.format(self.chance.choice(STATES), self._number)
            self._add(source, f"Committee report {self._number}", noise)

    def _add(self, source: str, title: str, text: str) -> None:
        self._number += 1
        link = f"https://{source}.example/news/{self._number}"
        self.texts[link] = text
        feed = self.feeds[source]
        feed.insert(self.chance.randrange(3), Entry(
            id=link, link=link, title=title, summary=text, published=self.clock.now()
        ))  # fmt: skip
        for gone in feed[WINDOW:]:
            self.texts.pop(gone.link, None)
        del feed[WINDOW:]

    def _drift(self, entries: Sequence[Entry]) -> tuple[Entry, ...]:
        """The feed as a careless generator gives it: other ids, other dates, another order."""
        how = self.chance.random()
        if how < 0.02:
            return tuple(replace(e, id=f"{e.id}?v={self.chance.randrange(9)}") for e in entries)
        if how < 0.04:
            return tuple(replace(e, published=self.clock.now()) for e in entries)
        return tuple(self.chance.sample(entries, len(entries))) if how < 0.06 else tuple(entries)

    # -- the contract of the crawler -------------------------------------------------------------------

    async def visit(
        self, source: Source, *, validators: Validators | None = None, now: datetime | None = None
    ) -> Visit:
        """How a poll went: one in twelve fails, in every way that there is."""
        self.publish(source.id)
        self.served += 1
        now = now or self.clock.now()
        shown = Visit(source_id=source.id, started=now, finished=now, outcome=Outcome.UNCHANGED)
        if self.chance.random() < 1 / 12 and not self.kind:
            self.failed += 1
            kinds = [f for f in Failure if f not in (Failure.OFFLINE, Failure.BLOCKED)]
            failure = self.chance.choice(kinds)
            return replace(shown, outcome=Outcome.FAILED, failure=failure, error=f"played: {failure}")
        feed = self.feeds[source.id]
        tag = feed[0].id if feed else "empty"
        if validators and validators.etag == tag:
            return shown
        self.announced |= {e.title for e in feed if "security agreement" in e.title}
        return replace(
            shown, outcome=Outcome.CHANGED, entries=self._drift(feed), validators=Validators(etag=tag)
        )

    async def read_page(self, url: str, source: Source) -> Page:
        """The page, or one time in ten none: by a chance of its own, since pages are read side by side."""
        if self.dying:
            raise DeathError
        now, text = self.clock.now(), self.texts.get(url.partition("?")[0])
        chance = random.Random(f"{url} {now}")
        if text is None or (chance.random() < 0.1 and not self.kind):
            return Page(url=url, fetched=now, canonical_url=url, failure=Failure.TIMEOUT, error="played")
        body = f"<p>{text}</p><!-- {chance.randbytes(BODY).hex()} -->".encode()
        return Page(url=url, fetched=now, canonical_url=url, text=text, language="en", body=body,
                    sha256=sha256(body).hexdigest())  # fmt: skip
