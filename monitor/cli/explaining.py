"""`pactwatch explain`: an article with its parts marked, and why it alerts or not."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import opened
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, read_config
from monitor.cli.output import cell, print_json

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.detect import Article, Explanation, Mark
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
    from monitor.detect import explain as explain_all

    for article in _articles(what, config):
        explanation = explain_all(article, detect(article))
        if json:
            print_json(explanation)
        else:
            _print_text(article, explanation)
            print("\n".join(_reasoning(explanation)))


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


def _print_text(article: "Article", explanation: "Explanation") -> None:
    """The title and text with what was seen in them: in colour, or in brackets in a pipe."""
    for field, body in (("title", article.title), ("text", article.text)):
        marks = [mark for mark in explanation.marks if mark.field == field]
        if sys.stdout.isatty():
            _coloured(body, marks)
        else:
            print(_bracketed(body, [mark for mark in marks if mark.role != "sentence"]))
        print()


def _coloured(body: str, marks: "list[Mark]") -> None:
    from rich.console import Console
    from rich.text import Text

    text = Text(body)
    for mark in marks:
        text.stylize(STYLES.get(mark.role, "bold"), mark.start, mark.end)
    Console(highlight=False).print(text)


def _bracketed(body: str, marks: "list[Mark]") -> str:
    """The text with [party: …] around each mark; of overlapping ones, the first."""
    parts, at = [], 0
    for mark in sorted(marks, key=lambda one: (one.start, one.end)):
        if mark.start >= at:
            parts += [body[at : mark.start], f"[{mark.role}: {body[mark.start : mark.end]}]"]
            at = mark.end
    return "".join(parts) + body[at:]


def _reasoning(explanation: "Explanation") -> Iterator[str]:
    yield f"language {explanation.language}; {cell(explanation.summary)}"
    for one in explanation.judgements:
        yield f"{one.verdict}: {one.what} (confidence {one.confidence:.2f})"
        yield f'  "{cell(one.sentence)}"'
        yield from (f"  - {cell(reason)}" for reason in one.reasons)
