"""The tables, as typed declarative models. Column names are the fields of the records they keep."""

from storage.tables.articles import ArticleRow, RevisionRow, words_table
from storage.tables.forms import FormRow
from storage.tables.kept import Kept
from storage.tables.outbox import AlertRow, DeliveryRow, SilenceRow
from storage.tables.rereads import RereadRow
from storage.tables.sources import EntryRow, MetaRow, SourceRow, VisitRow
from storage.tables.steps import AgreementRow, MentionRow, ReviewRow, StepRow
from storage.tables.tokens import TokenRow

__all__ = [
    "AgreementRow",
    "AlertRow",
    "ArticleRow",
    "DeliveryRow",
    "EntryRow",
    "FormRow",
    "Kept",
    "MentionRow",
    "MetaRow",
    "RereadRow",
    "ReviewRow",
    "RevisionRow",
    "SilenceRow",
    "SourceRow",
    "StepRow",
    "TokenRow",
    "VisitRow",
    "words_table",
]
