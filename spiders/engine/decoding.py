"""Compressed bodies, decoded under a limit; pure.

Servers name the wrong Content-Encoding in both directions, so the first bytes decide where they can:
gzip and zstd have a magic number; deflate and brotli have none and are believed unless the body is
plainly text.
"""

import sys
import zlib
from collections.abc import Callable

from spiders.engine.faults import FetchError
from spiders.items import Failure

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
MAX_LAYERS = 3  # gzip inside gzip is seen in the wild; more is an attack


def decode_body(raw: bytes, encoding: str, limit: int) -> bytes:
    """Return `raw` with its Content-Encoding undone, at most `limit` bytes of it.

    Raises FetchError: TOO_LARGE past the limit (decompression stops there), TRUNCATED where the
    compressed stream ends early, ENCODING where it cannot be read.
    """
    body = raw
    declared = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    for name in reversed(declared[-MAX_LAYERS:]):
        decoder = _decoder_for(name, body)
        body = decoder(body, limit) if decoder else body
    for _ in range(MAX_LAYERS):
        if not body.startswith((GZIP_MAGIC, ZSTD_MAGIC)):
            return body
        body = _gunzip(body, limit) if body.startswith(GZIP_MAGIC) else _unzstd(body, limit)
    raise FetchError(Failure.ENCODING, f"more than {MAX_LAYERS} layers of compression")


def _decoder_for(name: str, body: bytes) -> Callable[[bytes, int], bytes] | None:
    """Return the decoder that fits both the declared name and the first bytes, or None for a plain body."""
    if body.startswith(GZIP_MAGIC):
        return _gunzip
    if body.startswith(ZSTD_MAGIC):
        return _unzstd
    if _is_text(body):
        return None
    return {"deflate": _inflate, "br": _unbrotli}.get(name)


def _is_text(body: bytes) -> bool:
    """Return whether the body starts as feeds and pages do, which no compressed stream does."""
    start = body[:64].lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n\x00")
    return not start or (start[:1] in b"<{[" and start[:32].isascii())


def _gunzip(body: bytes, limit: int) -> bytes:
    """Return all members of a gzip file; what follows the last one is ignored, as gzip does."""
    out = bytearray()
    rest = body
    while rest.startswith(GZIP_MAGIC):
        stream = zlib.decompressobj(wbits=31)
        out += _drain(stream, rest, limit - len(out))
        rest = stream.unused_data.lstrip(b"\x00")
    return bytes(out)


def _inflate(body: bytes, limit: int) -> bytes:
    """Return a deflate body: zlib-wrapped as RFC 9110 says, or raw as some servers send it."""
    wrapped = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _drain(zlib.decompressobj(wbits=15 if wrapped else -15), body, limit)


def _drain(stream: "zlib._Decompress", body: bytes, limit: int) -> bytes:
    try:
        out = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise FetchError(Failure.ENCODING, f"the compressed body is broken: {error}") from None
    if len(out) > limit:
        raise FetchError(Failure.TOO_LARGE, f"the body unpacks to more than {limit:,} bytes")
    if not stream.eof:
        raise FetchError(Failure.TRUNCATED, "the compressed body ends early")
    return out


def _unbrotli(body: bytes, limit: int) -> bytes:
    import brotli

    stream = brotli.Decompressor()
    try:
        out = bytearray(stream.process(body, output_buffer_limit=limit + 1))
        while len(out) <= limit and not stream.can_accept_more_data():
            more = stream.process(b"", output_buffer_limit=limit + 1 - len(out))
            out += more
            if not more:
                break
    except brotli.error as error:
        raise FetchError(Failure.ENCODING, f"the brotli body is broken: {error}") from None
    if len(out) > limit:
        raise FetchError(Failure.TOO_LARGE, f"the body unpacks to more than {limit:,} bytes")
    if not stream.is_finished():
        raise FetchError(Failure.TRUNCATED, "the brotli body ends early")
    return bytes(out)


def _unzstd(body: bytes, limit: int) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    out = bytearray()
    rest = body
    while rest.startswith(ZSTD_MAGIC):
        stream = zstd.ZstdDecompressor()
        try:
            out += stream.decompress(rest, limit + 1 - len(out))
        except zstd.ZstdError as error:
            raise FetchError(Failure.ENCODING, f"the zstd body is broken: {error}") from None
        if len(out) > limit:
            raise FetchError(Failure.TOO_LARGE, f"the body unpacks to more than {limit:,} bytes")
        if not stream.eof:
            raise FetchError(Failure.TRUNCATED, "the zstd body ends early")
        rest = stream.unused_data
    return bytes(out)
