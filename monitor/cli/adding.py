"""`pactwatch sources add`, `import` and `export`: sources into the configuration and out of it."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import ConfigOption, config_path, read_config

if TYPE_CHECKING:
    from monitor.config import ConfigError

_FIELD = re.compile(r"sources\[(\d+)\](?:\.([a-z_]+))?")


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
    from monitor.config import ConfigError
    from monitor.config.opml import free_id

    taken = {source.id for source in read_config(config).sources}
    entry = {
        "id": free_id(publisher, url, taken) if source_id is None else source_id,
        "publisher": publisher,
        "country": country,
        "tier": tier,
        "language": language,
        "zone": zone,
        "url": url,
        "interval": interval,
    }
    try:
        _write(config, [{key: value for key, value in entry.items() if value is not None}])
    except ConfigError as error:
        raise WrongUseError(_as_options(error)) from None
    _say_if_private(url)


def import_(
    file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers write it.")],
    *,
    tier: Annotated[str, typer.Option(help="The tier of all of them.")] = "press",
    config: ConfigOption = None,
) -> None:
    """Add every feed of an OPML file that is not in the configuration yet."""
    from monitor.config.opml import OpmlError, sources_in

    loaded = read_config(config)
    try:
        found = list(sources_in(file.read_bytes(), tier=tier, taken={source.id for source in loaded.sources}))
    except OpmlError as error:
        raise WrongUseError(f"{file.as_posix()}: {error}") from None
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise WrongUseError(f"{file.as_posix()}: {reason}") from None
    new = _unknown(found, {source.url for source in loaded.sources})
    if not new:
        print("nothing new in it")
        return
    left_out = _write_good(config, new)
    for line in left_out:
        print(f"left out {line}", file=sys.stderr)
    if left_out:
        raise typer.Exit(1)


def _unknown(found: list[dict[str, Any]], known: set[str]) -> list[dict[str, Any]]:
    """Those whose feed is not in the configuration, each once, however its address is spelled."""
    from spiders import canonical_url

    seen = {canonical_url(url) for url in known}
    new: dict[str, dict[str, Any]] = {}
    for entry in found:
        new.setdefault(canonical_url(entry["url"]), entry)
    return [entry for key, entry in new.items() if key not in seen]


def _write_good(config: Path | None, new: list[dict[str, Any]]) -> list[str]:
    """Add those that a configuration can have; why the others are left out. WrongUseError where all are."""
    from monitor.config import ConfigError

    try:
        _write(config, new)
    except ConfigError as error:
        wrong = _by_entry(error, first=len(_own_sources(config)))
        good = [entry for at, entry in enumerate(new) if at not in wrong]
        said = [f"{new[at]['publisher']}: {words}" for at, words in sorted(wrong.items())]
        if not wrong or not good:
            raise WrongUseError("\n".join(said) or str(error)) from None
        _write(config, good)
        return said
    return []


def export(config: ConfigOption = None) -> None:
    """Print the feeds that are polled as OPML, for any feed reader."""
    from monitor.config.opml import opml_of

    print(opml_of(read_config(config).polled), end="")


def _write(config: Path | None, entries: list[dict[str, Any]]) -> None:
    """Add them, or none: ConfigError with what is wrong, as of the file that was not written."""
    from monitor.config.editing import add_sources

    path = config_path(config)
    try:
        add_sources(path, entries)
    except OSError as error:
        raise CommandError(f"{path.as_posix()}: cannot be written: {error.strerror}") from None
    for entry in entries:
        print(f"added {entry['id']}: {entry['url']}")


def _own_sources(config: Path | None) -> list[Any]:
    """The sources in the main file itself: those of included files are counted apart."""
    from monitor.config.yaml_text import read_document

    path = config_path(config)
    tree = read_document(path.read_bytes(), path.as_posix()).tree
    return list(tree.get("sources") or ()) if isinstance(tree, dict) else []


def _by_entry(error: "ConfigError", *, first: int) -> dict[int, str]:
    """What is wrong with each new entry, by its number among them; `first`: how many there were before."""
    wrong: dict[int, str] = {}
    for problem in error.problems:
        found = _FIELD.match(problem.field)
        if found is None or int(found[1]) < first:
            return {}
        wrong.setdefault(int(found[1]) - first, f"{found[2] or 'source'}: {problem.message}")
    return wrong


def _as_options(error: "ConfigError") -> str:
    """The mistakes as those of the command line: the lines of a file that was not written help nobody."""
    lines = []
    for problem in error.problems:
        name = found[2] if (found := _FIELD.match(problem.field)) else None
        where = "URL: " if name == "url" else f"--{name}: " if name else ""
        lines.append(f"{where}{problem.message}")
    return "\n".join(lines)


def _say_if_private(url: str) -> None:
    from spiders import Refused, check_url

    answer = check_url(url)
    if isinstance(answer, Refused):
        print(
            f"it will be refused: {answer.reason}; if it is your own, set allow_private: true",
            file=sys.stderr,
        )
