"""The web, read: sources go in, visits and pages come out."""

from w3lib.url import canonicalize_url as canonical_url

from spiders.crawler import Crawler
from spiders.engine.limits import Limits
from spiders.guard import Allowed, Guard, Refused, check_url, is_public_address
from spiders.probe import FeedLink, ProbeReport, probe

__all__ = [
    "Allowed",
    "Crawler",
    "FeedLink",
    "Guard",
    "Limits",
    "ProbeReport",
    "Refused",
    "canonical_url",
    "check_url",
    "is_public_address",
    "probe",
]
