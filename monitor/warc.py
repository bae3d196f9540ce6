"""Kept pages as a WARC file (ISO 28500), which web archives and their tools read. Needs warcio."""

import io
from collections.abc import Iterable
from datetime import UTC
from http import HTTPStatus
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.evidence import Kept


def write_warc(kept: Iterable[Kept], stream: BinaryIO) -> int:
    """Write a response record for each page that was kept; the number of them.

    The bodies are those that were kept: unpacked, so that Content-Encoding is not among the headers.
    """
    writer = WARCWriter(stream, gzip=True)
    info = {"software": "PactWatch", "format": "WARC File Format 1.0"}
    writer.write_record(writer.create_warcinfo_record("evidence.warc.gz", info))
    count = 0
    for one in kept:
        if one.raw is None:
            continue
        record = writer.create_warc_record(
            one.article.url or one.article.canonical_url,
            "response",
            payload=io.BytesIO(one.raw.body),
            http_headers=StatusAndHeaders(
                _status(one.raw.http_status), list(one.raw.headers.items()), protocol="HTTP/1.1"
            ),
            warc_headers_dict={"WARC-Date": f"{one.raw.fetched.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"},
        )
        writer.write_record(record)
        count += 1
    return count


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)
