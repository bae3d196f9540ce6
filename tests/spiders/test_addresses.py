"""Names are resolved in bounded time, and only allowed addresses are connected to."""

import asyncio
import socket
import threading
import time
from datetime import timedelta

import pytest

from spiders import Guard, Limits
from spiders.engine.connecting import AddressInfo
from spiders.items import Failure, Outcome, Visit
from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import hostile_web, redirect


def info(address: str, port: int) -> AddressInfo:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    where = (address, port, 0, 0) if ":" in address else (address, port)
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", where)


class FakeLookup:
    """Answers names from a table, each call with the next of its answers; `hang` blocks until released."""

    def __init__(self, table: dict[str, list[list[str]]], hang: threading.Event | None = None) -> None:
        self.table = table
        self.hang = hang
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, family: int) -> list[AddressInfo]:
        self.asked.append(host)
        if host.startswith("hangs") and self.hang is not None:
            self.hang.wait(10)
        answers = self.table.get(host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [info(address, port) for address in addresses]


def test_a_public_name_that_leads_inside_is_never_connected_to() -> None:
    lookup = FakeLookup({"rebinding.example": [["127.0.0.1"]]})

    async def run() -> tuple[Visit, int]:
        async with hostile_web() as web, crawling(lookup=lookup) as crawler:
            url = web.url("good", "rebinding.example")
            return await crawler.visit(make_source(url, allow_private=False)), len(web.asked)

    visit, asked = asyncio.run(run())
    assert (visit.failure, asked) == (Failure.ADDRESS_REFUSED, 0)
    assert lookup.asked == ["rebinding.example"]


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1", "fd00::1"]
)
def test_whatever_private_address_a_name_has_it_is_refused(address: str) -> None:
    async def run() -> Visit:
        async with crawling(lookup=FakeLookup({"inside.example": [[address]]})) as crawler:
            return await crawler.visit(make_source("http://inside.example/", allow_private=False))

    assert asyncio.run(run()).failure is Failure.ADDRESS_REFUSED


def test_a_redirect_to_a_name_that_leads_inside_is_refused() -> None:
    behaviours = {"inward": redirect("http://inside.example:{port}/good")}
    lookup = FakeLookup({"outside.example": [["127.0.0.1"]], "inside.example": [["169.254.169.254"]]})

    async def run() -> tuple[Visit, list[str]]:
        async with hostile_web(behaviours) as web, crawling(lookup=lookup) as crawler:
            visit = await crawler.visit(make_source(web.url("inward", "outside.example")))
            return visit, [asked.path for asked in web.asked]

    visit, asked = asyncio.run(run())
    assert (visit.failure, asked) == (Failure.ADDRESS_REFUSED, ["/inward"])


def test_an_allowed_host_is_allowed_by_its_name_alone() -> None:
    lookup = FakeLookup({"intranet": [["127.0.0.1"]], "other": [["127.0.0.1"]]})
    guard = Guard(allowed_hosts=frozenset({"intranet"}))

    async def run() -> tuple[Visit, Visit]:
        async with hostile_web() as web, crawling(lookup=lookup, guard=guard) as crawler:
            return (
                await crawler.visit(make_source(web.url("good", "intranet"), allow_private=False)),
                await crawler.visit(make_source(web.url("good", "other"), allow_private=False)),
            )

    allowed, refused = asyncio.run(run())
    assert (allowed.outcome, refused.failure) == (Outcome.CHANGED, Failure.ADDRESS_REFUSED)


def test_a_kept_connection_of_a_private_source_serves_no_public_one() -> None:
    lookup = FakeLookup({"shared.example": [["127.0.0.1"]]})

    async def run() -> tuple[Visit, Visit]:
        async with hostile_web() as web, crawling(lookup=lookup) as crawler:
            url = web.url("good", "shared.example")
            return await crawler.visit(make_source(url)), await crawler.visit(
                make_source(url, allow_private=False)
            )

    private, public = asyncio.run(run())
    assert (private.outcome, public.failure) == (Outcome.CHANGED, Failure.ADDRESS_REFUSED)


def test_a_name_that_does_not_exist_is_a_dns_failure() -> None:
    async def run() -> Visit:
        async with crawling(lookup=FakeLookup({})) as crawler:
            return await crawler.visit(make_source("http://gone.example/"))

    assert asyncio.run(run()).failure is Failure.DNS


def test_twenty_names_whose_server_hangs_hold_up_nobody() -> None:
    release = threading.Event()
    lookup = FakeLookup({"fine.example": [["127.0.0.1"]]}, hang=release)
    limits = Limits(resolve=timedelta(seconds=0.4))

    async def run() -> tuple[Visit, float, list[Visit]]:
        async with hostile_web() as web, crawling(lookup=lookup, limits=limits) as crawler:
            hung = asyncio.gather(
                *(crawler.visit(make_source(web.url("good", f"hangs{n}.example"))) for n in range(20))
            )
            await asyncio.sleep(0.05)
            started = time.monotonic()
            visit = await crawler.visit(make_source(web.url("good", "fine.example")))
            return visit, time.monotonic() - started, await hung

    try:
        visit, took, hung = asyncio.run(run())
    finally:
        release.set()
    assert visit.outcome is Outcome.CHANGED
    assert took < 0.3
    assert {other.failure for other in hung} <= {Failure.DNS, Failure.OFFLINE}


def test_a_dead_ipv6_address_falls_back_to_ipv4() -> None:
    lookup = FakeLookup({"both.example": [["::1", "127.0.0.1"]]})

    async def run() -> Visit:
        async with hostile_web() as web, crawling(lookup=lookup) as crawler:
            return await crawler.visit(make_source(web.url("good", "both.example")))

    assert asyncio.run(run()).outcome is Outcome.CHANGED


def test_a_closed_port_is_a_connection_failure() -> None:
    async def run() -> Visit:
        async with hostile_web() as web:
            url = web.url("good")
        async with crawling() as crawler:
            return await crawler.visit(make_source(url))

    visit = asyncio.run(run())
    assert (visit.failure, visit.error) == (Failure.CONNECTION, "connection refused")


def test_of_a_names_addresses_only_the_allowed_are_connected_to() -> None:
    """169.254.169.254 would hang; it is left out before anything is tried."""
    lookup = FakeLookup({"mixed.example": [["169.254.169.254", "127.0.0.1"]]})

    async def run() -> Visit:
        async with hostile_web() as web, crawling(lookup=lookup) as crawler:
            return await crawler.visit(make_source(web.url("good", "mixed.example")))

    assert asyncio.run(run()).outcome is Outcome.CHANGED
