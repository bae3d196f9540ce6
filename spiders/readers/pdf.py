"""read_pdf gives the Page of a PDF document: the text of its first pages."""

import io
import re
from datetime import datetime

from spiders.items import Page
from spiders.readers.dates import parse_date
from spiders.readers.failures import EmptyBodyError, MalformedError
from spiders.readers.identity import title_from
from spiders.urls import canonical_url

_PAGES = 40
_STAMP = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?([+-Z])?(?:(\d\d)'?(\d\d)?)?")


def is_pdf(body: bytes, content_type: str | None) -> bool:
    """By its own first bytes; the header is often wrong."""
    return body[:1024].lstrip().startswith(b"%PDF-") or (
        "application/pdf" in (content_type or "").lower() and b"%PDF-" in body[:1024]
    )


def read_pdf(body: bytes, url: str, *, fetched: datetime) -> Page:
    """Title and text of the first 40 pages. Raises MalformedError; EmptyBodyError for a scan without text."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(body))
        pages = [reader.pages[at].extract_text() for at in range(min(len(reader.pages), _PAGES))]
        facts = {str(name): str(value) for name, value in dict(reader.metadata or {}).items()}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError) as error:
        raise MalformedError(f"a PDF that cannot be read: {type(error).__name__}") from error
    text = "\n".join(" ".join(line.split()) for page in pages for line in page.splitlines() if line.strip())
    if not text:
        raise EmptyBodyError("a PDF without text: a scan")
    return Page(
        url=url,
        fetched=fetched,
        canonical_url=canonical_url(url),
        title=" ".join(facts.get("/Title", "").split()) or title_from(text),
        text=text,
        published=_created(facts.get("/CreationDate", "")),
    )


def _created(stamp: str) -> datetime | None:
    """PDF's D:20240208103000+02'00'."""
    if not (found := _STAMP.match(stamp)):
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    offset = f"{sign}{hours}:{minutes or '00'}" if sign in ("+", "-") and hours else "Z"
    return parse_date(f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{offset}")
