"""The tools that ask the archive: search, and articles with what they say."""

from typing import Annotated, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from monitor.assistants.asking import (
    USUAL,
    Answer,
    Before,
    Desk,
    Lang,
    Limit,
    PairOf,
    PartyOf,
    Since,
    StageOf,
    TierOf,
    Until,
    page,
)
from monitor.searching import marked, search
from monitor.shapes import article_shape, mention_shape

CHARACTERS = 8_000  # of a text, in one answer
MENTIONS = 20

Query = Annotated[
    str,
    Field(
        max_length=1000,
        description='Words, found in any of their forms; "words in quotes" stand together; secur* is a '
        "beginning; AND, OR, NOT, brackets; party:DK pair:DK-UA stage:signed since:2024-01 lang:uk "
        "tier:official",
        examples=["угода AND (Данія OR Норвегія) stage:signed"],
    ),
]
ArticleNumber = Annotated[int, Field(ge=1, lt=2**53, description="An article's number (its `id`).")]
Offset = Annotated[int, Field(ge=0, lt=2**31, description="Where in the text to begin, in characters.")]
Order = Annotated[
    Literal["newest", "best"], Field(description="`best` ranks the newest 200, and has no `next`.")
]


class ArchiveTools:
    """Each public method is a tool; its docstring is what an assistant reads of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def search_articles(
        self, query: Query, order: Order = "newest", limit: Limit = USUAL, before: Before = None
    ) -> Answer:
        """Search the text of all articles, in every language, with the part of the text that was found
        between « and »."""
        best = order == "best"
        wanted = self._desk.wanted(limit, before)
        with self._desk.reading() as r:
            found = search(r, query, wanted, now=self._desk.now(), best_first=best)
        items = [{**article_shape(hit.article), "snippet": marked(hit.snippet)} for hit in found]
        return page(items, limit, found[-1].article.id if found and not best else None)

    def list_searches(self) -> Answer:
        """The saved searches of this installation: names and queries that search_articles takes."""
        saved = sorted(self._desk.config.searches.items())
        return {"items": [{"name": name, "query": query} for name, query in saved], "next": None}

    def list_articles(
        self,
        *,
        party: PartyOf = None,
        pair: PairOf = None,
        stage: StageOf = None,
        since: Since = None,
        until: Until = None,
        lang: Lang = None,
        tier: TierOf = None,
        limit: Limit = USUAL,
        before: Before = None,
    ) -> Answer:
        """Articles that were read, last found first; with a party, pair or stage those that mention such a
        step. since and until are the day of publication."""
        wanted = self._desk.wanted(
            limit, before, party=party, pair=pair, stage=stage, since=since, until=until, lang=lang, tier=tier
        )
        with self._desk.reading() as r:
            found = r.articles(wanted)
        return page([article_shape(one) for one in found], limit, found[-1].id if found else None)

    def show_article(self, number: ArticleNumber, offset: Offset = 0) -> Answer:
        """One article: its text, and the steps that it reports, recalls or denies, with the quoted
        sentences. A long text comes in parts: `next_offset` is where the next begins."""
        with self._desk.reading() as r:
            article = r.article(number)
            mentions = r.mentions_in(number) if article else []
        if article is None:
            raise ToolError(f"there is no article {number}")
        end = offset + CHARACTERS
        return {
            **article_shape(article),
            "text": article.text[offset:end],
            "offset": offset,
            "next_offset": end if end < len(article.text) else None,
            "characters": len(article.text),
            "mentions": [mention_shape(one) for one in mentions[:MENTIONS]],
            "mentions_in_all": len(mentions),
        }
