"""The register as files that others read: data set, feed, calendar, brief. docs/data.md is the codebook."""

from monitor.exporting.brief import brief
from monitor.exporting.calendar import Dated, calendar
from monitor.exporting.dataset import NoExportError, csv_text, json_lines, parquet
from monitor.exporting.feed import feed_of_articles, feed_of_steps

__all__ = [
    "Dated",
    "NoExportError",
    "brief",
    "calendar",
    "csv_text",
    "feed_of_articles",
    "feed_of_steps",
    "json_lines",
    "parquet",
]
