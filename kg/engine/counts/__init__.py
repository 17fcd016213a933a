"""Counts of the whole graph, made once with a release, so that a question for them need not look at every statement."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.errors import KgError
from kg.engine import Question
from kg.engine.counts.query import COLUMNS, read_count_query
from kg.engine.store import Results, Store


class Counts:
    """The counts of a release, as statements in a small store of their own, and the questions that they answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # a count that is not in the file is not answered here
        self._columns = frozenset(column for column in COLUMNS if any(True for _ in store.having(column)))

    @property
    def held(self) -> frozenset[NamedNode]:
        """The properties of the counts that there are."""
        return self._columns

    def results(self, text: str) -> Results | None:
        """Return the results of a question that asks for such counts and nothing else; None for all others.

        The dataset is that of a question without FROM. Columns, terms and the requested order are those of an engine;
        rows without an order come in the same one each time.
        """
        query = read_count_query(text)
        if query is None or not query.columns <= self._columns:
            return None
        try:
            return self._store.query(query.text)
        except KgError:  # then the engine says what is wrong, and where in the text of the question
            return None


def counted(counts: Counts | None, question: Question) -> Results | None:
    """Return what the counts answer; None without counts, or for a question about anything but the whole graph."""
    if counts is None or question.default_graphs or question.named_graphs:
        return None
    return counts.results(question.text)
