"""A timeline as a plot: days from left to right, stages from bottom to top. Pure geometry, in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.terms import Stage
from storage.records import StepRecord

WIDTH, LEFT, RIGHT = 760, 176, 24
TOP, ROW = 20, 26
BOTTOM = TOP + ROW * len(Stage) - 6
MOST_TICKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """Where a step stands."""

    step: StepRecord
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Where a stage stands, and whether the agreement has a step of it."""

    stage: str
    y: float
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Where a year or a month begins."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Everything to draw."""

    rows: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    dots: tuple[Dot, ...]
    width: int = WIDTH
    height: int = BOTTOM + 28
    left: int = LEFT
    bottom: int = BOTTOM

    @property
    def path(self) -> str:
        """The line through the dots, as SVG's polyline wants it."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def plot_of(steps: Sequence[StepRecord]) -> Plot | None:
    """The plot of these steps, oldest first; None where none of them has a date."""
    dated = [(step, step.date) for step in steps if step.date is not None]
    if not dated:
        return None
    first, last = dated[0][1], max(day for _, day in dated)
    margin = max(timedelta(days=15), (last - first) / 12)
    start, end = first - margin, last + margin

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * ((day - start) / (end - start)), 1)

    reached = {step.stage for step, _ in dated}
    return Plot(
        rows=tuple(Level(stage=s.value, y=_y(s.value), reached=s.value in reached) for s in Stage),
        ticks=tuple(Tick(x=x(day), label=label) for day, label in ticks(start, end)),
        dots=tuple(Dot(step=step, x=x(day), y=_y(step.stage)) for step, day in dated),
    )


def _y(stage: str) -> float:
    return BOTTOM - 12 - Stage(stage).rank * ROW


def ticks(start: date, end: date) -> list[tuple[date, str]]:
    """The beginnings of years between two days, or of months where that is a short time; eight at most."""
    years = [(date(year, 1, 1), str(year)) for year in range(start.year, end.year + 1)]
    inside = [tick for tick in years if start <= tick[0] <= end]
    if len(inside) < 2:
        months = [date(year, month, 1) for year in range(start.year, end.year + 1) for month in range(1, 13)]
        inside = [(day, f"{day:%Y-%m}") for day in months if start <= day <= end]
    every = -(-len(inside) // MOST_TICKS) or 1
    return inside[::every]
