"""What is too old goes, and never comes back as new."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from storage import Storage, open_storage
from storage.records import EntryState, Filter, Keep, MentionRecord, RawPage, VisitRecord
from tests.storage.builders import NOW, a_step, an_article, an_entry, with_sources

LATER = NOW + timedelta(days=400)
ALL = Keep(visits=LATER, raw_pages=LATER, texts=LATER)


def raw(body: bytes = b"<p>As it came</p>") -> RawPage:
    return RawPage(body=body, headers={}, sha256="0" * 64, http_status=200, fetched=NOW)


def keep_story(storage: Storage, name: str, *, told: bool = False, at: datetime = NOW) -> None:
    with storage.writing() as w:
        (entry,) = w.add_entries([an_entry(name, summary="In short", content="At length", first_seen=at)])
        article, _, _ = w.put_article(an_article(name, first_seen=at), raw(), search_text="harbour bridge")
        assert entry.id
        assert article.id
        w.settle_entry(entry.id, EntryState.DONE, article_id=article.id)
        if told:
            step = w.step("s") or w.add_step(a_step("s"))
            w.add_mention(
                MentionRecord(
                    step_id=step.id, article_id=article.id, role="report", confidence=1.0, quote="The text"
                )
            )


def test_an_old_story_leaves_a_tombstone(storage: Storage) -> None:
    with_sources(storage)
    keep_story(storage, "a")
    with storage.writing() as w:
        pruned = w.prune(ALL)
    assert (pruned.raw_pages, pruned.texts, pruned.entries) == (1, 1, 1)
    with storage.writing() as w:
        assert w.add_entries([an_entry("a")]) == []
        assert w.add_entries([an_entry("b", canonical_url="https://harbour-news.example/a")]) == []
        article, is_new, is_revision = w.put_article(an_article("a"), search_text="harbour bridge")
        assert (is_new, is_revision, article.title, article.text) == (False, False, "Story a", "")
        assert w.articles(Filter(text="harbour")) == []
        assert w.raw_page(article.id or 0, 1) is None
    assert storage.check() == []


def test_what_stands_behind_a_step_stays(storage: Storage) -> None:
    with_sources(storage)
    keep_story(storage, "told", told=True)
    with storage.writing() as w:
        pruned = w.prune(ALL)
    assert (pruned.raw_pages, pruned.texts) == (0, 0)
    with storage.reading() as r:
        (article,) = r.articles(Filter(text="harbour"))
        assert article.text
        assert r.raw_page(article.id or 0, 1) is not None


def test_what_is_young_or_waiting_stays(storage: Storage) -> None:
    with_sources(storage)
    keep_story(storage, "young", at=LATER)
    with storage.writing() as w:
        w.add_entries([an_entry("waiting", summary="In short", content="At length")])
        w.prune(Keep(raw_pages=NOW + timedelta(days=1), texts=NOW + timedelta(days=1)))
        assert [e.content for e in w.waiting_entries(LATER, 10)] == ["At length"]
        (article,) = w.articles(Filter(text="harbour"))
        assert article.text


def test_old_visits_go_and_what_they_taught_stays(storage: Storage) -> None:
    with_sources(storage)
    with storage.writing() as w:
        for day in range(10):
            at = NOW + timedelta(days=day)
            visit = VisitRecord(source_id="harbour-news", started=at, finished=at, outcome="fetched")
            w.record_visit(visit, due_at=at)
        assert w.prune(Keep(visits=NOW + timedelta(days=8))).visits == 8
        assert len(w.visits()) == 2
        source = w.source("harbour-news")
        assert source is not None
        assert source.visits == 10


def test_rounds_are_short_and_reach_everything(storage: Storage) -> None:
    with_sources(storage)
    for number in range(7):
        keep_story(storage, str(number), told=number == 3)
    counts = []
    while True:
        with storage.writing() as w:
            pruned = w.prune(ALL, at_once=2)
        counts.append(pruned.texts)
        if not pruned.more:
            break
    assert sum(counts) == 6
    assert max(counts) <= 2


def test_nothing_goes_that_is_kept_for_ever(storage: Storage) -> None:
    with_sources(storage)
    keep_story(storage, "a")
    with storage.writing() as w:
        pruned = w.prune(Keep())
    assert (pruned.visits, pruned.raw_pages, pruned.texts, pruned.entries) == (0, 0, 0, 0)


def test_a_compacted_file_is_smaller(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    storage = open_storage(sqlite_url)
    with_sources(storage)
    with storage.writing() as w:
        for number in range(50):
            w.put_article(an_article(str(number)), raw(os.urandom(20_000)))
    before = path.stat().st_size
    with storage.writing() as w:
        w.prune(ALL)
    storage.compact()
    assert path.stat().st_size < before / 2
    assert storage.check() == []
    storage.close()
