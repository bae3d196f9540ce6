"""What a message says of one step, in the reader's words and with all foreign text inert. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote as quoted

from monitor.alerts.rendering.inert import inert, safe_link
from monitor.alerts.rendering.limits import cut
from monitor.alerts.rendering.mark import cells, mark
from monitor.alerts.rendering.reasons import reason_in
from monitor.alerts.rendering.stated import in_words
from monitor.alerts.rendering.words import Words
from monitor.particulars import particulars
from monitor.terms import Stage, Tier
from storage.records import AlertRecord, MentionView, StepRecord, StepState, StepView

MOST_SOURCES = 8
MOST_DETAILS = 6
MOST_BEFORE = 6
MOST_REASONS = 4
LATE = timedelta(hours=2)  # between publication and our seeing it: worth a word in the message
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur", "ps", "ckb", "yi"}
NOBODY_TOLD = (StepState.REJECTED, StepState.MERGED)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One article behind a step."""

    publisher: str
    tier: str
    moment: str
    title: str
    link: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The sentence that it is known from."""

    text: str
    code: str  # of its language
    language: str
    publisher: str
    right_to_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedLine:
    """A detail in words, with the sentence that states it and who wrote it."""

    text: str
    quote: str
    code: str  # of the sentence's language
    publisher: str
    right_to_left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """All that a template needs, as finished plain text."""

    language: str
    subject: str
    parties: str
    headline: str
    change: str
    note: str
    is_update: bool
    when: str
    where: str
    expected: str
    mark: str
    cells: tuple[bool, ...]
    stage: str
    corroboration: str
    quote: Quote | None
    details: tuple[StatedLine, ...]
    sources: tuple[SourceLine, ...]
    more_sources: str
    before: tuple[tuple[str, str], ...]  # (date, headline), oldest first
    why: tuple[str, ...]
    link: str | None
    notices: tuple[str, ...]  # late, held up, possible repeat


def telling(
    view: StepView,
    alert: AlertRecord,
    *,
    words: Words,
    link_base: str = "",
    held_up: timedelta | None = None,
    possible_repeat: bool = False,
) -> Telling:
    """What to say. `held_up` is how much later than due it comes."""
    step = view.step
    mentions = _in_order(view.mentions)
    best = _best_report(mentions)
    link = f"{link_base.rstrip('/')}/steps/{quoted(step.id)}" if link_base else None
    return Telling(
        language=str(words.catalogue["language"]),
        subject=_subject(step, alert, words),
        parties=words.parties(step.agreement),
        headline=words.headline(step),
        change=words.named("changes", alert.change),
        note=inert(reason_in(words, alert.note), longest=500),
        is_update=alert.kind == "update",
        when=_when(step, words),
        where=inert(step.place or "", longest=120),
        expected=words.label("expected", date=words.day(step.expected)) if step.expected else "",
        mark=mark(step.stage),
        cells=cells(step.stage),
        stage=words.label("stage_of", number=Stage(step.stage).rank + 1, stage=words.stage(step)),
        corroboration=words.named("corroboration", step.corroboration),
        quote=_quote(best, words) if best else None,
        details=tuple(_details(view, words)),
        sources=tuple(_source(m, words) for m in mentions[:MOST_SOURCES]),
        more_sources=_more(len(mentions), words),
        before=_before(view, words),
        why=_why(best, step, words),
        link=safe_link(link),
        notices=_notices(step, words, held_up, possible_repeat),
    )


def _subject(step: StepRecord, alert: AlertRecord, words: Words) -> str:
    phrase = "subject_dated" if step.date else "subject"
    subject = str(words.catalogue[phrase]).format(
        parties=words.parties(step.agreement), headline=words.headline(step), date=words.day(step.date)
    )
    return subject if alert.kind != "update" else f"{words.named('changes', alert.change)} · {subject}"


def _in_order(mentions: Sequence[MentionView]) -> list[MentionView]:
    """Best tier first, then by time; recaps are left out."""
    tiers = [tier.value for tier in Tier]
    told = [m for m in mentions if m.mention.role != "recap"]
    return sorted(
        told,
        key=lambda m: (
            tiers.index(m.article.tier) if m.article.tier in tiers else len(tiers),
            m.article.published or m.article.first_seen or LONG_AGO,
            m.article.id or 0,
        ),
    )


def _best_report(mentions: Sequence[MentionView]) -> MentionView | None:
    """The mention to quote: the first that reports; a denial only when there is nothing else."""
    reports = [m for m in mentions if m.mention.role != "denial"]
    return next(iter(reports or mentions), None)


def _quote(view: MentionView, words: Words) -> Quote:
    code = view.mention.language or view.article.language or ""
    return Quote(
        text=cut(inert(view.mention.quote), 700),
        code=code if code.replace("-", "").isalnum() else "",
        language=words.tongue(code),
        publisher=inert(view.article.publisher or view.article.source_id, longest=120),
        right_to_left=code.split("-")[0] in RIGHT_TO_LEFT,
    )


def _details(view: StepView, words: Words) -> Iterator[StatedLine]:
    """What the articles state besides the step; of each the sentence of the first that does."""
    for one in particulars(m for m in view.mentions if m.mention.role != "denial")[:MOST_DETAILS]:
        first = one.sources[0]
        code = first.view.mention.language or first.view.article.language or ""
        yield StatedLine(
            text=in_words(one, words),
            quote=cut(inert(first.detail.quote), 240),
            code=code if code.replace("-", "").isalnum() else "",
            publisher=inert(first.view.article.publisher or first.view.article.source_id, longest=120),
            right_to_left=code.split("-")[0] in RIGHT_TO_LEFT,
        )


def _source(view: MentionView, words: Words) -> SourceLine:
    article, notes = view.article, []
    if view.mention.role == "denial":
        notes.append(words.label("denies"))
    if not article.verified:
        notes.append(words.label("unverified"))
    if article.gone_at is not None:
        notes.append(words.label("gone"))
    return SourceLine(
        publisher=inert(article.publisher or article.source_id, longest=120),
        tier=words.named("tiers", article.tier),
        moment=words.moment(article.published or article.first_seen),
        title=cut(inert(article.title), 160),
        link=safe_link(article.url or article.canonical_url),
        notes=tuple(notes),
    )


def _more(count: int, words: Words) -> str:
    return words.label("more_sources", count=count - MOST_SOURCES) if count > MOST_SOURCES else ""


def _when(step: StepRecord, words: Words) -> str:
    day = words.day(step.date)
    return day if step.date is None or step.date_exact else words.label("date_unsure", date=day)


def _before(view: StepView, words: Words) -> tuple[tuple[str, str], ...]:
    """The steps of the pair that came before this one on its timeline, the last few."""
    earlier: list[StepRecord] = []
    for step in view.timeline:
        if step.id == view.step.id:
            break
        if step.state not in NOBODY_TOLD:
            earlier.append(step)
    return tuple((words.day(step.date), words.headline(step)) for step in earlier[-MOST_BEFORE:])


def _why(best: MentionView | None, step: StepRecord, words: Words) -> tuple[str, ...]:
    reasons = best.mention.reasons if best else ()
    said = [cut(inert(reason_in(words, reason)), 240) for reason in reasons[:MOST_REASONS]]
    return (*said, words.label("confidence", percent=round(step.confidence * 100)))


def _notices(
    step: StepRecord, words: Words, held_up: timedelta | None, possible_repeat: bool
) -> tuple[str, ...]:
    notices = []
    if possible_repeat:
        notices.append(words.label("possible_repeat"))
    age = timedelta(seconds=step.late_seconds or 0)
    if age >= LATE:
        reason = inert(reason_in(words, step.reason or ""), longest=200)
        notices.append(words.label("late_because" if reason else "late", age=words.age(age), reason=reason))
    if held_up is not None:
        notices.append(words.label("held_up", age=words.age(held_up)))
    return tuple(notices)
