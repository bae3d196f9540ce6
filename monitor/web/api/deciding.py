"""What the API changes: decisions on steps, deliveries tried again, silences."""

from collections.abc import Mapping
from datetime import date as Day
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from monitor import review
from monitor.filters import filter_of
from monitor.shapes import step_shape
from monitor.terms import pair_name
from monitor.web.api.models import Answer, Step
from monitor.web.api.operations import Asked, Operation
from monitor.web.api.parameters import SCHEMAS, Parameters
from monitor.web.api.reading import STEP_PATH, V1, step_id_of
from monitor.web.problems import ProblemError
from monitor.web.tokens import Scope
from storage import Writer
from storage.records import SilenceRecord, StepRecord

ALREADY = "it cannot be decided so"


class Body(BaseModel):
    """A body, and nothing in it that is not known."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 60.0 is the whole number 60."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Number = Annotated[int, Field(ge=1, lt=2**53), BeforeValidator(_whole)]


class Decision(Body):
    """A decision on a step."""

    decision: Literal["accept", "reject", "merge", "split"]
    reason: str = Field(min_length=1, max_length=1000)
    into: str | None = Field(default=None, max_length=300, description="The step to merge into.")
    articles: list[Number] = Field(
        default=[], max_length=100, description="To split: the articles that tell of another step."
    )
    day: Day | None = Field(default=None, description="To split: the other step's day.")


MATCHED = ("party", "pair", "stage", "instrument")


def _described(schema: dict[str, Any]) -> None:
    """At least one of what can be matched, each as in the lists' filters."""
    schema["properties"] |= {name: dict(SCHEMAS[name]) for name in MATCHED}
    schema["anyOf"] = [{"required": [name]} for name in MATCHED]


class Silence(Body):
    """What not to tell of, and for how long."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_described)

    reason: str = Field(min_length=1, max_length=1000)
    seconds: Annotated[int, BeforeValidator(_whole)] = Field(ge=60, le=366 * 86_400)
    party: str = ""
    pair: str = ""
    stage: str = ""
    instrument: str = ""

    @model_validator(mode="after")
    def _matches_something(self) -> "Silence":
        if not self.model_fields_set & set(MATCHED):
            raise ValueError(f"a silence names one of {', '.join(MATCHED)}")
        return self


class Requeued(Answer):
    """Whether a delivery is pending again."""

    delivery: int
    pending: bool


class Silenced(Answer):
    """A silence that is in force."""

    id: int
    expires: str


def decide_step(asked: Asked[Parameters]) -> Any:
    """Accept a step (people are told), reject it, merge it into another of the same pair and stage, or split
    it: some of its articles tell of another step, on another day, which is told as new and answered with."""
    body: Decision = asked.body
    context, step_id = asked.context, step_id_of(asked)
    verdict = review.Verdict(who=f"api: {asked.caller}", reason=body.reason, now=context.now())
    with context.storage.writing() as w:
        if w.step(step_id) is None:
            raise ProblemError(404, "there is no such step")
        try:
            decided = _decided(w, step_id, body, verdict, context.rules)
        except review.ReviewError as error:
            raise ProblemError(409, str(error)) from None
    context.wake()
    return step_shape(decided)


def _decided(w: Writer, step_id: str, body: Decision, verdict: review.Verdict, rules: Any) -> StepRecord:
    if body.decision == "accept":
        return review.accept(w, step_id, verdict, rules)
    if body.decision == "reject":
        return review.reject(w, step_id, verdict, rules)
    if body.decision == "split":
        if body.day is None or not body.articles:
            raise review.ReviewError("a split needs the other step's day and its articles")
        return review.split(w, step_id, body.articles, on=body.day, verdict=verdict, rules=rules)
    if body.into is None:
        raise review.ReviewError("a merge needs the step to merge into")
    return review.merge(w, step_id, body.into, verdict)


def retry_delivery(asked: Asked[Parameters]) -> Any:
    """Put a delivery that was given up or held back into the outbox again."""
    number = int(asked.path["number"])
    with asked.context.storage.writing() as w:
        if number >= 2**53 or w.delivery(number) is None:
            raise ProblemError(404, "there is no such delivery")
        if not w.requeue_delivery(number, due_at=asked.context.now()):
            raise ProblemError(409, "it is neither dead nor held")
    asked.context.wake()
    return {"delivery": number, "pending": True}


def add_silence(asked: Asked[Parameters]) -> Any:
    """Tell nobody of the steps that match all that is given, for a while."""
    body: Silence = asked.body
    now = asked.context.now()
    wanted = filter_of(now=now, **body.model_dump(include=set(MATCHED) & body.model_fields_set))
    match: Mapping[str, Any] = {
        "parties": [wanted.party] if wanted.party else [],
        "pairs": [pair_name(wanted.pair)] if wanted.pair else [],
        "stages": [wanted.stage] if wanted.stage else [],
        "instruments": [wanted.instrument] if wanted.instrument else [],
    }
    record = SilenceRecord(
        match={key: value for key, value in match.items() if value},
        reason=body.reason,
        who=f"api: {asked.caller}",
        created=now,
        expires=now + timedelta(seconds=body.seconds),
    )
    with asked.context.storage.writing() as w:
        kept = w.add_silence(record)
    return {"id": kept.id, "expires": kept.expires}


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        path=f"{V1}/steps/{{pair}}/{{instrument}}/{{stage}}/{{day}}", summary="Decide on a step",
        tag="review", query=Parameters, answer=decide_step, gives=Step, method="POST", scope=Scope.REVIEW,
        takes=Decision, statuses=(404, 409), path_examples=STEP_PATH,
    ),
    Operation(
        path=f"{V1}/deliveries/{{number:int}}/retry", summary="Try a delivery again", tag="operate",
        query=Parameters, answer=retry_delivery, gives=Requeued, method="POST", scope=Scope.OPERATE,
        statuses=(404, 409), path_examples={"number": "1"},
    ),
    Operation(
        path=f"{V1}/silences", summary="Silence some steps", tag="operate",
        query=Parameters, answer=add_silence, gives=Silenced, method="POST", scope=Scope.OPERATE,
        takes=Silence,
    ),
)  # fmt: skip
