"""G8: no way inside, no live markup, no secret in anything written, TLS verified; a siege of the pages."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.promises import g8_markup, g8_reach, g8_secrets, g8_tls, g8_web
from tests.promises.attempt import Tally
from tests.promises.by_tests import ByTests

Part = Callable[[Path], Coroutine[Any, Any, str]]
TESTS = ByTests(
    files=(
        "tests/spiders/test_guard.py",
        "tests/spiders/test_addresses.py",
        "tests/spiders/test_tls.py",
        "tests/monitor/alerts/test_planted_secrets.py",
        "tests/monitor/alerts/test_rendering.py",
        "tests/monitor/alerts/test_mail_headers.py",
        "tests/monitor/web",
    ),
    reaches="the ordinary tests of guard, addresses, TLS, secrets, rendering and the pages, schemathesis too",
)
CROWD, BODY, SIEGE = 10_000, 1_000_000_000, 15.0
QUICK_CROWD, QUICK_BODY, QUICK_SIEGE = 500, 5_000_000, 2.0


def prove(tally: Tally, *, seed: int, long: bool) -> str:
    """A line on what was tried. The long form takes the ordinary tests of the same promise, too; the quick
    one leaves out two of the longer parts, by its seed."""
    parts: list[Part] = [
        lambda folder: g8_reach.play(tally, folder, every=1 if long else 10),
        lambda folder: g8_tls.play(tally, folder),
    ]
    longer: list[Part] = [
        lambda folder: g8_web.play(
            tally, folder,
            crowd=CROWD if long else QUICK_CROWD,
            body=BODY if long else QUICK_BODY,
            seconds=SIEGE if long else QUICK_SIEGE,
        ),
        lambda folder: g8_markup.play(tally, folder, every=1 if long else 9),
        lambda folder: g8_secrets.play(tally, folder),
    ]  # fmt: skip
    tried = []
    for part in [*parts, *(longer if long else [longer[seed % len(longer)]])]:
        with tempfile.TemporaryDirectory() as folder:
            tried.append(asyncio.run(part(Path(folder))))
    if long:
        tried.append(TESTS.prove(tally, seed=seed, long=long))
    return "; ".join(tried)
