"""Links of the chain inside a service that can be broken while it runs."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from monitor import watch
from monitor.alerts.delivery import Delivery
from monitor.detect import detect
from monitor.intake import Intake
from monitor.service import Service

BROKEN: set[str] = set()
INSIDE = ("scheduler", "store", "detection", "outbox")


def make_breakable() -> None:
    """Each of INSIDE works until its name is in BROKEN: the clock that asks who is due and the delivery that
    looks into the outbox hang; visits are not stored and articles not judged for a bug."""
    _wrap(Service, "_tick", _hanging(Service._tick, "scheduler"))
    _wrap(Delivery, "_wake_lanes", _hanging(Delivery._wake_lanes, "outbox"))
    _wrap(Intake, "_keep", _raising(Intake._keep, "store"))
    _wrap(watch, "detect", _raising(detect, "detection"))


def _wrap(where: Any, name: str, wrapped: Callable[..., Any]) -> None:
    setattr(where, name, wrapped)


def _hanging(work: Callable[..., Awaitable[Any]], link: str) -> Callable[..., Awaitable[Any]]:
    @wraps(work)
    async def do(*given: Any, **named: Any) -> Any:
        while link in BROKEN:  # noqa: ASYNC110 - mended from another thread
            await asyncio.sleep(0.1)
        return await work(*given, **named)

    return do


def _raising(work: Callable[..., Any], link: str) -> Callable[..., Any]:
    @wraps(work)
    def do(*given: Any, **named: Any) -> Any:
        if link in BROKEN:
            raise RuntimeError(f"{link} is broken, as it was asked to be")
        return work(*given, **named)

    return do
