"""Fragments: the part of the graph that fits one pattern, page by page, so that a client can join patterns itself.

The interfaces: https://linkeddatafragments.org/specification/triple-pattern-fragments/ and
https://linkeddatafragments.org/specification/quad-pattern-fragments/.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from kg.output.metadata import UNION

PAGE_SIZE = 100

TRIPLES = ("subject", "predicate", "object")
QUADS = (*TRIPLES, "graph")


@dataclass(frozen=True)
class Pattern:
    """What a fragment holds: each position is a term, or None for any.

    The graph ``UNION`` is the union of all named graphs, in which a triple stands once; any graph means the quads of
    all named graphs. A literal as subject or predicate is no mistake, since clients join terms of any kind: it fits
    nothing.
    """

    subject: NamedNode | Literal | None = None
    predicate: NamedNode | Literal | None = None
    object: NamedNode | Literal | None = None
    graph: NamedNode | None = UNION

    @property
    def fits_nothing(self) -> bool:
        """Whether no statement can have these terms."""
        return isinstance(self.subject, Literal) or isinstance(self.predicate, Literal)


@dataclass(frozen=True)
class Page:
    """A page of a fragment: its statements, its number from 1, and how many statements the whole fragment has.

    Statements of the union stand in the default graph.
    """

    pattern: Pattern
    number: int
    total: int
    statements: tuple[Quad, ...]

    @property
    def last(self) -> int:
        """The number of the last page; a fragment without statements has one page."""
        return last_page(self.total)


def last_page(total: int) -> int:
    """The number of the last page of a fragment with so many statements."""
    return max(1, -(-total // PAGE_SIZE))
