"""Data on its way out: a table on a terminal, tab-separated text in a pipe, JSON lines or CSV on wish."""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from monitor.cli.options import Format
from monitor.plain import cell as cell  # noqa: PLC0414  (given on from here)
from monitor.plain import inert_cell, json_text
from monitor.plain import plain as plain  # noqa: PLC0414  (given on from here)

T = TypeVar("T")
Columns = Mapping[str, Callable[[T], Any]]


def show(
    items: Iterable[T],
    columns: Columns[T],
    *,
    style: Format,
    as_json: Callable[[T], Any] | None = None,
    nothing: str = "",
) -> int:
    """Print the items and give back how many there were. `nothing` is said on stderr for none."""
    printer = {Format.JSON: _print_json, Format.CSV: _print_csv, Format.TABLE: _print_table}[style]
    count = printer(items, columns, as_json)
    if not count and nothing and style is Format.TABLE:
        print(nothing, file=sys.stderr)
    return count


def print_json(value: Any) -> None:
    """One line of JSON, written at once, so that a pipe streams."""
    print(json_text(value), flush=True)


def _print_json(items: Iterable[T], columns: Columns[T], as_json: Callable[[T], Any] | None) -> int:
    count = 0
    for item in items:
        whole = as_json(item) if as_json else {name: get(item) for name, get in columns.items()}
        print_json(whole)
        count += 1
    return count


def _print_csv(items: Iterable[T], columns: Columns[T], _: object) -> int:
    writer, count = csv.writer(sys.stdout, lineterminator="\n"), 0
    writer.writerow(columns)
    for item in items:
        writer.writerow([inert_cell(get(item)) for get in columns.values()])
        count += 1
    return count


def _print_table(items: Iterable[T], columns: Columns[T], _: object) -> int:
    rows = ([cell(get(item)) for get in columns.values()] for item in items)
    if not sys.stdout.isatty():
        return _print_tabs(list(columns), rows)
    kept = list(rows)
    if kept:
        _print_rich(list(columns), kept)
    return len(kept)


def _print_tabs(names: list[str], rows: Iterable[list[str]]) -> int:
    count = 0
    for row in rows:
        if not count:
            print("\t".join(names))
        print("\t".join(row))
        count += 1
    return count


def _print_rich(names: list[str], rows: list[list[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(text) for text in row))
    Console().print(table)
