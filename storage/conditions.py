"""What a filter asks of agreements, steps and articles, as conditions on their rows."""

from sqlalchemy import ColumnElement, or_

from storage.records import CANARY_PAIR, Filter
from storage.tables import AgreementRow, ArticleRow, StepRow


def about_agreement(wanted: Filter) -> list[ColumnElement[bool]]:
    """The parties and the instrument."""
    found: list[ColumnElement[bool]] = []
    if wanted.party is not None:
        found.append(or_(AgreementRow.party_a == wanted.party, AgreementRow.party_b == wanted.party))
    if wanted.pair is not None:
        a, b = sorted(wanted.pair)
        found += [AgreementRow.party_a == a, AgreementRow.party_b == b]
    if wanted.instrument is not None:
        found.append(AgreementRow.instrument == wanted.instrument)
    return found


def real(wanted: Filter) -> list[ColumnElement[bool]]:
    """Leaves out the daily canary, unless it is asked for by name."""
    asked = wanted.pair == CANARY_PAIR or wanted.party in CANARY_PAIR
    return [] if asked else [AgreementRow.party_a != CANARY_PAIR[0]]


def about_step(wanted: Filter, *, dates: bool = True) -> list[ColumnElement[bool]]:
    """The stage, the state and (with `dates`) the day of a step."""
    found: list[ColumnElement[bool]] = []
    if wanted.stage is not None:
        found.append(StepRow.stage == wanted.stage)
    if wanted.state is not None:
        found.append(StepRow.state == wanted.state)
    if dates and wanted.since is not None:
        found.append(StepRow.date >= wanted.since)
    if dates and wanted.until is not None:
        found.append(StepRow.date <= wanted.until)
    return found


def about_article(wanted: Filter) -> list[ColumnElement[bool]]:
    """The language, tier and source."""
    found: list[ColumnElement[bool]] = []
    if wanted.language is not None:
        found.append(ArticleRow.language == wanted.language)
    if wanted.tier is not None:
        found.append(ArticleRow.tier == wanted.tier)
    if wanted.source_id is not None:
        found.append(ArticleRow.source_id == wanted.source_id)
    return found
