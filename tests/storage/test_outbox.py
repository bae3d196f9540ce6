"""The outbox: each delivery is leased, settled once, and comes back after a crash."""

import threading
from datetime import timedelta

from storage import Storage
from storage.records import AlertRecord, DeliveryRecord, DeliveryState, SilenceRecord
from tests.storage.builders import HOUR, MINUTE, NOW, a_step, outbox_of

SENT, PENDING, ATTEMPTING = DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.ATTEMPTING
DEAD, HELD = DeliveryState.DEAD, DeliveryState.HELD


def lease(
    storage: Storage, at: timedelta = timedelta(0), limit: int = 9, channel: str | None = None
) -> list[DeliveryRecord]:
    with storage.writing() as w:
        return w.lease_deliveries(NOW + at, limit, channel, lease=MINUTE)


def settle(storage: Storage, delivery: DeliveryRecord, state: DeliveryState, **more: object) -> bool:
    assert delivery.id is not None
    with storage.writing() as w:
        return w.settle_delivery(delivery.id, state, now=NOW, **more)  # type: ignore[arg-type]


def test_an_alert_is_one_for_each_number(storage: Storage) -> None:
    with storage.writing() as w:
        w.add_step(a_step("s"))
        first = w.add_alert(AlertRecord(step_id="s", kind="new", created=NOW))
        assert w.add_alert(AlertRecord(step_id="s", kind="new", created=NOW + HOUR)) == first
        updates = [w.add_alert(AlertRecord(step_id="s", kind="update", change="gone")) for _ in range(2)]
        assert [u.number for u in updates] == [1, 2]
        told = [w.add_alert(AlertRecord(step_id="", kind="operator", note="disk full")) for _ in range(2)]
        assert told[0].id != told[1].id
        assert w.alerts("s") == [*updates[::-1], first]
        assert w.alerts(limit=1) == [told[1]]
        assert first.id is not None
        assert w.alert(first.id) == first
        assert w.alert(99) is None


def test_a_key_is_delivered_once(storage: Storage) -> None:
    first = outbox_of(storage, "k1", "k2")
    assert [d.key for d in first] == ["k1", "k2"]
    assert [d.key for d in outbox_of(storage, "k2", "k3", "k3")] == ["k3"]
    with storage.reading() as r:
        assert r.delivery(first[0].id or 0) == first[0]
        assert r.counts().pending_deliveries == 3


def test_what_is_due_is_leased_once_in_the_order_of_the_outbox(storage: Storage) -> None:
    outbox_of(storage, "later", due_at=NOW + HOUR)
    outbox_of(storage, "b", due_at=NOW)
    outbox_of(storage, "a", due_at=NOW - MINUTE)
    outbox_of(storage, "held", state=HELD)
    with storage.reading() as r:
        assert r.next_delivery() == NOW - MINUTE
    got = lease(storage)
    assert [(d.key, d.state, d.attempts, d.interrupted) for d in got] == [
        ("b", ATTEMPTING, 1, False),
        ("a", ATTEMPTING, 1, False),
    ]
    assert lease(storage) == []
    with storage.reading() as r:
        assert r.deliveries(state=ATTEMPTING) == sorted(got, key=lambda d: -(d.id or 0))
        assert r.next_delivery() == NOW + MINUTE


def test_limits_and_channels(storage: Storage) -> None:
    outbox_of(storage, "m1", "m2", channel="mail")
    outbox_of(storage, "s1", channel="slack")
    assert [d.key for d in lease(storage, channel="slack")] == ["s1"]
    assert [d.key for d in lease(storage, limit=1)] == ["m1"]
    assert [d.key for d in lease(storage)] == ["m2"]


def test_a_batch_comes_whole(storage: Storage) -> None:
    outbox_of(storage, "1", "2", "3", batch="morning", channel="mail")
    outbox_of(storage, "4", batch="morning", channel="slack")
    outbox_of(storage, "5", batch="morning", channel="mail", due_at=NOW + HOUR)
    assert [d.key for d in lease(storage, limit=1, channel="mail")] == ["1", "2", "3"]


def test_a_delivery_is_settled_once(storage: Storage) -> None:
    outbox_of(storage, "k")
    (leased,) = lease(storage)
    assert settle(storage, leased, SENT, remote_id="ts-1")
    assert not settle(storage, leased, DEAD, error="too late")
    with storage.reading() as r:
        (kept,) = r.deliveries(channel="mail", step_id="", alert_id=leased.alert_id)
        assert (kept.state, kept.sent_at, kept.remote_id, kept.lease_until) == (SENT, NOW, "ts-1", None)
        assert r.next_delivery() is None


