"""canonical_url gives one spelling for all addresses of one article."""

import re
from functools import lru_cache

import ada_url

from spiders.url_rules import query_rules

# An address that has no query, no port and nothing escaped: most have only a twin and a slash too many.
_PLAIN = re.compile(r"https?://((?:[a-z][a-z0-9-]*\.)+[a-z]{2,})((?:/[\w~-][\w.~-]*)*)/?\Z", re.A)
_HTTP = re.compile(r"https?://", re.I)
_TWIN = re.compile(r"\A(?:www\d?|m|mobile?|touch|amp|wap)\.(?=[^.]+\.[^.]+)")
_AMP_CACHE = re.compile(
    r"\Ahttps?://(?:[^/]+\.cdn\.ampproject\.org/(?:c|v|i)/|(?:www\.)?google\.[a-z.]+/amp/)(?P<tls>s/)?", re.I
)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp|shtml)\Z", re.I)
_AMP_PATH = re.compile(r"\A/amp(?=/)|/amp\Z|\.amp(?=\.html?\Z)|(?<=[^/])\.amp\Z", re.I)
# Print pages, and mobile ones beside them.
_PRINT_PATH = re.compile(
    r"\A/(?:print(?:able)?|mobile)(?=/.)|(?<=.)/print(?:able)?\Z|(?<=[^/])\.print(?=\.html?\Z)", re.I
)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.I)
_SLASHES = re.compile(r"/{2,}")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ROUNDS = 50  # more AMP and print layers than any address has


@lru_cache(maxsize=16_384)
def canonical_url(url: str) -> str:
    """The one spelling: https, no www or mobile twin, no tracking, fragment, index page or trailing slash.

    It is a key and not always an address that answers. What is no http address comes back stripped of
    white space and otherwise unchanged. Idempotent. Parameters that are not known to be tracking
    (url_rules.tsv) stay, sorted by name, since sites keep article numbers there.
    """
    url = url.strip()
    if not _HTTP.match(url):
        return url
    if (plain := _PLAIN.match(url)) and not _is_tricky(url.lower()):
        host, path = plain.groups()
        host = _TWIN.sub("", host)
        if not _TWIN.match(host):
            return f"https://{host}{path}"
    for _ in range(_ROUNDS):  # one rule may uncover another: an AMP page's index page
        simpler = _simplified(url)
        if simpler == url:
            break
        url = simpler
    return url


def _is_tricky(url: str) -> bool:
    """Whether it may be an AMP, print or mobile page, an index page, or have a host in Punycode."""
    if "/amp" in url or ".amp" in url or "/print" in url or ".print" in url or "/mobile" in url:
        return True
    return "/index." in url or "/default." in url or "xn--" in url


def _simplified(url: str) -> str:
    try:
        parts = ada_url.URL(_AMP_CACHE.sub(lambda found: "https://" if found["tls"] else "http://", url))
    except ValueError:
        return url
    host = _TWIN.sub("", parts.hostname.rstrip("."))
    scheme = parts.protocol if parts.port else "https:"
    port = f":{parts.port}" if parts.port else ""
    fragment = parts.hash if parts.hash.startswith(("#!", "#/")) and len(parts.hash) > 2 else ""
    return f"{scheme}//{host}{port}{_path(parts.pathname)}{_query(parts.search)}{fragment}"


def _path(path: str) -> str:
    path = _SLASHES.sub("/", _SESSION.sub("", _PERCENT.sub(_percent, path)))
    for pattern in (_INDEX, _AMP_PATH, _PRINT_PATH):
        path = pattern.sub("", path)
    path = path.rstrip("/")
    return path if path.startswith("/") or not path else f"/{path}"


def _percent(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()


def _query(search: str) -> str:
    rules = query_rules()
    parameters = [_PERCENT.sub(_percent, one) for one in search[1:].replace("&amp;", "&").split("&")]
    kept = [one for one in parameters if one and not rules.is_tracking(one)]
    kept.sort(key=lambda one: one.partition("=")[0])
    return "?" + "&".join(dict.fromkeys(kept)) if kept else ""
