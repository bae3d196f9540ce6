"""Articles: one for an address, their revisions and bytes, near duplicates, and words to find them by."""

import random

import pytest

from storage import Storage, sha256_of
from storage.articles import distance
from storage.records import ArticleRecord, Filter, RawPage
from tests.storage.builders import HOUR, NOW, an_article, with_sources

PAGE = RawPage(
    body=b"<html>" + b"x" * 5000, headers={"ETag": '"1"'}, sha256="ab", http_status=200, fetched=NOW
)


def put(
    storage: Storage, article: ArticleRecord, raw: RawPage | None = None, words: str | None = None
) -> ArticleRecord:
    with storage.writing() as w:
        return w.put_article(article, raw, search_text=words)[0]


def found(storage: Storage, query: str, **wanted: object) -> list[str]:
    with storage.reading() as r:
        return [a.title for a in r.find(query, Filter(**wanted))]  # type: ignore[arg-type]


def test_an_article_comes_back_by_id_and_by_address(storage: Storage) -> None:
    with_sources(storage)
    kept = put(
        storage, an_article(published=NOW - HOUR, fingerprint=-5, country="DK", tier="agency", fetched=NOW)
    )
    assert kept.id is not None
    with storage.reading() as r:
        assert r.article(kept.id) == kept
        assert r.article(kept.canonical_url) == kept
        assert r.article("https://nobody.example/") is None
        assert r.article(999) is None


def test_the_checksum_is_that_of_the_text_as_it_is_kept(storage: Storage) -> None:
    with_sources(storage)
    kept = put(storage, an_article(text="a NUL \x00 and half a pair \ud800"))
    assert kept.id is not None
    with storage.reading() as r:
        (revision,) = r.revisions(kept.id)
    assert revision.sha256 == sha256_of(revision.title, revision.text)


def test_the_same_text_again_is_nothing_and_another_text_is_a_revision(storage: Storage) -> None:
    with_sources(storage)
    with storage.writing() as w:
        first, new, revised = w.put_article(an_article(), PAGE)
        assert (new, revised, first.revision) == (True, False, 1)
        again, new, revised = w.put_article(an_article(first_seen=NOW + HOUR))
        assert (new, revised, again) == (False, False, first)
        edited = an_article(
            text="Corrected.", title="New title", fetched=NOW + HOUR, publisher="Somebody else"
        )
        second, new, revised = w.put_article(edited)
        assert (new, revised, second.revision, second.id) == (False, True, 2, first.id)
        assert (second.publisher, second.first_seen) == ("Harbour News", NOW)
    assert first.id is not None
    with storage.reading() as r:
        assert r.article(first.id) == second
        assert [(v.revision, v.title, v.seen) for v in r.revisions(first.id)] == [
            (1, "Story a", NOW),
            (2, "New title", NOW + HOUR),
        ]
        assert r.raw_page(first.id, 1) == PAGE
        assert r.raw_page(first.id, 2) is None
        assert r.raw_page(first.id, 3) is None


def test_a_stand_in_gives_way_to_the_page_but_never_the_reverse(storage: Storage) -> None:
    with_sources(storage)
    with storage.writing() as w:
        w.put_article(an_article(text="from the feed", verified=False))
        page, _, revised = w.put_article(an_article(text="the whole page"))
        assert (page.verified, revised) == (True, True)
        kept, _, revised = w.put_article(an_article(text="from the feed", verified=False))
        assert (kept.text, revised) == ("the whole page", False)


def test_an_article_of_an_unknown_time_is_refused(storage: Storage) -> None:
    with_sources(storage)
    with pytest.raises(ValueError, match="first_seen"), storage.writing() as w:
        w.put_article(an_article(first_seen=None))


def test_a_page_that_is_gone_is_marked(storage: Storage) -> None:
    with_sources(storage)
    kept = put(storage, an_article())
    assert kept.id is not None
    with storage.writing() as w:
        w.mark_gone(kept.id, NOW)
        got = w.article(kept.id)
        assert got is not None
        assert got.gone_at == NOW


