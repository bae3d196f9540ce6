"""The field's words as types: stages, instruments, tiers, corroboration, parties and pairs.

Every other module speaks in these. They are plain strings underneath, so that records, JSON and SQL
show the words themselves.
"""

from enum import StrEnum


class Stage(StrEnum):
    """A stage that an agreement reaches, in the order in which stages usually follow each other."""

    PROPOSED = "proposed"
    NEGOTIATIONS_STARTED = "negotiations_started"
    NEGOTIATIONS_ROUND = "negotiations_round"
    TEXT_AGREED = "text_agreed"
    SIGNED = "signed"
    RATIFIED = "ratified"
    IN_FORCE = "in_force"
    AMENDED = "amended"
    SUSPENDED_OR_TERMINATED = "suspended_or_terminated"

    @property
    def rank(self) -> int:
        """0 for proposed to 8 for suspended_or_terminated."""
        return _RANKS[self]


_RANKS = {stage: rank for rank, stage in enumerate(Stage)}


class Instrument(StrEnum):
    """The kind of agreement. Two kinds between one pair are two agreements."""

    SECURITY_AGREEMENT = "security_agreement"
    MUTUAL_DEFENCE_TREATY = "mutual_defence_treaty"
    DEFENCE_COOPERATION_AGREEMENT = "defence_cooperation_agreement"
    RECIPROCAL_ACCESS_OR_SOFA = "reciprocal_access_or_sofa"
    STRATEGIC_PARTNERSHIP_WITH_DEFENCE = "strategic_partnership_with_defence"
    OTHER_SECURITY = "other_security"


class Particular(StrEnum):
    """The kind of a detail that a text states of an agreement or of a step."""

    DURATION = "duration"  # how long it holds: ISO 8601, "P10Y"
    EXPIRY = "expiry"  # until when: a day, or a year
    SUM = "sum"  # what one side undertakes to give: a number, with its currency
    CONSULTATION = "consultation"  # how soon the sides consult after an attack: ISO 8601, "PT24H"
    SIGNATORY = "signatory"  # who signed: the name as it stands
    DELEGATION_HEAD = "delegation_head"  # who led the talks for a side: the name as it stands
    EXPECTED_SIGNING = "expected_signing"  # a day
    EXPECTED_IN_FORCE = "expected_in_force"  # a day


class Tier(StrEnum):
    """The rank of a source, best first. A discovery source leads to others and never alerts alone."""

    OFFICIAL = "official"
    PARLIAMENT = "parliament"
    AGENCY = "agency"
    PRESS = "press"
    DISCOVERY = "discovery"


class Corroboration(StrEnum):
    """Who stands behind a step, weakest first."""

    SINGLE = "single"
    INDEPENDENT = "independent"
    ONE_SIDE = "one_side"
    BOTH_SIDES = "both_sides"

    @property
    def rank(self) -> int:
        """0 for one report to 3 for both sides officially."""
        return list(Corroboration).index(self)


# A party is an ISO 3166-1 alpha-2 code (XK for Kosovo), "EU" or "NATO".
Party = str
Pair = tuple[Party, Party]


def pair_of(one: Party, other: Party) -> Pair:
    """The two parties in the order in which a pair is always written: alphabetical.

    Raises ValueError when both are the same party.
    """
    if one == other:
        raise ValueError(f"a pair needs two parties, got {one!r} twice")
    return (one, other) if one < other else (other, one)


def pair_name(pair: Pair) -> str:
    """ "DK-UA" for ("DK", "UA")."""
    return f"{pair[0]}-{pair[1]}"
