"""Compressed bodies come out whole, or fail with the name of what is wrong; never more than the limit."""

import gzip
import sys
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.engine.decoding import decode_body
from spiders.engine.faults import FetchError
from spiders.items import Failure
from tests.spiders.hostile import FEED, bomb

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LIMIT = 1_000_000
PACKED = {
    "gzip": gzip.compress(FEED),
    "x-gzip": gzip.compress(FEED),
    "deflate": zlib.compress(FEED),
    "br": brotli.compress(FEED),
    "zstd": zstd.compress(FEED),
}


@pytest.mark.parametrize("encoding", PACKED)
def test_each_encoding_comes_out_whole(encoding: str) -> None:
    assert decode_body(PACKED[encoding], encoding, LIMIT) == FEED


@pytest.mark.parametrize("said", ["", "identity", "gzip", "br", "deflate", "zstd", "nonsense"])
@pytest.mark.parametrize("sent", ["gzip", "zstd"])
def test_the_magic_number_counts_and_not_what_is_said(said: str, sent: str) -> None:
    assert decode_body(PACKED[sent], said, LIMIT) == FEED


@pytest.mark.parametrize("said", ["gzip", "br", "deflate", "zstd", "gzip, br"])
@pytest.mark.parametrize("body", [FEED, b"  \n" + FEED, b"\xef\xbb\xbf" + FEED, b'{"version": "1"}', b""])
def test_plain_text_that_is_called_packed_is_left_alone(said: str, body: bytes) -> None:
    assert decode_body(body, said, LIMIT) == body


@pytest.mark.parametrize("encoding", PACKED)
def test_a_cut_body_is_truncated(encoding: str) -> None:
    with pytest.raises(FetchError) as caught:
        decode_body(PACKED[encoding][:-5], encoding, LIMIT)
    assert caught.value.failure is Failure.TRUNCATED


BOMBS = {
    "gzip": bomb(50),
    "gzip, gzip": bomb(50, twice=True),
    "deflate": zlib.compress(bytes(50_000_000)),
    "br": brotli.compress(bytes(50_000_000)),
    "zstd": zstd.compress(bytes(50_000_000)),
    "": bomb(50),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_is_too_large_long_before_it_is_unpacked(encoding: str) -> None:
    with pytest.raises(FetchError) as caught:
        decode_body(BOMBS[encoding], encoding, LIMIT)
    assert caught.value.failure is Failure.TOO_LARGE


def test_the_limit_is_exact() -> None:
    assert len(decode_body(gzip.compress(bytes(LIMIT)), "gzip", LIMIT)) == LIMIT
    with pytest.raises(FetchError):
        decode_body(gzip.compress(bytes(LIMIT + 1)), "gzip", LIMIT)


def test_members_are_joined_and_what_follows_the_last_is_ignored() -> None:
    body = gzip.compress(FEED[:50]) + gzip.compress(FEED[50:]) + b"\0\0\0 padding"
    assert decode_body(body, "gzip", LIMIT) == FEED


def test_layer_upon_layer_is_refused() -> None:
    body = FEED
    for _ in range(8):
        body = gzip.compress(body)
    with pytest.raises(FetchError) as caught:
        decode_body(body, "gzip", LIMIT)
    assert caught.value.failure is Failure.ENCODING


@given(st.binary(max_size=400), st.sampled_from(["", "gzip", "br", "deflate", "zstd", "gzip, br"]))
def test_any_bytes_come_out_or_fail_by_name(body: bytes, encoding: str) -> None:
    try:
        assert len(decode_body(body, encoding, 10_000)) <= 10_000
    except FetchError as fault:
        assert fault.failure in (Failure.TOO_LARGE, Failure.TRUNCATED, Failure.ENCODING)  # noqa: PT017
