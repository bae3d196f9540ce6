"""`pactwatch alerts`: what people were told, what waits, what failed; try a channel; see a message."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading, writing
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, read_config, style_of
from monitor.cli.output import print_json, show
from monitor.cli.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.alerts.message import Answer, Channel
    from storage.records import DeliveryRecord

group = typer.Typer(no_args_is_help=True, help="What people were told, and how it went.")
_COLUMNS: "dict[str, Callable[[DeliveryRecord], Any]]" = {
    "id": lambda one: one.id,
    "created": lambda one: one.created,
    "step": lambda one: one.step_id,
    "kind": lambda one: one.kind,
    "channel": lambda one: one.channel,
    "route": lambda one: one.route,
    "state": lambda one: one.state,
    "attempts": lambda one: one.attempts,
    "sent": lambda one: one.sent_at,
    "error": lambda one: one.error,
}


@group.command("list")
def list_(
    *,
    state: Annotated[
        str | None, typer.Option(help="pending, attempting, sent, dead or held.", metavar="STATE")
    ] = None,
    channel: Annotated[str | None, typer.Option(help="To one channel.", metavar="NAME")] = None,
    step: Annotated[str | None, typer.Option(help="About one step.", metavar="ID")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 100,
    json: JsonOption = False,
    style: FormatOption = Format.TABLE,
    config: ConfigOption = None,
) -> None:
    """List deliveries, newest first: one line for each alert and channel."""
    from monitor.config.problems import advice
    from storage.records import DeliveryState

    if state is not None and state not in list(DeliveryState):
        raise WrongUseError(f'--state: "{state}" is not known here{advice(state, DeliveryState)}')
    with reading(config) as reader:
        found = reader.deliveries(
            state=DeliveryState(state) if state else None, channel=channel, step_id=step, limit=limit
        )
    show(
        found,
        _COLUMNS,
        style=style_of(style, json=json),
        as_json=lambda one: one,
        nothing="nobody was told anything yet",
    )


group.command("trace")(trace)


@group.command("retry")
def retry(
    *,
    ids: Annotated[list[int] | None, typer.Argument(help="Deliveries, by number.", metavar="ID")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All that were given up.")] = False,
    config: ConfigOption = None,
) -> None:
    """Put deliveries that were given up or held back into the outbox again."""
    from storage.records import DeliveryState

    if not ids and not dead:
        raise WrongUseError("name deliveries by number, or say --dead")
    with writing(config) as writer:
        given = list(ids or [])
        if dead:
            given += [one.id or 0 for one in writer.deliveries(state=DeliveryState.DEAD, limit=1_000_000)]
        now = datetime.now(UTC)
        left = [number for number in given if not writer.requeue_delivery(number, due_at=now)]
    for number in left:
        print(f"delivery {number}: neither dead nor held, left alone")
    print(f"{len(given) - len(left)} deliveries are pending again")
    if ids and left:
        raise typer.Exit(1)


@group.command("test")
def try_channels(
    *,
    names: Annotated[
        list[str], typer.Argument(help="Channels, as config.yaml names them.", metavar="NAME...")
    ],
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Send a test message to channels and say how it went. Exit code 1 if one was not sent."""
    import asyncio

    from monitor.alerts.message import Sent

    answers = asyncio.run(_try(names, config))
    for name, answer in answers.items():
        said = "sent" if isinstance(answer, Sent) else f"{type(answer).__name__.lower()}: {answer.reason}"
        print_json({"channel": name, "sent": isinstance(answer, Sent), "said": said}) if json else print(
            f"{name}: {said}"
        )
    if not all(isinstance(answer, Sent) for answer in answers.values()):
        raise typer.Exit(1)


async def _try(names: list[str], config: Any) -> "dict[str, Answer]":
    from monitor.alerts.channels import SecretMissing, make_channels
    from monitor.config.problems import advice

    settings = read_config(config).alerting.channels
    unknown = [name for name in names if name not in settings]
    if unknown:
        raise WrongUseError(f'there is no channel "{unknown[0]}"{advice(unknown[0], settings)}')
    try:
        channels = make_channels({name: settings[name] for name in names}, os.environ)
    except SecretMissing as error:
        raise WrongUseError(str(error)) from None
    return {name: await _test(channel) for name, channel in channels.items()}


async def _test(channel: "Channel") -> "Answer":
    from monitor.alerts.rendering import Audience, Envelope, render_notice

    now = datetime.now(UTC)
    envelope = Envelope(key=f"test.{now:%Y%m%dT%H%M%S}", conversation="test", kind="test", created=now)
    audience = Audience(channel_kind=getattr(channel, "kind", "console"))
    said = "If you read this, PactWatch can reach you here. Nothing else is meant by it."
    try:
        message = render_notice("a message from PactWatch", [said], audience=audience, envelope=envelope)
        return await channel.send(message)
    finally:
        await channel.close()


@group.command("preview")
def preview(
    *,
    step: Annotated[str, typer.Argument(help="A step's id.", metavar="STEP")],
    kind: Annotated[str, typer.Option(help="As this kind of channel would have it.")] = "console",
    language: Annotated[str, typer.Option(help="en or uk.")] = "en",
    zone: Annotated[str, typer.Option(help="The reader's time zone.")] = "UTC",
    html: Annotated[bool, typer.Option("--html", help="Print the mail's HTML.")] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Print the message that tells of a step, without sending it."""
    from monitor.alerts.channels import CHANNELS
    from monitor.alerts.rendering import Audience, Envelope, render
    from monitor.config.problems import advice
    from storage.records import AlertRecord

    if kind not in CHANNELS:
        raise WrongUseError(f'--kind: "{kind}" is not a kind of channel{advice(kind, CHANNELS)}')
    with reading(config) as reader:
        view = reader.step_view(step)
        told = reader.alerts(step_id=step, limit=1)
    if view is None:
        raise CommandError(f'there is no step "{step}"')
    now = datetime.now(UTC)
    alert = told[0] if told else AlertRecord(step_id=step, kind="new", created=now)
    envelope = Envelope(key="preview", conversation=step, kind=alert.kind, created=now)
    audience = Audience(channel_kind="email" if html else kind, language=language, zone=zone)
    message = render(view, alert, audience=audience, envelope=envelope)
    if json:
        print_json({"subject": message.subject, "text": message.text, "slack": message.slack})
    else:
        print(message.html if html else f"{message.subject}\n\n{message.text}")
