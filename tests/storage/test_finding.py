"""Articles by words and filters: what marks, walks and both databases' ways must never change."""

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from storage import Storage, finding, indexing, marks, open_storage
from storage.articles import ArticleWrites
from storage.records import AllOf, AnyOf, ArticleRecord, Filter, Keep, Match, MentionRecord, SearchText, Term
from tests.storage.builders import NOW, a_source, a_step, an_agreement, an_article

WORDS = ("treaty", "harbour", "budget", "rare")
DAY = timedelta(days=1)
TOLD = {"DK": "dk", "NO": "no"}


def fill(storage: Storage, many: int = 60) -> dict[str, ArticleRecord]:
    """Articles of three languages, tiers and sources, some found late, some waited for, some mentioned."""
    chance, kept = random.Random(3), {}
    with storage.writing() as w:
        w.sync_sources([a_source("a-b"), a_source("a.b"), a_source("c_d")], NOW)
        steps = [w.add_step(a_step(f"s{p}", agreement=an_agreement(*sorted((p, "UA"))))) for p in TOLD]
        for number in range(many):
            seen = NOW + DAY * number - (DAY * 9 if number % 13 == 0 else timedelta())
            late = DAY * chance.choice((0, 0, 0, 30, 400, 7700, 8200))
            words = [word for word in WORDS if chance.random() < (0.1 if word == "rare" else 0.6)]
            article, _, _ = w.put_article(
                an_article(
                    str(number),
                    source_id=chance.choice(("a-b", "a.b", "c_d")),
                    tier=chance.choice(("press", "press", "official")),
                    language=chance.choice(("en", "uk", None)),
                    first_seen=seen,
                    published=None if number % 17 == 0 else seen - late,
                    text=" ".join(words),
                ),
                search_text=" ".join(words),
            )
            kept[article.title] = article
            if number % 4 == 0:
                step = steps[number % len(steps)]
                w.add_mention(
                    MentionRecord(
                        step_id=step.id, article_id=article.id or 0, role="report", confidence=1, quote="q"
                    )
                )
    return kept


def expected(kept: Mapping[str, ArticleRecord], wanted: Filter) -> list[str]:
    """What a filter wants, looked for one by one."""

    def is_wanted(a: ArticleRecord) -> bool:
        day = (a.published or a.first_seen or NOW).date()
        told = (a.id or 0) % 4 == 1 and wanted.party == "DK" and ((a.id or 0) - 1) % 2 == 0
        return (
            (wanted.language in (None, a.language))
            and (wanted.tier in (None, a.tier))
            and (wanted.source_id in (None, a.source_id))
            and (wanted.since is None or day >= wanted.since)
            and (wanted.until is None or day <= wanted.until)
            and (wanted.party is None or told)
            and (wanted.before_id is None or (a.id or 0) < wanted.before_id)
            and (wanted.match is None or holds(wanted.match, a.text.split()))
        )

    newest = sorted(filter(is_wanted, kept.values()), key=lambda a: -(a.id or 0))
    return [a.title for a in newest[: wanted.limit]]


def holds(match: Match, words: list[str]) -> bool:
    if isinstance(match, AnyOf):
        return any(holds(part, words) for part in match.parts)
    if isinstance(match, AllOf):
        without = any(holds(part, words) for part in match.without)
        return all(holds(part, words) for part in match.parts) and not without
    return match.words[0] in words


def questions() -> list[Filter]:
    chance = random.Random(5)
    first = NOW.date()
    some: list[Filter] = []
    for _ in range(150):
        far = chance.choice((-450, -450, -8300))
        days = sorted(first + DAY * chance.randrange(far, 70) for _ in range(2))
        given: dict[str, Any] = {
            "language": chance.choice((None, None, "en", "uk")),
            "tier": chance.choice((None, None, "official")),
            "source_id": chance.choice((None, None, "a-b", "a.b")),
            "since": chance.choice((None, None, days[0])),
            "until": chance.choice((None, None, days[1])),
            "party": chance.choice((None, None, "DK")),
            "before_id": chance.choice((None, chance.randrange(1, 70))),
            "limit": chance.choice((1, 5, 100)),
            "match": chance.choice(
                (
                    None,
                    Term(("treaty",)),
                    Term(("rare",)),
                    AnyOf((Term(("rare",)), Term(("budget",)))),
                    AllOf((Term(("treaty",)),), without=(Term(("budget",)),)),
                )
            ),
        }
        some.append(Filter(**given))
    return some


