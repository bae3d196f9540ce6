"""`pactwatch explain`: an article with its parts marked, and why it alerts or not."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import opened
from monitor.cli.detecting import finding_shape, shape, sort_out
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, read_config
from monitor.cli.output import cell, print_json
from monitor.terms import pair_name

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.detect import Article, Detection, Finding
    from storage.records import ArticleRecord

STYLES = {
    "party": "bold cyan",
    "instrument": "bold magenta",
    "stage": "bold yellow",
    "time": "bold green",
    "place": "bold blue",
    "sentence": "underline",
}


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL|ID",
            help="A text file (its first line is the title), JSON Lines, an address, or a stored article.",
        ),
    ],
    *,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Mark what detection saw in an article and tell why it alerts or not, the silent ones too."""
    from monitor.detect import detect

    for article in _articles(what, config):
        detection = detect(article)
        if json:
            print_json(_shape(article, detection))
        else:
            _print_text(article, detection)
            print("\n".join(_reasoning(detection)))


def _articles(what: str, config: Path | None) -> "Iterator[Article]":
    path = Path(what)
    if path.is_file():
        yield from _from_file(path)
    elif "://" in what or what.isdecimal():
        yield _stored(what, config) or _fetched(what, config)
    else:
        raise WrongUseError(f'"{cell(what)}" is neither a file, an address, nor the number of an article')


def _from_file(path: Path) -> "Iterator[Article]":
    from monitor.detect import Article
    from monitor.lines import LineError, article_of_line

    body = path.read_bytes()
    if body.lstrip()[:1] == b"{":
        for number, line in enumerate(body.splitlines(), start=1):
            if line.strip():
                try:
                    yield article_of_line(line)[0]
                except LineError as error:
                    raise WrongUseError(f"{path.as_posix()}:{number}: {error}") from None
        return
    try:
        title, _, text = body.decode("utf-8-sig").strip().partition("\n")
    except UnicodeDecodeError:
        raise WrongUseError(f"{path.as_posix()}: is not UTF-8") from None
    published = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    yield Article(id=path.name, title=title.strip(), text=text.strip(), published=published)


def _stored(what: str, config: Path | None) -> "Article | None":
    if config is None and not DEFAULT_CONFIG.exists():
        return None
    with opened(config) as storage:
        if storage.needs_upgrade():
            return None
        with storage.reading() as reader:
            record = reader.article(int(what) if what.isdecimal() else what)
            source = reader.source(record.source_id) if record else None
    return _as_read(record, source.zone if source else "UTC") if record else None


def _as_read(record: "ArticleRecord", zone: str) -> "Article":
    from monitor.detect import Article

    return Article(
        id=str(record.id),
        title=record.title,
        text=record.text,
        language=record.language,
        published=record.published,
        url=record.url or record.canonical_url,
        source_kind=record.tier,
        zone=zone,
        country=record.country,
    )


def _fetched(what: str, config: Path | None) -> "Article":
    from monitor.detect import Article

    if "://" not in what:
        raise CommandError(f"there is no article {what}")
    loaded = read_config(config) if config is not None or DEFAULT_CONFIG.exists() else None
    page = asyncio.run(_page(what, loaded))
    if page.failure is not None:
        raise CommandError(f"{what}: {page.failure}: {cell(page.error)}")
    return Article(
        id=what,
        title=page.title,
        text=page.text,
        language=page.language,
        published=page.published or page.fetched,
        url=page.canonical_url,
    )


async def _page(url: str, config: "Config | None") -> Any:
    from spiders import Crawler
    from spiders.items import Source

    crawler = Crawler(user_agent=config.user_agent if config else "PactWatch (explain)")
    await crawler.start()
    try:
        return await crawler.read_page(url, Source(id="explain", url=url))
    finally:
        await crawler.stop()


def _shape(article: "Article", detection: "Detection") -> Mapping[str, Any]:
    found = sort_out(detection)
    return {
        "id": article.id,
        "title": article.title,
        **shape(detection),
        "doubtful": [finding_shape(one) for one in found.doubtful],
        "recalled": [finding_shape(one) for one in detection.background],
        "denied": [finding_shape(one) for one in detection.denials],
        "silence": list(detection.silence),
        "language_known": detection.language_known,
    }


def _print_text(article: "Article", detection: "Detection") -> None:
    """The title and text, what was seen in them marked: in colour, or in brackets in a pipe."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    everything = (*detection.findings, *detection.background, *detection.denials)
    for field, body in (("title", article.title), ("text", article.text)):
        spans = {
            (one.start, one.end, one.role)
            for finding in everything
            for one in finding.evidence
            if one.field == field
        }
        if sys.stdout.isatty():
            text = Text(body)
            for start, end, role in spans:
                text.stylize(STYLES.get(role, "bold"), start, end)
            console.print(text, style="bold" if field == "title" else None)
        else:
            print(_bracketed(body, {span for span in spans if span[2] != "sentence"}))
        print()


def _bracketed(body: str, spans: set[tuple[int, int, str]]) -> str:
    """The text with [party: …] around each span; of overlapping ones, the first."""
    parts, at = [], 0
    for start, end, role in sorted(spans):
        if start >= at:
            parts += [body[at:start], f"[{role}: {body[start:end]}]"]
            at = end
    return "".join(parts) + body[at:]


def _reasoning(detection: "Detection") -> Iterator[str]:
    found = sort_out(detection)
    verdict = "it alerts" if found.alerting else "it does not alert"
    yield f"language {detection.language}{'' if detection.language_known else ' (no word list)'}: {verdict}"
    for heading, findings in (
        ("new", found.alerting),
        ("doubtful: a human decides", found.doubtful),
        ("recalled, silent", detection.background),
        ("denied", detection.denials),
    ):
        for finding in findings:
            yield from _finding(heading, finding)
    yield from (f"silent: {cell(reason)}" for reason in detection.silence)


def _finding(heading: str, finding: "Finding") -> Iterator[str]:
    place = f", {finding.place}" if finding.place else ""
    day = finding.date.isoformat() if finding.date else "no date"
    yield (
        f"{heading}: {pair_name(finding.parties)} {finding.stage} of {finding.instrument}, {day}{place} "
        f"(confidence {finding.confidence:.2f})"
    )
    if finding.evidence:
        yield f'  "{cell(finding.evidence[0].quote)}"'
    yield from (f"  - {cell(reason)}" for reason in finding.reasons)
