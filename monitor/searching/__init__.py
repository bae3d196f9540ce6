"""Search: what an article is found by, the language of searches, and carrying one out."""

from monitor.searching.finding import Hit, matching, narrowed, search
from monitor.searching.language import QueryError, parse
from monitor.searching.lemmas import search_text
from monitor.searching.lenient import leniently
from monitor.searching.saved import found_by
from monitor.searching.snippets import Snippet, marked

__all__ = [
    "Hit",
    "QueryError",
    "Snippet",
    "found_by",
    "leniently",
    "marked",
    "matching",
    "narrowed",
    "parse",
    "search",
    "search_text",
]
