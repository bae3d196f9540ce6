"""Towns of a text as possible places of a step."""

import pytest

from monitor.detect.parties import places_of


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "They signed in Kyiv, then met in Davos and The Hague.", "Kyiv Davos The_Hague"),
        ("en", "KYIV, March 3 (Reuters) — It was signed in Vilnius.", "Vilnius"),
        ("en", "The Washington Post wrote from London.", "London"),
        ("uk", "У Харкові та Брюсселі, а потім у Києві", "Kharkiv Brussels Kyiv"),
        ("ru", "в Санкт-Петербурге и Пхеньяне", "Saint_Petersburg Pyongyang"),
        ("de", "in Den Haag und in Kiew", "The_Hague Kyiv"),
        ("pl", "w Kijowie i w Brukseli", "Kyiv Brussels"),
        ("fi", "Kiovassa ja Helsingissä", "Kyiv Helsinki"),
        ("ja", "広島とキーウで", "Hiroshima Kyiv"),
        ("zh", "在基辅和纽约", "Kyiv New_York"),
        ("ar", "في كييف وإسطنبول", "Kyiv Istanbul"),
    ],
)
def test_a_text_names_these_towns(language: str, text: str, names: str) -> None:
    assert [p.name.replace(" ", "_") for p in places_of(text, language)] == names.split()


def test_in_marks_where_something_happens() -> None:
    actor, place = places_of("Copenhagen signed it in Kharkiv.", "en")
    assert (actor.code, actor.locative) == ("DK", False)
    assert (place.code, place.locative) == ("UA", True)
    (ending,) = places_of("Kiovassa", "fi")
    assert ending.locative


def test_unknown_languages_have_no_places() -> None:
    assert places_of("Kyiv", "tlh") == ()
