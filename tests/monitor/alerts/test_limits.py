"""Cutting and splitting at whole characters; links and text made inert."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.alerts.rendering.inert import inert, safe_link, uncalled
from monitor.alerts.rendering.limits import cut, split

FAMILY = "👨\u200d👩\u200d👧"
FLAGS = "🇩🇰🇺🇦🇳🇴"


@pytest.mark.parametrize(
    ("text", "room", "cut_to"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one two three", 9, "one two…"),
        ("abcdefghij", 5, "abcd…"),
        ("ab" + FAMILY + "cd", 5, "ab…"),
        (FLAGS, 4, "🇩🇰…"),
        (FLAGS, 5, "🇩🇰🇺🇦…"),
        ("cafe\u0301 noir", 5, "caf…"),
        ("👍🏽👍🏽", 3, "👍🏽…"),
        ("x", 0, ""),
    ],
)
def test_a_cut_leaves_whole_characters(text: str, room: int, cut_to: str) -> None:
    assert cut(text, room) == cut_to


@given(st.text(max_size=300), st.integers(min_value=2, max_value=80))
def test_cut_and_split_keep_their_room_and_split_loses_only_space(text: str, room: int) -> None:
    assert len(cut(text, room)) <= room
    parts = split(text, room)
    assert all(len(part) <= room for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text())
@example("0 \x00 0")
@example("0 \U000e0fff 0")
def test_inert_text_is_one_line_and_stays_so(text: str) -> None:
    once = inert(text)
    assert inert(once) == once
    assert "\n" not in once
    once.encode("utf-8")


@pytest.mark.parametrize(
    "text", ["Ærø og Łódź", "Україна", "日本とフィリピン", "می\u200cخواهد", "Việt Nam", "ประเทศไทย"]
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert inert(text) == text


def test_nobody_is_called() -> None:
    assert "@channel" not in uncalled("hey @channel and @Everyone")
    assert uncalled("mail ann@allied.example") == "mail ann@allied.example"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user:pw@x.example/",
        'https://x.example/"onclick=',
        "https://x.example/ a",
        "https://x.example/|label>",
        "//x.example",
        "https://",
        "https://x.example/\u202egnp",
        "https://[::1",
        None,
    ],
)
def test_an_address_that_is_no_plain_link_is_none(address: str | None) -> None:
    assert safe_link(address) is None


def test_a_plain_link_is_kept() -> None:
    assert safe_link("https://x.example/a?b=1&c=ї#d") == "https://x.example/a?b=1&c=ї#d"
