"""What all tables share: one metadata, constraint names that migrations can name, Python types to columns."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from sqlalchemy import Date, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

from storage.columns import BigId, PlainText, UtcDateTime

# Ids follow time: rows are added by one writer at a time and ids are never used again.
Id = Annotated[int, mapped_column(BigId, primary_key=True)]
IN_TIME_ORDER = {"sqlite_autoincrement": True}


class Kept(DeclarativeBase):
    """The root of all models."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {str: PlainText, datetime: UtcDateTime, date: Date}
