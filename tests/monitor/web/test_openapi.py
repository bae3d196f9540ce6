"""The OpenAPI document, and the API held to it by made-up requests."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from starlette.testclient import TestClient

from monitor.config import load_config
from monitor.rules import rules_of
from monitor.web import make_app
from monitor.web.api import OPERATIONS, described
from monitor.web.tokens import Scope, add_token
from storage import Storage
from tests.monitor.web.conftest import CONFIG, NOW, SIGNED, fill

SERVED: dict[str, Any] = {}


async def app_of_this_test(scope: Any, receive: Any, send: Any) -> None:
    await SERVED["app"](scope, receive, send)


SCHEMA = schemathesis.openapi.from_dict(dict(described()))
SCHEMA.app = app_of_this_test
MADE_UP: list[Any] = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
EXAMPLES = 20
DOCS = Path(__file__).parents[3] / "docs" / "api.md"


def test_the_document_is_served(desk: TestClient) -> None:
    document = desk.get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert len(document["paths"]) >= 10


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_an_operation_is_documented(operation: object) -> None:
    path = operation.path.replace(":int", "")  # type: ignore[attr-defined]
    assert f"`{operation.method} {path}`" in DOCS.read_text(encoding="utf-8")  # type: ignore[attr-defined]


@pytest.fixture
def token(sqlite_storage: Storage) -> str:
    fill(sqlite_storage)
    with sqlite_storage.writing() as w:
        return add_token(w, "tests", set(Scope), now=NOW)[1]


@pytest.mark.parametrize("operation", MADE_UP, ids=lambda one: one.label)
def test_no_request_breaks_what_is_promised(
    operation: Any, sqlite_storage: Storage, token: str, tmp_path: Path
) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    config = load_config(tmp_path / "config.yaml")
    SERVED["app"] = make_app(sqlite_storage, config, rules_of(config), now=lambda: NOW)
    headers = {"Authorization": f"Bearer {token}", "Host": "127.0.0.1:8642"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)))
    def holds(case: Any) -> None:
        case.call_and_validate(headers=headers, base_url="http://127.0.0.1:8642")

    holds()


def test_the_example_of_a_step_is_one_that_could_be(desk: TestClient) -> None:
    assert desk.get(f"/api/v1/steps/{SIGNED}").status_code == 200
