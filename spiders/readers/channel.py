"""channel_of gives what a feed says of itself: title, language, site, freshness, hub."""

from dataclasses import dataclass
from datetime import timedelta

from lxml import etree

from spiders.readers.element_text import text_of
from spiders.readers.links import ABSOLUTE, resolve
from spiders.readers.vocabulary import XML, key_of

_NAMES = ("{*}title", "{*}link", "{*}language", "{*}ttl", "{*}updatePeriod", "{*}updateFrequency")
_KEYS = frozenset({"title", "link", "language", "ttl", "dc:title"})
_LANG = f"{{{XML}}}lang"
_PERIODS = {
    "hourly": 1,
    "daily": 24,
    "weekly": 168,
    "monthly": 720,
    "yearly": 8760,
}  # hours (RSS 1.0 syndication)
_LONGEST_FRESH = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The head of a feed. The language is a claim, often a wrong one."""

    title: str
    language: str | None
    site: str  # what relative links mean
    fresh_for: timedelta | None
    hub: str | None
    topic: str | None  # its own address, by which the hub knows it


def channel_of(root: etree._Element, url: str) -> Channel:
    """The head of the feed that came from `url`."""
    channel = root if key_of(root.tag) == "feed" else _channel_in(root)
    found: dict[str, list[etree._Element]] = {}
    for element in channel.iterchildren(*_NAMES):
        found.setdefault(key_of(element.tag), []).append(element)
    if "title" not in found:  # names in other cases, as CDF and some podcasts have them
        for element in channel.iterchildren():
            if (key := key_of(element.tag)) in _KEYS:
                found.setdefault(key, []).append(element)
    titles = found.get("title") or found.get("dc:title")
    links = found.get("link", [])
    if root is not channel:
        links = [*links, *root.iterchildren("{*}link")]
    language = _text(found, "language", "dc:language") or channel.get(_LANG) or root.get(_LANG) or ""
    return Channel(
        title=text_of(titles[0]) if titles else "",
        language=language.strip() or None,
        site=_site_base(links, url),
        fresh_for=_fresh_for(found),
        hub=_linked(links, "hub", url),
        topic=_linked(links, "self", url),
    )


def _channel_in(root: etree._Element) -> etree._Element:
    """The channel element, however it is spelled; the root where there is none."""
    found = next(root.iter("{*}channel"), None)
    return found if found is not None else next((one for one in root if key_of(one.tag) == "channel"), root)


def _text(found: dict[str, list[etree._Element]], *names: str) -> str:
    texts = ((one.text or "").strip() for name in names for one in found.get(name, ()))
    return next((text for text in texts if text), "")


def _site_base(links: list[etree._Element], url: str) -> str:
    """The feed's own address, or its site's where the feed lives on another host."""
    for element in links:
        link = (element.get("href") or element.text or "").strip()
        if link.startswith(ABSOLUTE) and element.get("rel", "alternate") == "alternate":
            return url if link.split("/")[2:3] == url.split("/")[2:3] else link
    return url


def _fresh_for(found: dict[str, list[etree._Element]]) -> timedelta | None:
    """RSS's ttl (minutes), or RSS 1.0's update period and frequency; at most a day."""
    minutes = _text(found, "ttl")
    if minutes.isdecimal() and len(minutes) < 7 and int(minutes) > 0:
        return min(timedelta(minutes=int(minutes)), _LONGEST_FRESH)
    hours = _PERIODS.get(_text(found, "sy:updatePeriod").lower())
    if not hours:
        return None
    times = _text(found, "sy:updateFrequency")
    often = int(times) if times.isdecimal() and len(times) < 5 and int(times) > 0 else 1
    return min(timedelta(hours=hours) / often, _LONGEST_FRESH)


def _linked(links: list[etree._Element], relation: str, url: str) -> str | None:
    for element in links:
        if element.get("rel", "").strip().lower() == relation and element.get("href"):
            return resolve(url, element.get("href", ""))
    return None
