"""What a mention says besides the party: form, weight, case, pair, and whose "the government" is."""

import pytest

from monitor.detect.parties import PartyMention, find_parties, languages


def spans(text: str, language: str, **more: str) -> list[tuple[str, str, str]]:
    return [(m.code, text[m.start : m.end], m.form) for m in find_parties(text, language, None, **more)]


@pytest.mark.parametrize(
    ("language", "text", "halves"),
    [
        ("en", "the Danish-Ukrainian pact", ["Danish", "Ukrainian"]),
        ("uk", "українсько-данська угода", ["українсько", "данська"]),
        ("de", "das deutsch-ukrainische Abkommen", ["deutsch", "ukrainische"]),
        ("fr", "un pacte franco-ukrainien", ["franco", "ukrainien"]),
        ("ja", "日比協定", ["日", "比"]),
        ("ko", "한미 동맹", ["한", "미"]),
        ("fi", "suomalais-ukrainalainen", ["suomalais", "ukrainalainen"]),
        ("en", "a US–Japan treaty", ["US", "Japan"]),
    ],
)
def test_a_pair_shares_its_id(language: str, text: str, halves: list[str]) -> None:
    one, other = find_parties(text, language)
    assert [text[m.start : m.end] for m in (one, other)] == halves
    assert one.form == other.form == "compound"
    assert one.pair_id == other.pair_id is not None


def test_a_first_half_alone_is_nothing() -> None:
    assert find_parties("an Anglo idea", "en") == ()


def test_three_states_in_one_word_share_one_id() -> None:
    assert len({m.pair_id for m in find_parties("日米韓協力", "ja")}) == 1
    assert [m.code for m in find_parties("日米韓協力", "ja")] == ["JP", "US", "KR"]


def test_a_capital_after_in_is_mostly_the_place() -> None:
    actor, place = find_parties("Kyiv signed it in Copenhagen.", "en")
    assert (actor.weight, actor.grammar) == (0.6, None)
    assert (place.weight, place.grammar) == (0.3, "locative")


@pytest.mark.parametrize(
    ("language", "text", "case"),
    [
        ("uk", "з Данією", "instrumental"),
        ("fi", "Ruotsissa", "locative"),
        ("pl", "z Danią", "instrumental"),
        ("ru", "Германии", "genitive"),
        ("lt", "Lenkijoje", "locative"),
        ("hu", "Ukrajnával", "instrumental"),
    ],
)
def test_the_ending_hints_at_the_case(language: str, text: str, case: str) -> None:
    (mention,) = find_parties(text, language)
    assert mention.grammar == case


@pytest.mark.parametrize(
    ("language", "country", "text", "found"),
    [
        ("sv", "SE", "Regeringen har i dag beslutat.", [("SE", "Regeringen", "own")]),
        ("sv", "SE", "den danska regeringen", [("DK", "danska", "adjective")]),
        ("en", "AU", "Our country and Fiji", [("AU", "Our country", "own"), ("FJ", "Fiji", "name")]),
        ("en", "AU", "the government of Fiji", [("FJ", "Fiji", "name")]),
        ("uk", "UA", "Міноборони і Данія", [("UA", "Міноборони", "own"), ("DK", "Данія", "name")]),
        ("uk", "UA", "Міноборони Данії", [("DK", "Данії", "name")]),
        ("ja", "JP", "我が国とフィリピン", [("JP", "我が国", "own"), ("PH", "フィリピン", "name")]),
    ],
)
def test_own_words_belong_to_the_publishers_state(
    language: str, country: str, text: str, found: list[tuple[str, str, str]]
) -> None:
    assert spans(text, language, country=country) == found


def test_own_words_of_nobody_known_name_nobody() -> None:
    assert find_parties("The government agreed.", "en") == ()


def test_seats_and_ministries_name_their_state() -> None:
    assert spans("Downing Street and the State Department", "en") == [
        ("GB", "Downing Street", "seat"),
        ("US", "State Department", "ministry"),
    ]


def test_language_tags_are_read_and_unknown_ones_find_nothing() -> None:
    assert [m.code for m in find_parties("Norge og Danmark", "nb-NO")] == ["NO", "DK"]
    assert [m.code for m in find_parties("丹麥", "zh-Hant-TW")] == ["DK"]
    assert find_parties("Denmark", "tlh") == ()
    assert len(languages()) == 34


def test_a_mention_is_a_value() -> None:
    first, second = find_parties("Denmark", "en"), find_parties("Denmark", "en")
    assert first == second == (PartyMention(code="DK", start=0, end=7, form="name", weight=1.0),)
