"""Slack blocks. Foreign text goes into rich_text and plain_text elements, which Slack never parses, so
that tags, links, mentions and emoji codes in it stay text (https://docs.slack.dev/reference/block-kit)."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.alerts.rendering.inert import uncalled
from monitor.alerts.rendering.limits import cut
from monitor.alerts.rendering.telling import Quote, SourceLine, Telling
from monitor.alerts.rendering.words import Words

HEADER_ROOM = 150
BLOCK_ROOM = 50
Block = Mapping[str, Any]


def alert_blocks(told: Telling, words: Words) -> tuple[Block, ...]:
    """Header, facts, quote, sources, what came before, why, link."""
    blocks: list[Block] = [_header(f"{told.parties}: {told.headline}")]
    facts = [_line(told.change, bold=True)] if told.is_update else []
    facts += [_line(told.note)] if told.note else []
    facts += [_line(f"{told.mark}  {told.stage}")]
    facts += [_line(" · ".join(part for part in (told.when, told.where, told.expected) if part))]
    facts += [_line(told.corroboration, bold=True)]
    facts += [_line(notice, italic=True) for notice in told.notices]
    blocks.append(_rich([_section(_joined(facts))]))
    if told.quote:
        blocks.append(_rich([_quoted(told.quote, words)]))
    if told.details:
        stated = [
            [*_line(one.text), *_line(f"\n“{one.quote}” {one.publisher}", italic=True)]
            for one in told.details
        ]
        blocks.append(_rich(_listed(words.label("details"), stated)))
    blocks.append(_rich(_listed(words.label("sources"), [_source(s) for s in told.sources])))
    if told.more_sources:
        blocks.append(_rich([_section(_line(told.more_sources, italic=True))]))
    if told.before:
        earlier = [_line(f"{day}  {headline}") for day, headline in told.before]
        blocks.append(_rich(_listed(words.label("before"), earlier)))
    blocks.append(_rich(_listed(words.label("why"), [_line(reason) for reason in told.why])))
    if told.link:
        blocks.append(_rich([_section([_link(told.link, words.label("open"))])]))
    return tuple(blocks)


def digest_blocks(title: str, tellings: Sequence[Telling], words: Words) -> tuple[Block, ...]:
    """A header and one short block a step; what is over Slack's fifty blocks is counted."""
    blocks: list[Block] = [_header(title)]
    shown = tellings[: BLOCK_ROOM - 2]
    for told in shown:
        elements = _line(told.subject, bold=True)
        elements += _line(f"\n{told.mark}  {told.corroboration}")
        if told.quote:
            elements += _line(f"\n“{cut(told.quote.text, 200)}” {told.quote.publisher}", italic=True)
        link = told.link or next((s.link for s in told.sources if s.link), None)
        if link:
            elements += [*_line("  "), _link(link, words.label("open" if told.link else "read"))]
        blocks.append(_rich([_section(elements)]))
    if len(tellings) > len(shown):
        more = words.label("more_sources", count=len(tellings) - len(shown))
        blocks.append(_rich([_section(_line(more, italic=True))]))
    return tuple(blocks)


def plain_blocks(title: str, paragraphs: Sequence[str]) -> tuple[Block, ...]:
    """A header and paragraphs, for messages to the operator."""
    return (
        _header(title),
        *(_rich([_section(_line(cut(p, 2500)))]) for p in paragraphs[: BLOCK_ROOM - 1] if p),
    )


def _header(text: str) -> Block:
    plain = {"type": "plain_text", "text": cut(uncalled(text), HEADER_ROOM), "emoji": False}
    return {"type": "header", "text": plain}


def _rich(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _line(text: str, *, bold: bool = False, italic: bool = False) -> list[Block]:
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    element: dict[str, Any] = {"type": "text", "text": uncalled(text) or " "}
    return [{**element, "style": style} if style else element]


def _joined(lines: Sequence[list[Block]]) -> list[Block]:
    elements: list[Block] = []
    for line in lines:
        elements += ([{"type": "text", "text": "\n"}] if elements else []) + line
    return elements


def _link(address: str, text: str) -> Block:
    return {"type": "link", "url": address, "text": uncalled(text) or address}


def _quoted(quote: Quote, words: Words) -> Block:
    tail = ", ".join(p for p in (quote.publisher, words.label("quote_in", language=quote.language)) if p)
    lines = [*_line(f"“{quote.text}”"), *_line(f"\n{tail}", italic=True)]
    return {"type": "rich_text_quote", "elements": lines}


def _listed(title: str, items: Sequence[list[Block]]) -> list[Block]:
    listed = {"type": "rich_text_list", "style": "bullet", "elements": [_section(item) for item in items]}
    return [_section(_line(title, bold=True)), *([listed] if items else [])]


def _source(source: SourceLine) -> list[Block]:
    name: list[Block] = [_link(source.link, source.publisher)] if source.link else _line(source.publisher)
    tail = " · ".join(part for part in (source.tier, source.moment, *source.notes) if part)
    return [*name, *_line(f" · {tail}")] if tail else name
