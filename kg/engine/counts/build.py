"""Making the counts: the store is asked the very questions that they are to answer."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad, QuerySolutions

from kg.engine.counts.patterns import GRAPH, KINDS, ROWS, WHOLE, Kind
from kg.engine.store import Store


def make_counts(store: Store) -> Iterator[Quad]:
    """The counts of a store, each as a statement; one count after the other, as different terms take room."""
    for kind in KINDS:
        for group, counted in kind.counted.items():
            for one in counted:
                yield from _counts(store, kind, group, one)


def _counts(store: Store, kind: Kind, group: str, counted: str) -> list[Quad]:
    """One count of each group; none where a group's term is no IRI, and so no name for it that lasts."""
    what = "*" if counted == ROWS else f"DISTINCT ?{counted}"
    by = f"?{group}" if group else ""
    text = f"SELECT (COUNT({what}) AS ?n) {by} {{ {kind.pattern} }} {by and f'GROUP BY {by}'}"
    found = store.query(text)
    assert isinstance(found, QuerySolutions)  # noqa: S101 - it is a SELECT
    column, told = kind.column(group, counted), []
    for row in found:
        subject = row[group] if group else WHOLE
        if not isinstance(subject, NamedNode):
            return []
        told.append(Quad(subject, column, row["n"], GRAPH))
    return told
