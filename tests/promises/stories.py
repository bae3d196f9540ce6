"""What a service does to its database, as stories that can be cut off anywhere and taken up again.

Each knows how its database looks at the start, and after each of its commits: whatever happens in the middle,
what is found must be one of those, and not an earlier one than was acknowledged.
"""

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import create_engine

from storage import Storage, migrations, open_storage, put_back
from storage.records import SourceRecord
from tests.monitor.alerts.outboxes import put_step
from tests.monitor.test_record import NOW, article, detection, enter, finding
from tests.promises.sending import send
from tests.storage.builders import an_article, an_entry, with_sources

Acknowledge = Callable[[int], None]
Given = Mapping[str, Any]
TABLES = ("sources", "entries", "articles", "steps", "mentions", "alerts", "deliveries")
COMMITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`prepare` makes the folder it begins in; `live` goes through it, or goes on with it; `state` is what it
    changes."""

    prepare: Callable[[Path], None]
    live: Callable[[Path, Acknowledge, Given], None]
    state: Callable[[Path], Any]


def database(folder: Path) -> Path:
    """The database of a story."""
    return folder / "kept.db"


def opened(path: Path) -> Storage:
    """Its storage."""
    return open_storage(f"sqlite:///{path}", patience=timedelta(seconds=5))


def whole(path: Path) -> None:
    """AssertionError where the database is damaged."""
    storage = opened(path)
    try:
        damage = [] if storage.needs_upgrade() else storage.check()
    finally:
        storage.close()
    assert not damage, f"{path.name} is damaged: {damage[0]}"


def rows(path: Path) -> tuple[int, ...]:
    """How many rows each table has; -1 where there is none yet."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
        there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        return tuple(
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] if table in there else -1
            for table in TABLES
        )


def _rows(folder: Path) -> tuple[int, ...]:
    whole(database(folder))
    return rows(database(folder))


def _empty(folder: Path) -> None:
    storage = opened(database(folder))
    storage.upgrade()
    with_sources(storage)
    with storage.writing() as w:
        source = SourceRecord(
            id="s", publisher="s", country=None, tier="press", kind="feed", url="https://x.example/f"
        )
        w.sync_sources([source], NOW)
    storage.close()


def _held(folder: Path) -> Storage:
    storage = opened(database(folder))
    try:
        storage.hold()
    except BaseException:
        storage.close()
        raise
    return storage


def _store(folder: Path, acknowledge: Acknowledge, _: Given) -> None:
    storage = _held(folder)
    try:
        for number in range(COMMITS):
            with storage.writing() as w:
                w.add_entries([an_entry(f"{number}-{n}", content="x" * 3000) for n in range(2)])
                w.put_article(an_article(str(number)), search_text="harbour bridge")
            acknowledge(number + 1)
    finally:
        storage.close()


def _write_on(folder: Path, acknowledge: Acknowledge, _: Given) -> None:
    """Commits without end, and a copy now and then."""
    storage = _held(folder)
    for number in itertools.count(rows(database(folder))[TABLES.index("articles")]):
        with storage.writing() as w:
            w.add_entries([an_entry(f"{number}-{n}", content="x" * 3000) for n in range(2)])
            w.put_article(an_article(str(number)), search_text="harbour bridge")
        acknowledge(number + 1)
        if number % 7 == 6:
            storage.back_up(folder / "copy.db")


def _register(folder: Path, acknowledge: Acknowledge, _: Given) -> None:
    """A step, its corroboration by the other side, another step, and an old one recalled."""
    other = finding(parties=("NO", "UA"))
    told = (
        (article("kyiv"), detection(finding())),
        (article("copenhagen"), detection(finding())),
        (article("kyiv", 2), detection(other)),
        (article("paper"), detection(background=(other,))),
    )
    storage = _held(folder)
    try:
        for number, (one, found) in enumerate(told):
            enter(storage, one, found)
            acknowledge(number + 1)
    finally:
        storage.close()


