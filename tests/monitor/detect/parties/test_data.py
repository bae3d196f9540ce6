"""The data files say what they should: CLDR's names are babel's, codes are parties, terms are in order."""

import pytest
from babel import Locale

from monitor.detect.parties.build import read_list, state_names
from monitor.detect.parties.inflect import first_half, inflect
from monitor.detect.parties.leaders import in_office, offices
from monitor.detect.parties.lists import languages, read, wording

STATES = read_list("states.yaml")
CODES = {*STATES, "NATO"}


@pytest.mark.parametrize("language", ["uk", "de", "ja", "fi"])
def test_names_are_those_of_babel(language: str) -> None:
    listed = {code: names[0] for code, names in read(f"cldr/{language}.yaml")["names"].items()}
    assert listed == state_names(Locale.parse(language), STATES)


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_list_is_keyed_by_parties(language: str) -> None:
    words = wording(language)
    for listed in (
        words.names,
        words.adjectives,
        words.capitals,
        words.demonyms,
        words.halves,
        words.letters,
    ):
        assert set(listed) <= CODES, set(listed) - CODES
    assert len(words.names) >= 197


def test_terms_of_office_are_in_order() -> None:
    for office in offices():
        assert office.code in CODES
        assert all(start <= end for start, end in office.terms), office.who


def test_of_two_bearers_the_later_counts_without_a_day() -> None:
    rutte = [office for office in offices() if office.who == "Mark Rutte"]
    rutte.sort(key=lambda office: office.terms[-1], reverse=True)
    found = in_office(tuple(rutte), None)
    assert found is not None
    assert found.code == "NATO"


def test_seats_and_venues_belong_to_parties() -> None:
    assert set(read("seats.yaml")) <= CODES
    assert {venue["state"] for venue in read("venues.yaml").values()} <= CODES


@pytest.mark.parametrize(
    ("language", "word", "forms"),
    [
        ("uk", "Київ", {"Києва", "Києву", "Києвом", "Києві"}),
        ("pl", "Niemcy", {"Niemiec", "Niemcom", "Niemcami", "Niemczech"}),
        ("fi", "Islanti", {"Islannin", "Islannissa", "Islantia"}),
        ("hu", "Magyarország", {"Magyarországgal", "Magyarországon"}),
        ("lt", "Lietuva", {"Lietuvos", "Lietuvoje", "Lietuvą"}),
        ("cs", "Praha", {"Prahy", "Praze", "Prahou"}),
        ("el", "Ουκρανία", {"Ουκρανίας"}),
        ("ka", "უკრაინა", {"უკრაინამ", "უკრაინის", "უკრაინაში"}),
    ],
)
def test_a_name_takes_its_forms(language: str, word: str, forms: set[str]) -> None:
    assert forms <= set(inflect(word, wording(language).noun_rules))


def test_a_word_without_a_paradigm_stays() -> None:
    assert inflect("Конго", wording("uk").noun_rules) == {"Конго": None}
    assert first_half("данський", wording("uk").half_rules) == "дансько"
    assert first_half("швейцар", wording("uk").half_rules) is None
