"""Near-duplicate fingerprints: copies are near, other texts are far."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.fingerprint import fingerprint

AGENCY = (
    "The defence ministers of Portugal and Kenya signed a security agreement in Nairobi on Tuesday. "
    "The document provides for joint patrols, training of staff officers and an exchange of maritime "
    "surveillance data for ten years. Parliament in Lisbon is expected to vote on it before the summer "
    "recess, while Nairobi needs only a decision of the cabinet. Both ministers said that the text had "
    "been negotiated in eleven months and that a joint committee would meet twice a year from now on."
)


def distance(one: str, other: str) -> int:
    a, b = fingerprint(one), fingerprint(other)
    assert a is not None
    assert b is not None
    return ((a ^ b) & 0xFFFFFFFFFFFFFFFF).bit_count()


def test_a_copy_with_other_case_and_punctuation_is_the_same() -> None:
    assert distance(AGENCY, AGENCY.upper().replace(".", " —")) == 0


def test_another_text_on_the_same_event_is_far() -> None:
    other = (
        "Lisbon and Nairobi have agreed on a pact that opens Kenyan ports to the Portuguese navy. João "
        "Gomes Cravinho called the signature a milestone; opposition parties asked who will pay for it."
    )
    assert distance(AGENCY, other) > 12


def test_no_words_have_no_fingerprint() -> None:
    assert fingerprint("… — !") is None


@given(st.text(min_size=1))
def test_it_is_a_signed_64_bit_integer_and_stable(text: str) -> None:
    value = fingerprint(text)
    assert value == fingerprint(text)
    assert value is None or -(2**63) <= value < 2**63
