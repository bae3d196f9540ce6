"""read_pdf gives the Page of a PDF document: the text of its first pages."""

import io
import re
from datetime import datetime

from spiders.items import Page
from spiders.readers.bounded import in_child
from spiders.readers.dates import parse_date
from spiders.readers.failures import EmptyBodyError, MalformedError
from spiders.readers.identity import title_from
from spiders.urls import canonical_url

_PAGES = 40
# What word processors call a document that nobody gave a title.
_FILE_NAME = re.compile(
    r"(?i)\A(?:microsoft (?:word|powerpoint)|untitled|document\d*\Z)|\.(?:docx?|pdf|rtf|indd|odt)\Z"
)
_STAMP = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?([+-Z])?(?:(\d\d)'?(\d\d)?)?")


def is_pdf(body: bytes, content_type: str | None) -> bool:
    """By its own first bytes; the header is often wrong."""
    return body[:1024].lstrip().startswith(b"%PDF-") or (
        "application/pdf" in (content_type or "").lower() and b"%PDF-" in body[:1024]
    )


def read_pdf(body: bytes, url: str, *, fetched: datetime, seconds: int = 10, megabytes: int = 400) -> Page:
    """Title and text of the first 40 pages, read in a child process at the price of at most `seconds` of CPU
    and `megabytes` of memory.

    Raises MalformedError; EmptyBodyError for a scan without text; TooCostlyError for one made to be costly.
    """
    facts = in_child({"task": "pdf"}, body, seconds=seconds, megabytes=megabytes)
    return Page(
        url=url,
        fetched=fetched,
        canonical_url=canonical_url(url),
        title=facts["title"],
        text=facts["text"],
        published=_created(facts["created"]),
    )


def pdf_facts(body: bytes) -> dict[str, str]:
    """title, text and created (as the document writes it). Raises as read_pdf does, but for the limits."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(body))
        pages = [reader.pages[at].extract_text() for at in range(min(len(reader.pages), _PAGES))]
        facts = {str(name): str(value) for name, value in dict(reader.metadata or {}).items()}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError) as error:
        raise MalformedError(f"a PDF that cannot be read: {type(error).__name__}") from error
    lines = [" ".join(line.split()) for page in pages for line in page.splitlines()]
    text = "\n".join(line for line in lines if line).encode("utf-8", "replace").decode()
    if not text:
        raise EmptyBodyError("a PDF without text: a scan")
    title = " ".join(facts.get("/Title", "").split())
    return {
        "title": title_from(text) if _FILE_NAME.search(title) or not title else title,
        "text": text,
        "created": facts.get("/CreationDate", ""),
    }


def _created(stamp: str) -> datetime | None:
    """PDF's D:20240208103000+02'00'."""
    if not (found := _STAMP.match(stamp)):
        return None
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    offset = f"{sign}{hours}:{minutes or '00'}" if sign in ("+", "-") and hours else "Z"
    return parse_date(f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}{offset}")
