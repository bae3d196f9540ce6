"""Delivering the outbox on loopback, beside Apprise called in a loop (which keeps no outbox at all).

1. BENCH_ALERTS alerts (1,000) to a webhook, a mailbox and a dead port: how long until the first two have
   all, with what the dead one waits for. Goal: under 60 s.
2. From the commit of a step to the sink having it, one at a time on an idle service. Goal: p95 under 2 s.
"""

import asyncio
import os
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from monitor.alerts.channels import CHANNELS
from monitor.alerts.delivery import Delivery, make_addressees
from monitor.alerts.outbox import deliveries_of
from monitor.alerts.routing import Told
from monitor.newsroom.mail import MailSink
from monitor.newsroom.webhook import WebhookSink
from storage import Storage, open_storage
from storage.records import AgreementRecord, AlertRecord, DeliveryState, StepRecord

ALERTS = int(os.environ.get("BENCH_ALERTS", "1000"))
SINGLES = int(os.environ.get("BENCH_SINGLES", "50"))
INSTRUMENT, DAY = "security_agreement", date(2026, 3, 1)
DEAD_PORT = 9  # discard: nobody listens there


def put_steps(storage: Storage, first: int, count: int, channels: list[str]) -> None:
    """So many new steps, told to the channels, in one commit."""
    now = datetime.now(UTC)
    with storage.writing() as w:
        for number in range(first, first + count):
            agreement = w.add_agreement(
                AgreementRecord(parties=(f"X{number % 100:02d}", "ZZ"), instrument=INSTRUMENT, number=number)
            )
            name = f"{agreement.name}/signed/2026-03-01"
            step = w.add_step(
                StepRecord(
                    id=name, agreement=agreement, stage="signed", date=date(2026, 3, 1), first_seen=now
                )
            )
            alert = w.add_alert(AlertRecord(step_id=step.id, kind="new", created=now))
            told = [Told(route="all", channel=channel, due_at=now) for channel in channels]
            w.add_deliveries(deliveries_of(alert, step, told, now=now))


async def deliver(storage: Storage, hook: WebhookSink, mail: MailSink) -> None:
    """Both measurements, printed."""
    server = {"host": "127.0.0.1", "port": mail.port, "tls": "none"}
    wanted = {
        "hook": {"kind": "webhook", "url_env": "HOOK"},
        "mail": {
            "kind": "email", "sender": "watch@pact.example", "recipients": ["ann@desk.example"],
            "servers": [server],
        },
        "dead": {"kind": "webhook", "url_env": "DEAD"},
    }  # fmt: skip
    settings = {name: CHANNELS[one["kind"]].settings.model_validate(one) for name, one in wanted.items()}  # type: ignore[index]
    environ = {"HOOK": hook.url, "DEAD": f"http://127.0.0.1:{DEAD_PORT}/"}
    addressees = make_addressees(settings, environ)
    delivery = Delivery(storage, addressees)
    put_steps(storage, 1, ALERTS, list(addressees))
    began = time.perf_counter()
    running = asyncio.create_task(delivery.run())
    await hook.inbox.wait_for(ALERTS, seconds=600)
    await mail.inbox.wait_for(ALERTS, seconds=600)
    took = time.perf_counter() - began
    with storage.reading() as r:
        waiting = len(r.deliveries(state=DeliveryState.PENDING, channel="dead", limit=ALERTS + 1))
    print(f"{ALERTS} alerts to three channels, one dead: {took:.1f} s; {waiting} wait for the dead one")

    delays = []
    live = [name for name in addressees if name != "dead"]
    for number in range(SINGLES):
        await asyncio.to_thread(put_steps, storage, ALERTS + 1 + number, 1, live)
        committed = time.perf_counter()
        delivery.wake()
        await asyncio.gather(
            hook.inbox.wait_for(ALERTS + 1 + number), mail.inbox.wait_for(ALERTS + 1 + number)
        )
        delays.append(time.perf_counter() - committed)
        await asyncio.sleep(0.02)
    p50, p95 = statistics.median(delays), statistics.quantiles(delays, n=20)[-1]
    print(f"from the commit to the sink, both channels: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")
    await delivery.stop()
    await running


async def apprise_loop(hook: WebhookSink) -> None:
    """The peer: the same number of messages through Apprise, one after another, nothing kept."""
    import apprise

    service = apprise.Apprise.instantiate(hook.url.replace("http://", "json://"))
    assert service is not None
    began = time.perf_counter()
    for number in range(ALERTS):
        await service.async_notify(title=f"Step {number}", body="security agreement signed")
    took = time.perf_counter() - began
    print(f"{ALERTS} messages to one channel by Apprise in a loop: {took:.1f} s; none kept")


async def main() -> None:
    """Ours, then the peer."""
    with tempfile.TemporaryDirectory() as folder:
        storage = open_storage(f"sqlite:///{Path(folder) / 'bench.db'}")
        storage.upgrade()
        async with WebhookSink() as hook, MailSink() as mail:
            await deliver(storage, hook, mail)
        storage.close()
    async with WebhookSink() as hook:
        await apprise_loop(hook)


if __name__ == "__main__":
    asyncio.run(main())
