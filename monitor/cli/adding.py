"""`pactwatch sources add`, `import` and `export`: sources into the configuration and out of it."""

from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import ConfigOption, config_path, read_config


def add(
    url: Annotated[str, typer.Argument(help="The feed's address.", metavar="URL")],
    *,
    publisher: Annotated[str, typer.Option(help="Who stands behind it.")],
    source_id: Annotated[
        str | None, typer.Option("--id", help="Its id; made from the publisher, if none.")
    ] = None,
    tier: Annotated[str, typer.Option(help="official, parliament, agency, press or discovery.")] = "press",
    country: Annotated[str | None, typer.Option(help="Whose it is (UA).", metavar="CODE")] = None,
    language: Annotated[str | None, typer.Option(help="Its language (uk).", metavar="CODE")] = None,
    zone: Annotated[str | None, typer.Option(help="Of dates without a zone (Europe/Kyiv).")] = None,
    interval: Annotated[str | None, typer.Option(help="How often it is asked (5m).")] = None,
    config: ConfigOption = None,
) -> None:
    """Add a source to the configuration. Its comments stay; nothing is written if there is a mistake."""
    from monitor.config.opml import slug

    entry = {
        "id": source_id or slug(publisher),
        "publisher": publisher,
        "country": country,
        "tier": tier,
        "language": language,
        "zone": zone,
        "url": url,
        "interval": interval,
    }
    _write(config, [{key: value for key, value in entry.items() if value is not None}])


def import_(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers write it.")],
    *,
    tier: Annotated[str, typer.Option(help="The tier of all of them.")] = "press",
    config: ConfigOption = None,
) -> None:
    """Add every feed of an OPML file that is not in the configuration yet."""
    from monitor.config.opml import OpmlError, sources_in

    loaded = read_config(config)
    known = {source.url for source in loaded.sources}
    try:
        taken = [source.id for source in loaded.sources]
        found = list(sources_in(file.read_bytes(), tier=tier, taken=taken))
    except OpmlError as error:
        raise WrongUseError(f"{file.as_posix()}: {error}") from None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise WrongUseError(f"{file.as_posix()}: {reason}") from None
    new = [entry for entry in {entry["url"]: entry for entry in found}.values() if entry["url"] not in known]
    if new:
        _write(config, new)
    else:
        print("nothing new in it")


def export(config: ConfigOption = None) -> None:
    """Print the feeds that are polled as OPML, for any feed reader."""
    from monitor.config.opml import opml_of

    print(opml_of(read_config(config).polled), end="")


def _write(config: Path | None, entries: list[dict[str, Any]]) -> None:
    from monitor.config import ConfigError
    from monitor.config.editing import add_sources

    read_config(config)
    path = config_path(config)
    try:
        add_sources(path, entries)
    except ConfigError as error:
        said = str(error).replace(path.with_name(f"{path.stem}.new{path.suffix}").as_posix(), path.as_posix())
        raise WrongUseError(said) from None
    except OSError as error:
        raise CommandError(f"{path.as_posix()}: cannot be written: {error.strerror}") from None
    for entry in entries:
        print(f"added {entry['id']}: {entry['url']}")
