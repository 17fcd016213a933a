"""Search: names and descriptions in three languages, found in spite of case, accents, script, pinyin and slips."""

from __future__ import annotations

from kg.search.database import write_index
from kg.search.entries import Entry, Role, Text, read_entries
from kg.search.index import SearchIndex, index_of
from kg.search.query import MOST_CHARACTERS
from kg.search.ranking import Hit, MatchKind, SearchResult

__all__ = [
    "MOST_CHARACTERS",
    "Entry",
    "Hit",
    "MatchKind",
    "Role",
    "SearchIndex",
    "SearchResult",
    "Text",
    "index_of",
    "read_entries",
    "write_index",
]
