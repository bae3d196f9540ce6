"""The pages in a real Chromium: opened, filtered, searched, followed to the evidence, reviewed, silenced."""

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from storage.records import Filter, StepState
from tests.storage.builders import a_step, an_agreement

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.monitor.web.browsing.desk import Desk

PATHS = (
    "/", "/?state=all", "/agreements?party=UA", "/agreements/GB-UA", "/map?party=UA", "/search?q=security",
    "/articles/1", "/review", "/deliveries", "/sources", "/status", "/nothing-here",
)  # fmt: skip
# Rules of WCAG 2.0 to 2.2 at A and AA, and the best practices of axe-core.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def page(browser: "Browser", served: "Desk") -> "Iterator[Page]":
    """An empty page of a desk's width whose addresses are ours. What it says to the console, or asks of
    another host, fails the test."""
    context = browser.new_context(
        base_url=served.url, viewport={"width": 1200, "height": 800}, locale="en-GB"
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request", lambda asked: None if asked.url.startswith(served.url) else complaints.append(asked.url)
    )
    yield opened
    context.close()
    assert [said for said in complaints if "404" not in said] == []


@pytest.mark.parametrize(
    ("path", "scheme"), [(path, scheme) for path in PATHS for scheme in ("light", "dark")]
)
def test_axe_finds_nothing(browser: "Browser", served: "Desk", path: str, scheme: Any) -> None:
    pytest.importorskip("axe_playwright_python")
    source = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(base_url=served.url, color_scheme=scheme, bypass_csp=True)
    opened = context.new_page()
    opened.goto(path)
    opened.evaluate(source)
    found = opened.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    context.close()
    assert len(found["passes"]) > 10
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_scrolls_only_down(page: "Page", path: str) -> None:
    """320 CSS pixels are what WCAG 2.2 asks for (1.4.10, Reflow)."""
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_step_is_followed_to_its_evidence(page: "Page") -> None:
    page.goto("/")
    page.get_by_label("Party").select_option("Norway")
    page.get_by_role("button", name="Show").click()
    assert page.locator(".step").count() == 1
    page.locator(".step h2 a").click()
    assert "security agreement signed" in page.locator("h1").inner_text()
    page.locator(".mention a[href^='/articles/']").first.click()
    assert {"Norway", "Норвегія"} & set(page.locator("mark.party").all_inner_texts())
    assert page.get_by_role("heading", name="Why it alerts, or not").is_visible()


def test_a_search_lives_in_its_address(page: "Page") -> None:
    page.goto("/search")
    page.get_by_role("searchbox").fill("security")
    page.get_by_label("Tier").select_option("official")
    page.get_by_role("button", name="Find").click()
    assert "q=security" in page.url
    assert page.locator(".articles li").count() > 0
    page.reload()
    assert page.get_by_role("searchbox").input_value() == "security"


def test_reading_needs_no_script(browser: "Browser", served: "Desk") -> None:
    context = browser.new_context(base_url=served.url, java_script_enabled=False)
    opened = context.new_page()
    opened.goto("/")
    assert opened.locator(".step").count() >= 3
    opened.locator(".step h2 a").first.click()
    assert opened.locator(".mention").count() >= 1
    context.close()


def test_the_keyboard_reaches_the_content_first(page: "Page") -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_new_steps_are_announced_and_nothing_moves(page: "Page", served: "Desk") -> None:
    page.goto("/")
    before = page.locator(".step").count()
    with served.storage.writing() as w:
        w.add_step(a_step("CY-UA/security_agreement/signed/2026-03-01", agreement=an_agreement("CY", "UA")))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("link", name="New steps: 1. Show them").click()
    assert page.locator(".step").count() == before + 1


def test_a_reviewer_works_by_keys(page: "Page", served: "Desk") -> None:
    ids = [f"DK-SE/security_agreement/signed/2026-01-0{day}" for day in (1, 2)]
    with served.storage.writing() as w:
        for step_id in ids:
            w.add_step(a_step(step_id, agreement=an_agreement("DK", "SE"), state=StepState.REVIEW))
    page.goto("/review")
    page.locator(".item").first.focus()
    page.keyboard.press("r")
    page.keyboard.type("a rumour, arm")  # letters in a field are letters
    page.keyboard.press("Enter")
    page.wait_for_url("**/review?done=reject")
    page.locator(".item").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    page.wait_for_url("**/review?done=accept")
    with served.storage.reading() as r:
        states = {step.id: step.state for step in r.steps(Filter(pair=("DK", "SE")))}
    assert states == {ids[1]: StepState.REJECTED, ids[0]: StepState.OPEN}


def test_a_silence_is_made_and_ended(page: "Page") -> None:
    page.goto("/deliveries")
    before = page.get_by_role("button", name="End").count()
    page.locator("#s-party").select_option("DK")
    page.locator("#s-reason").fill("a summit")
    page.get_by_role("button", name="Silence", exact=True).click()
    assert page.get_by_role("status").inner_text() == "Silenced."
    page.get_by_role("button", name="End: a summit").click()
    assert page.get_by_role("button", name="End").count() == before


def test_a_step_can_be_split_by_keyboard_and_on_a_phone(browser: "Browser", served: "Desk") -> None:
    """The page of a step with several reports: its details open, its form labelled, nothing too wide."""
    pytest.importorskip("axe_playwright_python")
    source = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    with served.storage.reading() as r:
        told = [step.id for step in r.steps(Filter(state=StepState.OPEN))]
        most = max(r.glimpses(told, most=1).items(), key=lambda one: one[1].total)[0]
    context = browser.new_context(base_url=served.url, bypass_csp=True)
    opened = context.new_page()
    opened.goto(f"/steps/{most}")
    opened.get_by_text("Split", exact=True).first.press("Enter")
    assert opened.get_by_role("checkbox").first.is_visible()
    assert opened.get_by_label("Day of the other step").is_visible()
    opened.evaluate(source)
    found = opened.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []
    opened.set_viewport_size({"width": 320, "height": 700})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
