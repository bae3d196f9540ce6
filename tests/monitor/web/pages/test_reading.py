"""The pages as they are read: everything is there, escaped, small, and well made for all readers."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from starlette.testclient import TestClient

from storage import Storage
from storage.records import MentionRecord, StepState
from tests.monitor.web.conftest import SIGNED, Client, fill
from tests.monitor.web.pages.structure import faults
from tests.storage.builders import a_step, an_agreement, an_article

PAGES = (
    "/",
    "/?state=all",
    "/?party=DK&stage=signed&since=2026",
    "/?since=yesterdayish",
    "/agreements",
    "/agreements?party=UA&sort=stage",
    "/agreements/DK-UA",
    "/agreements/UA-DK",
    "/map",
    "/map?party=DK",
    "/search",
    "/search?q=signed",
    "/search?q=%22%27*%28%29%5E&tier=official",
    "/articles/1",
    f"/steps/{SIGNED}",
    "/sources",
    "/sources?health=new",
    "/review",
    "/deliveries",
    "/deliveries?state=dead",
    "/status",
)
MISSING = ("/nothing", "/articles/99", "/articles/99999999999999999999", "/steps/XX", "/agreements/XX-YY")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "uk"])
def test_a_page_is_well_made(desk: TestClient, path: str, language: str) -> None:
    answer = desk.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert faults(answer.text) == []
    assert len(answer.content) < 150_000
    assert is_guarded(answer.headers)


def is_guarded(headers: Mapping[str, str]) -> bool:
    """Whether the answer says what a browser may do with the page: nothing but our own files, no frame."""
    policy = headers["content-security-policy"]
    return (
        "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "unsafe" not in policy
        and headers["x-content-type-options"] == "nosniff"
        and headers["referrer-policy"] == "same-origin"
        and headers["cache-control"] in ("no-store", "private, no-cache")
    )


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_a_page_too(desk: TestClient, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert is_guarded(answer.headers)
    assert faults(answer.text) == []


def test_what_is_new_shows_the_step_its_quote_and_its_source(desk: TestClient) -> None:
    said = desk.get("/").text
    assert f'href="/steps/{SIGNED}"' in said
    assert "Denmark – Ukraine" in said
    assert "They signed." in said
    assert 'href="#s5"' in said, "the strip is filled up to signed"


def test_a_step_says_what_its_articles_state(desk: TestClient) -> None:
    said = desk.get(f"/steps/{SIGNED}").text
    assert "Promised: 1.8 billion EUR" in said
    assert "&lt;b&gt;1.8 billion euros." in said
    assert "Обіцяно: 1,8 мільярда EUR" in desk.get(f"/steps/{SIGNED}", headers={"Accept-Language": "uk"}).text
    (stated,) = desk.get(f"/api/v1/steps/{SIGNED}").json()["details"]
    assert (stated["kind"], stated["value"], stated["currency"]) == ("sum", "1800000000", "EUR")


def test_what_was_known_before_is_not_new(desk: TestClient, storage: Storage) -> None:
    known = "NO-UA/security_agreement/signed/2024-05-31"
    with storage.writing() as w:
        w.add_step(a_step(known, state=StepState.KNOWN))
    assert known not in desk.get("/").text
    assert known in desk.get("/?state=known").text
    assert known in desk.get("/agreements?party=UA").text


def test_hostile_words_are_only_words(desk: TestClient, storage: Storage) -> None:
    evil = '"><img src=x onerror=alert(1)>\u202e{{ 7*7 }}'
    with storage.writing() as w:
        article, _, _ = w.put_article(
            an_article(
                "evil",
                source_id="herald",
                title=evil,
                text=f"{evil}\n{evil}",
                publisher=evil,
                url="javascript:alert(1)",
            ),
            search_text="evil",
        )
        assert article.id is not None
        w.add_mention(
            MentionRecord(
                step_id=SIGNED,
                article_id=article.id,
                role="report",
                confidence=1,
                quote=evil,
                reasons=(evil,),
            )
        )
    for path in ("/", f"/steps/{SIGNED}", f"/articles/{article.id}", "/search?q=evil", f"/search?q={evil}"):
        said = desk.get(path).text
        assert "<img" not in said
        assert "javascript:" not in said
        assert "\u202e" not in said
        assert faults(said) == []


def test_a_filter_that_cannot_be_asked_is_named(desk: TestClient) -> None:
    said = desk.get("/?since=yesterdayish").text
    assert 'role="alert"' in said
    assert "since" in said


def test_an_article_is_marked_and_explained(storage: Storage, client: Client) -> None:
    sentence = "Ukraine and Denmark signed a bilateral security agreement in Kyiv on 23 February 2026."
    fill(storage)
    with storage.writing() as w:
        article, _, _ = w.put_article(
            an_article(
                "plain",
                source_id="herald",
                title="A day in Kyiv",
                published=datetime(2026, 2, 23, 15, tzinfo=UTC),
                text=f"{sentence}\nMore.",
                language="en",
            )
        )
    said = client().get(f"/articles/{article.id}").text
    assert '<mark class="sentence party" title="party">Denmark</mark>' in said
    assert "Denmark – Ukraine, Signed" in said
    told = client().get(f"/articles/{article.id}?lang=uk").text
    assert "Нових кроків тут: 1" in told
    assert 'title="сторона">Denmark' in told
    strict = (
        client("watch: {alert_confidence: 1.0, review_confidence: 0.9}").get(f"/articles/{article.id}").text
    )
    assert "No alert, but a human should look" in strict, "by the configuration's own limits"


def test_lists_go_on_where_the_page_before_ended(desk: TestClient, storage: Storage) -> None:
    with storage.writing() as w:
        for day in range(1, 32):
            w.add_step(a_step(f"DK-UA/security_agreement/signed/2025-03-{day:02}"))
    first = desk.get("/").text
    assert first.count('class="step"') == 30
    older = desk.get(first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]).text
    assert older.count('class="step"') == 3
    assert SIGNED in older


def test_the_script_learns_how_many_steps_are_newer(desk: TestClient, storage: Storage) -> None:
    with storage.writing() as w:
        new = w.add_step(a_step("FI-UA/security_agreement/signed/2026-03-01"))
    assert new.seq is not None
    assert desk.get(f"/new?after={new.seq - 1}").json() == {"count": 1}
    assert desk.get(f"/new?after={new.seq}").json() == {"count": 0}


def test_the_language_is_chosen_once(desk: TestClient) -> None:
    assert "Що нового" in desk.get("/?lang=uk").text
    assert "Що нового" in desk.get("/").text, "the cookie remembers"
    assert "What is new" in desk.get("/?lang=en").text


@pytest.mark.parametrize(
    ("header", "language"),
    [("uk-UA,uk;q=0.9,en;q=0.8", "uk"), ("de,fr;q=0.5", "en"), ("en;q=0.2, uk", "uk"), (";;q=x,,", "en")],
)
def test_the_browser_says_which_language(desk: TestClient, header: str, language: str) -> None:
    assert f'<html lang="{language}">' in desk.get("/", headers={"Accept-Language": header}).text


def test_files_are_kept_for_ever_and_change_their_name(desk: TestClient) -> None:
    page = desk.get("/").text
    sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = desk.get(sheet)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert desk.get("/assets/old/style.css").headers["cache-control"] == "no-cache"
    assert desk.get("/assets/old/__init__.py").status_code == 404


def test_a_stranger_sees_what_is_watched_and_what_was_known(storage: Storage, client: Client) -> None:
    with client() as opened:
        empty = opened.get("/").text
        assert "Watching 2 sources for new steps of security agreements between any two states" in empty
        assert "Nothing new yet." in empty
    with storage.writing() as w:
        w.add_step(a_step("old", date=date(2026, 1, 5), state=StepState.KNOWN))
        w.add_step(a_step("canary", agreement=an_agreement("XX", "ZZ")))
    with client("watch: {parties: [UA]}\n") as opened:
        said = opened.get("/").text
        assert "of the security agreements of Ukraine" in said
        assert "New since the watch began: 0" in said
        assert 'href="/steps/old"' in said
        told = opened.get("/?lang=uk&stage=signed").text
        assert "Нічого, що підходить" in told
        assert 'href="/steps/old"' not in told
