"""The callback of hubs: closed where none is configured, open to hubs alone where one is."""

from monitor.web.limits import MOST_PUSH_BYTES
from monitor.websub import Subscription
from monitor.websub.subscription import keep
from storage import Storage
from tests.monitor.web.conftest import Client, fill

WEBSUB = 'websub: {callback: "https://pact.example/"}\n'
TOPIC = "https://palace.example/feed"
ASKED = Subscription(source_id="palace", hub="https://hub.example/", topic=TOPIC, token="t-1", secret="s")
PATH = "/websub/palace/t-1"
QUERY = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "<b>1</b>", "hub.lease_seconds": "900"}


def asked(storage: Storage) -> None:
    fill(storage)
    with storage.writing() as w:
        keep(w, ASKED)


def test_without_a_callback_there_is_no_such_place(storage: Storage, client: Client) -> None:
    asked(storage)
    with client() as opened:
        assert opened.get(PATH, params=QUERY).status_code == 404
        assert opened.post(PATH, content=b"x").status_code == 405


def test_a_hub_is_answered_without_a_token_and_by_its_own_name_for_us(
    storage: Storage, client: Client
) -> None:
    asked(storage)
    with client(WEBSUB, base_url="https://pact.example") as opened:
        answer = opened.get(PATH, params=QUERY)
        assert (answer.status_code, answer.text) == (200, "<b>1</b>")
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (
            opened.post(PATH, content=b"<rss/>", headers={"Origin": "https://hub.example"}).status_code == 202
        )
        assert opened.post("/websub/palace/t-2", content=b"<rss/>").status_code == 404
        assert opened.get("/websub/palace/t-2", params=QUERY).status_code == 404
        assert opened.put(PATH, content=b"x").status_code == 405


def test_by_that_name_nothing_else_is_answered(storage: Storage, client: Client) -> None:
    fill(storage)
    with client(WEBSUB, base_url="https://pact.example") as opened:
        assert opened.get("/").status_code == 421
        assert opened.get("/api/v1/steps").status_code == 421
    with client(WEBSUB, base_url="https://other.example") as opened:
        assert opened.get(PATH, params=QUERY).status_code == 421


def test_a_push_may_be_as_large_as_a_feed_and_no_larger(storage: Storage, client: Client) -> None:
    asked(storage)
    with client(WEBSUB) as opened:
        opened.get(PATH, params=QUERY)
        assert opened.post(PATH, content=b"x" * 1_000_000).status_code == 202
        assert opened.post(PATH, content=b"x" * (MOST_PUSH_BYTES + 1)).status_code == 413
