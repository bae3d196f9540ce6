"""One source's web site on loopback: a feed or listing, article pages, robots.txt, validators, troubles."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_datetime as written_time
from jinja2 import Environment, PackageLoader

from monitor.newsroom.story import Edit, Format, Item, Place, Trouble, dated, today_at
from spiders.items import Kind, Selectors, Source

PATHS = {
    Format.RSS: "/rss.xml",
    Format.ATOM: "/atom.xml",
    Format.RDF: "/index.rdf",
    Format.JSON: "/feed.json",
    Format.LISTING: "/news/",
}
MEDIA_TYPES = {
    Format.RSS: "application/rss+xml",
    Format.ATOM: "application/atom+xml",
    Format.RDF: "application/rdf+xml",
    Format.JSON: "application/feed+json",
    Format.LISTING: "text/html",
}
LISTING = Selectors(
    item="li.news-item",
    link="a.news-link::attr(href)",
    title="a.news-link",
    date="time::attr(datetime)",
    summary="p.teaser",
)
_TEMPLATES = Environment(loader=PackageLoader("monitor.newsroom"), autoescape=True, trim_blocks=True)
_WINDOW = 20  # a feed lists its newest items only


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An item that is out, its dates written out."""

    item: Item
    path: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    published: datetime
    updated: datetime

    @property
    def guid(self) -> str:
        """The feed's own id of it, which no edit changes."""
        return f"tag:newsroom.example,2026:{self.item.id}"

    @property
    def rfc822(self) -> str:
        """The publication time as RSS writes it."""
        return format_datetime(self.published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request that came in, and how it was answered."""

    at: datetime
    path: str
    status: int
    conditional: bool
    user_agent: str


class Outlet:
    """One source's web site. `hits` records every request; `trouble` may be switched at any time."""

    def __init__(
        self, place: Place, *, words: Mapping[str, str] | None = None, clock: Callable[[], datetime]
    ) -> None:
        self.place = place
        self.host = ""
        self.port = 0
        self.hits: list[Hit] = []
        self.trouble = place.trouble if place.trouble_from_act == 0 else None
        self.published: list[Published] = []  # newest first
        self._words = words or {}
        self._clock = clock
        self._changed = clock()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def address(self) -> str:
        """ "http://127.0.0.12:40123", without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address to poll."""
        return self.address + PATHS[self.place.format]

    def page_url(self, item_id: str) -> str:
        """Where the item's own page is. Raises KeyError for an item that is not out here."""
        paths = {entry.item.id: entry.path for entry in self.published}
        return self.address + paths[item_id]

    def as_source(self, *, timeout: timedelta = timedelta(seconds=5)) -> Source:
        """This outlet as the web room wants to know it."""
        listing = self.place.format is Format.LISTING
        return Source(
            id=self.place.id,
            url=self.url,
            kind=Kind.LISTING if listing else Kind.FEED,
            language=self.place.language,
            zone=self.place.zone,
            selectors=LISTING if listing else Selectors(),
            min_delay=timedelta(0),
            timeout=timeout,
            allow_private=True,
        )

    async def start(self, host: str, port: int = 0) -> None:
        """Listen. Raises OSError where the platform does not let us have the address."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.host, self.port = runner.addresses[0][:2]

    async def stop(self) -> None:
        """Close, hanging answers too."""
        self._closing.set()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def publish(self, item: Item, now: datetime) -> Published:
        """Put the item on the site, as of `now`."""
        today, language = today_at(self.place, now), self.place.language
        paragraphs = dated(item.text, today=today, language=language).split("\n\n")
        published = item.published(now)
        entry = Published(
            item=item,
            path=f"/news/{published:%Y/%m/%d}/{item.id}",
            title=dated(item.title, today=today, language=language),
            summary=dated(item.summary, today=today, language=language),
            paragraphs=tuple(" ".join(p.split()) for p in paragraphs if p.strip()),
            published=published,
            updated=published,
        )
        self.published = sorted([entry, *self.published], key=lambda e: e.published, reverse=True)
        self._touch()
        return entry

    def edit(self, edit: Edit, now: datetime) -> None:
        """Give an item that is out a new headline; address, id and publication time stay."""
        self.published = [
            replace(e, title=edit.title, updated=now) if e.item.id == edit.item else e for e in self.published
        ]
        self._touch()

    def _touch(self) -> None:
        # Last-Modified counts whole seconds: two changes within one must still differ.
        self._changed = max(self._clock(), self._changed + timedelta(seconds=1))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        response = await self._response(request)
        headers = request.headers
        self.hits.append(
            Hit(
                at=self._clock(),
                path=request.path,
                status=response.status,
                conditional="If-None-Match" in headers or "If-Modified-Since" in headers,
                user_agent=headers.get("User-Agent", ""),
            )
        )
        return response

    async def _response(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/robots.txt":
            return web.Response(text="User-agent: *\nDisallow: /search\n")
        if request.path == PATHS[self.place.format]:
            return await self._troubled() or self._unless_unchanged(request, self.listing())
        pages = {entry.path: entry for entry in self.published}
        if request.path in pages:
            return self._html("article.html", entry=pages[request.path])
        if request.path == "/":
            return self._html("home.html")
        return web.Response(status=404, text="Not found\n")

    async def _troubled(self) -> web.Response | None:
        match self.trouble:
            case Trouble.FORBIDDEN:
                return web.Response(status=403, text="Forbidden\n")
            case Trouble.NOT_A_FEED:
                return self._html("maintenance.html")
            case Trouble.HANGS:
                await self._closing.wait()
                return web.Response(status=503)
        return None

    def _unless_unchanged(self, request: web.Request, body: bytes) -> web.Response:
        """The body, or 304 where the client already has it (RFC 9110: the ETag decides before the date)."""
        headers, etag = {}, f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.place.etag:
            headers["ETag"] = etag
        if self.place.last_modified:
            headers["Last-Modified"] = format_datetime(self._changed.astimezone(UTC), usegmt=True)
        asked, since = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        if asked is not None and self.place.etag:
            unchanged = etag in asked
        else:
            unchanged = bool(since) and self.place.last_modified and self._is_unchanged_since(str(since))
        if unchanged:
            return web.Response(status=304, headers=headers)
        media = f"{MEDIA_TYPES[self.place.format]}; charset={self.place.encoding}"
        return web.Response(body=body, headers={**headers, "Content-Type": media})

    def _is_unchanged_since(self, header: str) -> bool:
        try:
            return self._changed.replace(microsecond=0) <= parsedate_to_datetime(header)
        except (TypeError, ValueError):
            return False

    def listing(self) -> bytes:
        """The feed or listing as it stands, encoded; cut in the middle of an item where it is malformed."""
        entries = self.published[:_WINDOW]
        if self.place.format is Format.JSON:
            text = json.dumps(self._json_feed(entries), ensure_ascii=False, indent=1)
        else:
            suffix = "html" if self.place.format is Format.LISTING else "xml"
            text = self._render(f"{self.place.format}.{suffix}", entries=entries)
        if self.trouble is Trouble.MALFORMED:
            text = text[: text.rindex("<title>") + 12]
        return text.encode(self.place.encoding, errors="xmlcharrefreplace")

    def _json_feed(self, entries: list[Published]) -> dict[str, object]:
        return {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.place.name,
            "home_page_url": f"{self.address}/",
            "feed_url": self.url,
            "language": self.place.language,
            "items": [
                {
                    "id": entry.guid,
                    "url": self.address + entry.path,
                    "title": entry.title,
                    "summary": entry.summary,
                    "date_published": entry.published.isoformat(timespec="seconds"),
                    "date_modified": entry.updated.isoformat(timespec="seconds"),
                }
                for entry in entries
            ],
        }

    def _html(self, template: str, *, entry: Published | None = None) -> web.Response:
        return web.Response(text=self._render(template, entry=entry), content_type="text/html")

    def _render(self, template: str, **values: object) -> str:
        return _TEMPLATES.get_template(template).render(
            place=self.place,
            words=self._words,
            address=self.address,
            feed_url=self.url,
            media_type=MEDIA_TYPES[self.place.format],
            latest=self.published[:6],
            changed=self._changed,
            written=self._written,
            **values,
        )

    def _written(self, moment: datetime) -> str:
        """A time as the site's readers would see it: "24 листопада 2026 р. о 08:15"."""
        local = moment.astimezone(ZoneInfo(self.place.zone))
        return written_time(local, "d MMMM y, HH:mm", locale=self.place.language)
