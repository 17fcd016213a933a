"""What is counted: patterns that match the whole graph, what their rows are grouped by, and what is told apart."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

ROWS = "rows"
GRAPH = NamedNode("counts:kept")
WHOLE = NamedNode("counts:whole")


@dataclass(frozen=True)
class Kind:
    """A pattern, its places in their order, and what is counted of its rows by the place that they are grouped by.

    "" groups all rows together. What is counted is the rows, or the different terms in a place.
    """

    name: str
    pattern: str
    places: tuple[str, ...]
    counted: dict[str, tuple[str, ...]]

    def column(self, group: str, counted: str) -> NamedNode:
        """The property that a count is kept by: of the group's term, or of ``WHOLE``."""
        return NamedNode(f"counts:{self.name}/{group or 'whole'}/{counted}")


TRIPLES = Kind(
    "triples",
    "?subject ?predicate ?object",
    ("subject", "predicate", "object"),
    {"": (ROWS, "subject", "predicate", "object"), "predicate": (ROWS, "subject", "object")},
)
TYPES = Kind(
    "types", "?entity a ?class", ("entity", "class"), {"": (ROWS, "entity", "class"), "class": (ROWS, "entity")}
)
QUADS = Kind(
    "quads",
    "GRAPH ?graph { ?subject ?predicate ?object }",
    ("graph", "subject", "predicate", "object"),
    {"": (ROWS, "graph", "subject", "predicate", "object"), "graph": (ROWS,)},  # there may be many graphs
)
KINDS = (TRIPLES, TYPES, QUADS)
COLUMNS = tuple(kind.column(group, one) for kind in KINDS for group, counted in kind.counted.items() for one in counted)