@pytest.mark.parametrize(("newest", "few"), [(10_000, 1000), (5, 2), (0, 0)])
def test_whatever_way_is_taken_the_hits_are_the_same(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, newest: int, few: int
) -> None:
    """Small limits make both databases take every way that a million articles would."""
    monkeypatch.setattr(finding, "NEWEST", newest)
    monkeypatch.setattr(finding, "NEWEST_READ", max(1, newest // 2))
    monkeypatch.setattr(finding, "FEW", few)
    kept = fill(storage)
    with storage.reading() as r:
        wrong = [
            (wanted, found, right)
            for wanted in questions()
            if (found := [a.title for a in r.articles(wanted)]) != (right := expected(kept, wanted))
        ]
    assert not wrong, wrong[0]


def test_a_mention_that_comes_later_is_found(storage: Storage) -> None:
    fill(storage)
    with storage.writing() as w:
        article, _, _ = w.put_article(an_article("later", source_id="a-b"), search_text="zebra")
        step = w.add_step(a_step("later", agreement=an_agreement("JP", "PH")))
    with storage.writing() as w:
        for role in ("report", "recap"):
            w.add_mention(
                MentionRecord(step_id=step.id, article_id=article.id or 0, role=role, confidence=1, quote="q")
            )
        assert [a.title for a in w.find("zebra", Filter(party="JP"))] == ["Story later"]
    with storage.writing() as w:  # a revision is still one that tells of the step, and of its new words only
        w.put_article(an_article("later", source_id="a-b", text="else"), search_text="giraffe")
        w.index_anew(w.find("giraffe")[0], SearchText(words=("elephant",)))
    with storage.reading() as r:
        assert [a.title for a in r.find("elephant", Filter(party="JP", language="en"))] == ["Story later"]
        assert r.find("giraffe") == r.find("zebra") == []
    assert storage.check() == []


def test_what_has_lost_its_text_is_still_in_lists(storage: Storage) -> None:
    fill(storage, 8)
    with storage.writing() as w:
        before = [a.title for a in w.articles(Filter(source_id="a-b", tier="press"))]
        w.prune(Keep(texts=NOW + DAY * 400))
    with storage.reading() as r:
        assert [a.title for a in r.articles(Filter(source_id="a-b", tier="press"))] == before
        assert before


@pytest.mark.parametrize("word", ["ᴛlangen", "ᴛtold", "ᴛtierpress"])
def test_nobody_asks_for_a_mark_by_chance(storage: Storage, word: str) -> None:
    """Marks begin with a letter that no language writes; whoever types it may find by it, and no harm."""
    fill(storage, 4)
    with storage.reading() as r:
        assert len(r.find(word)) <= 4


def test_an_upgrade_marks_what_is_there(storage: Storage, storage_url: str) -> None:
    kept = fill(storage)
    storage.close()
    engine = create_engine(storage_url)
    with engine.begin() as connection:  # as it was before marks
        for row in connection.execute(text("SELECT id, words FROM revisions")).all():
            unmarked = [word for word in indexing.unpacked(row.words) if not marks.is_mark(word)]
            connection.execute(
                text("UPDATE revisions SET words = :w WHERE id = :id"),
                {"w": indexing.packed(unmarked), "id": row.id},
            )
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("UPDATE article_words SET words = to_tsvector('simple', '') WHERE article_id % 5 = 0")
            )
            connection.execute(
                text(
                    "UPDATE article_words a SET words = (SELECT "
                    "coalesce(array_to_tsvector(array_agg(l)), '') "
                    "FROM unnest(tsvector_to_array(a.words)) AS l WHERE l NOT LIKE 'ᴛ%')"
                )
            )
    engine.dispose()
    again = open_storage(storage_url)
    assert again.upgrade()[0] == "0008"
    with again.reading() as r:
        for wanted in questions():
            if wanted.match is None or engine.dialect.name == "sqlite":
                assert [a.title for a in r.articles(wanted)] == expected(kept, wanted), wanted
    again.close()


def test_an_article_indexed_twice_in_one_transaction(sqlite_storage: Storage) -> None:
    with sqlite_storage.writing() as w:
        w.sync_sources([a_source("a-b")], NOW)
        assert isinstance(w, ArticleWrites)
        article, _, _ = w.put_article(an_article("x", source_id="a-b"), search_text="one")
        w.index_anew(article, SearchText(words=("two",)))
        w.index_anew(article, SearchText(words=("three",)))
        assert [a.title for a in w.find("three")] == ["Story x"]
        assert w.find("one") == w.find("two") == []


def test_days_are_those_of_utc(storage: Storage) -> None:
    with storage.writing() as w:
        w.sync_sources([a_source("a-b")], NOW)
        late = datetime(2026, 2, 1, 23, 59, tzinfo=NOW.tzinfo)
        w.put_article(an_article("x", source_id="a-b", published=late), search_text="one")
    with storage.reading() as r:
        assert len(r.articles(Filter(until=date(2026, 2, 1)))) == 1
        assert r.articles(Filter(until=date(2026, 1, 31))) == []
