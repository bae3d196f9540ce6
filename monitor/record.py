"""One judged article into the register and the outbox, in the caller's one transaction.

    article + detection -> steps, mentions, alerts, deliveries

The deciding is pure and elsewhere (register, corroboration, routing); this file only fetches what is
known, asks them, and writes what they say. All of it is one commit: after it nothing can be lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.alerts.outbox import deliveries_of
from monitor.alerts.routing import REPORTS, Told, facts_of, held_back, route
from monitor.corroboration import Report, corroboration
from monitor.detect.findings import Article, Detection, Finding
from monitor.identity import recalled_step, same_step
from monitor.mentioning import mention_of
from monitor.register import Action, Decision, decide
from monitor.rules import Rules
from monitor.searching import found_by
from monitor.terms import Corroboration, Pair, Tier
from storage import Writer
from storage.records import (
    AlertRecord,
    ArticleRecord,
    DeliveryState,
    RawPage,
    SearchText,
    StepRecord,
    StepState,
)

# What a message that is still to be sent will say anyway, for it is rendered when it is sent.
RISES = frozenset({"new", "corroboration"})
# A page behind an alert is read again so long after it was told (monitor.reread).
REREAD_AFTER = (timedelta(hours=1), timedelta(hours=24), timedelta(days=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of one article: the decision on each finding, and the steps that people are told of."""

    article: ArticleRecord
    detection: Detection
    decisions: tuple[Decision, ...] = ()
    told: tuple[StepRecord, ...] = ()
    updated: tuple[StepRecord, ...] = ()
    revision: bool = False


def record(
    w: Writer,
    article: ArticleRecord,
    detection: Detection,
    *,
    rules: Rules,
    now: datetime,
    raw: RawPage | None = None,
    search_text: SearchText | None = None,
    late: str | None = None,
) -> Judged:
    """Write the article, its findings and whoever is to be told. Idempotent: the same article twice
    adds nothing. `late`: why it was found only now, for the steps that come of it."""
    stored, is_new, is_revision = w.put_article(article, raw, search_text=search_text)
    desk = _Desk(w, stored, rules, now, late)
    # Strongest first, so that a sure finding makes the step which a doubtful one then joins.
    for finding in sorted(detection.findings, key=lambda f: -f.confidence):
        desk.take(finding)
    for finding in detection.background:
        desk.recall(finding)
    for finding in detection.denials:
        desk.deny(finding)
    return Judged(
        article=stored,
        detection=detection,
        decisions=tuple(desk.decisions),
        told=tuple(desk.told),
        updated=tuple(desk.updated),
        revision=is_revision and not is_new,
    )


def to_detect(article: ArticleRecord, *, id: str, zone: str, language: str | None) -> Article:  # noqa: A002
    """The article as detection reads it. `language` is the hint where the article has none."""
    return Article(
        id=id,
        title=article.title,
        text=article.text,
        language=article.language or language,
        published=article.published,
        url=article.url,
        source_kind=article.tier,
        zone=zone,
        country=article.country,
    )


