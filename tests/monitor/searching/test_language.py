"""The language of searches: what is understood, and what is said where nothing is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.searching import QueryError, parse
from monitor.searching.language import Either, Together, Words


def word(text: str) -> Words:
    return Words((text,))


def test_words_side_by_side_are_all_wanted() -> None:
    assert parse("a b").asked == parse("a AND b").asked == Together((word("a"), word("b")))


def test_or_binds_weaker_than_and() -> None:
    assert parse("a b OR c").asked == Either((Together((word("a"), word("b"))), word("c")))
    assert parse("a (b OR c)").asked == Together((word("a"), Either((word("b"), word("c")))))


def test_what_is_left_out() -> None:
    assert parse("a NOT b").asked == parse("a -b").asked == Together((word("a"),), (word("b"),))
    assert parse("a AND NOT (b OR c)").asked == Together((word("a"),), (Either((word("b"), word("c"))),))


def test_phrases_and_beginnings() -> None:
    assert parse('"Security  agreement"').asked == Words(("security", "agreement"), exact=True)
    assert parse("secur*").asked == Words(("secur",), prefix=True)
    assert parse("DK-UA").asked == Words(("dk", "ua"), exact=True)
    assert parse("米").asked == Words(("米",), prefix=True)


def test_fields_narrow_the_whole_search() -> None:
    query = parse("угода party:DK since:2024-01 lang:uk")
    assert query.asked == word("угода")
    assert query.fields == {"party": "DK", "since": "2024-01", "lang": "uk"}
    assert parse("stage:signed").asked is None


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ('say "never', "no end", 4),
        ("(a OR b", "not closed", 0),
        ("a) b", "closes nothing", 1),
        ("OR a", "both its sides", 0),
        ("a OR", "both its sides", 2),
        ("a AND", "both its sides", 2),
        ("AND a", "both its sides", 0),
        ("NOT a", "not only what to leave out", 0),
        ("a OR NOT b", "not only what to leave out", 5),
        ("a NOT", "both its sides", 2),
        ("a NOT NOT b", "only words", 2),
        ("a partty:DK", 'did you mean "party"', 2),
        ("http://a.example", "text goes in quotes", 0),
        ("a party:DK party:UA", "twice", 11),
        ("a OR party:DK", "cannot stand", 0),
        ("a (party:DK)", "cannot stand", 3),
        ("NOT party:DK", "only words", 0),
        ("(" * 30 + "a" + ")" * 30, "too deep", 10),
        ("a " * 50, "at most 40 words", 80),
        ("a" * 1001, "at most 1000", 1000),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, reason: str, at: int) -> None:
    with pytest.raises(QueryError, match=reason) as caught:
        parse(text)
    assert caught.value.at == at


PIECES = st.sampled_from(
    [
        "a",
        "b*",
        '"',
        "(",
        ")",
        "OR",
        "AND",
        "NOT",
        "-",
        ":",
        "party:DK",
        "zz:",
        "*",
        "'",
        ";",
        "--",
        "安全",
        "NEAR",
        "^",
    ]
)


@given(
    st.one_of(
        st.text(), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join)
    )
)
def test_anything_is_understood_or_refused_with_a_place(text: str) -> None:
    places = range(len(text) + 1)
    try:
        parse(text)
    except QueryError as error:
        at = error.at
    else:
        at = 0
    assert at in places
