"""A brief of a period in Markdown: what happened, pair by pair, with the quoted sentences."""

import re
from collections.abc import Iterable
from datetime import date

from monitor.alerts.rendering.inert import inert
from monitor.alerts.rendering.mark import mark
from monitor.alerts.rendering.stated import in_words
from monitor.alerts.rendering.words import Words, words
from monitor.particulars import particulars
from storage.records import StepView

# What Markdown would take for markup: https://spec.commonmark.org/0.31.2/#backslash-escapes
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
QUOTES = 3
LONGEST = 600


def brief(views: Iterable[StepView], *, since: date | None, until: date | None, language: str = "en") -> str:
    """The brief; steps in the order given. `since` and `until` only name the period."""
    told = words(language, "UTC")
    period = " – ".join(day.isoformat() for day in (since, until) if day) or "all that is known"
    lines = [f"# Security agreements: {period}", ""]
    count = 0
    for view in views:
        count += 1
        lines += _step(view, told)
    lines += [f"{count} {'step' if count == 1 else 'steps'}.", ""]
    return "\n".join(lines)


def _step(view: StepView, told: Words) -> list[str]:
    step = view.step
    where = f", {_text(step.place)}" if step.place else ""
    stands_behind = told.named("corroboration", step.corroboration)
    lines = [
        f"## {_text(told.parties(step.agreement))}: {_text(told.headline(step))}",
        "",
        f"{mark(step.stage)} {told.day(step.date)}{where}. {stands_behind}.",
        "",
    ]
    for mention in view.mentions[:QUOTES]:
        article = mention.article
        link = article.url or article.canonical_url
        lines += [
            f"> {_text(mention.mention.quote)}",
            ">",
            f"> {_text(article.publisher)}, {_address(link)}",
            "",
        ]
    for one in particulars(view.mentions):
        lines += [f"- {_text(in_words(one, told))}: “{_text(one.sources[0].detail.quote)}”", ""]
    lines += [f"{_address(source)}\n" for source in step.sources if not view.mentions]
    return [*lines, f"`{step.id}`", ""]


def _text(text: str) -> str:
    return _MARKUP.sub(r"\\\1", inert(text, longest=LONGEST))


def _address(link: str) -> str:
    """A link where it leads to the web; another scheme between angles would be run."""
    address = re.sub(r"[\s<>\\]", "", link)
    return f"<{address}>" if address.lower().startswith(("http://", "https://")) else _text(address)
