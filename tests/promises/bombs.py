"""Answers that cost whoever takes them more than he bargained for: behaviours of tests.spiders.hostile."""

import asyncio
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import brotli

from tests.spiders.hostile import BEHAVIOURS, Asked, Behaviour, answer, bomb, encoded, head

HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>'
TAIL = b"</channel></rss>"
ITEM = b"<item><title>A notice of the harbour office</title><link>http://127.0.0.1/%d</link></item>"
MEBIBYTE = 1 << 20


def laughs() -> bytes:
    """A billion of them, in entities of entities."""
    entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    doctype = b'<!DOCTYPE rss [<!ENTITY l0 "laugh">' + entities + b"]>"
    item = b"<item><title>&l9;</title></item>"
    return b'<?xml version="1.0"?>' + doctype + b'<rss version="2.0"><channel>' + item + TAIL


def long_entity() -> bytes:
    """One entity of 100 kB, used 100,000 times."""
    doctype = b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * 100_000 + b'">]>'
    item = b"<item><title>" + b"&a;" * 100_000 + b"</title></item>"
    return b'<?xml version="1.0"?>' + doctype + b'<rss version="2.0"><channel>' + item + TAIL


def items(count: int) -> bytes:
    """So many items, each with an address of its own."""
    return HEAD + b"".join(ITEM % n for n in range(count)) + TAIL


def json_items(count: int) -> bytes:
    """The same as a JSON Feed, in few bytes an item."""
    one = b'{"id":"%d","title":"A"}'
    listed = b",".join(one % n for n in range(count))
    return b'{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[' + listed + b"]}"


def packed(body: Callable[[], bytes]) -> Callable[[], bytes]:
    """The same, by gzip: what is too large to be sent may be small in this form."""

    def make() -> bytes:
        packer = zlib.compressobj(6, wbits=31)
        return packer.compress(body()) + packer.flush()

    return make


def brotli_bomb() -> bytes:
    """200 MB of zeros."""
    packer = brotli.Compressor(quality=5)
    parts = [packer.process(b"\0" * MEBIBYTE) for _ in range(200)]
    return bytes(b"".join(parts) + packer.finish())


def _served(body: Callable[[], bytes], *lines: str) -> Behaviour:
    made = cache(body)

    async def behave(writer: asyncio.StreamWriter, asked: Asked) -> None:
        whole = await asyncio.to_thread(made)
        writer.write(head("200 OK", f"Content-Length: {len(whole)}", *lines) + whole)

    return behave


async def slow_page(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """A page that comes a byte at a time."""
    writer.write(head("200 OK", "Content-Type: text/html", "Content-Length: 100000"))
    for _ in range(1000):
        writer.write(b"<p>")
        await writer.drain()
        await asyncio.sleep(0.05)


GZIP, XML = "Content-Encoding: gzip", "Content-Type: application/rss+xml"
JSON = "Content-Type: application/json"
# Served as a feed.
FEEDS: Mapping[str, Behaviour] = {
    "gzip bomb, 200 MB": BEHAVIOURS["gzip-bomb"],
    "gzip bomb in a gzip bomb": BEHAVIOURS["double-gzip-bomb"],
    "gzip, gzip by its header": BEHAVIOURS["triple-header-bomb"],
    "brotli bomb, 200 MB": _served(brotli_bomb, "Content-Encoding: br"),
    "a billion laughs": _served(laughs, XML),
    "a long entity 100,000 times": _served(long_entity, XML),
    "endless body": BEHAVIOURS["infinite-body"],
    "slow body": BEHAVIOURS["slow-body"],
    "slow headers": BEHAVIOURS["slow-headers"],
    "endless headers": BEHAVIOURS["endless-headers"],
    "no answer": BEHAVIOURS["never-answers"],
    "a length of 100 GB": BEHAVIOURS["announced-too-large"],
    "200,000 items": _served(lambda: items(200_000), XML),
    "200,000 items, packed": _served(packed(lambda: items(200_000)), XML, GZIP),
    "100,000 items under 10 MB": _served(lambda: items(100_000), XML),
    "9,000 items, which are kept": _served(lambda: items(9_000), XML),
    "300,000 items as JSON": _served(lambda: json_items(300_000), JSON),
    "a title of 30 MB": _served(lambda: HEAD + b"<item><title>" + b"a & b" * 6_000_000 + TAIL, XML),
    "a title of 9 MB": _served(lambda: HEAD + b"<item><title>" + b"a&amp;" * 1_500_000 + TAIL, XML),
    "200,000 levels": _served(lambda: HEAD + b"<item>" + b"<b>" * 200_000 + TAIL, XML),
    "200,000 levels around it": _served(lambda: b"<a>" * 200_000 + HEAD + TAIL, XML),
    "200,000 items in each other": _served(lambda: HEAD + b"<item>" * 200_000, XML),
    "100,000 attributes": _served(
        lambda: HEAD + b"<item %s/>" % b" ".join(b'a%d="1"' % n for n in range(100_000)) + TAIL, XML
    ),
    "a million levels of JSON": _served(lambda: b"[" * 1_000_000, JSON),
}
HTML = "Content-Type: text/html; charset=utf-8"
# Served as the page behind an entry.
PAGES: Mapping[str, Behaviour] = {
    "page: gzip bomb": encoded(bomb(200), "gzip"),
    "page: endless": BEHAVIOURS["infinite-body"],
    "page: slow": slow_page,
    "page: 100,000 levels": _served(lambda: b"<html><body>" + b"<div>" * 100_000 + b"x", HTML),
    "page: 1.9 MB in one paragraph": _served(lambda: b"<html><body><p>" + b"word " * 380_000, HTML),
    "page: 200,000 links": _served(lambda: b"<html><body>" + b"<a href=/x>x</a>" * 120_000, HTML),
    "page: a table of 60,000 rows": _served(
        lambda: b"<html><body><table>" + b"<tr><td>a<td>b" * 100_000, HTML
    ),
}
GOOD = answer("200 OK", items(3), XML, 'ETag: "good"')
