"""The canary: it takes the true path once a day, and nobody finds it in the register."""

from datetime import UTC, datetime, timedelta

from monitor.canary import SOURCE, sing_when_due
from storage import Storage
from storage.records import CANARY_PAIR, CANARY_SOURCE, Filter

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def test_it_sings_once_a_day_to_its_own_address_and_stays_out_of_lists(storage: Storage) -> None:
    with storage.writing() as w:
        w.sync_sources([SOURCE], NOW)
    sung = [
        sing_when_due(storage, ("test-mail",), every=DAY, now=NOW + wait)
        for wait in (timedelta(0), timedelta(hours=12), DAY, 2 * DAY)
    ]
    assert [step is not None for step in sung] == [True, False, True, True]
    with storage.reading() as r:
        assert [d.channel for d in r.deliveries()] == ["test-mail"] * 3
        assert {d.kind for d in r.deliveries()} == {"canary"}
        for wanted in (Filter(), Filter(stage="signed"), Filter(text="iceland")):
            assert r.steps(wanted) == []
            assert r.articles(wanted) == []
            assert r.agreements(wanted) == []
            assert r.mentions(wanted) == []
        assert len(r.steps(Filter(pair=CANARY_PAIR))) == 3
        assert len(r.articles(Filter(source_id=CANARY_SOURCE))) == 3
