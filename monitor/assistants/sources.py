"""The tools that ask the watch itself: the sources' health, and how much there is."""

from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from monitor.assistants.asking import MOST, Answer, Desk, Limit, TierOf
from monitor.health import source_shape

IN_TROUBLE = ("failing", "stale", "blocked", "dead")
After = Annotated[
    str | None, Field(max_length=64, description="`next` of the last answer, for what comes after it.")
]
Trouble = Annotated[bool, Field(description="Only those that fail, fell silent or are shut out.")]


class SourceTools:
    """Each public method is a tool; its docstring is what an assistant reads of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list_sources(
        self, tier: TierOf = None, trouble: Trouble = False, limit: Limit = MOST, after: After = None
    ) -> Answer:
        """The places that are polled, by id, and how each is doing: well, new, failing, stale, off, blocked
        or dead, when it was last visited, what is wrong. What no source reports, the register cannot know."""
        config, now = self._desk.config, self._desk.now()
        with self._desk.reading() as r:
            known = {record.id: record for record in r.sources()}
        polled = {source.id for source in config.polled}
        shapes = [
            source_shape((one, known.get(one.id), one.id in polled), now=now)
            for one in sorted(config.sources, key=lambda one: one.id)
            if (trouble or one.id in polled)
            and tier in (None, one.tier)
            and (after is None or one.id > after)
        ]
        wanted = [one for one in shapes if not trouble or one["health"] in IN_TROUBLE]
        items = wanted[:limit]
        return {"items": items, "next": items[-1]["id"] if len(wanted) > limit else None}

    def count(self) -> Answer:
        """How much there is of everything: sources, articles, agreements, steps, mentions, alerts."""
        with self._desk.reading() as r:
            return asdict(r.counts())
