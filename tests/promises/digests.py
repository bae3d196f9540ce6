"""Digests over the clock changes of five zones: the true routing, outbox and delivery under a clock that runs
ahead, with a step every few hours. The digest is due in the hour that the change skips, or gives twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.alerts.compose import Addressee
from monitor.alerts.delivery import Delivery
from monitor.alerts.rendering import Audience
from monitor.alerts.routing import Route
from monitor.alerts.timing import Digest
from monitor.record import tell
from monitor.rules import Rules
from storage import Storage, open_storage
from storage.records import AgreementRecord, StepRecord
from tests.fakes.channel import FakeChannel
from tests.promises.attempt import Tally
from tests.promises.lives import empty_database
from tests.promises.sending import Hurried

ZONES = ("Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca")
AROUND, STEP, ROUND = timedelta(hours=30), timedelta(hours=5), timedelta(minutes=30)
HOUR = timedelta(hours=1)


def clock_changes(tally: Tally, chance: random.Random, *, long: bool) -> str:
    """A line on what was tried: one change in each zone, or in the long form those of ten years."""
    count = told = 0
    with empty_database() as fresh:
        for zone in ZONES:
            years = range(2024, 2034) if long else [chance.randrange(2024, 2034)]
            every = [at for year in years for at in changes(zone, year)]
            for change in every if long else [chance.choice(every)]:
                count += 1
                with tally.attempt(f"digests in {zone} around {change:%Y-%m-%d}"):
                    told += asyncio.run(_around(fresh(f"{count}"), zone, change, chance))
    return f"{count} clock changes in {len(ZONES)} zones, {told} steps each in one digest, one digest a day"


def changes(zone: str, year: int) -> Iterator[datetime]:
    """When the offset of a zone changes in that year, aware UTC, to the hour."""
    at, tz = datetime(year, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    while at.year == year:
        if (at + HOUR).astimezone(tz).utcoffset() != at.astimezone(tz).utcoffset():
            yield at
        at += HOUR


async def _around(database: Path, zone: str, change: datetime, chance: random.Random) -> int:
    """How many steps were told. AssertionError where one was not told once, or a day had no digest or two."""
    storage = open_storage(f"sqlite:///{database}")
    tz, clock, morning = ZoneInfo(zone), Hurried(change - AROUND), FakeChannel("morning")
    wall = (change + HOUR).astimezone(tz) - timedelta(minutes=15)
    digest = Digest(every="daily", at=wall.time().replace(second=0, microsecond=0))
    rules = Rules(
        routes=(Route(name="daily", channels=("morning",), zone=zone, digest=digest),),
        addresses={"morning": ("morning",)}, group_wait=timedelta(0),
    )  # fmt: skip
    addressee = Addressee(channel=morning, audience=Audience(channel_kind="console", zone=zone))
    delivery = Delivery(storage, {"morning": addressee}, clock=clock, operator=["morning"], chance=chance)
    put, days, next_step = 0, Counter[date](), clock.now()
    while clock.now() < change + AROUND + timedelta(days=1):
        if next_step <= clock.now() < change + AROUND:
            put, next_step = put + 1, next_step + STEP
            _put(storage, put, rules, clock.now())
        before = len(morning.received)
        await delivery.drain()
        days[clock.now().astimezone(tz).date()] += len(morning.received) - before
        await clock.sleep(ROUND.total_seconds())
    await delivery.stop()
    storage.close()
    shown = [one for message in morning.received for one in message.data.get("steps", [message.data])]
    told = [one["step"]["id"] for one in shown]
    _once(put, told, days)
    return put


def _once(put: int, told: list[str], days: Counter[date]) -> None:
    assert len(told) == len(set(told)) == put, f"{put} steps, {len(told)} told, {len(set(told))} different"
    assert max(days.values()) == 1, f"two digests on {days.most_common(1)[0][0]}"
    quiet = [day for day in sorted(days)[1:-1] if not days[day]]
    assert not quiet, f"no digest on {quiet[0]}"


def _put(storage: Storage, number: int, rules: Rules, now: datetime) -> None:
    agreement = AgreementRecord(parties=("KE", "NO"), instrument="security_agreement", number=number)
    with storage.writing() as w:
        step = w.add_step(
            StepRecord(
                id=f"{agreement.name}/signed/{now:%Y-%m-%d}", agreement=w.add_agreement(agreement),
                stage="signed", date=now.date(), date_exact=True, first_seen=now,
            )
        )  # fmt: skip
        tell(w, step, "new", "new", rules=rules, now=now)
