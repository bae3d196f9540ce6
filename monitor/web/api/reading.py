"""What the API gives of the register and the archive."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from monitor.health import source_shape
from monitor.shapes import (
    agreement_shape,
    article_shape,
    mention_shape,
    mention_view_shape,
    step_shape,
    step_view_shape,
)
from monitor.timelines import with_steps
from monitor.web.api.models import (
    Agreement,
    Alert,
    Article,
    Mention,
    Page,
    Source,
    Step,
    StepView,
    WholeArticle,
)
from monitor.web.api.operations import Asked, Operation
from monitor.web.api.parameters import (
    AboutAgreements,
    AboutAlerts,
    AboutArticles,
    AboutSources,
    AboutSteps,
    Paged,
    Parameters,
    wanted,
)
from monitor.web.problems import ProblemError

V1 = "/api/v1"
STEP_PATH = {"pair": "DK-UA", "instrument": "security_agreement", "stage": "signed", "day": "2024-02-23"}


def page(asked: Asked[Any], items: Sequence[Any], last: int | None) -> Mapping[str, Any]:
    """A page of a list, and the address of the next where there may be one."""
    query: Paged = asked.query
    more = None
    if last is not None and len(items) == query.limit:
        given = query.model_dump(mode="json", exclude_none=True, exclude_defaults=True) | {"before": last}
        more = f"{asked.url}?{urlencode(given)}"
    return {"items": items, "next": more}


def step_id_of(asked: Asked[Any]) -> str:
    """The step that the path names."""
    return "/".join(asked.path[name] for name in STEP_PATH)


def list_agreements(asked: Asked[AboutAgreements]) -> Any:
    """Agreements, last recorded first, each with its steps."""
    with asked.context.storage.reading() as r:
        found = r.agreements(wanted(asked.context, asked.query))
        timelines = with_steps(found, r.steps_of({one.parties for one in found}))
    return page(asked, [agreement_shape(*one) for one in timelines], found[-1].id if found else None)


def list_timeline(asked: Asked[Parameters]) -> Any:
    """The agreements of a pair, each with its steps, oldest first."""
    parties = sorted(asked.path["pair"].split("-"))
    if len(parties) != 2:
        raise ProblemError(404, "there is no such pair")
    with asked.context.storage.reading() as r:
        found = r.agreements_of([(parties[0], parties[1])])
        timelines = with_steps(found, r.steps_of([(parties[0], parties[1])]))
    if not timelines:
        raise ProblemError(404, "there is no agreement of such a pair")
    return {"items": [agreement_shape(*one) for one in timelines], "next": None}


def list_steps(asked: Asked[AboutSteps]) -> Any:
    """Steps, last recorded first."""
    with asked.context.storage.reading() as r:
        found = r.steps(wanted(asked.context, asked.query))
    return page(asked, [step_shape(one) for one in found], found[-1].seq if found else None)


def get_step(asked: Asked[Parameters]) -> Any:
    """A step with its mentions and the timeline of its pair."""
    with asked.context.storage.reading() as r:
        view = r.step_view(step_id_of(asked))
    if view is None:
        raise ProblemError(404, "there is no such step")
    return step_view_shape(view)


def list_mentions(asked: Asked[AboutSteps]) -> Any:
    """What articles say of steps, last recorded first, with the quoted sentence."""
    with asked.context.storage.reading() as r:
        found = r.mentions(wanted(asked.context, asked.query))
    return page(asked, [mention_view_shape(one) for one in found], found[-1].mention.id if found else None)


def list_articles(asked: Asked[AboutArticles]) -> Any:
    """Articles, last found first; with a party, pair, stage or instrument, those that mention such a step."""
    with asked.context.storage.reading() as r:
        found = r.articles(wanted(asked.context, asked.query))
    return page(asked, [article_shape(one) for one in found], found[-1].id if found else None)


def get_article(asked: Asked[Parameters]) -> Any:
    """An article with its text, and what it says of steps."""
    number = int(asked.path["number"])
    with asked.context.storage.reading() as r:
        article = r.article(number) if number < 2**53 else None
        mentions = r.mentions_in(number) if article else []
    if article is None:
        raise ProblemError(404, "there is no such article")
    return {**article_shape(article, text=True), "mentions": [mention_shape(one) for one in mentions]}


def list_sources(asked: Asked[AboutSources]) -> Any:
    """The sources with their health."""
    context, query = asked.context, asked.query
    with context.storage.reading() as r:
        known = {record.id: record for record in r.sources()}
    polled = {source.id for source in context.config.polled}
    shown = [
        source_shape((one, known.get(one.id), one.id in polled), now=context.now())
        for one in context.config.sources
        if (query.everything or one.id in polled) and query.tier in (None, one.tier)
    ]
    return {"items": shown, "next": None}


def list_alerts(asked: Asked[AboutAlerts]) -> Any:
    """What people were told, newest first, and how each delivery went."""
    query = asked.query
    with asked.context.storage.reading() as r:
        found = r.alerts(query.step, limit=query.limit, before_id=query.before)
        shown = [_alert_shape(one, r.deliveries(alert_id=one.id, limit=1000)) for one in found]
    return page(asked, shown, found[-1].id if found else None)


def get_counts(asked: Asked[Parameters]) -> Any:
    """How much there is of everything."""
    with asked.context.storage.reading() as r:
        return r.counts()


def _alert_shape(alert: Any, deliveries: Sequence[Any]) -> Mapping[str, Any]:
    names = ("id", "channel", "route", "state", "attempts", "created", "sent_at", "error")
    return {
        **{name: getattr(alert, name) for name in ("id", "kind", "change", "number", "created", "note")},
        "step": alert.step_id,
        "deliveries": [{name: getattr(one, name) for name in names} for one in deliveries],
    }


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        path=f"{V1}/agreements", summary="Agreements with their steps", tag="register",
        query=AboutAgreements, answer=list_agreements, gives=Page[Agreement],
    ),
    Operation(
        path=f"{V1}/timeline/{{pair}}", summary="The timeline of a pair", tag="register",
        query=Parameters, answer=list_timeline, gives=Page[Agreement], statuses=(404,),
        path_examples={"pair": "DK-UA"},
    ),
    Operation(
        path=f"{V1}/steps", summary="Steps", tag="register",
        query=AboutSteps, answer=list_steps, gives=Page[Step],
    ),
    Operation(
        path=f"{V1}/steps/{{pair}}/{{instrument}}/{{stage}}/{{day}}", summary="A step and its evidence",
        tag="register", query=Parameters, answer=get_step, gives=StepView, statuses=(404,),
        path_examples=STEP_PATH,
    ),
    Operation(
        path=f"{V1}/mentions", summary="What articles say of steps", tag="register",
        query=AboutSteps, answer=list_mentions, gives=Page[Mention],
    ),
    Operation(
        path=f"{V1}/articles", summary="Articles", tag="archive",
        query=AboutArticles, answer=list_articles, gives=Page[Article],
    ),
    Operation(
        path=f"{V1}/articles/{{number:int}}", summary="An article and what it says", tag="archive",
        query=Parameters, answer=get_article, gives=WholeArticle, statuses=(404,),
        path_examples={"number": "1"},
    ),
    Operation(
        path=f"{V1}/sources", summary="Sources and their health", tag="watch",
        query=AboutSources, answer=list_sources, gives=Page[Source],
    ),
    Operation(
        path=f"{V1}/alerts", summary="What people were told", tag="watch",
        query=AboutAlerts, answer=list_alerts, gives=Page[Alert],
    ),
    Operation(
        path=f"{V1}/counts", summary="How much there is", tag="watch",
        query=Parameters, answer=get_counts, gives=dict[str, int],
    ),
)  # fmt: skip
