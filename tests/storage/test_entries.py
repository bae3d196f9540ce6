"""Entries are told old from new by the database, whatever a feed does to its ids, and wait for work."""

import threading
from datetime import timedelta

from storage import Storage
from storage.records import EntryRecord, EntryState, Filter
from tests.storage.builders import HOUR, MINUTE, NOW, an_article, an_entry, with_sources

LONG_TITLE = "Ministers of two coastal states meet on a security agreement"


def add(storage: Storage, *entries: EntryRecord) -> list[EntryRecord]:
    with storage.writing() as w:
        return w.add_entries(entries)


def test_the_unseen_come_back_with_ids_in_order(storage: Storage) -> None:
    with_sources(storage)
    given = [an_entry(name, published=NOW, summary="s", content="c") for name in "cab"]
    first = add(storage, *given)
    assert [e.key for e in first] == ["c", "a", "b"]
    assert all(e.id for e in first)
    assert [e.key for e in add(storage, *given, an_entry("d"))] == ["d"]


def test_an_entry_comes_back_as_it_was_given(storage: Storage) -> None:
    with_sources(storage)
    (kept,) = add(
        storage, an_entry(published=NOW - HOUR, summary="s", content="c", state=EntryState.BASELINE)
    )
    with storage.reading() as r:
        assert r.entries(Filter()) == [kept]


def test_a_seen_story_under_a_new_id_or_address_is_not_new(storage: Storage) -> None:
    with_sources(storage)
    story = an_entry("guid-1", title=LONG_TITLE, published=NOW)
    add(storage, story)
    same_address = an_entry("guid-2", canonical_url=story.canonical_url, title="Headline edited")
    same_story = an_entry("guid-3", title=LONG_TITLE.upper() + "  ", published=NOW + MINUTE)
    assert add(storage, same_address, same_story) == []


def test_two_stories_are_kept_apart_though_they_look_alike(storage: Storage) -> None:
    with_sources(storage)
    first = [
        an_entry("1", title="Statement by the President", published=NOW),
        an_entry("2", title="Statement by the President", published=NOW),
        an_entry("3", title=LONG_TITLE, published=NOW),
        an_entry("4", title=LONG_TITLE, published=NOW - timedelta(days=1)),
        an_entry("5", title=LONG_TITLE, published=NOW, summary="But of another matter."),
        an_entry("6", title=LONG_TITLE),
        an_entry("7", title=LONG_TITLE),
    ]
    assert len(add(storage, *first)) == 7


def test_twins_in_one_visit_are_one(storage: Storage) -> None:
    with_sources(storage)
    got = add(
        storage, an_entry("a"), an_entry("a", title="again"), an_entry("b", canonical_url=an_entry("a").link)
    )
    assert [e.title for e in got] == ["Story a"]


def test_what_another_source_brought_is_an_entry_of_its_own_and_knows_the_article(storage: Storage) -> None:
    with_sources(storage, "harbour-news", "second")
    add(storage, an_entry("a"))
    with storage.writing() as w:
        article, _, _ = w.put_article(an_article("a"))
    (other,) = add(storage, an_entry("a", "second", canonical_url=article.canonical_url))
    assert other.article_id == article.id
    assert article.id is not None
    with storage.reading() as r:
        assert [e.source_id for e in r.entries_of(article.id)] == ["second"]


def test_thousands_at_once(storage: Storage) -> None:
    with_sources(storage)
    many = [an_entry(str(n)) for n in range(3000)]
    assert len(add(storage, *many)) == 3000
    assert add(storage, *many) == []
    assert add(storage) == []


def test_threads_that_bring_the_same_are_told_of_it_once(storage: Storage) -> None:
    with_sources(storage)
    got: list[EntryRecord] = []

    def bring() -> None:
        got.extend(add(storage, *[an_entry(str(n)) for n in range(200)]))

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 200


def test_the_queue_gives_what_waits_oldest_first_until_it_is_settled(storage: Storage) -> None:
    with_sources(storage)
    old, later, new = add(
        storage, an_entry("a"), an_entry("b", try_at=NOW + HOUR), an_entry("c", state=EntryState.WAITING)
    )
    add(storage, an_entry("d", state=EntryState.BASELINE))
    assert old.id is not None
    with storage.writing() as w:
        assert [e.key for e in w.waiting_entries(NOW, 9)] == ["a", "c"]
        assert [e.key for e in w.waiting_entries(NOW, 1)] == ["a"]
        w.settle_entry(old.id, EntryState.WAITING, attempts=1, try_at=NOW + MINUTE)
        assert [e.key for e in w.waiting_entries(NOW, 9)] == ["c"]
        assert [(e.key, e.attempts) for e in w.waiting_entries(NOW + HOUR, 9)] == [
            ("a", 1),
            ("b", 0),
            ("c", 0),
        ]
        article, _, _ = w.put_article(an_article("a"))
        w.settle_entry(old.id, EntryState.DONE, article_id=article.id)
        assert w.counts().waiting_entries == 2
        (done,) = w.entries(Filter(state="done"))
        assert (done.article_id, done.attempts, done.try_at) == (article.id, 1, None)
        assert [e.key for e in w.entries(Filter(before_id=new.id, state="waiting"))] == [later.key]
