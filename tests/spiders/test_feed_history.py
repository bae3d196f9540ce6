"""306 true states of one feed, polled in order by the true crawler: each link is new once, at its state."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from spiders.items import Outcome, Validators, Visit
from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import Asked, Behaviour, head, hostile_web

FEEDS = Path(__file__).parents[3] / "shared" / "feeds"
STATES = sorted((FEEDS / "whitehouse_rss_history").glob("*.xml"))

pytestmark = pytest.mark.skipif(not STATES, reason="the feed's history is not beside the project")


class Stage:
    """A feed that shows the state it is set to, and answers 304 to those who have it."""

    body = b""

    def behaviour(self) -> Behaviour:
        async def behave(writer: asyncio.StreamWriter, asked: Asked) -> None:
            etag = f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'
            if asked.headers.get("if-none-match") == etag:
                writer.write(head("304 Not Modified", f"ETag: {etag}"))
            else:
                writer.write(head("200 OK", f"ETag: {etag}", f"Content-Length: {len(self.body)}") + self.body)

        return behave


async def poll_history() -> tuple[list[tuple[str, str]], list[Visit]]:
    """Return (state, link) of what was new at each state, and a second visit to each."""
    stage, known, seen = Stage(), Validators(), set[str]()
    new: list[tuple[str, str]] = []
    repeats: list[Visit] = []
    async with hostile_web({"history": stage.behaviour()}) as web, crawling() as crawler:
        source = make_source(web.url("history"))
        for state in STATES:
            stage.body = await asyncio.to_thread(state.read_bytes)
            visit = await crawler.visit(source, validators=known)
            assert visit.outcome is not Outcome.FAILED, (state.name, visit.error)
            links = [entry.link for entry in visit.entries if entry.link not in seen]
            new += [(state.name, link) for link in dict.fromkeys(links)]
            seen.update(links)
            known = visit.validators
            repeats.append(await crawler.visit(source, validators=known))
    return new, repeats


def test_each_link_of_the_history_is_new_once_and_at_its_state() -> None:
    rows = (FEEDS / "whitehouse_expected.tsv").read_text("utf-8").splitlines()[1:]
    expected = sorted(tuple(row.split("\t")) for row in rows)
    new, repeats = asyncio.run(poll_history())
    assert sorted(new) == expected
    assert {visit.outcome for visit in repeats} == {Outcome.UNCHANGED}
    assert {visit.http_status for visit in repeats} == {304}
