"""The API through its front door, on both databases."""

import pytest
from starlette.testclient import TestClient

from monitor.web.tokens import Scope, add_token
from storage import Storage
from tests.monitor.web.conftest import NOW, SIGNED, Client, fill

LISTS = ("agreements", "steps", "mentions", "articles", "sources", "alerts")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_items_and_a_next_page(desk: TestClient, name: str) -> None:
    answer = desk.get(f"/api/v1/{name}")
    assert answer.status_code == 200
    assert answer.json()["items"]
    assert answer.json()["next"] is None


def test_pages_follow_each_other_without_gap_or_repeat(desk: TestClient) -> None:
    whole = [step["id"] for step in desk.get("/api/v1/steps").json()["items"]]
    first = desk.get("/api/v1/steps?limit=1")
    assert first.headers["link"] == f'<{first.json()["next"]}>; rel="next"'
    second = desk.get(first.json()["next"]).json()
    assert [first.json()["items"][0]["id"], second["items"][0]["id"]] == whole
    assert desk.get(second["next"]).json() == {"items": [], "next": None}


def test_filters_are_those_of_the_command_line(desk: TestClient) -> None:
    def ids(query: str) -> list[str]:
        return [step["id"] for step in desk.get(f"/api/v1/steps?{query}").json()["items"]]

    assert ids("pair=UA-DK&stage=signed&since=2026-02&until=2026") == [SIGNED]
    assert ids("party=NO") == []
    assert ids("tier=official") == [SIGNED]
    assert ids("since=10d") == [SIGNED]


def test_a_step_comes_with_its_evidence(desk: TestClient) -> None:
    step = desk.get(f"/api/v1/steps/{SIGNED}").json()
    assert step["mentions"][0]["quote"] == "They signed."
    assert [one["stage"] for one in step["timeline"]] == ["signed", "proposed"]


def test_a_pair_has_a_timeline(desk: TestClient) -> None:
    items = desk.get("/api/v1/timeline/DK-UA").json()["items"]
    assert [step["stage"] for step in items[0]["steps"]] == ["signed", "proposed"]


def test_an_article_comes_with_its_text(desk: TestClient) -> None:
    article = desk.get("/api/v1/articles/1").json()
    assert article["text"] == "The text of story signing."
    assert article["mentions"][0]["step"] == SIGNED


def test_an_alert_says_how_its_deliveries_went(desk: TestClient) -> None:
    alert = desk.get("/api/v1/alerts").json()["items"][0]
    assert alert["step"] == SIGNED
    assert alert["deliveries"][0]["state"] == "pending"


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("steps?stage=sined", 400, "stage"),
        ("steps?party=ZZ", 400, "party"),
        ("steps?since=yesterday", 400, "since"),
        ("steps?partty=DK", 400, "partty"),
        ("steps?limit=0", 400, "limit"),
        ("steps?limit=1e2", 400, "limit"),
        ("steps?limit=5&limit=6", 400, "limit"),
        ("articles/99", 404, None),
        ("articles/99999999999999999999", 404, None),
        ("timeline/DK", 404, None),
        ("steps/a/b/c/d", 404, None),
        ("nothing", 404, None),
    ],
)
def test_an_error_is_a_problem_that_names_the_parameter(
    desk: TestClient, path: str, status: int, parameter: str | None
) -> None:
    answer = desk.get(f"/api/v1/{path}")
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    if parameter:
        assert answer.json()["errors"][0]["parameter"] == parameter


def test_what_is_unchanged_is_not_sent_again(desk: TestClient) -> None:
    first = desk.get("/api/v1/steps")
    again = desk.get("/api/v1/steps", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert desk.get("/api/v1/steps", headers={"If-None-Match": '"old"'}).status_code == 200


def test_markup_is_no_markup_and_no_browser_guesses_at_it(desk: TestClient) -> None:
    answer = desk.get("/api/v1/articles")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_method_that_is_not_there_is_a_problem(desk: TestClient) -> None:
    assert desk.put("/api/v1/steps").status_code == 405
    assert desk.put("/api/v1/steps").json()["title"] == "Method Not Allowed"


def test_other_hosts_are_refused(client: Client) -> None:
    """A page elsewhere whose name resolves to this machine (DNS rebinding)."""
    assert client(base_url="http://evil.example:8642").get("/api/v1/steps").status_code == 421
    for host in ("127.0.0.1", "localhost:1", "[::1]:8642"):
        assert client(base_url=f"http://{host}").get("/api/v1/steps").status_code == 200
    assert client("web: {hosts: [pacts.example]}", "https://pacts.example").get("/api/v1/steps").is_success


def test_saved_searches_are_asked_by_name(storage: Storage, client: Client) -> None:
    fill(storage)
    with client("searches: {signing: 'signed party:UA', gas: gas}") as opened:
        listed = opened.get("/api/v1/searches").json()["items"]
        assert listed == [{"name": "gas", "query": "gas"}, {"name": "signing", "query": "signed party:UA"}]
        found = opened.get("/api/v1/searches/signing").json()["items"]
        assert found == opened.get("/api/v1/search", params={"q": "signed party:UA"}).json()["items"] != []
        assert opened.get("/api/v1/searches/gas").json()["items"] == []
        assert opened.get("/api/v1/searches/other").status_code == 404
        page = opened.get("/search").text
    assert '<a href="/search?q=signed+party%3AUA">signing</a>' in page


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        ("denmark", None),
        ('"denmark', "this quotation has no end (at character 1)"),
        ("denmark)", "this bracket closes nothing (at character 8)"),
        ("denmark (party:UA)", "fields cannot stand in brackets or beside OR (at character 10)"),
    ],
)
def test_a_search_that_cannot_be_understood_is_one_for_its_words(
    desk: TestClient, asked: str, note: str | None
) -> None:
    said = desk.get("/api/v1/search", params={"q": asked}).json()
    assert said["note"] == note
    assert len(said["items"]) == ("(" not in asked)
    assert desk.get("/api/v1/export/articles.csv", params={"q": asked}).status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("2024-02-29", 200),
        ("2024-01-31", 200),
        ("90d", 200),
        ("2023-02-29", 400),
        ("2024-04-31", 400),
        ("0", 400),
        ("499w", 200),
        ("922w", 400),
    ],
)
def test_days_are_days_of_the_calendar(desk: TestClient, since: str, status: int) -> None:
    assert desk.get("/api/v1/steps", params={"since": since}).status_code == status


@pytest.mark.parametrize(
    "about", [{}, {"party": None}, {"party": "Atlantis"}, {"pair": "UA-UA"}, {"seconds": 60.5, "party": "UA"}]
)
def test_a_silence_without_a_meaning_is_refused(
    storage: Storage, client: Client, about: dict[str, object]
) -> None:
    with storage.writing() as w:
        token = add_token(w, "t", set(Scope), now=NOW)[1]
    with client() as opened:
        headers = {"Authorization": f"Bearer {token}"}
        body = {"reason": "quiet", "seconds": 60, **about}
        assert opened.post("/api/v1/silences", json=body, headers=headers).status_code in (400, 422)


def test_another_method_is_told_those_there_are(desk: TestClient) -> None:
    for path, allowed in (
        (f"steps/{SIGNED}", "GET, HEAD, POST"),
        ("silences", "POST"),
        ("counts", "GET, HEAD"),
    ):
        refused = desk.request("OPTIONS", f"/api/v1/{path}")
        assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
    assert desk.get("/api/v1/silences").status_code == 405
