"""A diagram of one part of the ontology: its classes, and the properties and subclass relations between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import NamedNode

from kg.graph.ontology.terms import Module, Sort, Vocabulary

Node: TypeAlias = NamedNode | None
"""A class, or None if a property declares no domain or range."""


@dataclass(frozen=True)
class Edge:
    """An edge from the domain of a property to its range, or from a class to its superclass.

    An end that is not declared is None.
    """

    start: NamedNode | None
    end: Node
    property: NamedNode | None = None


@dataclass(frozen=True)
class Diagram:
    """The classes of a part and those that its edges reach (``nodes``), the edges, and the individuals by class.

    ``nodes`` are in reading order: a class after its first superclass, classes of other parts last.
    """

    module: Module
    nodes: tuple[NamedNode | None, ...]
    edges: tuple[Edge, ...]
    individuals: Mapping[NamedNode, tuple[NamedNode, ...]]

    def is_own(self, node: NamedNode | None) -> bool:
        """Return True if the class belongs to this part."""
        return node in self.module.members

    def above(self, node: NamedNode | None) -> NamedNode | None:
        """Return the first superclass of a class, if it is drawn."""
        return next((edge.end for edge in self.edges if edge.start == node and edge.property is None), None)

    def is_drawn_as_line(self, edge: Edge) -> bool:
        """Return True if the edge is drawn as a line: a property, or a further superclass."""
        return edge.property is not None or edge.end != self.above(edge.start)


def diagram_of(vocabulary: Vocabulary, module: Module) -> Diagram | None:
    """Return the diagram of a part, or None if the part is unnamed or has neither classes nor object properties."""
    edges = _edges(vocabulary, module)
    own = [iri for iri in module.members if vocabulary.terms[iri].sort is Sort.CLASS]
    if not module.slug or not (own or edges):
        return None
    ends = {end: None for edge in edges for end in (edge.start, edge.end)}
    others = sorted(ends.keys() - set(own), key=lambda node: (node is None, str(node)))
    individuals = {
        cls: tuple(
            individual
            for individual in vocabulary.below.get(cls, ())
            if individual in module.members and _is_individual(vocabulary, individual)
        )
        for cls in own
    }
    nodes = _in_order([*own, *others], edges)
    return Diagram(module, nodes, edges, {cls: members for cls, members in individuals.items() if members})


def _is_individual(vocabulary: Vocabulary, iri: NamedNode) -> bool:
    return vocabulary.terms[iri].sort is Sort.INDIVIDUAL


def _edges(vocabulary: Vocabulary, module: Module) -> tuple[Edge, ...]:
    edges: list[Edge] = []
    for iri in module.members:
        term = vocabulary.terms[iri]
        if term.sort is Sort.CLASS:
            edges += [Edge(iri, above) for above in term.above]
        elif term.sort is Sort.OBJECT:
            starts, ends = (declared or (None,) for declared in (term.domain, term.range))
            edges += [Edge(start, end, iri) for start in starts for end in ends]
    return tuple(edges)


def _in_order(nodes: list[Node], edges: tuple[Edge, ...]) -> tuple[Node, ...]:
    """Return the nodes with each one before its subclasses."""
    upper: dict[Node, Node] = {}
    for edge in edges:
        if edge.property is None:
            upper.setdefault(edge.start, edge.end)
    placed: dict[Node, None] = {}
    for node in nodes:
        # from the top down, so that a class in the list before its superclass still comes after it
        _put(_top(node, upper), nodes, upper, placed)
    return tuple(placed)


def _top(node: Node, upper: Mapping[Node, Node]) -> Node:
    """Return the uppermost superclass of a node; in a cycle, the node before it closes."""
    seen = {node}
    while node in upper and upper[node] not in seen:
        node = upper[node]
        seen.add(node)
    return node


def _put(node: Node, nodes: list[Node], upper: Mapping[Node, Node], placed: dict[Node, None]) -> None:
    """Place a node, and after it its subclasses."""
    # placed nodes end the recursion, in a cycle too
    if node in placed:
        return
    placed[node] = None
    for below in nodes:
        if below in upper and upper[below] == node:
            _put(below, nodes, upper, placed)
