"""Visits, and what sources learn from them. Many are written as cheaply as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, case, func, insert, update

from storage.lesson import Lesson
from storage.records import VisitRecord
from storage.rows import Statements, table_of, values_of
from storage.tables import SourceRow, VisitRow

VALIDATORS = ("etag", "last_modified", "body_sha256")


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which columns a lesson sets: lessons of one shape share a statement."""

    set: frozenset[str]
    failed: bool
    baseline_done: bool
    dated: bool


class VisitWrites(Statements):
    """What records visits."""

    def record_visit(self, visit: VisitRecord, *, due_at: datetime, **learnt: Any) -> VisitRecord:
        """The kept visit, with its id; its source learns from it what `learnt` says, by Lesson's names."""
        self._learn_from([Lesson(visit=visit, due_at=due_at, **learnt)])
        return replace(visit, id=self._add(VisitRow, values_of(visit, VisitRow)))

    def record_visits(self, lessons: Sequence[Lesson]) -> None:
        """Keeps many visits, in their order, for little more than one costs."""
        if lessons:
            self._learn_from(lessons)
            rows = [values_of(lesson.visit, VisitRow) for lesson in lessons]
            self._connection.execute(insert(table_of(VisitRow)), rows)

    def _learn_from(self, lessons: Iterable[Lesson]) -> None:
        alike: dict[_Shape, dict[str, dict[str, Any]]] = {}
        for lesson in lessons:
            shape, values = _lesson(lesson)
            source = lesson.visit.source_id
            if any(source in taught for taught in alike.values()):  # its second visit: after its first
                self._teach(alike)
                alike = {}
            alike.setdefault(shape, {})[source] = values
        self._teach(alike)

    def _teach(self, alike: Mapping[_Shape, Mapping[str, dict[str, Any]]]) -> None:
        for shape, by_source in alike.items():
            self._connection.execute(_statement(shape), list(by_source.values()))


def _lesson(lesson: Lesson) -> tuple[_Shape, dict[str, Any]]:
    visit, at = lesson.visit, lesson.visit.finished
    learnt: dict[str, Any] = {
        "due_at": lesson.due_at,
        "last_visit_at": at,
        "failure": visit.failure,
        "error": visit.error,
    }
    if visit.outcome != "failed":
        learnt |= {"failures": 0, "last_success_at": at}
        given = {name: getattr(lesson, name) for name in VALIDATORS}
        learnt |= {k: v for k, v in given.items() if v is not None or visit.outcome == "changed"}
    if visit.new_entries:
        learnt["last_new_at"] = at
    if lesson.unconditional:
        learnt["last_unconditional_at"] = at
    if lesson.status is not None:
        learnt["status"] = lesson.status
    shape = _Shape(
        frozenset(learnt),
        visit.outcome == "failed",
        lesson.baseline_done,
        lesson.newest_entry_at is not None,
    )
    values = {f"new_{name}": value for name, value in learnt.items()}
    return shape, {
        **values,
        "which": visit.source_id,
        "added": visit.new_entries,
        "at": at,
        "newest": lesson.newest_entry_at,
    }


@cache
def _statement(shape: _Shape) -> Update:
    table = table_of(SourceRow)
    c = table.c
    changes: dict[str, Any] = {
        name: bindparam(f"new_{name}", type_=c[name].type) for name in sorted(shape.set)
    }
    changes |= {"visits": c.visits + 1, "entries": c.entries + bindparam("added")}
    if shape.failed:
        changes["failures"] = c.failures + 1
    if shape.baseline_done:
        changes["baseline_at"] = func.coalesce(c.baseline_at, bindparam("at", type_=c.baseline_at.type))
    if shape.dated:
        newest = bindparam("newest", type_=c.newest_entry_at.type)
        changes["newest_entry_at"] = case((c.newest_entry_at > newest, c.newest_entry_at), else_=newest)
    return update(table).where(c.id == bindparam("which")).values(changes)
