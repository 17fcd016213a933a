"""Counts of the whole graph, computed once with a release, so that queries for them do not read every statement."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.errors import KgError
from kg.engine import Question
from kg.engine.counts.query import COLUMNS, read_count_query
from kg.engine.store import Results, Store


class Counts:
    """The counts of a release, as statements in a small store of their own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # a count that is not in the file is not answered here
        self._columns = frozenset(column for column in COLUMNS if any(True for _ in store.having(column)))

    @property
    def held(self) -> frozenset[NamedNode]:
        """The properties of the counts that exist."""
        return self._columns

    def results(self, text: str) -> Results | None:
        """Return the results of a query that asks for these counts and nothing else, or None.

        The dataset is that of a query without FROM. Columns, terms and the requested order are those of an engine.
        Rows without a requested order always come in the same order.
        """
        query = read_count_query(text)
        if query is None or not query.columns <= self._columns:
            return None
        try:
            return self._store.query(query.text)
        except KgError:  # the engine then reports the error, and its place in the text of the query
            return None


def counted(counts: Counts | None, question: Question) -> Results | None:
    """Return the results from the counts; None without counts, or for a query about a part of the graph."""
    if counts is None or question.default_graphs or question.named_graphs:
        return None
    return counts.results(question.text)