class _Desk:
    """Where one article's findings are entered, one after the other, in one transaction."""

    def __init__(
        self, w: Writer, article: ArticleRecord, rules: Rules, now: datetime, late: str | None
    ) -> None:
        self.w, self.article, self.rules, self.now, self.late = w, article, rules, now, late
        self.decisions: list[Decision] = []
        self.made: list[StepRecord] = []
        self.told: list[StepRecord] = []
        self.updated: list[StepRecord] = []

    def take(self, finding: Finding) -> None:
        """Enter one new finding."""
        published = self.article.published or self.now
        decision = decide(
            finding,
            self.w.steps_of([finding.parties]),
            published=published.date(),
            today=self.now.date(),
            tier=self.article.tier,
            apart=self.made,
            limits=self.rules.limits,
        )
        if decision.step is not None:
            decision = replace(decision, step=self._enter(finding, decision, decision.step))
        self.decisions.append(decision)

    def recall(self, finding: Finding) -> None:
        """Enter a recollection of an older step: a mention, where we know the step."""
        step = recalled_step(finding, self._standing(finding.parties))
        if step is not None and step.id not in {s.id for s in self.made}:
            self._mention(step, finding, "recap")

    def deny(self, finding: Finding) -> None:
        """Enter a denial: people who were told of the step are told of this too."""
        day = finding.date or (self.article.published or self.now).date()
        step = same_step(finding, self._standing(finding.parties), day=day)
        if step is not None and self._mention(step, finding, "denial") and step.state is StepState.OPEN:
            self._tell(step, "update", "denial", note=finding.evidence[0].quote)

    def _standing(self, pair: Pair) -> list[StepRecord]:
        gone = (StepState.REJECTED, StepState.MERGED)
        return [s for s in self.w.steps_of([pair]) if s.state not in gone]

    def _enter(self, finding: Finding, decision: Decision, step: StepRecord) -> StepRecord:
        if decision.action in (Action.NEW, Action.REVIEW, Action.SILENT):
            return self._add(finding, decision, step)
        if decision.action is Action.RECAP:
            if step.state is not StepState.REJECTED:
                self._mention(step, finding, "recap")
            return step
        return self._support(finding, decision, step)

    def _add(self, finding: Finding, decision: Decision, step: StepRecord) -> StepRecord:
        agreement = self.w.add_agreement(step.agreement)
        published = self.article.published
        late = int((self.now - published).total_seconds()) if published else None
        step = self.w.add_step(
            replace(
                step,
                agreement=agreement,
                first_seen=self.now,
                published=published,
                reason=step.reason or self.late,
                late_seconds=step.late_seconds if step.late_seconds is not None else late,
                corroboration=self._rung(step.agreement.parties, [self.article]),
            )
        )
        self.made.append(step)
        self._mention(step, finding, "report")
        if decision.action is Action.NEW:
            self._tell(step, "new", "new")
        return step

    def _support(self, finding: Finding, decision: Decision, step: StepRecord) -> StepRecord:
        added = self._mention(step, finding, "corroboration")
        changes: dict[str, Any] = dict(decision.changes)
        rung = self._rung(step.agreement.parties, self._witnesses(step))
        rises = Corroboration(rung).rank > Corroboration(step.corroboration).rank
        if rises:
            changes["corroboration"] = rung
        if changes:
            step = self.w.update_step(step.id, **changes)
        self.made.append(step)
        if decision.action is Action.PROMOTES:
            self._tell(step, "new", "new")
        elif step.state is StepState.OPEN and added and decision.corrects:
            self._tell(step, "update", "correction", note=decision.reason)
        elif step.state is StepState.OPEN and rises:
            self._tell(step, "update", "corroboration")
        return step

    def _witnesses(self, step: StepRecord) -> list[ArticleRecord]:
        view = self.w.step_view(step.id)
        return [v.article for v in view.mentions if v.mention.role in REPORTS] if view else []

    def _rung(self, pair: Pair, articles: Iterable[ArticleRecord]) -> str:
        return corroboration(pair, [_report(a) for a in articles])

    def _mention(self, step: StepRecord, finding: Finding, role: str) -> bool:
        """True where the mention is new: an edited article does not report its step twice."""
        assert self.article.id is not None
        roles = {m.role for m in self.w.mentions_of(step.id) if m.article_id == self.article.id}
        if role in roles or (role != "denial" and roles & set(REPORTS)):
            return False
        self.w.add_mention(mention_of(step, self.article, finding, role, self.now))
        return True

    def _tell(self, step: StepRecord, kind: str, change: str, note: str = "") -> None:
        wait = kind == "new" and self.article.tier not in (Tier.OFFICIAL, Tier.PARLIAMENT)
        if tell(self.w, step, kind, change, rules=self.rules, now=self.now, note=note, wait=wait):
            (self.told if kind == "new" else self.updated).append(step)


def tell(
    w: Writer,
    step: StepRecord,
    kind: str,
    change: str,
    *,
    rules: Rules,
    now: datetime,
    note: str = "",
    wait: bool = False,
) -> bool:
    """Put an alert and its deliveries into the outbox; False where the step is out of scope.

    An update goes to those who were told. Those whose first message still waits will read the new state
    in it, for messages are rendered when they are sent. `wait`: hold the first message for the group
    wait, so that a burst of outlets becomes one.
    """
    if not rules.scope.covers(step):
        return False
    view = w.step_view(step.id)
    assert view is not None
    facts = facts_of(view, found_by(rules.searches, view, now=now))
    told = route(facts, rules.routes, now=now, silences=w.silences(now))
    if kind == "new":
        told = tuple(held_back(one, _told_at(w, one, rules), now=now) for one in told)
    earlier = w.deliveries(step_id=step.id)
    knows = {d.channel for d in earlier if d.state in (DeliveryState.SENT, DeliveryState.ATTEMPTING)}
    waiting = {d.channel for d in earlier if d.state is DeliveryState.PENDING}
    if change not in RISES:  # a denial has words of its own, and is told behind what still waits
        knows, waiting = knows | waiting, set()
    alert = w.add_alert(AlertRecord(step_id=step.id, kind=kind, change=change, created=now, note=note))
    rows = deliveries_of(alert, step, told, now=now, addresses=rules.addresses, knows=knows or {""})
    if wait:
        rows = tuple(replace(r, due_at=max(r.due_at or now, now + rules.group_wait)) for r in rows)
    w.add_deliveries([r for r in rows if r.channel not in waiting])
    if kind == "new":
        told_by = [v.article.id for v in view.mentions if v.mention.role in REPORTS]
        w.plan_rereads([one for one in told_by if one is not None], now, REREAD_AFTER)
    return True


def _told_at(w: Writer, told: Told, rules: Rules) -> list[datetime]:
    """When this route last told this channel by messages of their own, for its limit."""
    if told.limit is None:
        return []
    address = rules.addresses.get(told.channel, (told.channel,))[0]
    latest = w.deliveries(channel=address, limit=4 * told.limit.count)
    return [d.created for d in latest if d.created and d.route == told.route and d.batch is None]


def _report(article: ArticleRecord) -> Report:
    return Report(
        publisher=article.publisher or article.source_id,
        tier=article.tier,
        country=article.country,
        fingerprint=article.fingerprint,
    )
