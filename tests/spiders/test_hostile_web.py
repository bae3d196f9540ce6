"""Every bad habit of a web server ends in the failure that names it, in time, at nobody else's cost."""

import asyncio
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spiders import Limits
from spiders.items import Failure, Outcome, Validators, Visit
from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import answer, hostile_web

NOON = datetime(2026, 2, 2, 11, 0, tzinfo=UTC)
KNOWN = Validators(etag='"old"', last_modified="Sun, 01 Feb 2026 10:00:00 GMT", body_sha256="0" * 64)


def poll(path: str, *, validators: Validators | None = None, **changes: object) -> Visit:
    """Return one visit to one behaviour, with a crawler and a server of its own."""

    async def run() -> Visit:
        async with hostile_web() as web, crawling() as crawler:
            return await crawler.visit(make_source(web.url(path), **changes), validators=validators, now=NOON)

    return asyncio.run(run())


FAILURES = {
    "never-answers": Failure.TIMEOUT,
    "slow-headers": Failure.TIMEOUT,
    "slow-body": Failure.TIMEOUT,
    "endless-headers": Failure.CONNECTION,
    "infinite-body": Failure.TOO_LARGE,
    "announced-too-large": Failure.TOO_LARGE,
    "gzip-bomb": Failure.TOO_LARGE,
    "double-gzip-bomb": Failure.TOO_LARGE,
    "triple-header-bomb": Failure.TOO_LARGE,
    "truncated-length": Failure.TRUNCATED,
    "truncated-chunked": Failure.TRUNCATED,
    "truncated-gzip": Failure.TRUNCATED,
    "broken-gzip": Failure.ENCODING,
    "reset-mid-body": Failure.TRUNCATED,
    "closes-at-once": Failure.CONNECTION,
    "speaks-no-http": Failure.CONNECTION,
    "redirect-self": Failure.REDIRECT,
    "redirect-loop": Failure.REDIRECT,
    "redirect-growing": Failure.REDIRECT,
    "redirect-nowhere": Failure.REDIRECT,
    "redirect-octal": Failure.ADDRESS_REFUSED,
    "redirect-file": Failure.ADDRESS_REFUSED,
    "redirect-userinfo": Failure.ADDRESS_REFUSED,
    "429-seconds": Failure.RATE_LIMITED,
    "429-date": Failure.RATE_LIMITED,
    "503-absurd": Failure.RATE_LIMITED,
    "503-plain": Failure.HTTP,
    "401": Failure.BLOCKED,
    "403-cloudflare": Failure.BLOCKED,
    "202-waf": Failure.BLOCKED,
    "451": Failure.BLOCKED,
    "404": Failure.NOT_FOUND,
    "410": Failure.NOT_FOUND,
    "500": Failure.HTTP,
    "304-unasked": Failure.HTTP,
    "html-200-error": Failure.NOT_A_FEED,
    "empty-200": Failure.EMPTY,
}


@pytest.mark.parametrize(("path", "failure"), FAILURES.items())
def test_a_bad_habit_ends_in_the_failure_that_names_it(path: str, failure: Failure) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    visit = poll(path)
    assert (visit.outcome, visit.failure) == (Outcome.FAILED, failure), visit.error
    assert visit.error
    assert "\n" not in visit.error
    assert visit.validators == Validators(), "a broken body's validators would hide the next good one"
    assert time.monotonic() - started < 3.5
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 50, f"memory grew by {grown:.0f} MB"


@pytest.mark.parametrize(
    "path", ["good", "says-gzip-is-plain", "gzip-unsaid", "gzip-twice", "deflate", "deflate-raw"]
)
def test_a_lying_content_encoding_is_seen_through(path: str) -> None:
    visit = poll(path)
    assert visit.outcome is Outcome.CHANGED, visit.error
    assert [entry.title for entry in visit.entries] == ["Talks opened", "Talks ended"]


