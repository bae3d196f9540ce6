"""The API's search."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from monitor.searching import Hit, leniently, marked, search
from monitor.shapes import article_shape
from monitor.web.api.models import Found, FoundPage, Page, SavedSearch
from monitor.web.api.operations import Asked, Operation
from monitor.web.api.parameters import AboutArticles, Paged, Parameters, wanted
from monitor.web.api.reading import V1, page
from monitor.web.problems import ProblemError
from storage.records import Filter


class AboutSearch(AboutArticles):
    """What to search for."""

    q: str = Field(max_length=1000, description="Words; docs/search.md has the language.")
    order: Literal["newest", "best"] = Field(default="newest", description="`best` ranks the newest 200.")


def search_articles(asked: Asked[AboutSearch]) -> Any:
    """Articles that have the words in any of their forms, newest first, with the part that says why.

    What cannot be understood is searched as plain words; `note` says what was wrong with it."""
    context, query = asked.context, asked.query
    best = query.order == "best"
    base = wanted(context, query)
    with context.storage.reading() as r:
        found, note = leniently(
            query.q, lambda text: search(r, text, base, now=context.now(), best_first=best)
        )
    return {**_found(asked, found, best=best), "note": note}


def list_searches(asked: Asked[Parameters]) -> Any:
    """The saved searches of the configuration, by name."""
    saved = sorted(asked.context.config.searches.items())
    return {"items": [{"name": name, "query": query} for name, query in saved], "next": None}


def run_search(asked: Asked[Paged]) -> Any:
    """The articles that a saved search finds, newest first, with the part that says why."""
    context = asked.context
    query = context.config.searches.get(asked.path["name"])
    if query is None:
        raise ProblemError(404, "there is no such saved search")
    base = Filter(limit=asked.query.limit, before_id=asked.query.before)
    with context.storage.reading() as r:
        return _found(asked, search(r, query, base, now=context.now()))


def _found(asked: Asked[Any], found: Sequence[Hit], *, best: bool = False) -> Any:
    items = [{**article_shape(hit.article), "snippet": marked(hit.snippet)} for hit in found]
    return page(asked, items, found[-1].article.id if found and not best else None)


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        path=f"{V1}/search", summary="Search the articles", tag="archive",
        query=AboutSearch, answer=search_articles, gives=FoundPage,
    ),
    Operation(
        path=f"{V1}/searches", summary="The saved searches", tag="archive",
        query=Parameters, answer=list_searches, gives=Page[SavedSearch],
    ),
    Operation(
        path=f"{V1}/searches/{{name}}", summary="What a saved search finds", tag="archive",
        query=Paged, answer=run_search, gives=Page[Found], statuses=(404,), path_examples={"name": "aid"},
    ),
)  # fmt: skip
