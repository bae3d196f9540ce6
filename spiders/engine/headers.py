"""What an answer's headers say about time, validators and the hub; pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from spiders.items import Validators

_MAX_FRESH = timedelta(days=1)


def read_retry_after(value: str | None, now: datetime, cap: timedelta) -> timedelta | None:
    """Return how long a Retry-After asks to wait (RFC 9110 10.2.3: seconds or a date), within 0..cap."""
    if not value:
        return None
    text = value.strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return min(timedelta(seconds=min(float(text), cap.total_seconds())), cap)
    try:
        moment = parsedate_to_datetime(text)
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
    return min(max(wait, timedelta()), cap)


def read_fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    """Return Cache-Control's max-age, less the Age already spent (RFC 9111), at most a day; or None."""
    control = headers.get("cache-control", "").lower()
    found = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", control)
    if not found or re.search(r"no-cache|no-store", control):
        return None
    age = headers.get("age", "0").strip()
    left = int(found[1]) - (int(age) if age.isdigit() and len(age) < 10 else 0)
    return min(timedelta(seconds=left), _MAX_FRESH) if left > 0 else None


def read_validators(headers: Mapping[str, str], body_sha256: str | None) -> Validators:
    """Return what to ask "has it changed?" with the next time."""
    return Validators(
        etag=_header_safe(headers.get("etag")),
        last_modified=_header_safe(headers.get("last-modified")),
        body_sha256=body_sha256,
    )


def conditional_headers(validators: Validators | None) -> dict[str, str]:
    """Return If-None-Match and If-Modified-Since for what is known; servers honour one or the other."""
    if validators is None:
        return {}
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in asked.items() if value}


def read_hub(headers: Mapping[str, str]) -> str | None:
    """Return the WebSub hub that a Link header names (WebSub section 4), or None."""
    return _link(headers, "hub")


def read_topic(headers: Mapping[str, str]) -> str | None:
    """Return the feed's own address, as a Link header names it beside the hub, or None."""
    return _link(headers, "self")


def _link(headers: Mapping[str, str], relation: str) -> str | None:
    named = re.compile(rf"rel\s*=\s*(\"[^\"]*\b{relation}\b[^\"]*\"|{relation}\b)", re.IGNORECASE)
    for target, parameters in re.findall(r"<([^<>]{1,2000})>([^<]*)", headers.get("link", "")):
        if named.search(parameters):
            return str(target)
    return None


def _header_safe(value: str | None) -> str | None:
    """Return a header value that can be sent back, or None: no line breaks, no kilobytes."""
    if value is None or len(value) > 1024 or not value.isprintable():
        return None
    return value.strip() or None
