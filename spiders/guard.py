"""The one guard of the web room: may this URL, may this address be connected to?

A feed is somebody else's text, so every address in it is hostile until checked: `check_url` reads a
URL as a browser would (WHATWG, by ada) and looks at what it names without connecting; `is_public_address`
looks at the address really connected to, on every hop, so that a name which answers differently the
second time (DNS rebinding) gains nothing.
"""

import ipaddress
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import ada_url

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The URL may be fetched; `url` is its one normal spelling, the only one to connect with."""

    url: str
    host: str
    private: bool = False  # allowed by the operator's own config alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The URL may not be fetched, and why, in one line for a human."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What the operator allows beyond the public web: hosts by name or address, for every source."""

    allowed_hosts: frozenset[str] = frozenset()

    def check(self, url: str, *, allow_private: bool = False) -> Allowed | Refused:
        """Return Allowed or Refused for `url`, without connecting."""
        return _checked(url, allow_private, self.allowed_hosts)


@dataclass(frozen=True, slots=True)
class _Names:
    """The word lists of private_names.toml."""

    names: frozenset[str]
    suffixes: tuple[str, ...]
    ports: frozenset[int]


def check_url(
    url: str, *, allow_private: bool = False, allowed_hosts: Collection[str] = frozenset()
) -> Allowed | Refused:
    """Return Allowed with the normal spelling of `url`, or Refused with the reason; never connects.

    `allow_private` lets private names, loopback and private ranges through (one source, by its config);
    `allowed_hosts` does so for the named hosts alone. Cloud metadata, link-local, multicast and
    unspecified addresses stay refused either way.
    """
    if any(ord(char) < 0x21 or ord(char) == 0x7F for char in url.strip(" ")):
        return Refused(reason="control characters or spaces in the URL")
    try:
        parsed = ada_url.URL(url.strip(" "))
    except ValueError:
        return Refused(reason="not a URL that can be read")
    host = parsed.hostname.strip("[]").rstrip(".").lower()
    fault = _why_not_form(parsed, host)
    if fault:
        return Refused(reason=fault)
    if parsed.hostname.endswith("."):
        parsed.hostname = host
    private = allow_private or host in {name.lower() for name in allowed_hosts}
    reason = _why_not(host, allow_private=private)
    return Refused(reason=reason) if reason else Allowed(url=parsed.href, host=host, private=private)


# Sources are asked for the same addresses all day long, and a verdict depends on its arguments alone.
@lru_cache(maxsize=4_096)
def _checked(url: str, allow_private: bool, allowed_hosts: frozenset[str]) -> Allowed | Refused:
    return check_url(url, allow_private=allow_private, allowed_hosts=allowed_hosts)


def _why_not_form(parsed: ada_url.URL, host: str) -> str | None:
    """Return why the parts of a URL other than where its host leads are refused, or None."""
    if parsed.protocol not in ("http:", "https:"):
        return f"scheme {parsed.protocol.rstrip(':')!r} is neither http nor https"
    if parsed.username or parsed.password:
        return "user name or password in the URL"
    if not host or host.startswith(".") or ".." in host:
        return "no host in the URL"
    if parsed.port and int(parsed.port) in _names().ports:
        return f"port {parsed.port} is not a web server's"
    return None


def _why_not(host: str, *, allow_private: bool) -> str | None:
    """Return why `host`, a normalised name or address, is refused, or None."""
    address = read_address(host)
    if address is not None:
        return why_not_address(address, allow_private=allow_private)
    return None if allow_private else _why_not_name(host)


def _why_not_name(host: str) -> str | None:
    lists = _names()
    if "." not in host:
        return f"{host!r} is a local name"
    if host in lists.names or host.endswith(lists.suffixes) or f".{host}" in lists.suffixes:
        return f"{host!r} is a private name"
    if host.rsplit(".", 1)[-1].isdigit():
        return f"{host!r} looks like an address and is none"
    return None


def read_address(host: str) -> IPAddress | None:
    """Return the address `host` spells in normal form, or None for a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def is_public_address(address: IPAddress | str) -> bool:
    """Return whether `address` belongs to the public internet (False for text that is no address)."""
    parsed = read_address(address) if isinstance(address, str) else address
    return parsed is not None and why_not_address(parsed) is None


def why_not_address(address: IPAddress, *, allow_private: bool = False) -> str | None:
    """Return why `address` may not be connected to, or None.

    By the IANA special-purpose registries (RFC 6890 and its updates). Of IPv6 only global unicast
    (2000::/3) counts as public; an IPv4 address wrapped in IPv6 is judged by what it wraps.
    """
    wrapped = _unwrap(address)
    if wrapped is not None and wrapped != address:
        return why_not_address(wrapped, allow_private=allow_private)
    if _is_never_allowed(address):
        return f"{address} is a link-local, metadata, multicast or reserved address"
    if allow_private or _is_public(address):
        return None
    return f"{address} is not a public address"


# RFC 6052: the well-known prefix that DNS64 puts public IPv4 hosts behind.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)  # IETF protocols with Teredo and ORCHID, documentation, 6to4, documentation
_NOT_PUBLIC_4 = (ipaddress.IPv4Network("192.88.99.0/24"),)  # 6to4 relays, RFC 7526
_NEVER = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's platform address, public by number only
        "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::/32", "fd20:ce::/32",  # metadata of other clouds
        "fe80::/10", "fec0::/10", "ff00::/8", "::/128",
    )
)  # fmt: skip


def _unwrap(address: IPAddress) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 address carries, whatever the scheme, or None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    number = int(address)
    low = ipaddress.IPv4Address(number & 0xFFFFFFFF)
    if address in _NAT64 or address.ipv4_mapped is not None:
        return low
    if number >> 32 in (0, 0xFFFF0000) and number > 1:  # compatible (::a.b.c.d) and SIIT (::ffff:0:a.b.c.d)
        return low
    if number >> 32 & 0xFDFFFFFF == 0x00005EFE:  # ISATAP, RFC 5214
        return low
    return None


def _is_never_allowed(address: IPAddress) -> bool:
    return any(address in net for net in _NEVER if net.version == address.version)


def _is_public(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in net for net in _NOT_PUBLIC_4)
    return address in _NAT64 or (
        address in _GLOBAL_UNICAST and not any(address in net for net in _NOT_PUBLIC_6)
    )


@cache
def _names() -> _Names:
    path = Path(__file__).with_name("private_names.toml")
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    return _Names(
        names=frozenset(lists["names"]),
        suffixes=tuple(f".{suffix}" for suffix in (*lists["suffixes"], *lists["rebinding"])),
        ports=frozenset(lists["ports"]),
    )