def _with_outbox(folder: Path) -> None:
    _empty(folder)
    storage = opened(database(folder))
    for number in range(2):
        put_step(storage, number, ("bot", "hook"), now=NOW)
    storage.close()


def _send(folder: Path, acknowledge: Acknowledge, given: Given) -> None:
    storage = _held(folder)
    try:
        send(storage, given)
    finally:
        storage.close()


def _old(folder: Path) -> None:
    """A database of the first schemas, with something in it."""
    engine = create_engine(f"sqlite:///{database(folder)}")
    with engine.begin() as connection:
        config = migrations._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        columns = connection.exec_driver_sql("PRAGMA table_info(sources)").all()
        names = ", ".join(row[1] for row in columns)
        for number in range(3):
            values = [f"s{number}" if row[1] == "id" else "{}" if "JSON" in row[2] else 0 for row in columns]
            marks = ", ".join("?" * len(columns))
            connection.exec_driver_sql(f"INSERT INTO sources ({names}) VALUES ({marks})", tuple(values))
    engine.dispose()


def _migrate(folder: Path, acknowledge: Acknowledge, _: Given) -> None:
    storage = opened(database(folder))
    try:
        storage.upgrade()
        acknowledge(1)
    finally:
        storage.close()


def _schema(folder: Path) -> tuple[object, ...]:
    whole(database(folder))
    with closing(sqlite3.connect(database(folder))) as connection:
        tables = sorted(row[0] for row in connection.execute("SELECT name FROM sqlite_master"))
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return version, len(tables), connection.execute("SELECT count(*) FROM sources").fetchone()[0]


def _with_copy(folder: Path) -> None:
    _empty(folder)
    storage = opened(database(folder))
    storage.back_up(folder / "copy.db")
    storage.close()
    _store(folder, lambda _: None, {})


def _back_up(folder: Path, acknowledge: Acknowledge, _: Given) -> None:
    storage = opened(database(folder))
    try:
        storage.back_up(folder / "copy.db")
        acknowledge(1)
    finally:
        storage.close()


def _copies(folder: Path) -> tuple[object, ...]:
    whole(folder / "copy.db")
    return rows(folder / "copy.db"), _rows(folder)


def _restore(folder: Path, acknowledge: Acknowledge, _: Given) -> None:
    put_back(folder / "copy.db", database(folder), NOW)
    acknowledge(1)


def _with_open_transaction(folder: Path) -> None:
    """As a process leaves it that is killed half-way through a commit: with a journal to be rolled back."""
    _with_copy(folder)
    path, left = database(folder), folder / "left"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE entries SET content = content || 'y'")
        connection.execute("DELETE FROM articles")
        for name in (path.name, f"{path.name}-journal"):
            left.mkdir(exist_ok=True)
            shutil.copy(folder / name, left / name)
        connection.execute("ROLLBACK")
    for file in left.iterdir():
        file.replace(folder / file.name)
    left.rmdir()


STORIES: Mapping[str, Story] = {
    "store": Story(prepare=_empty, live=_store, state=_rows),
    "register": Story(prepare=_empty, live=_register, state=_rows),
    "migrate": Story(prepare=_old, live=_migrate, state=_schema),
    "backup": Story(prepare=_with_copy, live=_back_up, state=_copies),
    "restore": Story(prepare=_with_copy, live=_restore, state=_copies),
    "restore after a crash": Story(prepare=_with_open_transaction, live=_restore, state=_copies),
    "send": Story(prepare=_with_outbox, live=_send, state=_rows),
}

# Ends only by being killed.
ENDLESS: Mapping[str, Story] = {"endless": Story(prepare=_empty, live=_write_on, state=_rows)}


def states_of(story: Story, folder: Path) -> Sequence[Any]:
    """The story's states: before it, and after each thing it acknowledges. Goes through it in `folder`."""
    states = [story.state(folder)]
    story.live(folder, lambda _: states.append(story.state(folder)), {})
    return states
