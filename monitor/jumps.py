"""The wall clock was set: every time that is still to come moves with it, in one commit.

    source due | page or push asked again | message tried again | re-read | gap | lease    move
    digest and end of quiet hours                                                          stay: wall times

What lies behind us moves, too, where the clock was set back or by more than a day: a source that was read a
minute ago was read a minute ago, and not in an hour, nor ten years ago. Smaller steps forward leave it, for
they are what a virtual machine shows that was paused: the publisher's clock went on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerts.outbox import operator_rows
from monitor.alerts.routing import is_appointment
from monitor.clock import SteadyClock
from monitor.gaps import gaps, keep_gap
from monitor.websub.subscription import keep, subscriptions
from storage import Storage, StorageError, Writer
from storage.records import AlertRecord

log = logging.getLogger("pactwatch.jumps")

LOOK_SECONDS = 2.0
DAY = timedelta(days=1)


async def mind_jumps(clock: SteadyClock, jumped: Callable[[timedelta], Awaitable[None]]) -> None:
    """Watch the clock for ever; `jumped` is told by how much it jumped, and takes it over. Where the database
    cannot be written, it is told again, and nobody sees the jump before."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        by = clock.jump()
        if by is None:
            continue
        try:
            await jumped(by)
        except StorageError as fault:
            log.warning("the clock jumped by %s, which cannot be taken over yet: %s", by, fault)


def take_over(storage: Storage, clock: SteadyClock, by: timedelta, operator: tuple[str, ...] = ()) -> None:
    """Let the jump be seen, and everything that waits be moved with it, before anybody else writes. The
    operator is told of more than a day. StorageError: nothing has happened."""
    clock_moved = False
    try:
        with storage.writing() as w:
            carry(w, by)
            clock.take_over(by)
            clock_moved = True
            if abs(by) > DAY:
                _tell(w, by, operator, clock.now())
    except StorageError:
        if clock_moved:
            clock.take_over(-by)
        raise


def carry(w: Writer, by: timedelta) -> None:
    """Move all times that are kept as a jump by that much asks for."""
    w.shift_times(by, past=moves_the_past(by), stays=is_appointment)
    for gap in gaps(w):
        if gap.due_at is not None:
            keep_gap(w, replace(gap, due_at=gap.due_at + by))
    for one in subscriptions(w).values():
        lease, due, pushed = _moved(one.lease_until, by), _moved(one.due_at, by), _moved(one.pushed_at, by)
        keep(w, replace(one, lease_until=lease, due_at=due, pushed_at=pushed))


def moves_the_past(by: timedelta) -> bool:
    """Whether a jump by that much says that the clock was or is wrong, rather than that time has passed."""
    return by < timedelta(0) or by > DAY


def _moved(at: datetime | None, by: timedelta) -> datetime | None:
    return at + by if at is not None else None


def _tell(w: Writer, by: timedelta, operator: tuple[str, ...], now: datetime) -> None:
    note = (
        f"The machine's clock jumped by {by}\nIt now shows {now:%Y-%m-%d %H:%M} UTC. Polls and retries go on "
        "as they were due. Is the clock wrong now? Then set it: steps that it makes look old wait for review "
        "meanwhile. Nothing is removed as too old for a day."
    )
    alert = w.add_alert(AlertRecord(step_id="", kind="operator", created=now, note=note))
    w.add_deliveries(operator_rows(alert, operator, about="clock", now=now))
