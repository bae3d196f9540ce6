"""What detection takes and gives: Article in, Detection out. All are frozen values."""

from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime

from monitor.terms import Instrument, Pair, Particular, Party, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page (or an entry's own text where the page is not had), as detection reads it.

    `language` and `zone` are the source's claim, a hint only. `published` is aware UTC; relative
    dates ("on Friday") are resolved against it in `zone` (an IANA name).
    """

    id: str
    title: str
    text: str
    language: str | None = None
    published: datetime | None = None
    url: str | None = None
    source_kind: str | None = None
    zone: str = "UTC"
    country: str | None = None  # of the publisher: what "the government" or "the president" means there


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A quoted span of the input. `field` is "title" or "text"; offsets are characters into it."""

    quote: str
    start: int
    end: int
    field: str = "text"
    role: str = "sentence"  # sentence, party, instrument, stage, time, place


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A particular that the text states, with the sentence that states it.

    `value` is for machines (see Particular); `said` are the words of the quote that give it, as they stand.
    Only sums have a `currency` (ISO 4217), the `year` that they are for and `per` ("year" where it is so much
    each year); only people have a `party` and an `office`, where the sentence gives them.
    """

    kind: Particular
    value: str
    said: str
    evidence: Evidence
    currency: str | None = None
    year: int | None = None
    per: str | None = None
    party: Party | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What detection claims about one article: these two parties, this stage, this instrument.

    `evidence[0]` is the sentence. `date` is when the step happened (or, for a planned signing, was
    announced); `date_exact` is False where only the publication date stood in for it. `confidence`
    is a calibrated probability that the finding is right. `reasons` say, one short sentence each,
    what named the parties, what gave the stage and what decided new or recalled.
    """

    parties: Pair
    stage: Stage
    instrument: Instrument
    confidence: float
    evidence: tuple[Evidence, ...]
    reasons: tuple[str, ...]
    date: Day | None = None
    date_exact: bool = False
    place: str | None = None  # the town or venue, by its usual English name in whatever language the text is
    ordinal: int | None = None  # "third round": 3
    expected: Day | None = None  # "to be signed on Friday": that Friday, on a text_agreed finding
    details: tuple[Detail, ...] = ()  # what else the text states of it; never without a quote
    successor: bool = False  # "new", "updated", "replaces the agreement of": not the pair's first of its kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """All that one article says: `findings` are new steps, `background` are recalled ones,
    `denials` are steps that the text says did not happen. `silence` tells why nothing is new."""

    article_id: str
    language: str
    findings: tuple[Finding, ...] = ()
    background: tuple[Finding, ...] = ()
    denials: tuple[Finding, ...] = ()
    silence: tuple[str, ...] = ()
    language_known: bool = True