def test_near_duplicates_are_those_within_three_bits(storage: Storage) -> None:
    with_sources(storage)
    chance = random.Random(4)
    mine = chance.getrandbits(64) - 2**63
    expected = []
    for number in range(120):
        flipped = mine
        for bit in chance.sample(range(64), number % 6):
            flipped ^= 1 << bit if bit < 63 else -(1 << 63)
        kept = put(storage, an_article(str(number), fingerprint=flipped))
        if distance(mine, flipped) <= 3:
            expected.append(kept.id)
    put(storage, an_article("old", fingerprint=mine, first_seen=NOW - HOUR))
    put(storage, an_article("none"))
    with storage.reading() as r:
        assert [a.id for a in r.similar_articles(mine, NOW)] == expected
        assert len(expected) == 80
        assert len(r.similar_articles(mine, NOW - HOUR)) == 81
        assert len(r.similar_articles(mine, NOW, limit=5)) == 5
        assert all(a.fingerprint == mine for a in r.similar_articles(mine, NOW, within=0))


def test_words_are_found_alike_in_any_script(storage: Storage) -> None:
    with_sources(storage)
    put(storage, an_article("en"), words="two state sign security agreement f 16")
    put(storage, an_article("uk"), words="україна данія угода безпека підписати")
    put(storage, an_article("ja"), words="安全 全保 保障 協定")
    put(storage, an_article("fi"), words="turvallisuus sopimus security sauna")
    assert found(storage, "security") == ["Story fi", "Story en"]
    assert found(storage, "угода Данія") == ["Story uk"]
    assert found(storage, "保障") == ["Story ja"]
    assert found(storage, '"security agreement"') == ["Story en"]
    assert found(storage, '"agreement security"') == []
    assert found(storage, "secur*") == ["Story fi", "Story en"]
    assert found(storage, "turv* sopimus") == ["Story fi"]
    assert found(storage, "f-16") == ["Story en"]
    assert found(storage, "nothing") == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        '"',
        '""',
        "*",
        "' OR 1=1 --",
        "NEAR(a b)",
        "a AND",
        "words:x",
        "%",
        "\\",
        "(",
        "a:b*",
        "!&|<->",
    ],
)
def test_operators_of_the_databases_mean_nothing(storage: Storage, query: str) -> None:
    with_sources(storage)
    put(storage, an_article(), words="plain words")
    assert found(storage, query) == []
    assert found(storage, "plain") == ["Story a"]


def test_a_revision_is_found_by_its_new_words_only(storage: Storage) -> None:
    with_sources(storage)
    put(storage, an_article(), words="signed today")
    put(storage, an_article(text="corrected"), words="postponed today")
    assert found(storage, "today") == ["Story a"]
    assert found(storage, "postponed") == ["Story a"]
    assert found(storage, "signed") == []


def test_a_search_is_narrowed_and_paged(storage: Storage) -> None:
    with_sources(storage, "harbour-news", "second")
    for day in range(6):
        at = NOW + 24 * HOUR * day
        more = {"language": "uk" if day % 2 else "en", "tier": "official" if day > 3 else "press"}
        source = "second" if day == 5 else "harbour-news"
        put(
            storage, an_article(str(day), first_seen=at, published=at, source_id=source, **more), words="word"
        )
    assert found(storage, "word", limit=2) == ["Story 5", "Story 4"]
    with storage.reading() as r:
        page = r.find("word", Filter(limit=2))
        assert [a.title for a in r.find("word", Filter(limit=2, before_id=page[-1].id))] == [
            "Story 3",
            "Story 2",
        ]
    assert found(storage, "word", language="uk") == ["Story 5", "Story 3", "Story 1"]
    assert found(storage, "word", tier="official") == ["Story 5", "Story 4"]
    assert found(storage, "word", source_id="second") == ["Story 5"]
    first = NOW.date()
    assert found(storage, "word", since=first.replace(day=3), until=first.replace(day=4)) == [
        "Story 3",
        "Story 2",
    ]
    with storage.reading() as r:
        assert [a.title for a in r.articles(Filter(since=first.replace(day=5)))] == ["Story 5", "Story 4"]
        assert r.articles(Filter(since=first.replace(month=7))) == []


def test_an_old_page_found_late_is_in_its_own_days(storage: Storage) -> None:
    with_sources(storage)
    put(storage, an_article("old", published=NOW - 240 * HOUR, first_seen=NOW), words="word")
    put(storage, an_article("undated", first_seen=NOW), words="word")
    assert found(storage, "word", until=(NOW - 24 * HOUR).date()) == ["Story old"]
    assert found(storage, "word", since=(NOW - 24 * HOUR).date()) == ["Story undated"]
