"""The templates, loaded once: HTML with autoescape, text without."""

from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from monitor.alerts.rendering.limits import cut


@cache
def environment() -> Environment:
    """Jinja over the templates in this folder; `short(n)` cuts at whole characters."""
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in files(__package__).iterdir()
        if entry.name.endswith(".j2")
    }
    jinja = Environment(
        loader=DictLoader(texts),
        autoescape=select_autoescape(("html.j2",), default_for_string=True, default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters["short"] = cut
    return jinja


def fill(template: str, **values: object) -> str:
    """The filled template, with no more than one empty line in a row and one line end at the end."""
    text = environment().get_template(template).render(**values)
    if template.endswith(".txt.j2"):
        kept: list[str] = []
        for line in (raw.rstrip() for raw in text.splitlines()):
            if line or (kept and kept[-1]):
                kept.append(line)
        text = "\n".join(kept)
    return text.strip() + "\n"
