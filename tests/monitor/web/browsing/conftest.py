"""A real Chromium and the pages over the demo's newsroom. Skipped where Chromium or Playwright is not."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.monitor.web.browsing.desk import Desk

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


# One a module: while Playwright runs, its event loop is the thread's own, and what the next module's tests
# run with asyncio would fail.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium, started once for the tests of a module."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Desk]":
    """The pages, served once for all tests."""
    from tests.monitor.web.browsing.desk import served_newsroom

    folder: Path = tmp_path_factory.mktemp("desk")
    with served_newsroom(folder) as desk:
        yield desk
