"""The colours of the style sheet against WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is not text."""

import re
from itertools import product

import pytest

from monitor.web.pages.assets import body_of

SHEET = body_of("style.css").decode()
DARK_AT = SHEET.index("@media (prefers-color-scheme: dark)")
BLOCKS = {"light": SHEET[:DARK_AT], "dark": SHEET[DARK_AT : SHEET.index("* { box-sizing")]}
TEXT = [
    *product(("ink", "soft", "accent", "warn", "good"), ("paper",)),
    *product(("ink", "soft", "accent"), ("shade",)),
    ("on-accent", "accent"),
    ("on-notice", "notice"),
    ("ink", "mark"),
    ("soft", "off"),
]
OTHER = [("accent", "paper"), ("edge", "paper")]
# Which text stands on the tile of which stage, as the style sheet has it.
DARK_TEXT = {"light": range(1, 6), "dark": range(5, 10)}


def palette(scheme: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", BLOCKS[scheme]))


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str) -> None:
    colours = palette(scheme)
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_borders_can_be_seen(scheme: str) -> None:
    colours = palette(scheme)
    low = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in OTHER}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 3} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("stage", range(1, 10))
def test_the_code_on_a_tile_can_be_read(scheme: str, stage: int) -> None:
    colours = palette(scheme)
    text = colours["dark-text" if stage in DARK_TEXT[scheme] else "light-text"]
    assert contrast(text, colours[f"t{stage}"]) >= 4.5
