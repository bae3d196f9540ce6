"""The parts of pages that are plain functions: marks, plots, tiles, phrases."""

import re
import string
from datetime import date
from importlib.resources import files

import yaml

from monitor.detect import Mark
from monitor.web.pages.asked import catalogue
from monitor.web.pages.marking import LONGEST_TEXT, Piece, paragraphs, pieces
from monitor.web.pages.plot import LEFT, WIDTH, plot_of, ticks
from monitor.web.pages.world import places
from storage.records import StepRecord
from tests.storage.builders import a_step

WHOLE = {"nav", "pages"}


def mark(start: int, end: int, role: str) -> Mark:
    return Mark(field="text", start=start, end=end, role=role, verdict="alert")


def test_overlapping_marks_cut_the_text_into_pieces() -> None:
    body = "Kyiv and Oslo signed."
    cut = pieces(body, [mark(0, 21, "sentence"), mark(9, 13, "party"), mark(9, 20, "stage")])
    assert "".join(piece.text for piece in cut) == body
    assert Piece(text="Oslo", roles=("sentence", "party", "stage")) in cut
    assert Piece(text=" signed", roles=("sentence", "stage")) in cut


def test_marks_that_lie_keep_the_text_whole() -> None:
    body = "short"
    for start, end in ((-5, 99), (3, 3), (9, 12), (4, 2)):
        assert "".join(p.text for p in pieces(body, [mark(start, end, "party")])) == body


def test_paragraphs_are_told_apart_and_bounded() -> None:
    assert [p[0].text for p in paragraphs("One.\n\nTwo.\n", [])] == ["One.", "Two."]
    long = list(paragraphs("word " * LONGEST_TEXT, []))
    assert sum(len(piece.text) for p in long for piece in p) <= LONGEST_TEXT


def steps(*days: str) -> list[StepRecord]:
    return [a_step(f"DK-UA/{day}", date=date.fromisoformat(day)) for day in days]


def test_a_plot_keeps_every_dot_inside_and_in_order() -> None:
    plot = plot_of(steps("2024-02-23", "2024-02-24", "2025-06-01"))
    assert plot
    across = [dot.x for dot in plot.dots]
    assert across == sorted(across)
    assert LEFT < across[0] < across[-1] < WIDTH
    assert plot_of(steps("2024-02-23")) is not None
    assert plot_of([]) is None


def test_a_plot_has_few_ticks_over_any_span() -> None:
    for end in (date(2024, 3, 1), date(2025, 3, 1), date(2075, 1, 1)):
        assert 1 <= len(ticks(date(2024, 2, 1), end)) <= 8


def test_the_map_has_every_party_once() -> None:
    codes = [place.party for place in places()]
    assert len(codes) == len(set(codes))
    folder = files("monitor.detect.parties") / "data" / "states.yaml"
    states = set(re.findall(r"""^"?([A-Z]{2})"?:""", folder.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(codes) == states | {"NATO"}


def test_both_languages_say_the_same() -> None:
    english, ukrainian = catalogue("en"), catalogue("uk")
    assert english.keys() == ukrainian.keys()
    for name, phrase in english.items():
        assert _braces(phrase) == _braces(ukrainian[name]), name


def _braces(phrase: str) -> set[str | None]:
    return {field for _, _, field, _ in string.Formatter().parse(phrase) if field is not None}


def test_every_phrase_is_used_and_every_used_phrase_is_there() -> None:
    folder = files("monitor.web.pages")
    code = "".join(
        entry.read_text(encoding="utf-8")
        for place in (folder, folder / "templates")
        for entry in place.iterdir()
        if entry.name.endswith((".py", ".j2"))
    )
    used = set(re.findall(r"""\bt\(["']([a-z_0-9]+)["'][,)]""", code))
    beginnings = tuple(re.findall(r"""\bt\(f?["']([a-z]+_)(?:["'] ~|\{)""", code))
    there = yaml.safe_load((folder / "catalogues" / "en.yaml").read_text(encoding="utf-8"))
    assert used - set(there) == set()
    quoted = set(re.findall(r"""["']([a-z_0-9]+)["']|phrases\.([a-z_]+)""", code))
    named = {name for pair in quoted for name in pair}
    assert {name for name in there if name not in named and not name.startswith(beginnings)} == set()
