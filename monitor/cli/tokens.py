"""`pactwatch tokens`: who may ask the API for what."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading, writing
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import ConfigOption, Format, FormatOption, JsonOption, style_of
from monitor.cli.output import print_json, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.records import TokenRecord

group = typer.Typer(no_args_is_help=True, help="Tokens for the API and the pages.")
_COLUMNS: "dict[str, Callable[[TokenRecord], Any]]" = {
    "id": lambda one: one.id,
    "name": lambda one: one.name,
    "scopes": lambda one: one.scopes,
    "created": lambda one: one.created,
    "expires": lambda one: one.expires,
    "revoked": lambda one: one.revoked,
}


@group.command("add")
def add(
    *,
    name: Annotated[str, typer.Argument(help="Who it is for, in your words.", metavar="NAME")],
    scopes: Annotated[
        list[str] | None, typer.Option("--scope", help="read, review or operate; may be given again.")
    ] = None,
    for_: Annotated[str | None, typer.Option("--for", help="How long (90d). Default: until revoked.")] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Make a token and print it. It is kept as a hash only: it can never be shown again."""
    from monitor.config.problems import advice
    from monitor.durations import parse_duration
    from monitor.web.tokens import Scope, add_token

    asked = scopes or [Scope.READ.value]
    for one in asked:
        if one not in list(Scope):
            raise WrongUseError(f'--scope: "{one}" is not known here{advice(one, Scope)}')
    now = datetime.now(UTC)
    try:
        expires = now + parse_duration(for_) if for_ else None
    except ValueError as error:
        raise WrongUseError(f"--for: {error}") from None
    with writing(config) as writer:
        kept, token = add_token(writer, name, {Scope(one) for one in asked}, now=now, expires=expires)
    if json:
        print_json({"id": kept.id, "name": name, "scopes": kept.scopes, "token": token, "expires": expires})
    else:
        print(token)


@group.command("list")
def list_(
    *, json: JsonOption = False, style: FormatOption = Format.TABLE, config: ConfigOption = None
) -> None:
    """List the tokens that were made, revoked ones too. None of them can be read here."""
    with reading(config) as reader:
        found = reader.tokens()
    show(found, _COLUMNS, style=style_of(style, json=json), nothing="there is no token")


@group.command("revoke")
def revoke(
    *,
    token: Annotated[int, typer.Argument(help="A token's number.", metavar="ID")],
    config: ConfigOption = None,
) -> None:
    """Make a token worthless, at once."""
    with writing(config) as writer:
        if not writer.revoke_token(token, datetime.now(UTC)):
            raise CommandError(f"token {token}: there is none, or it was revoked before")
    print(f"token {token} is revoked")
