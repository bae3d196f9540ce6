"""The pages' forms: what a human decides, and what other sites' pages may not."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor.config import load_config
from monitor.rules import rules_of
from monitor.web import make_app
from monitor.web.tokens import Scope, add_token
from storage import Storage
from storage.records import DeliveryState, MentionRecord, StepState
from tests.monitor.web.conftest import NOW, SIGNED
from tests.monitor.web.pages.structure import faults
from tests.storage.builders import a_step, an_article

DOUBTFUL = "DK-UA/security_agreement/signed/2026-03-01"


@pytest.fixture
def doubtful(storage: Storage, desk: TestClient) -> str:
    """A step in review; its id."""
    with storage.writing() as w:
        w.add_step(a_step(DOUBTFUL, state=StepState.REVIEW, reason="not sure enough"))
    return DOUBTFUL


def key_of(desk: TestClient, path: str) -> str:
    """The key that the forms of a page carry."""
    found = re.search(r'name="form_key" value="([0-9a-f]+)"', desk.get(path).text)
    assert found
    return found[1]


def decide(desk: TestClient, **fields: str) -> int:
    """The status of the answer to a decision sent as the page's form would."""
    sent = {"form_key": key_of(desk, "/review"), **fields}
    return desk.post("/review", data=sent, follow_redirects=False).status_code


def state_of(storage: Storage, step_id: str) -> StepState:
    with storage.reading() as r:
        step = r.step(step_id)
    assert step
    return step.state


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"decision": "accept"}, StepState.OPEN),
        ({"decision": "reject", "reason": "a rumour"}, StepState.REJECTED),
        ({"decision": "merge", "into": SIGNED}, StepState.MERGED),
    ],
)
def test_a_decision_is_made(
    desk: TestClient, storage: Storage, doubtful: str, fields: dict[str, str], state: StepState
) -> None:
    assert doubtful in desk.get("/review").text
    assert decide(desk, step=doubtful, **fields) == 303
    assert state_of(storage, doubtful) is state
    with storage.reading() as r:
        (kept,) = r.reviews(doubtful)
    assert (kept.who, kept.decided) == ("local", NOW)
    assert "Nothing waits" in desk.get("/review").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"decision": "reject"}, 400),
        ({"decision": "dance"}, 400),
        ({"decision": "merge", "into": "XX"}, 409),
        ({"decision": "accept", "step": "XX"}, 409),
        ({"decision": "accept", "form_key": ""}, 403),
        ({"decision": "accept", "form_key": "0" * 64}, 403),
    ],
)
def test_a_wrong_decision_changes_nothing(
    desk: TestClient, storage: Storage, doubtful: str, fields: dict[str, str], status: int
) -> None:
    assert decide(desk, **{"step": doubtful, **fields}) == status
    assert state_of(storage, doubtful) is StepState.REVIEW


@pytest.fixture
def mixed(storage: Storage, desk: TestClient) -> int:
    """A second article on the signing, which tells of another one; its number."""
    with storage.writing() as w:
        article, _, _ = w.put_article(
            an_article("other", source_id="herald", title="<i>The other</i> signing")
        )
        assert article.id
        w.add_mention(
            MentionRecord(
                step_id=SIGNED, article_id=article.id, role="corroboration", confidence=0.9, quote="They too."
            )
        )
    return article.id


def test_a_step_is_split_on_its_page(desk: TestClient, storage: Storage, mixed: int) -> None:
    path = f"/steps/{SIGNED}"
    said = desk.get(path)
    assert f'name="article-{mixed}"' in said.text
    assert said.headers["cache-control"] == "no-store"
    assert faults(said.text) == []
    sent = {"form_key": key_of(desk, path), "step": SIGNED, "day": "2026-02-26", "reason": "another one"}
    answer = desk.post("/steps/split", data=sent | {f"article-{mixed}": "on"}, follow_redirects=False)
    assert answer.status_code == 303
    new = "DK-UA/security_agreement/signed/2026-02-26"
    assert answer.headers["location"] == f"/steps/{new}"
    assert "They too." in desk.get(f"/steps/{new}").text
    with storage.reading() as r:
        assert [one.article_id for one in r.mentions_of(new)] == [mixed]
        assert len(r.mentions_of(SIGNED)) == 1
    assert 'action="/steps/split"' not in desk.get(path).text, "one mention is nothing to split"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"day": "soon"}, 400),
        ({"reason": ""}, 400),
        ({"mixed": ""}, 400),
        ({"step": "XX"}, 409),
        ({"article-999999": "on"}, 409),
        ({"form_key": "0" * 64}, 403),
    ],
)
def test_a_wrong_split_changes_nothing(
    desk: TestClient, storage: Storage, mixed: int, fields: dict[str, str], status: int
) -> None:
    sent = {
        "form_key": key_of(desk, f"/steps/{SIGNED}"),
        "step": SIGNED,
        "day": "2026-02-26",
        "reason": "another one",
        "mixed": f"article-{mixed}",
        **fields,
    }
    sent[sent.pop("mixed")] = "on"
    answer = desk.post("/steps/split", data={k: v for k, v in sent.items() if v}, follow_redirects=False)
    assert answer.status_code == status
    with storage.reading() as r:
        assert len(r.mentions_of(SIGNED)) == 2