def test_a_pending_one_cannot_be_settled(storage: Storage) -> None:
    (pending,) = outbox_of(storage, "k")
    assert not settle(storage, pending, SENT)


def test_one_that_is_put_off_is_due_again_and_counts_its_attempts(storage: Storage) -> None:
    outbox_of(storage, "k")
    (leased,) = lease(storage)
    assert settle(storage, leased, PENDING, due_at=NOW + HOUR, error="451 come back later")
    assert lease(storage) == []
    (again,) = lease(storage, HOUR)
    assert (again.attempts, again.error, again.interrupted) == (2, "451 come back later", False)
    assert again.first_attempt_at == NOW


def test_a_lease_that_runs_out_gives_the_delivery_back_marked(storage: Storage) -> None:
    outbox_of(storage, "k")
    (slow,) = lease(storage)
    (again,) = lease(storage, 2 * MINUTE)
    assert (again.interrupted, again.attempts) == (True, 2)
    assert not settle(storage, slow, DEAD, attempt=slow.attempts)
    assert settle(storage, again, SENT, attempt=again.attempts)


def test_after_a_crash_what_was_under_way_is_pending_and_marked(storage: Storage) -> None:
    outbox_of(storage, "a", "b")
    (first, _) = lease(storage)
    settle(storage, first, SENT)
    with storage.writing() as w:
        assert w.release_attempting(NOW) == 1
    assert [(d.key, d.interrupted) for d in lease(storage)] == [("b", True)]


def test_an_update_waits_for_its_first_message(storage: Storage) -> None:
    outbox_of(storage, "first", step_id="s", conversation="c")
    outbox_of(storage, "update", step_id="s", conversation="c")
    outbox_of(storage, "other-channel", step_id="s", conversation="c", channel="slack")
    outbox_of(storage, "other-step", step_id="t", conversation="c")
    got = lease(storage)
    assert [d.key for d in got] == ["first", "other-channel", "other-step"]
    settle(storage, got[0], PENDING, due_at=NOW + HOUR)
    assert lease(storage) == []
    (first,) = [d for d in lease(storage, HOUR) if d.key == "first"]
    settle(storage, first, SENT, remote_id="ts-1")
    assert [d.key for d in lease(storage, HOUR)] == ["update"]
    with storage.reading() as r:
        assert r.first_remote_id("c", "mail") == "ts-1"
        assert r.first_remote_id("c", "slack") is None


def test_a_dead_or_held_one_can_be_tried_again(storage: Storage) -> None:
    (dead,) = outbox_of(storage, "dead")
    (held,) = outbox_of(storage, "held", state=HELD)
    lease(storage)
    settle(storage, dead, DEAD, error="no such channel")
    assert held.id is not None
    assert dead.id is not None
    with storage.writing() as w:
        counts = w.counts()
        assert (counts.dead_deliveries, counts.held_deliveries) == (1, 1)
        assert w.requeue_delivery(dead.id, due_at=NOW)
        assert w.requeue_delivery(held.id, due_at=NOW)
        assert not w.requeue_delivery(held.id, due_at=NOW)
    assert len(lease(storage)) == 2


def test_workers_that_race_never_get_the_same_delivery(storage: Storage) -> None:
    outbox_of(storage, *[f"k{n}" for n in range(40)])
    got: list[str] = []

    def work() -> None:
        while leased := lease(storage, limit=3):
            got.extend(d.key for d in leased)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(f"k{n}" for n in range(40))


def test_silences_hold_until_they_expire(storage: Storage) -> None:
    with storage.writing() as w:
        silence = w.add_silence(
            SilenceRecord(match={"party": ["DK"]}, reason="known", who="ana", created=NOW, expires=NOW + HOUR)
        )
        assert silence.id is not None
        assert w.silences(NOW) == [silence]
        assert w.silences(NOW + HOUR) == []
        assert w.silences(NOW - HOUR) == []
        assert w.expire_silence(silence.id, NOW + MINUTE)
        assert not w.expire_silence(silence.id, NOW + MINUTE)
        assert w.silences(NOW + 2 * MINUTE) == []
        assert len(w.silences()) == 1


def test_what_waits_for_its_first_message_wakes_nobody(storage: Storage) -> None:
    """Else a lane would ask again and again for an update that it may not have yet."""
    outbox_of(storage, "first", step_id="s", due_at=NOW + HOUR)
    outbox_of(storage, "update", step_id="s", due_at=NOW)
    with storage.reading() as r:
        assert r.next_delivery() == NOW + HOUR
        assert r.outbox_schedule() == {"mail": NOW + HOUR}
