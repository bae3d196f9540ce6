"""Searches on both databases: other forms of a word, what is left out, what is shown, and no injection."""

import contextlib
import itertools
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.filters import WrongFilterError
from monitor.searching import QueryError, marked, search, search_text
from monitor.searching.reindexing import reindex
from storage import Storage
from storage.records import Filter
from tests.monitor.searching.test_language import PIECES
from tests.storage.builders import a_source, an_article

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXTS = {
    "uk": "Делегації почали переговори щодо безпекової угоди між двома країнами.",
    "fi": "Maat kävivät neuvotteluja turvallisuussopimuksen yksityiskohdista; sopimuksen teksti on valmis.",
    "pl": "Strony uzgodniły tekst porozumienia o bezpieczeństwie.",
    "ru": "Стороны обсудили условия соглашения.",
    "ja": "両国は安全保障協定に署名した。",
    "ko": "양국은 안보협정에 서명했다.",
    "en": "The two countries' agreements were signed in Élysée's hall.",
}


@pytest.fixture
def archive(storage: Storage) -> Storage:
    with storage.writing() as w:
        w.sync_sources([a_source()], NOW)
        for language, text in TEXTS.items():
            article = an_article(language, title=f"Title {language}", text=text, language=language)
            w.put_article(article, search_text=search_text(article.title, text, language))
    return storage


def found(storage: Storage, text: str, **base: int) -> set[str]:
    with storage.reading() as r:
        hits = search(r, text, Filter(**base), now=NOW)  # type: ignore[arg-type]
    return {hit.article.title.removeprefix("Title ") for hit in hits}


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("угода", {"uk"}),
        ("угоду", {"uk"}),
        ("sopimus", {"fi"}),
        ("sopimuksen", {"fi"}),
        ("porozumienie", {"pl"}),
        ("соглашение", {"ru"}),
        ("安全", {"ja"}),
        ("障", {"ja"}),
        ("署", {"ja"}),
        ("안보", {"ko"}),
        ("agreement", {"en"}),
        ("ELYSEE", {"en"}),
        ("угода OR sopimus", {"uk", "fi"}),
        ("title -угода -(sopimus OR соглашение OR 安全)", {"pl", "ko", "en"}),
        ("titl*", set(TEXTS)),
        ('"teksti on"', {"fi"}),
        ('"on teksti"', set()),
        ('"угода"', set()),
        ("title lang:pl", {"pl"}),
        ("lang:pl", {"pl"}),
        ("...", set(TEXTS)),
        ("угод*", {"uk"}),
        ("2026 OR угода", {"uk"}),
    ],
)
def test_a_word_is_found_in_its_other_forms(archive: Storage, text: str, languages: set[str]) -> None:
    assert found(archive, text) == languages


def test_what_was_found_is_marked(archive: Storage) -> None:
    with archive.reading() as r:
        assert "безпекової «угоди» між" in marked(search(r, "угода", Filter(), now=NOW)[0].snippet)
        assert "両国は«安全保障»協定" in marked(search(r, "安全保障", Filter(), now=NOW)[0].snippet)
        assert "in «Élysée»'s hall" in marked(search(r, "elysee", Filter(), now=NOW)[0].snippet)


def test_the_best_come_first_where_that_is_asked(archive: Storage) -> None:
    with archive.writing() as w:
        for name, title in (("much", "Treaty, treaty"), ("little", "Weather")):
            article = an_article(name, title=title, text="A treaty and the weather. " + "Rain. " * 50)
            w.put_article(article, search_text=search_text(title, article.text, "en"))
    with archive.reading() as r:
        newest = search(r, "treaty", Filter(), now=NOW)
        best = search(r, "treaty", Filter(), now=NOW, best_first=True)
    assert [hit.article.title for hit in newest] == ["Weather", "Treaty, treaty"]
    assert [hit.article.title for hit in best] == ["Treaty, treaty", "Weather"]


def test_fields_and_filters_must_agree(archive: Storage) -> None:
    with archive.reading() as r:
        assert search(r, "title lang:fi", Filter(language="fi"), now=NOW)
        with pytest.raises(QueryError, match="twice"):
            search(r, "title lang:fi", Filter(language="uk"), now=NOW)
        with pytest.raises(WrongFilterError, match="party"):
            search(r, "title party:ZZ", Filter(), now=NOW)


def test_pages_of_a_search_follow_each_other(archive: Storage) -> None:
    with archive.reading() as r:
        ids = [hit.article.id for hit in search(r, "title", Filter(), now=NOW)]
        first = search(r, "title", Filter(limit=3), now=NOW)
        rest = search(r, "title", Filter(before_id=first[-1].article.id), now=NOW)
    assert [hit.article.id for hit in itertools.chain(first, rest)] == ids


def test_articles_stored_without_lemmas_get_them(storage: Storage) -> None:
    with storage.writing() as w:
        w.sync_sources([a_source()], NOW)
        article = an_article("uk", title="Title uk", text=TEXTS["uk"], language="uk")
        w.put_article(article, search_text="лише слова")
    assert found(storage, "угода") == set()
    assert reindex(storage) == 1
    assert found(storage, "угода") == {"uk"}
    assert found(storage, "слова") == set()
    assert reindex(storage) == 1
    assert found(storage, "угода") == {"uk"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join)))
def test_nothing_that_is_typed_is_a_syntax_error_of_the_database(archive: Storage, text: str) -> None:
    with contextlib.suppress(QueryError, WrongFilterError):
        found(archive, text)
