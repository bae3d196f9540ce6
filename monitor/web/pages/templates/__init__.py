"""The pages' templates, loaded once: autoescaped, and strict about what they are not given."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import DictLoader, Environment, StrictUndefined

from monitor.alerts.rendering.inert import inert, safe_link
from monitor.terms import Corroboration, Instrument, Stage, Tier
from monitor.web.pages.assets import address_of


@cache
def environment() -> Environment:
    """Jinja over the templates in this folder."""
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in files(__package__).iterdir()
        if entry.name.endswith(".j2")
    }
    jinja = Environment(
        loader=DictLoader(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters |= {
        "inert": _inert,
        "link": safe_link,
        "clip": clip,
        "host": _host,
        "named": _named,
        "mark": lambda role, ask: ask.t(f"mark_{role}"),
        "party": lambda code, ask: ask.words.party(code),
        "short_time": short_time,
    }
    jinja.globals |= {
        "asset": address_of,
        "stages": list(Stage),
        "tiers": list(Tier),
        "instruments": list(Instrument),
        "ladder": list(Corroboration),
        "right_to_left": is_right_to_left,
        "rank": lambda stage: Stage(stage).rank + 1,
    }
    return jinja


def fill(template: str, **values: Any) -> str:
    """The filled template."""
    return environment().get_template(template).render(**values)


def clip(text: str, longest: int) -> str:
    """The text, cut at a space and ended with an ellipsis where it is longer."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def is_right_to_left(language: str | None) -> bool:
    """Whether a language is written from the right."""
    return (language or "") in {"ar", "fa", "he", "ur", "ps", "dv", "yi", "ckb"}


def _inert(text: str | None) -> str:
    return inert(text or "")


def short_time(span: timedelta, ask: Any) -> str:
    """ "14 s" below two minutes, then as the alerts say it."""
    if span < timedelta(minutes=2):
        return str(ask.t("seconds", n=round(span.total_seconds(), 1 if span.total_seconds() < 10 else None)))
    return str(ask.words.age(span))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")


def _named(values: Iterable[str], ask: Any, group: str) -> list[tuple[str, str]]:
    return [(str(value), ask.words.named(group, value)) for value in values]
