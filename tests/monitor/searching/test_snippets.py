"""What of a text is shown with a hit."""

import pytest

from monitor.searching import marked
from monitor.searching.snippets import snippet


@pytest.mark.parametrize(
    ("text", "shown", "told"),
    [
        ("Kyiv and Oslo signed.", {"oslo", "sign*"}, "Kyiv and «Oslo» «signed»."),
        ("日英安全保障協定", {"安全", "全保"}, "日英«安全保»障協定"),
        ("Об'єднання сил", {"обєднання"}, "«Об'єднання» сил"),
        ("Nothing of it", {"zebra"}, "Nothing of it"),
        ("two\n\tlines\u202e \x1b[31m", {"lines"}, "two «lines» [31m"),
        ("", {"a"}, ""),
    ],
)
def test_what_was_asked_for_is_marked(text: str, shown: set[str], told: str) -> None:
    assert marked(snippet(text, frozenset(shown))) == told


def test_a_snippet_begins_near_the_first_hit_and_is_short() -> None:
    told = snippet("word " * 500 + "treaty " + "word " * 500, frozenset({"treaty"}))
    assert told[0] == ("… ", False)
    assert ("treaty", True) in told
    assert sum(len(piece) for piece, _ in told) < 240
