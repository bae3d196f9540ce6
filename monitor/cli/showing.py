"""`pactwatch show`: everything about one step, agreement, pair or article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.database import reading
from monitor.cli.failures import CommandError
from monitor.cli.options import ConfigOption, JsonOption
from monitor.cli.output import cell, print_json
from monitor.shapes import (
    agreement_shape,
    article_shape,
    mention_shape,
    step_view_shape,
)
from monitor.terms import pair_name
from monitor.timelines import Timeline, with_steps

if TYPE_CHECKING:
    from storage import Reader
    from storage.records import ArticleRecord, MentionRecord, StepRecord, StepView

_PAIR = re.compile(r"[A-Z]{2,4}-[A-Z]{2,4}")


def show(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A step (DK-UA/security_agreement/signed/2024-02-23), an agreement "
            "(DK-UA/security_agreement), a pair (DK-UA), or an article (its number or address).",
        ),
    ],
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Show all that is known of a step, an agreement, a pair or an article, with the evidence."""
    with reading(config) as reader:
        if view := reader.step_view(what):
            print_json(step_view_shape(view)) if json else print("\n".join(_step(view)))
        elif timelines := _timelines(reader, what):
            for one in timelines:
                print_json(agreement_shape(*one)) if json else print("\n".join(_timeline(one)))
        elif article := reader.article(int(what) if what.isdecimal() else what):
            mentions = reader.mentions_in(article.id or 0)
            if json:
                print_json(
                    {**article_shape(article, text=True), "mentions": list(map(mention_shape, mentions))}
                )
            else:
                print("\n".join(_article(article, mentions)))
        else:
            raise CommandError(f'"{cell(what)}" is no step, agreement, pair or article that is stored')


def _timelines(reader: Reader, what: str) -> list[Timeline]:
    from storage.records import Filter

    pair, _, instrument = what.partition("/")
    if not _PAIR.fullmatch(pair):
        return []
    one, other = sorted(pair.split("-"))
    found = reader.agreements(Filter(pair=(one, other), limit=1000))
    wanted = [agreement for agreement in found if agreement.name == what or not instrument]
    return with_steps(wanted, reader.steps_of([(one, other)]))


def step_line(step: StepRecord) -> str:
    """One step on one line: date, stage, place, how well it is reported."""
    day = (step.date.isoformat() if step.date else "no date") + ("" if step.date_exact else " (about)")
    place = f", {cell(step.place)}" if step.place else ""
    return f"{day}  {step.stage}{place}  [{step.corroboration}, {cell(step.state)}]  {step.id}"


def _step(view: StepView) -> Iterator[str]:
    step = view.step
    yield f"{pair_name(step.agreement.parties)}  {step.agreement.instrument}"
    yield step_line(step)
    if step.reason:
        yield f"  why so: {cell(step.reason)}"
    for one in view.mentions:
        article, mention = one.article, one.mention
        yield ""
        yield f'  {mention.role}: "{cell(mention.quote)}"'
        yield f"    {cell(article.publisher)} ({article.tier}, {article.language}, {cell(article.published)})"
        yield f"    {cell(article.title)}"
        yield f"    {cell(article.url or article.canonical_url)}  (article {article.id})"
        for reason in mention.reasons:
            yield f"    - {cell(reason)}"
    yield from _details(view)
    for url in step.sources:
        yield f"  source: {cell(url)}"
    if len(view.timeline) > 1:
        yield ""
        yield "Timeline of the pair"
        yield from (f"  {step_line(one)}" for one in view.timeline)


def _details(view: StepView) -> Iterator[str]:
    from monitor.alerts.rendering.stated import ending_in_words, in_words
    from monitor.alerts.rendering.words import words
    from monitor.particulars import endings, particulars

    stated, told = particulars(view.mentions), words("en", "UTC")
    if stated:
        yield ""
        yield "Stated in the text"
    for one in stated:
        yield f"  {in_words(one, told)}"
        for source in one.sources:
            yield f'    "{cell(source.detail.quote)}" {cell(source.view.article.publisher)}'
    for ending in endings(view.step, stated, view.timeline):
        if ending.counted_from:
            yield f"  {ending_in_words(ending, told)}"


def _timeline(one: Timeline) -> Iterator[str]:
    agreement, steps = one
    yield f"{agreement.name}{f'  {cell(agreement.title)}' if agreement.title else ''}"
    yield from (f"  {step_line(step)}" for step in steps)
    if not steps:
        yield "  no step yet"


def _article(article: ArticleRecord, mentions: list[MentionRecord]) -> Iterator[str]:
    yield cell(article.title)
    yield f"{cell(article.publisher)} ({article.tier}, {article.language}), {cell(article.published)}"
    yield cell(article.url or article.canonical_url)
    if article.revision > 1:
        yield f"revision {article.revision}"
    for mention in mentions:
        yield f'{mention.role} of {mention.step_id}: "{cell(mention.quote)}"'
    yield ""
    yield from (cell(line) for line in article.text.splitlines())
