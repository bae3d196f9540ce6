"""Exports from the API are those of the command."""

from starlette.testclient import TestClient

from monitor.exporting.writing import MEDIA_TYPES


def test_every_format_is_there(desk: TestClient) -> None:
    for style, media_type in MEDIA_TYPES.items():
        answer = desk.get(f"/api/v1/export/steps.{style}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["content-disposition"] == f'attachment; filename="pactwatch-steps.{style}"'


def test_a_search_is_a_feed(desk: TestClient) -> None:
    assert b"&lt;script&gt;" in desk.get("/api/v1/export/articles.atom?q=denmark").content
    assert b"<entry" not in desk.get("/api/v1/export/articles.atom?q=zebra").content


def test_what_is_not_exported(desk: TestClient) -> None:
    for name in ("steps.exe", "../../etc/passwd", "agreements.ics", "steps"):
        assert desk.get(f"/api/v1/export/{name}").status_code == 404
    assert desk.get("/api/v1/export/steps.csv?q=a").status_code == 404


def test_a_search_that_is_not_understood_is_plain_words(desk: TestClient) -> None:
    broken = desk.get("/api/v1/export/articles.csv", params={"q": "(угода AND"})
    assert broken.status_code == 200
    assert broken.text == desk.get("/api/v1/export/articles.csv", params={"q": "угода and"}).text
