"""What is asked often is answered from an index, whatever the database holds (SQLite's own plan)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage import Storage, Writer
from storage.records import Filter
from tests.storage.builders import NOW, an_entry, with_sources

ASKED: dict[str, Callable[[Writer], Any]] = {
    "claim_due": lambda w: w.claim_due(NOW, 9, timedelta(minutes=1)),
    "waiting_entries": lambda w: w.waiting_entries(NOW, 9),
    "add_entries": lambda w: w.add_entries([an_entry()]),
    "similar_articles": lambda w: w.similar_articles(77, NOW),
    "article": lambda w: w.article("https://harbour-news.example/a"),
    "articles of a pair": lambda w: w.articles(Filter(pair=("DK", "UA"))),
    "steps_of": lambda w: w.steps_of([("DK", "UA")]),
    "step_view": lambda w: w.step_view("s"),
    "mentions_of": lambda w: w.mentions_of("s"),
    "lease_deliveries": lambda w: w.lease_deliveries(NOW, 9, lease=timedelta(minutes=1)),
    "lease_deliveries of a channel": lambda w: w.lease_deliveries(NOW, 9, "c", lease=timedelta(minutes=1)),
    "first_remote_id": lambda w: w.first_remote_id("c", "mail"),
}


@pytest.mark.parametrize("asked", ASKED)
def test_no_table_is_read_through(sqlite_storage: Storage, asked: str) -> None:
    with_sources(sqlite_storage)
    statements: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if sql.startswith("SELECT"):
            statements.append((sql, parameters))

    with sqlite_storage.writing() as w:
        event.listen(w._connection, "before_cursor_execute", note)
        ASKED[asked](w)
        event.remove(w._connection, "before_cursor_execute", note)
        assert statements
        for sql, parameters in statements:
            plan = [row[3] for row in w._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]
            scans = [line for line in plan if line.startswith("SCAN") and line.split()[1] not in UNINDEXED]
            assert not scans, "\n".join(plan)


# Lists of values in the statement itself.
UNINDEXED = ("CONSTANT", "(subquery-1)", "(subquery-2)")


def test_what_a_channel_gets_next_is_not_sorted_out_of_all_that_waits(sqlite_storage: Storage) -> None:
    plans: list[str] = []

    def explain(_c: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if sql.startswith("SELECT"):
            rows = w._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)
            plans.extend(row[3] for row in rows)

    with sqlite_storage.writing() as w:
        event.listen(w._connection, "before_cursor_execute", explain)
        w.lease_deliveries(NOW, 4, "c", lease=timedelta(minutes=1))
        event.remove(w._connection, "before_cursor_execute", explain)
    assert any("channel_state_id" in line for line in plans)
    assert not any("TEMP B-TREE" in line for line in plans)
