"""What every tool shares: what it answers from, how much it gives, and how it says no."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from monitor.config import Config
from monitor.filters import WrongFilterError, filter_of
from monitor.searching import QueryError
from monitor.terms import Instrument, Stage, Tier
from storage import Reader, Storage, StorageError
from storage.records import Filter

USUAL, MOST = 20, 50
Answer = dict[str, Any]

PartyOf = Annotated[str | None, Field(description='ISO 3166-1 alpha-2, or "EU", "NATO".', examples=["UA"])]
PairOf = Annotated[str | None, Field(description="Two parties, in either order.", examples=["DK-UA"])]
StageOf = Annotated[Stage | None, Field(description="The stage reached.")]
InstrumentOf = Annotated[Instrument | None, Field(description="The kind of agreement.")]
Since = Annotated[
    str | None, Field(description="From a day, month, year, or ago.", examples=["2024-02", "7d"])
]
Until = Annotated[str | None, Field(description="Up to a day, month or year.", examples=["2024"])]
Lang = Annotated[str | None, Field(description="Of an article in this language.", examples=["uk"])]
TierOf = Annotated[Tier | None, Field(description="Of an article by such a source.")]
Limit = Annotated[int, Field(ge=1, le=MOST, description="At most so many.")]
Before = Annotated[
    int | None, Field(ge=1, lt=2**53, description="`next` of the last answer, for what comes after it.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What tools answer from. `now` gives the time, aware UTC."""

    storage: Storage
    config: Config
    now: Callable[[], datetime]

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One unchanging state of the database. What cannot be answered is a ToolError that says why."""
        try:
            with self.storage.reading() as r:
                yield r
        except (WrongFilterError, QueryError) as error:
            raise ToolError(str(error)) from None
        except StorageError as error:
            raise ToolError(f"the database cannot answer: {error}") from None

    def wanted(self, limit: int, before: int | None, **asked: str | None) -> Filter:
        """The filter that the words come to. Raises ToolError, with the nearest right value."""
        try:
            return filter_of(now=self.now(), limit=limit, before=before, **asked)
        except WrongFilterError as error:
            raise ToolError(str(error)) from None


def page(items: Sequence[Mapping[str, Any]], limit: int, last: int | None) -> Answer:
    """Some of a list. `next` is the key of the last item where there may be more."""
    return {"items": list(items), "next": last if len(items) == limit else None}
