"""TLS is verified on every fetch: chain, host name, dates and version."""

import asyncio
import ssl
from pathlib import Path

import pytest

from spiders.items import Failure, Outcome, Visit
from tests.spiders.certificates import Authority
from tests.spiders.crawling import crawling, make_source
from tests.spiders.hostile import hostile_web, redirect


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def visit_over_tls(server: ssl.SSLContext, client: ssl.SSLContext | None) -> Visit:
    async def run() -> Visit:
        async with hostile_web(tls=server) as web, crawling(tls=client) as crawler:
            return await crawler.visit(make_source(web.url("good")))

    return asyncio.run(run())


def test_a_good_certificate_is_taken(authority: Authority) -> None:
    visit = visit_over_tls(authority.server("127.0.0.1", "localhost"), authority.client())
    assert visit.outcome is Outcome.CHANGED, visit.error


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"expired": True}, "expired"),
        ({"self_signed": True}, "self-signed"),
    ],
)
def test_a_wrong_certificate_is_refused(authority: Authority, wrong: dict[str, bool], words: str) -> None:
    visit = visit_over_tls(authority.server("127.0.0.1", **wrong), authority.client())
    assert visit.failure is Failure.TLS
    assert words in (visit.error or "")


def test_another_hosts_certificate_is_refused(authority: Authority) -> None:
    visit = visit_over_tls(authority.server("office.example"), authority.client())
    assert (visit.failure, "mismatch" in (visit.error or "")) == (Failure.TLS, True), visit.error


def test_an_unknown_authority_is_refused(authority: Authority) -> None:
    visit = visit_over_tls(authority.server("127.0.0.1"), None)
    assert visit.failure is Failure.TLS


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_old_protocol_versions_are_refused(authority: Authority) -> None:
    """The server ends the handshake, with an alert or without one."""
    server = authority.server("127.0.0.1")
    server.set_ciphers("ALL:@SECLEVEL=0")
    server.minimum_version = ssl.TLSVersion.TLSv1
    server.maximum_version = ssl.TLSVersion.TLSv1_1
    visit = visit_over_tls(server, authority.client())
    assert visit.failure in (Failure.TLS, Failure.CONNECTION), visit.error
    assert authority.client().minimum_version is ssl.TLSVersion.TLSv1_2


def test_plain_http_on_a_tls_port_is_a_tls_failure(authority: Authority) -> None:
    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run() -> Visit:
        server = await asyncio.start_server(speak_plainly, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, crawling(tls=authority.client()) as crawler:
            return await crawler.visit(make_source(f"https://127.0.0.1:{port}/"))

    assert asyncio.run(run()).failure is Failure.TLS


def test_a_redirect_from_https_down_to_http_is_refused(authority: Authority, tmp_path: Path) -> None:
    async def run() -> Visit:
        async with hostile_web() as plain:
            downgrade = {"downgrade": redirect(plain.url("good"))}
            server = authority.server("127.0.0.1")
            async with hostile_web(downgrade, tls=server) as web, crawling(tls=authority.client()) as crawler:
                visit = await crawler.visit(make_source(web.url("downgrade")))
                assert plain.asked == []
                return visit

    assert asyncio.run(run()).failure is Failure.REDIRECT