def test_retry_after_is_read_in_both_forms_and_capped() -> None:
    assert poll("429-seconds").retry_after == timedelta(hours=1)
    asked = poll("429-date").retry_after
    assert asked is not None
    assert timedelta(minutes=59) < asked <= timedelta(hours=1)
    assert poll("503-absurd").retry_after == timedelta(hours=24)
    assert poll("503-plain").retry_after is None


def test_an_unchanged_feed_is_304_or_the_same_body_and_keeps_its_validators() -> None:
    first = poll("conditional")
    assert first.outcome is Outcome.CHANGED
    assert first.fresh_for == timedelta(minutes=10)
    again = poll("conditional", validators=first.validators)
    assert (again.outcome, again.http_status, again.entries) == (Outcome.UNCHANGED, 304, ())
    assert again.validators == first.validators
    same_body = poll("good", validators=first.validators)
    assert (same_body.outcome, same_body.http_status) == (Outcome.UNCHANGED, 200)
    assert same_body.validators.etag == '"good"'


def test_a_304_is_taken_only_where_it_was_asked_for() -> None:
    assert poll("304-unasked", validators=KNOWN).outcome is Outcome.UNCHANGED
    assert poll("304-unasked", validators=Validators(body_sha256="0" * 64)).failure is Failure.HTTP


def test_only_permanent_redirects_propose_a_new_address() -> None:
    moved = poll("moved")
    assert moved.outcome is Outcome.CHANGED
    assert moved.moved_to is not None
    assert moved.moved_to.endswith("/good")
    assert poll("found").moved_to is None


def test_a_good_source_beside_bad_ones_is_not_delayed() -> None:
    bad = ["never-answers", "slow-body", "slow-headers", "infinite-body", "gzip-bomb", "redirect-growing"]

    async def run() -> tuple[list[Visit], float]:
        async with hostile_web() as web, hostile_web() as good, crawling() as crawler:
            hung = [crawler.visit(make_source(web.url(path, "localhost"))) for path in bad]
            waiting = asyncio.gather(*hung)
            await asyncio.sleep(0.1)
            started = time.monotonic()
            visits = [await crawler.visit(make_source(good.url("good"))) for _ in range(10)]
            took = time.monotonic() - started
            await waiting
            return visits, took

    visits, took = asyncio.run(run())
    assert {visit.outcome for visit in visits} == {Outcome.CHANGED}
    assert took < 1.0


def test_stop_waits_for_nobody_who_hangs() -> None:
    async def run() -> tuple[Visit, Visit, float]:
        async with hostile_web() as web, crawling() as crawler:
            hung = asyncio.ensure_future(
                crawler.visit(make_source(web.url("never-answers"), timeout=timedelta(seconds=20)))
            )
            await asyncio.sleep(0.1)
            started = time.monotonic()
            await crawler.stop(seconds=0.2)
            took = time.monotonic() - started
            return await hung, await crawler.visit(make_source(web.url("good"))), took

    cut, late, took = asyncio.run(run())
    assert (cut.failure, late.failure) == (Failure.OFFLINE, Failure.OFFLINE)
    assert took < 2.0


def test_small_limits_hold() -> None:
    async def run() -> Visit:
        async with hostile_web() as web, crawling(limits=Limits(feed_bytes=100)) as crawler:
            return await crawler.visit(make_source(web.url("good")))

    assert asyncio.run(run()).failure is Failure.TOO_LARGE


def test_twisteds_reactor_ends_in_the_same_failures() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.spiders.on_twisted", "good", *FAILURES]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"good": None, **FAILURES}


def test_more_entries_than_any_feed_has_are_refused() -> None:
    items = "".join(f"<item><title>Notice {n}</title><guid>{n}</guid></item>" for n in range(30))
    body = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()

    async def run(most: int) -> Visit:
        served = {"many": answer("200 OK", body)}
        async with hostile_web(served) as web, crawling(limits=Limits(feed_entries=most)) as crawler:
            return await crawler.visit(make_source(web.url("many")))

    assert len(asyncio.run(run(30)).entries) == 30
    refused = asyncio.run(run(29))
    assert (refused.failure, refused.entries) == (Failure.TOO_LARGE, ())
    assert "30 entries" in (refused.error or "")
