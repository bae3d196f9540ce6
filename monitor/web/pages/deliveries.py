"""Who was told what and how it went; what is silenced, and silencing it."""

from starlette.requests import Request
from starlette.responses import Response

from monitor.durations import parse_duration
from monitor.filters import WrongFilterError, filter_of
from monitor.web.context import Context
from monitor.web.pages.asked import Asked, asked, page
from monitor.web.pages.choosing import party_choices
from monitor.web.pages.forms import Sent, back_to, key_for
from monitor.web.tokens import Scope
from storage.records import Counts, DeliveryState, SilenceRecord

A_PAGE = 50
# In the order in which a human should look at them.
ORDER = (
    DeliveryState.DEAD,
    DeliveryState.HELD,
    DeliveryState.PENDING,
    DeliveryState.ATTEMPTING,
    DeliveryState.SENT,
)


def deliveries(context: Context, request: Request) -> Response:
    """Deliveries, newest first, and the silences in force."""
    return deliveries_page(context, asked(context, request))


def deliveries_page(context: Context, ask: Asked, *, error: str | None = None, status: int = 200) -> Response:
    """The same, with what was wrong with the last form."""
    wished = ask.param("state")
    state = DeliveryState(wished) if wished in list(DeliveryState) else None
    with context.storage.reading() as r:
        found = r.deliveries(state=state, limit=A_PAGE + 1, before_id=ask.number("before"))
        counts = r.counts()
        silences = r.silences(ask.now)
        parties = party_choices(ask, r)
        steps = {step.id: step for step in r.steps_by_id({one.step_id for one in found})}
    return page(
        ask,
        "deliveries.html.j2",
        title=ask.t("deliveries"),
        status=status,
        rows=found[:A_PAGE],
        steps=steps,
        before=found[A_PAGE - 1].id if len(found) > A_PAGE else None,
        tally=[(name, _count(counts, name)) for name in ORDER if name is not DeliveryState.ATTEMPTING],
        silences=silences,
        parties=parties,
        forms=key_for(ask.request, Scope.OPERATE),
        error=error,
    )


def _count(counts: Counts, state: DeliveryState) -> int:
    return int(getattr(counts, f"{state}_deliveries"))


def retry(context: Context, sent: Sent) -> Response:
    """A dead or held delivery is pending again."""
    with context.storage.writing() as w:
        done = w.requeue_delivery(sent.number("delivery"), due_at=sent.ask.now)
    if not done:
        return deliveries_page(context, sent.ask, error=sent.ask.t("left_alone"), status=409)
    context.wake()
    return back_to("/deliveries?done=retried")


def end_silence(context: Context, sent: Sent) -> Response:
    """A silence is over."""
    with context.storage.writing() as w:
        done = w.expire_silence(sent.number("silence"), sent.ask.now)
    if not done:
        return deliveries_page(context, sent.ask, error=sent.ask.t("left_alone"), status=409)
    return back_to("/deliveries?done=ended")


def add_silence(context: Context, sent: Sent) -> Response:
    """A silence of a party's or a stage's steps; never of all."""
    ask, reason = sent.ask, sent.field("reason")[:500]
    try:
        wanted = filter_of(now=ask.now, party=sent.field("party") or None, stage=sent.field("stage") or None)
        expires = ask.now + parse_duration(sent.field("for"))
    except (WrongFilterError, ValueError, OverflowError):
        return deliveries_page(context, ask, error=ask.t("silence_wants"), status=400)
    match = {
        "parties": [wanted.party] if wanted.party else [],
        "stages": [wanted.stage] if wanted.stage else [],
    }
    match = {key: values for key, values in match.items() if values}
    if not match or not reason:
        return deliveries_page(context, ask, error=ask.t("silence_wants"), status=400)
    with context.storage.writing() as w:
        w.add_silence(
            SilenceRecord(match=match, reason=reason, who=sent.who, created=ask.now, expires=expires)
        )
    return back_to("/deliveries?done=silenced")
