"""A claim as a Finding: quoted spans with offsets, the reasons in words, the date and the place."""

import re
from collections.abc import Sequence
from datetime import date

from monitor.detect.claims import Claim
from monitor.detect.findings import Article, Evidence, Finding
from monitor.detect.parties import places_of
from monitor.terms import Stage

_SENTENCE = re.compile(r"[.!?\u3002](?=\s|$)|\n|\u3002")
_LONGEST = 500
_PLACE_LINE = re.compile(r"\s*([^\W\d_][^\W\d_]{2,}(?:[ -][^\W\d_]{2,}){0,2})\s*[,(\u2013\u2014-]")
_TOP = 2  # sentences, less the headline, in which the news is set


def finding_of(
    article: Article, claim: Claim, same: Sequence[Claim], published: date | None, language: str
) -> Finding:
    """The finding that a claim amounts to; `same` are the claims of its pair and stage, which may date it."""
    dated = next((c.date for c in sorted(same, key=lambda c: c is not claim) if c.date), None)
    expected = next((c.expected for c in same if c.expected), None)
    return Finding(
        parties=claim.link.pair,
        stage=claim.stage,
        instrument=claim.instrument,
        confidence=round(claim.confidence, 4),
        evidence=tuple(_evidence(article, claim)),
        reasons=_reasons(claim),
        date=dated or (published if claim.novelty == "new" else None),
        date_exact=dated is not None,
        place=_place(article, same, language),
        expected=expected,
        ordinal=_ordinal(claim),
        successor=claim.reading.has("successor"),
    )


def _ordinal(claim: Claim) -> int | None:
    """ "the third round": 3; only talks are counted."""
    if claim.stage not in (Stage.NEGOTIATIONS_STARTED, Stage.NEGOTIATIONS_ROUND):
        return None
    numbers = [m.tag[8:] for m in claim.reading.marks if m.tag.startswith("ordinal:")]
    return int(numbers[0]) if len(set(numbers)) == 1 else None


def _place(article: Article, same: Sequence[Claim], language: str) -> str | None:
    """Where it happened: the first town that a sentence of the claim, else the top of the text, is set in."""
    if all(claim.words.reality == "planned" for claim in same):
        return None  # what is yet to be signed has happened nowhere
    for claim in same:
        sentence = claim.reading.sentence
        source = article.title if sentence.field == "title" else article.text
        if name := _town(source[sentence.start : sentence.end], language):
            return name
    if same[0].novelty != "new":
        return None
    return _town(f"{article.title}\n{_top(article)}", language) or _written_from(article.text, language)


def _top(article: Article) -> str:
    """The first sentences of the text, roughly: what stands later is often what is recalled."""
    ends = [match.end() for match in _SENTENCE.finditer(article.text[:_LONGEST])]
    return article.text[: (ends[:_TOP] or [_LONGEST])[-1]]


def _written_from(text: str, language: str) -> str | None:
    """The town of a reporter's place line ("AMMAN, June 16 —"), where nothing better is said."""
    line = _PLACE_LINE.match(text)
    if line is None or not line[1].isupper():
        return None
    return next((place.name for place in places_of(line[1].title(), language)), None)


def _town(text: str, language: str) -> str | None:
    return next((place.name for place in places_of(text, language) if place.locative), None)


def _evidence(article: Article, claim: Claim) -> Sequence[Evidence]:
    sentence = claim.reading.sentence
    found = [_span(article, claim, sentence.start, sentence.end, "sentence")]
    found.extend(
        _words(article, claim, a.start, a.end, "party")
        for a in claim.link.actors
        if a in claim.reading.actors
    )
    found.append(_words(article, claim, claim.words.start, claim.words.end, "stage"))
    found.extend(_words(article, claim, n.start, n.end, "instrument") for n in claim.reading.nouns[:2])
    found.extend(_words(article, claim, w.start, w.end, "time") for w in claim.reading.times[:2])
    return found


def _words(article: Article, claim: Claim, start: int, end: int, role: str) -> Evidence:
    words = claim.reading.sentence.words
    return _span(article, claim, words[start].start, words[end - 1].end, role)


def _span(article: Article, claim: Claim, start: int, end: int, role: str) -> Evidence:
    field = claim.reading.sentence.field
    source = article.title if field == "title" else article.text
    return Evidence(quote=source[start:end], start=start, end=end, field=field, role=role)


def _reasons(claim: Claim) -> tuple[str, ...]:
    words = claim.reading.sentence.words
    named = [
        " ".join(w.raw for w in words[a.start : a.end])
        for a in claim.link.actors
        if a in claim.reading.actors
    ]
    step = " ".join(w.raw for w in words[claim.words.start : claim.words.end])
    who = f"{' and '.join(claim.link.pair)}: {claim.link.how}" + (f" ({', '.join(named)})" if named else "")
    what = f"{claim.stage}: “{step}” ({claim.words.reality})"
    return who, what, f"{claim.novelty}: {claim.why}" if claim.why else claim.novelty
