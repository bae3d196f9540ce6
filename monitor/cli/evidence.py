"""`pactwatch evidence`: the pages behind a step, shown, held against their checksums, and taken out."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.database import reading
from monitor.cli.failures import CommandError, WrongUseError
from monitor.cli.options import ConfigOption, JsonOption
from monitor.cli.output import cell, print_json
from monitor.plain import json_text, plain

if TYPE_CHECKING:
    from monitor.evidence import Exhibit, Kept
    from storage import Reader

group = typer.Typer(no_args_is_help=True, help="The pages behind a step, as they came.")
WhatArgument = Annotated[
    str, typer.Argument(metavar="ID", help="A step's id, or an article's number or address.")
]


class Packing(StrEnum):
    """How evidence is taken out."""

    FILES = "files"
    WARC = "warc"


@group.command("show")
def show(what: WhatArgument, *, json: JsonOption = False, config: ConfigOption = None) -> None:
    """List every kept text behind a step or an article, with when and how its page was fetched."""
    with reading(config) as reader:
        for one in _found(reader, what):
            for kept in one.kept:
                print_json(_shape(kept)) if json else print("\n".join(_told(kept)))
            if not json:
                for mention in one.mentions:
                    print(f'  {mention.role} of {mention.step_id}: "{cell(mention.quote)}"')


@group.command("verify")
def verify(
    what: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="A step's id, or an article's number or address; all, if none."),
    ] = None,
    *,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Hold the kept pages, texts and quotes against their checksums. Exit code 1 where one does not hold."""
    from monitor.evidence import all_exhibits, faults

    articles = pages = 0
    wrong: list[str] = []
    with reading(config) as reader:
        for one in all_exhibits(reader) if what is None else _found(reader, what):
            articles, pages = articles + 1, pages + sum(kept.raw is not None for kept in one.kept)
            wrong += faults(one)
    if json:
        print_json({"articles": articles, "pages": pages, "faults": wrong})
    else:
        print(
            f"{articles} articles, {pages} pages as they came: {f'{len(wrong)} faults' if wrong else 'whole'}"
        )
    if wrong:
        raise CommandError("" if json else "\n".join(map(cell, wrong)))


@group.command("export")
def export(
    what: WhatArgument,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder, or the WARC file. Default: by the ID.")
    ] = None,
    packing: Annotated[
        Packing, typer.Option("--format", help="Files with a manifest, or one WARC file.")
    ] = Packing.FILES,
    config: ConfigOption = None,
) -> None:
    """Write the pages behind a step or an article, byte for byte as they came, with their checksums.

    WARC (ISO 28500) is what web archives read; it needs `pip install pactwatch[warc]`.
    """
    with reading(config) as reader:
        kept = [kept for one in _found(reader, what) for kept in one.kept]
    name = "evidence-" + "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in what)
    target = output or Path(f"{name}.warc.gz" if packing is Packing.WARC else name)
    if target.exists():
        raise WrongUseError(f"{target.as_posix()}: exists already")
    try:
        if packing is Packing.WARC:
            _into_warc(kept, target)
        else:
            _into_folder(kept, target)
    except OSError as error:
        raise CommandError(
            f"{target.as_posix()}: {(error.strerror or 'cannot be written').lower()}"
        ) from None
    print(f"{sum(one.raw is not None for one in kept)} pages of {len(kept)} texts in {target.as_posix()}")


def _found(reader: "Reader", what: str) -> "list[Exhibit]":
    from monitor.evidence import exhibits

    found = exhibits(reader, what)
    if not found:
        raise CommandError(f'"{cell(what)}" is no step with articles and no article that is stored')
    return found


def _into_folder(kept: "list[Kept]", folder: Path) -> None:
    """One file a page, its text beside it, and the manifest with the checksums of all."""
    folder.mkdir(parents=True)
    for one in kept:
        (folder / f"{one.name}.txt").write_text(f"{one.revision.title}\n{one.revision.text}", "utf-8")
        if one.raw is not None:
            (folder / _file(one)).write_bytes(one.raw.body)
    lines = [json_text({**_shape(one), "file": _file(one) if one.raw else None}) for one in kept]
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    sums = [f"{one.raw.sha256}  {_file(one)}" for one in kept if one.raw]
    (folder / "SHA256SUMS").write_text("".join(f"{line}\n" for line in sums), "utf-8")


def _into_warc(kept: "list[Kept]", file: Path) -> None:
    try:
        from monitor.warc import write_warc
    except ImportError:
        raise WrongUseError("WARC files need a further package: pip install 'pactwatch[warc]'") from None
    new = file.with_name(f".{file.name}.new")
    try:
        with new.open("wb") as stream:
            write_warc(kept, stream)
        new.rename(file)
    finally:
        new.unlink(missing_ok=True)


def _file(kept: "Kept") -> str:
    is_pdf = kept.raw is not None and kept.raw.body.startswith(b"%PDF")
    return f"{kept.name}{'.pdf' if is_pdf else '.html'}"


def _shape(kept: "Kept") -> dict[str, Any]:
    article, revision, raw = kept.article, kept.revision, kept.raw
    return {
        "article": article.id,
        "revision": revision.revision,
        "url": article.url or article.canonical_url,
        "publisher": article.publisher,
        "title": revision.title,
        "text_sha256": revision.sha256,
        "seen": plain(revision.seen),
        "gone_at": plain(article.gone_at),
        "fetched": plain(raw.fetched) if raw else None,
        "http_status": raw.http_status if raw else None,
        "headers": dict(raw.headers) if raw else {},
        "bytes": len(raw.body) if raw else None,
        "sha256": raw.sha256 if raw else None,
        "damage": kept.damage,
    }


def _told(kept: "Kept") -> list[str]:
    article, raw = kept.article, kept.raw
    lines = [
        f"article {article.id}, revision {kept.revision.revision}: {cell(kept.revision.title)}",
        f"  {cell(article.publisher)} ({article.tier})  {cell(article.url or article.canonical_url)}",
    ]
    if article.gone_at:
        lines.append(f"  gone from the web since {cell(article.gone_at)} UTC")
    if raw is None:
        return [*lines, f"  {kept.damage or 'no page kept: judged on the text of the feed'}"]
    lines.append(f"  fetched {cell(raw.fetched)} UTC, status {raw.http_status}, {len(raw.body)} bytes")
    lines += [f"  {cell(name)}: {cell(value)}" for name, value in raw.headers.items()]
    return [*lines, f"  sha256 {raw.sha256}"]
