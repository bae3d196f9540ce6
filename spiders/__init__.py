"""The web, read: sources go in, visits and pages come out."""

from spiders.crawler import Crawler
from spiders.engine.limits import Limits
from spiders.guard import Allowed, Guard, Refused, check_url, is_public_address
from spiders.probe import FeedLink, ProbeReport, probe
from spiders.readers.feed import Feed, parse_feed, read_feed
from spiders.readers.identity import entry_keys, title_day_key
from spiders.readers.page import extract_page
from spiders.readers.page_api import why_not_page_api
from spiders.urls import canonical_url

__all__ = [
    "Allowed",
    "Crawler",
    "Feed",
    "FeedLink",
    "Guard",
    "Limits",
    "ProbeReport",
    "Refused",
    "canonical_url",
    "check_url",
    "entry_keys",
    "extract_page",
    "is_public_address",
    "parse_feed",
    "probe",
    "read_feed",
    "title_day_key",
    "why_not_page_api",
]
