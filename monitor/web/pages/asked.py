"""Who asks for a page, in which language, and the page as it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import yaml
from starlette.requests import Request
from starlette.responses import HTMLResponse

from monitor.alerts.rendering.reasons import reason_in
from monitor.alerts.rendering.words import LANGUAGES, Words, words
from monitor.web.context import Context
from monitor.web.pages.templates import fill

COOKIE = "lang"
A_YEAR = 31_536_000
# Nothing but our own files: no inline script or style, no other host, no frame.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request for a page, with the words to answer it in."""

    context: Context
    request: Request
    words: Words
    phrases: Mapping[str, str]

    @property
    def language(self) -> str:
        """ "en" or "uk"."""
        return str(self.words.catalogue["language"])

    @property
    def now(self) -> datetime:
        """The time, aware UTC."""
        return self.context.now()

    def t(self, name: str, **filled: object) -> str:
        """A phrase of the pages' catalogue with its braces filled."""
        return self.phrases[name].format(**filled)

    def reason(self, text: str) -> str:
        """A reason or message of ours in the reader's language; anything else as it is."""
        return reason_in(self.words, text)

    def param(self, name: str) -> str | None:
        """What the address gives for `name`, without spaces around it; None where that is nothing."""
        return (self.request.query_params.get(name) or "").strip() or None

    def number(self, name: str) -> int | None:
        """The same as a whole number that fits into a database; None where it is none."""
        value = self.param(name) or ""
        return int(value) if value.isdecimal() and value.isascii() and len(value) < 19 else None

    def here(self, **changes: object) -> str:
        """This page's own address with some of its query changed; None takes a part out."""
        kept = [(k, v) for k, v in self.request.query_params.multi_items() if v and k not in changes]
        kept += [(k, str(v)) for k, v in changes.items() if v is not None]
        return f"{self.request.url.path}?{urlencode(kept)}" if kept else self.request.url.path

    def day(self, day: date | None) -> str:
        """The day in the reader's words."""
        return self.words.day(day)

    def ago(self, at: datetime | None) -> str:
        """ "9 h": how long ago that was; an empty string for None."""
        return self.words.age(max(timedelta(0), self.now - at)) if at else ""


def asked(context: Context, request: Request) -> Asked:
    """The request in its reader's language: ?lang= first, then the cookie, then what the browser says."""
    language = language_of(request)
    return Asked(context=context, request=request, words=words(language, "UTC"), phrases=catalogue(language))


def page(ask: Asked, template: str, *, title: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The filled template. Pages with forms are not stored anywhere; the others are asked for again."""
    body = fill(template, ask=ask, title=title, languages=LANGUAGES, **values)
    answer = HTMLResponse(body, status_code=status, headers=HEADERS)
    answer.headers["Cache-Control"] = "no-store" if "forms" in values else "private, no-cache"
    if ask.request.query_params.get(COOKIE) in LANGUAGES:
        answer.set_cookie(COOKIE, ask.language, max_age=A_YEAR, samesite="lax", httponly=True)
    return answer


def refusal(ask: Asked, status: int, said: str) -> HTMLResponse:
    """A page that says what cannot be done."""
    return page(ask, "refusal.html.j2", title=ask.t(f"status_{status}"), status=status, said=said)


def missing(ask: Asked, what: str) -> HTMLResponse:
    """404."""
    return refusal(ask, 404, ask.t("missing", what=what))


def language_of(request: Request) -> str:
    """The language to answer in; English where nothing else is asked for."""
    wishes = [request.query_params.get(COOKIE), request.cookies.get(COOKIE)]
    wishes += preferred(request.headers.get("accept-language", ""))
    return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])


def preferred(accept_language: str) -> list[str]:
    """The languages of an Accept-Language header (RFC 9110, 12.5.4), most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if weight > 0:
            wanted.append((-weight, tag.split("-")[0].lower()))
    return [tag for _, tag in sorted(wanted, key=lambda wish: wish[0])]


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """What the pages say in that language."""
    text = (files(__package__) / "catalogues" / f"{language}.yaml").read_text(encoding="utf-8")
    phrases: dict[str, str] = yaml.safe_load(text)
    return phrases
