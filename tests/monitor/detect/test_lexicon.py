"""Lexicon files: all of ours load, and a wrong one is refused with file and key."""

import pytest

from monitor.detect.lexicon import LexiconError, languages, lexicon, read_lexicon
from monitor.detect.tokens import words_of


@pytest.mark.parametrize("language", languages())
def test_a_shipped_lexicon_loads_and_says_its_language(language: str) -> None:
    loaded = lexicon(language)
    assert loaded is not None
    assert loaded.language == language


def test_a_language_without_a_file_has_no_lexicon() -> None:
    assert lexicon("tlh") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("languag: en", "unknown key 'languag'"),
        ("recalled: [earlier, no]", "recalled: a list of strings"),
        ("steps: {signd: {done: [signed]}}", "steps: unknown key 'signd'"),
        ("steps: {signed: {did: [signed]}}", "steps.signed: unknown key 'did'"),
        ("instruments: {treaty: [treaty]}", "instruments: unknown key 'treaty'"),
        ("between: [between]", "between: 'between' needs an @"),
        ("recalled: ['with @']", "recalled: 'with @' must not hold @"),
        ("recalled: ['~2 earlier']", "begins or ends with a gap"),
        ("recalled: ['{sign} earlier']", "there is no set {sign}"),
        ("recalled: ['(a b|c']", "a bracket is not closed"),
        ("times: {months: {13: [smarch]}}", "months.13: a number from 1 to 12"),
        ("elisions: cut", "elisions: one of join, split"),
        ("ordinal_dot: perhaps", "ordinal_dot: true or false"),
        ("[]", "a mapping is wanted"),
        ("a: [", "xx.yaml"),
    ],
)
def test_a_wrong_lexicon_is_refused_with_its_file_and_key(text: str, says: str) -> None:
    with pytest.raises(LexiconError) as refused:
        read_lexicon(text, "xx.yaml")
    assert "xx.yaml" in str(refused.value)
    assert says in str(refused.value)


def test_brackets_may_stand_side_by_side_in_one_choice() -> None:
    lexicon = read_lexicon("language: xx\nrecalled: ['signs now|(next week)|(later today)']\n", "xx.yaml")
    found = {
        text: bool(list(lexicon.plain.find(words_of(text))))
        for text in ("signs now", "signs next week", "signs later today", "signs next later")
    }
    assert found == {
        "signs now": True, "signs next week": True, "signs later today": True, "signs next later": False,
    }  # fmt: skip


def test_the_gaps_beside_a_word_that_may_be_missing_are_one_gap() -> None:
    lexicon = read_lexicon("language: xx\nrecalled: ['ends ~1 (work on)? ~1 pact']\n", "xx.yaml")
    found = {
        text: bool(list(lexicon.plain.find(words_of(text))))
        for text in ("ends pact", "ends the new pact", "ends its work on the pact", "ends all the new pact")
    }
    assert found == {
        "ends pact": True, "ends the new pact": True, "ends its work on the pact": True,
        "ends all the new pact": False,
    }  # fmt: skip
