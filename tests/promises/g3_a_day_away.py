"""G3: a channel is away for 24 hours while steps go on: all are delivered, once, each agreement's in order,
without a storm against the dead channel, and another channel never notices."""

from monitor.alerts.outbox import key_of
from storage import open_storage
from storage.records import StepRecord
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import FakeClock
from tests.monitor.alerts.outboxes import put_step, put_update
from tests.promises.attempt import Tally
from tests.promises.lives import deliver, empty_database, repeats

ROUNDS = 72  # a day of 20 minutes each
UPDATED = 5
MOST_TRIES = 24 * 12  # one in five minutes


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried."""
    each = 139 if long else 1
    seen: list[str] = []
    firsts: list[StepRecord] = []
    with empty_database() as fresh:
        storage, clock = open_storage(f"sqlite:///{fresh('outage')}"), FakeClock()
        away, well = FakeChannel("away", down=True), FakeChannel("well")
        for number in range(ROUNDS):
            for step in range(each):
                made = put_step(storage, seed + number * each + step, ("away", "well"), now=clock.now())
                seen.append(made.id)
                firsts.append(made)
            deliver(storage, [away, well], clock, rounds=1)
        for number in range(UPDATED):
            put_update(storage, firsts[number], ("away",), now=clock.now())
        tries = away.tried
        with tally.attempt("the other channel never notices"):
            assert well.keys() == [key_of(step, "well", "new") for step in seen]
        with tally.attempt("no storm against the dead channel"):
            assert tries <= MOST_TRIES, f"{tries} tries in a day"
        away.down = False
        deliver(storage, [away, well], clock)
        storage.close()
    with tally.attempt("everything that waited arrives"):
        told = {key_of(step, "away", "new") for step in seen}
        assert told <= set(away.keys())
        assert len(set(away.keys())) == len(seen) + UPDATED
    with tally.attempt("an update comes after the message that it answers"):
        for first in firsts[:UPDATED]:
            new, update = key_of(first.id, "away", "new"), key_of(first.id, "away", "update", 1)
            assert away.keys().index(new) < away.keys().index(update)
    with tally.attempt("once"):
        assert repeats(away) == 0
        assert repeats(well) == 0
    return f"{len(seen)} steps in 24 hours without a channel, which was tried {tries} times meanwhile"
