"""The data set: CSV, JSON Lines and Parquet. Columns, types and licence stand in docs/data.md."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from monitor.plain import inert_cell, json_text

T = TypeVar("T")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SCHEMA_VERSION = "1"


class NoExportError(ValueError):
    """What cannot be written so; the message says why."""


def csv_text(items: Iterable[T], columns: Mapping[str, Callable[[T], Any]]) -> str:
    """The items as CSV with a header line. No cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for item in items:
        writer.writerow([inert_cell(get(item)) for get in columns.values()])
    return out.getvalue()


def json_lines(shapes: Iterable[Mapping[str, Any]]) -> str:
    """One JSON object a line."""
    return "".join(f"{json_text(shape)}\n" for shape in shapes)


def parquet(shapes: Iterable[Mapping[str, Any]], kind: str) -> bytes:
    """The shapes (of one kind of COLUMNS) as a Parquet file whose metadata names schema and licence.

    Raises NoExportError without pyarrow.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise NoExportError("Parquet needs pyarrow: install pactwatch[parquet]") from None
    types = {"text": pa.string(), "texts": pa.list_(pa.string()), "day": pa.date32(), "truth": pa.bool_()}
    types |= {"moment": pa.timestamp("us", tz="UTC"), "whole": pa.int64(), "share": pa.float64()}
    names = COLUMNS[kind]
    schema = pa.schema(
        [(name, types[what]) for name, what in names.items()],
        metadata={"pactwatch.schema": f"{kind}-{SCHEMA_VERSION}", "licence": LICENCE},
    )
    rows = [{name: _read(shape.get(name), what) for name, what in names.items()} for shape in shapes]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), out, compression="zstd")
    return out.getvalue()


def _read(value: Any, what: str) -> Any:
    """The value in the column's own type: shapes carry days and moments as text."""
    if value is None:
        return None
    if what == "day":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if what == "moment" else value


_ABOUT_STEP = {"id": "text", "parties": "texts", "instrument": "text"}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "steps": {
        **_ABOUT_STEP,
        "stage": "text",
        "date": "day",
        "date_exact": "truth",
        "place": "text",
        "ordinal": "whole",
        "expected": "day",
        "state": "text",
        "corroboration": "text",
        "confidence": "share",
        "origin": "text",
        "first_seen": "moment",
        "published": "moment",
        "reason": "text",
        "merged_into": "text",
        "sources": "texts",
    },
    "agreements": {"agreement": "text", "parties": "texts", "instrument": "text", "title": "text"},
    "details": {
        "step": "text",
        "kind": "text",
        "value": "text",
        "currency": "text",
        "year": "whole",
        "per": "text",
        "party": "text",
        "office": "text",
        "said": "text",
        "quote": "text",
        "field": "text",
        "start": "whole",
        "end": "whole",
        "article": "whole",
        "url": "text",
        "publisher": "text",
        "language": "text",
        "published": "moment",
    },
    "articles": {
        "id": "whole",
        "url": "text",
        "title": "text",
        "source": "text",
        "publisher": "text",
        "country": "text",
        "tier": "text",
        "language": "text",
        "published": "moment",
        "first_seen": "moment",
        "revision": "whole",
        "verified": "truth",
        "gone_at": "moment",
        "text": "text",
    },
}