def test_the_api_splits_too_and_delivery_is_woken(storage: Storage, mixed: int, tmp_path: Path) -> None:
    woken: list[bool] = []
    config = load_config(tmp_path / "config.yaml")
    app = make_app(storage, config, rules_of(config), now=lambda: NOW, wake=lambda: woken.append(True))
    with storage.writing() as w:
        token = add_token(w, "desk", {Scope.REVIEW}, now=NOW)[1]
    headers = {"Authorization": f"Bearer {token}"}
    api = TestClient(app, base_url="http://127.0.0.1:8642", headers=headers)
    asked = {"decision": "split", "reason": "another one", "articles": [mixed]}
    refused = api.post(f"/api/v1/steps/{SIGNED}", json=asked)
    assert (refused.status_code, woken) == (409, [])
    split = api.post(f"/api/v1/steps/{SIGNED}", json=asked | {"day": "2026-02-26"})
    assert (split.status_code, split.json()["date"], woken) == (200, "2026-02-26", [True])
    for change in ({"decision": "reject"}, {"decision": "accept"}):
        assert api.post(f"/api/v1/steps/{SIGNED}", json={"reason": "so", **change}).status_code == 200
    assert len(woken) == 3


def test_a_page_of_another_site_cannot_decide(desk: TestClient, storage: Storage, doubtful: str) -> None:
    sent = {"form_key": key_of(desk, "/review"), "step": doubtful, "decision": "accept"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert desk.post("/review", data=sent, headers=headers).status_code == 403
    assert state_of(storage, doubtful) is StepState.REVIEW


def test_a_dead_delivery_is_tried_again(desk: TestClient, storage: Storage) -> None:
    with storage.writing() as w:
        (delivery,) = w.deliveries()
        assert delivery.id
        w.lease_deliveries(NOW, 10, lease=NOW - NOW)
        w.settle_delivery(delivery.id, DeliveryState.DEAD, now=NOW, error="no such channel")
    said = desk.get("/deliveries?state=dead").text
    assert "no such channel" in said
    sent = {"form_key": key_of(desk, "/deliveries"), "delivery": str(delivery.id)}
    assert desk.post("/deliveries/retry", data=sent, follow_redirects=False).status_code == 303
    with storage.reading() as r:
        assert [one.state for one in r.deliveries()] == [DeliveryState.PENDING]
    assert desk.post("/deliveries/retry", data=sent, follow_redirects=False).status_code == 409


def test_a_silence_is_added_and_ended(desk: TestClient, storage: Storage) -> None:
    sent = {"form_key": key_of(desk, "/deliveries"), "party": "DK", "for": "2h", "reason": "a summit"}
    assert desk.post("/silences/add", data=sent, follow_redirects=False).status_code == 303
    with storage.reading() as r:
        (silence,) = r.silences(NOW)
    assert silence.match == {"parties": ["DK"]}
    assert "a summit" in desk.get("/deliveries").text
    ending = {"form_key": sent["form_key"], "silence": str(silence.id)}
    assert desk.post("/silences/end", data=ending, follow_redirects=False).status_code == 303
    with storage.reading() as r:
        assert r.silences(NOW) == []


@pytest.mark.parametrize(
    "wrong", [{"party": ""}, {"for": "soon"}, {"reason": ""}, {"party": "??"}, {"for": "9" * 30 + "d"}]
)
def test_a_silence_never_holds_back_all(desk: TestClient, storage: Storage, wrong: dict[str, str]) -> None:
    sent = {
        "form_key": key_of(desk, "/deliveries"),
        "party": "DK",
        "for": "2h",
        "reason": "a summit",
        **wrong,
    }
    assert desk.post("/silences/add", data=sent, follow_redirects=False).status_code == 400
    with storage.reading() as r:
        assert r.silences() == []
