"""What goes to the wire and what comes back: Order and Reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Order:
    """One request to send. Only `abandoned` changes: nobody waits for the answer any more."""

    url: str  # in the guard's normal spelling
    headers: Mapping[str, str]
    deadline: float  # on the event loop's clock
    max_bytes: int  # of the body, after decompression
    max_pdf_bytes: int = 0  # the same where the answer is a PDF, if that is more
    delay: float = 1.0  # seconds between two requests to this host
    private: bool = False  # the operator's config allows private addresses here
    form: bytes | None = None  # what is posted, application/x-www-form-urlencoded; None: GET
    abandoned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer: its body decoded and within the limit; header names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
