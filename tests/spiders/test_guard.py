"""The guard refuses every spelling of an address that is not public, and lets the public web through."""

import ipaddress
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders import Allowed, Guard, Refused, check_url, is_public_address

URLS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("guard_urls.toml").read_text("utf-8"))


@pytest.mark.parametrize("url", [*URLS["loopback"], *URLS["private"]])
def test_an_address_that_is_not_public_is_refused_in_every_spelling(url: str) -> None:
    assert isinstance(check_url(url), Refused)


@pytest.mark.parametrize("url", URLS["tricks"])
def test_tricks_are_refused_even_where_private_addresses_are_allowed(url: str) -> None:
    assert isinstance(check_url(url, allow_private=True), Refused)


@pytest.mark.parametrize("url", URLS["public"])
def test_the_public_web_is_allowed(url: str) -> None:
    assert isinstance(check_url(url), Allowed)


def test_the_allowed_spelling_is_the_normal_one() -> None:
    verdict = check_url("HTTPS://EXAMPLE.com.:443/a b/../feed".replace(" ", "%20"))
    assert verdict == Allowed(url="https://example.com/feed", host="example.com")


def test_the_operator_opens_private_hosts_by_name_or_for_a_source() -> None:
    guard = Guard(allowed_hosts=frozenset({"intranet", "10.0.0.5"}))
    assert isinstance(guard.check("http://intranet/feed"), Allowed)
    assert isinstance(guard.check("http://0xa.5/feed"), Allowed), "the same address in another spelling"
    assert isinstance(guard.check("http://10.0.0.6/feed"), Refused)
    assert isinstance(check_url("http://127.0.0.1:8000/", allow_private=True), Allowed)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://[fd00:ec2::254]/", "http://0.0.0.0/", "http://224.0.0.1/"]
)
def test_metadata_and_the_like_stay_closed_even_to_private_sources(url: str) -> None:
    assert isinstance(check_url(url, allow_private=True), Refused)


@given(st.integers(min_value=0, max_value=2**32 - 1))
def test_every_spelling_of_an_address_gets_the_verdict_of_its_plain_form(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    parts = plain.packed
    spellings = [
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(f"0{part:o}" for part in parts),
        ".".join(f"{part:#x}" for part in parts),
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"[::ffff:{plain}]",
    ]
    verdicts = {isinstance(check_url(f"http://{spelling}/"), Allowed) for spelling in spellings}
    assert verdicts == {is_public_address(plain)}


@given(st.text(max_size=60))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert isinstance(check_url(text), Allowed | Refused)
    assert isinstance(check_url(f"http://{text}/"), Allowed | Refused)
