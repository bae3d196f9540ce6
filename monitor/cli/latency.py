"""`pactwatch latency`: how long steps take from publication to the message."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading
from monitor.cli.failures import WrongUseError
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, style_of
from monitor.cli.output import show

if TYPE_CHECKING:
    from monitor.alerts.latency import LatencyRow, Trail
    from storage import Reader


def latency(
    *,
    by: Annotated[str, typer.Option(help="source, stage or channel.", metavar="WHAT")] = "source",
    limit: Annotated[int, typer.Option(help="The last so many messages.", min=1)] = 1000,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """Show how long steps took from publication to the message: median and 95th percentile."""
    from monitor.alerts.latency import BY, latency
    from monitor.config.problems import advice

    if by not in BY:
        raise WrongUseError(f'--by: "{by}" is not known here{advice(by, BY)}')
    with reading(config) as reader:
        rows = latency(_trails(reader, limit), by=by)
    show(rows, _columns(by), style=style_of(style, json=json), nothing="no message was sent yet")


def _trails(reader: "Reader", limit: int) -> list["Trail"]:
    from monitor.alerts.latency import trail_of
    from storage.records import DeliveryState

    trails = []
    for delivery in reader.deliveries(state=DeliveryState.SENT, limit=limit):
        view = reader.step_view(delivery.step_id) if delivery.step_id else None
        alert = reader.alert(delivery.alert_id)
        trail = trail_of(view, alert, delivery) if view and alert else None
        if trail is not None:
            trails.append(trail)
    return trails


def _columns(by: str) -> dict[str, Callable[["LatencyRow"], Any]]:
    columns: dict[str, Callable[[LatencyRow], Any]] = {
        by: lambda row: row.name,
        "steps": lambda row: row.steps,
    }
    for leg in ("whole", "seeing", "deciding", "telling"):
        columns[f"{leg}_p50"] = lambda row, leg=leg: getattr(row, leg)[0]  # type: ignore[misc]
        columns[f"{leg}_p95"] = lambda row, leg=leg: getattr(row, leg)[1]  # type: ignore[misc]
    return columns
