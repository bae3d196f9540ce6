"""`sources probe --check` refuses every spelling of addresses that are not public."""

import ipaddress
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from tests.monitor.cli.running import pactwatch

ADDRESSES = ("127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")


def spellings(address: str) -> Iterator[str]:
    """Hosts that all mean this address: inet_aton's, IPv6's around it, and Unicode's."""
    number, parts = int(ipaddress.IPv4Address(address)), address.split(".")
    decimal, octal, hexadecimal = (
        [one.format(int(part)) for part in parts] for one in ("{}", "0{:o}", "{:#x}")
    )
    yield from (
        ".".join(mixed) for mixed in list(product(*zip(decimal, octal, hexadecimal, strict=True)))[::4]
    )
    yield from (str(number), f"{number:#x}", f"0{number:o}", f"{parts[0]}.{number & 0xFFFFFF}")
    yield from (f"{address}.", address.translate(FULL_WIDTH), address.translate(CIRCLED), f"a:b@{address}")
    yield from (f"[::ffff:{address}]", f"[::{address}]", f"[64:ff9b::{address}]", f"[::ffff:0:{address}]")
    yield f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]"


def test_several_hundred_spellings_are_refused(tmp_path: Path) -> None:
    urls = [f"http://{host}/" for address in ADDRESSES for host in spellings(address)]
    urls += [f"{scheme}://93.184.216.34/" for scheme in ("file", "ftp", "gopher", "data", "javascript")]
    assert len(urls) > 200
    ran = {url: pactwatch("sources", "probe", "--check", url, folder=tmp_path) for url in urls}
    wrong = [url for url, one in ran.items() if one.code != 1 or not one.out.startswith("refused: ")]
    assert not wrong
    assert (
        pactwatch("sources", "probe", "--check", "https://93.184.216.34/", folder=tmp_path).out == "allowed\n"
    )
