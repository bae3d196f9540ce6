"""The API's search."""

from typing import Any, Literal

from pydantic import Field

from monitor.searching import QueryError, marked, search
from monitor.shapes import article_shape
from monitor.web.api.models import Found, Page
from monitor.web.api.operations import Asked, Operation
from monitor.web.api.parameters import AboutArticles, wanted
from monitor.web.api.reading import V1, page
from monitor.web.problems import ProblemError


class AboutSearch(AboutArticles):
    """What to search for."""

    q: str = Field(max_length=1000, description="Words; docs/search.md has the language.")
    order: Literal["newest", "best"] = Field(default="newest", description="`best` ranks the newest 200.")


def search_articles(asked: Asked[AboutSearch]) -> Any:
    """Articles that have the words in any of their forms, newest first, with the part that says why."""
    context, query = asked.context, asked.query
    best = query.order == "best"
    base = wanted(context, query)
    try:
        with context.storage.reading() as r:
            found = search(r, query.q, base, now=context.now(), best_first=best)
    except QueryError as error:
        raise ProblemError(
            400, "the search cannot be understood", errors=[{"parameter": "q", "detail": str(error)}]
        ) from None
    items = [{**article_shape(hit.article), "snippet": marked(hit.snippet)} for hit in found]
    return page(asked, items, found[-1].article.id if found and not best else None)


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        path=f"{V1}/search", summary="Search the articles", tag="archive",
        query=AboutSearch, answer=search_articles, gives=Page[Found],
    ),
)  # fmt: skip
