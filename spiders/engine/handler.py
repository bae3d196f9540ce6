"""One request on the wire: Scrapy's download handler for http and https."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import aiohttp
import yarl
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Response

from spiders.engine.decoding import decode_body
from spiders.engine.faults import FetchError, explain
from spiders.engine.wire import Order, Reply
from spiders.items import Failure

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

ORDER = "order"  # the key of Request.meta
_NO_BODY = frozenset((204, 205, 301, 302, 303, 304, 307, 308))


class Answer(Response):
    """Scrapy's response, with our Reply in it."""

    reply: Reply


class WebHandler(BaseDownloadHandler):
    """Sends an Order and returns its Reply: total deadline, capped body, typed failures."""

    lazy = False

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self._sessions: dict[bool, aiohttp.ClientSession] = getattr(crawler.spider, "sessions", {})

    async def download_request(self, request: "Request") -> Answer:
        """Return the answer. Raises FetchError, or the error itself where it is a bug of ours."""
        order: Order = request.meta[ORDER]
        if order.abandoned:
            raise FetchError(Failure.TIMEOUT, "the time was up before this host's turn came")
        try:
            async with asyncio.timeout_at(order.deadline):
                reply = await self._send(order)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: yarl, header values
            explained = explain(error)
            if explained is None:
                raise
            raise explained from error
        answer = Answer(url=order.url, status=reply.status, request=request)
        answer.reply = reply
        return answer

    async def _send(self, order: Order) -> Reply:
        session = self._sessions[order.private]
        url = yarl.URL(order.url, encoded=True)  # the spelling that was checked, and no other
        method = "GET" if order.form is None else "POST"
        async with session.request(
            method, url, data=order.form, headers=order.headers, allow_redirects=False
        ) as response:
            headers = _plain_headers(response)
            limit = _limit_for(order, headers)
            if response.status in _NO_BODY:
                body = b""
            elif response.status >= 400:
                body = await _read_some(response, limit)
            else:
                raw = await _read_all(response, limit)
                body = decode_body(raw, headers.get("content-encoding", ""), limit)
            return Reply(url=order.url, status=response.status, headers=headers, body=body)

    async def close(self) -> None:
        """Nothing to close: the sessions belong to the engine."""


def _limit_for(order: Order, headers: Mapping[str, str]) -> int:
    is_pdf = headers.get("content-type", "").lower().startswith("application/pdf")
    return max(order.max_bytes, order.max_pdf_bytes) if is_pdf else order.max_bytes


async def _read_all(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the body as sent. Raises TOO_LARGE as soon as it is known to pass the limit."""
    if (response.content_length or 0) > limit:
        raise FetchError(Failure.TOO_LARGE, f"the body is announced as {response.content_length:,} bytes")
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > limit:
            raise FetchError(Failure.TOO_LARGE, f"the body is longer than {limit:,} bytes")
    return bytes(raw)


async def _read_some(response: aiohttp.ClientResponse, limit: int, enough: int = 65_536) -> bytes:
    """Return the start of an error page, broken or not: it only serves to say which error it is."""
    raw = bytearray()
    try:
        async for chunk in response.content.iter_any():
            raw += chunk
            if len(raw) >= min(enough, limit):
                break
        return decode_body(bytes(raw), response.headers.get("Content-Encoding", ""), 20 * enough)
    except (FetchError, aiohttp.ClientError):
        return b""


def _plain_headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    """Return the headers, repeated ones joined as RFC 9110 section 5.2 allows, fit to be stored anywhere.

    Bytes that are no UTF-8 reach us as lone surrogates, which no database and no JSON takes.
    """
    headers: dict[str, Any] = {}
    for name, raw in response.headers.items():
        key, value = name.lower(), raw.encode("utf-8", "replace").decode("utf-8")
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers
