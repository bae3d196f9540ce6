"""The demo is the whole system on loopback: every expected step is told once, and nothing else."""

import asyncio
import io
import re
import time

import pytest

from monitor.demo import run_demo


@pytest.fixture(scope="module")
def shown() -> tuple[int, str, float]:
    out, began = io.StringIO(), time.monotonic()
    code = asyncio.run(run_demo(out))
    return code, out.getvalue(), time.monotonic() - began


def test_each_new_step_is_told_once_in_each_channel_and_nothing_else(shown: tuple[int, str, float]) -> None:
    code, text, _ = shown
    assert "3 new steps, 3 alerts by mail, 3 in Slack, 0 repeats, expected 3" in text
    assert code == 0


def test_it_takes_less_than_a_minute(shown: tuple[int, str, float]) -> None:
    assert shown[2] < 60


def test_each_trouble_is_shown_with_its_reason(shown: tuple[int, str, float]) -> None:
    _, text, _ = shown
    assert re.search(r"✗ Buletinul Apărării: blocked \(HTTP 403\)", text)
    assert re.search(r"✗ Adriatic Daily: not a feed", text)
    assert re.search(r"✗ Ilmarinen Sanomat: timeout", text)
    assert re.search(r"✗ Dziennik Odra: (broken in the middle|malformed)", text)


def test_what_stays_silent_says_why(shown: tuple[int, str, float]) -> None:
    _, text, _ = shown
    for headline in ("Explainer: who has signed", "Canada announces a new package"):
        _, found, after = text.partition(headline)
        assert found
        assert "silent" in after[:600]


def test_plain_text_has_no_control_codes(shown: tuple[int, str, float]) -> None:
    assert "\x1b" not in shown[1]
