"""Counts of the whole graph, made once with a release, so that a question for them need not look at every statement."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.core.errors import KgError
from kg.engine.counts.parser import read_count_query
from kg.engine.counts.patterns import COLUMNS
from kg.engine.store import Results, Store


class Counts:
    """The counts of a release, as statements in a small store of their own, and the questions that they answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # a count that was not kept is not answered here
        self._held = frozenset(column for column in COLUMNS if any(True for _ in store.having(column)))

    @property
    def held(self) -> frozenset[NamedNode]:
        """The properties that counts are kept by."""
        return self._held

    def results(self, text: str) -> Results | None:
        """What a question finds that asks for such counts and nothing else; None for all others.

        The dataset is that of a question without FROM. Columns, terms and the order that it asks for are those of an
        engine; rows without an order come in the same one each time.
        """
        asked = read_count_query(text)
        if asked is None or not asked.columns <= self._held:
            return None
        try:
            return self._store.query(asked.text)
        except KgError:  # then the engine tells what is wrong, and where in the text that was asked
            return None
