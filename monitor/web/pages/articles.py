"""Search, and one article with its evidence marked and the explanation."""

from functools import lru_cache

from babel import Locale
from starlette.requests import Request
from starlette.responses import Response

from monitor.detect import Article, Explanation, detect, explain
from monitor.filters import WrongFilterError
from monitor.register import Limits
from monitor.searching import Hit, QueryError
from monitor.searching import search as find
from monitor.web.context import Context
from monitor.web.pages.asked import Asked, asked, missing, page
from monitor.web.pages.choosing import Choices, chosen, party_choices
from monitor.web.pages.marking import LONGEST_TEXT, paragraphs, pieces
from storage.records import ArticleRecord

A_PAGE = 25
LONGEST_QUERY = 500
# The languages that sources are written in and that detection or the search knows.
TONGUES = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hr", "hu", "id", "it", "ja",
    "ka", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk", "vi",
    "zh",
)  # fmt: skip


def search(context: Context, request: Request) -> Response:
    """Articles by words and filters, last found first."""
    ask = asked(context, request)
    names = ("party", "stage", "tier", "lang_of", "since", "until")
    choice = chosen(ask, *names, limit=A_PAGE + 1)
    query, error, found = (ask.param("q") or "")[:LONGEST_QUERY], choice.error, list[Hit]()
    with context.storage.reading() as r:
        try:
            found = [] if error else find(r, query, choice.wanted, now=ask.now)
        except (QueryError, WrongFilterError) as mistake:
            error = str(mistake)
        parties = party_choices(ask, r)
    return page(
        ask,
        "search.html.j2",
        title=ask.t("search"),
        found=found[:A_PAGE],
        before=found[A_PAGE - 1].article.id if len(found) > A_PAGE else None,
        parties=parties,
        tongues=tongues(ask),
        saved=sorted(context.config.searches.items()),
        error=error,
    )


def tongues(ask: Asked) -> Choices:
    """(code, name) of the languages to choose from, by name."""
    names = Locale.parse(ask.language).languages
    return sorted(((code, str(names.get(code, code))) for code in TONGUES), key=lambda one: one[1])


def one_article(context: Context, request: Request) -> Response:
    """An article with its evidence marked, and why it alerts or not."""
    ask = asked(context, request)
    number: int = request.path_params["article_id"]
    with context.storage.reading() as r:
        article = r.article(number) if number < 2**63 else None
        if article is None:
            return missing(ask, f"articles/{number}")
        source = r.source(article.source_id)
        mentions = [(m, s) for m in r.mentions_in(number)[:100] if (s := r.step(m.step_id))]
    explanation = explained(article, source.zone if source else "UTC", context.rules.limits)
    heading = [mark for mark in explanation.marks if mark.field == "title"]
    body = [mark for mark in explanation.marks if mark.field == "text"]
    return page(
        ask,
        "article.html.j2",
        title=article.title or ask.t("untitled"),
        article=article,
        heading=pieces(article.title or ask.t("untitled"), heading),
        paragraphs=list(paragraphs(article.text, body)),
        is_cut=len(article.text) > LONGEST_TEXT,
        explanation=explanation,
        mentions=mentions,
    )


@lru_cache(maxsize=64)
def explained(article: ArticleRecord, zone: str, limits: Limits) -> Explanation:
    """Why detection alerts on this text or not, by the configuration's own limits; remembered, since a text
    is looked at again and again."""
    read = Article(
        id=str(article.id),
        title=article.title,
        text=article.text,
        language=article.language,
        published=article.published,
        url=article.url or article.canonical_url,
        source_kind=article.tier,
        zone=zone,
        country=article.country,
    )
    return explain(read, detect(read), limits.alert_confidence, limits.review_confidence)
