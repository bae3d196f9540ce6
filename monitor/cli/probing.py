"""`pactwatch sources probe`: what an address offers to a monitor, or whether it may be asked at all."""

import asyncio
import re
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, read_config
from monitor.cli.output import cell, print_json

if TYPE_CHECKING:
    from monitor.config import Config
    from spiders import ProbeReport
    from spiders.items import Source

_PLAIN = re.compile(r"https?://[\w.~:/?&=%+,;@-]+", re.A)  # what YAML takes for text without quotes


def probe(
    what: Annotated[str, typer.Argument(help="An address, or the id of a source.", metavar="URL|ID")],
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether it may be connected to; connects to nothing.")
    ] = False,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Ask an address once and tell what it offers, with an entry for the configuration.

    Exit code 1 where that is nothing.

    With --check, print `allowed` or `refused: …` without connecting; exit code 1 when refused.
    """
    from monitor.config.problems import advice

    loaded = _config(config)
    source = _source(loaded, what)
    if check:
        _check(source.url if source else what, allow_private=bool(source and source.allow_private), json=json)
        return
    if source is None and "://" not in what:
        hint = advice(what, [one.id for one in loaded.sources]) if loaded else ""
        raise WrongUseError(f'"{cell(what)}" is neither an address nor the id of a source{hint}')
    report = asyncio.run(_ask(source.url if source else what, source, loaded))
    if json:
        print_json(report)
    else:
        print("\n".join(_told(report)))
    if report.failure is not None and not report.feeds:
        raise typer.Exit(1)


def _config(given: Path | None) -> "Config | None":
    """The configuration, if there is one: an address can be asked without."""
    try:
        return read_config(given)
    except WrongUseError:
        if given is not None or DEFAULT_CONFIG.exists():
            raise
        return None


def _source(config: "Config | None", what: str) -> "Source | None":
    found = config.source(what) if config else None
    return config.web_source(found) if config and found else None


def _check(url: str, *, allow_private: bool, json: bool) -> None:
    from spiders import Refused, check_url

    answer = check_url(url, allow_private=allow_private)
    refused = isinstance(answer, Refused)
    reason = answer.reason if isinstance(answer, Refused) else None
    if json:
        print_json({"url": url, "allowed": not refused, "reason": reason})
    else:
        print(f"refused: {reason}" if refused else "allowed")
    if refused:
        raise typer.Exit(1)


async def _ask(url: str, source: "Source | None", config: "Config | None") -> "ProbeReport":
    from spiders import Crawler
    from spiders import probe as probe_address

    crawler = Crawler(user_agent=config.user_agent if config else "PactWatch (probe)")
    try:
        await crawler.start()
        return await probe_address(url, crawler, source=source)
    except OSError as error:
        raise CommandError(f"{url}: {error}") from None
    finally:
        await crawler.stop()


def _told(report: "ProbeReport") -> list[str]:
    lines = [f"{report.url}"]
    if report.failure is not None and report.feeds:
        lines.append(f"  no feed itself ({cell(report.error)}), but it names {len(report.feeds)}")
    elif report.failure is not None:
        lines.append(f"  failed: {report.failure}: {cell(report.error)}")
    facts = {
        "status": report.http_status,
        "final address": report.final_url if report.final_url != report.url else None,
        "moved for good to": report.moved_to,
        "content type": report.content_type,
        "bytes": report.body_bytes or None,
        "took": f"{report.took.total_seconds():.2f} s",
        "entries": f"{report.entries}, {report.dated} with a date" if report.is_feed else None,
        "newest": f"{cell(report.newest)} {cell(report.newest_title)}" if report.newest else None,
        "can be asked for changes": _validators(report),
        "WebSub hub": report.hub,
    }
    lines += [f"  {name}: {cell(value)}" for name, value in facts.items() if value is not None]
    lines += [f"  feed: {cell(feed.url)}  {cell(feed.title)}" for feed in report.feeds]
    lines += [f"  sitemap: {cell(url)}" for url in report.sitemaps]
    return [*lines, *_entry(report)]


def _validators(report: "ProbeReport") -> str | None:
    given = [
        name
        for name, value in (
            ("ETag", report.validators.etag),
            ("Last-Modified", report.validators.last_modified),
        )
        if value
    ]
    return ", ".join(given) or None


def _entry(report: "ProbeReport") -> list[str]:
    """An entry for `sources` that can be pasted as it is, with what is known; the rest is for a human."""
    from monitor.config.opml import slug
    from monitor.config.values import languages

    found = report if report.is_feed else next(iter(report.feeds), None)
    if found is None:
        return []
    url = (report.final_url or report.url) if report.is_feed else found.url
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    name = cell(found.title)[:200] or host
    known = report.language if report.language in languages() else None
    return [
        "",
        "  # for config.yaml, under sources:",
        f"  - id: {slug(host)}",
        f"    publisher: {dumps(name, ensure_ascii=False)}  # who stands behind it",
        "    tier: press          # official, parliament, agency, press, discovery",
        f"    url: {url if _PLAIN.fullmatch(url) else dumps(url)}",
        f"    language: {known}" if known else "    # language: uk",
        "    # country: UA        # whose it is, if it is official",
        "    # zone: Europe/Kyiv  # of dates without a zone",
    ]
