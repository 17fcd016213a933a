"""What a diagram of a part of the ontology shows: its classes, and how properties and classes join them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import NamedNode

from kg.graph.ontology.terms import Module, Sort, Vocabulary

Node: TypeAlias = NamedNode | None
"""A class, or anything where a property declares no end."""


@dataclass(frozen=True)
class Edge:
    """A declared edge: from the domain of a property to its range, or from a class to the one above it.

    An end that is not declared is None: the property leads from or to anything.
    """

    start: NamedNode | None
    end: Node
    property: NamedNode | None = None


@dataclass(frozen=True)
class Diagram:
    """The classes of a part and those that its edges reach (``nodes``), the edges, and the individuals of its classes.

    ``nodes`` stand in the order of reading: a class after the first one above it; those of other parts last.
    """

    module: Module
    nodes: tuple[NamedNode | None, ...]
    edges: tuple[Edge, ...]
    individuals: Mapping[NamedNode, tuple[NamedNode, ...]]

    def is_own(self, node: NamedNode | None) -> bool:
        """Whether the part itself holds the class."""
        return node in self.module.members

    def above(self, node: NamedNode | None) -> NamedNode | None:
        """The first class above a class, where it is drawn."""
        return next((edge.end for edge in self.edges if edge.start == node and edge.property is None), None)

    def is_led(self, edge: Edge) -> bool:
        """Whether a line leads along it: a property, or from a class to a further one above it."""
        return edge.property is not None or edge.end != self.above(edge.start)


def diagram_of(vocabulary: Vocabulary, module: Module) -> Diagram | None:
    """The diagram of a part; none for one without classes and object properties, nor for the rest without a part."""
    edges = _edges(vocabulary, module)
    own = [iri for iri in module.members if vocabulary.terms[iri].sort is Sort.CLASS]
    if not module.slug or not (own or edges):
        return None
    ends = {end: None for edge in edges for end in (edge.start, edge.end)}
    others = sorted(ends.keys() - set(own), key=lambda node: (node is None, str(node)))
    individuals = {
        cls: tuple(
            one for one in vocabulary.below.get(cls, ()) if one in module.members and _is_individual(vocabulary, one)
        )
        for cls in own
    }
    nodes = _in_order([*own, *others], edges)
    return Diagram(module, nodes, edges, {cls: members for cls, members in individuals.items() if members})


def _is_individual(vocabulary: Vocabulary, iri: NamedNode) -> bool:
    return vocabulary.terms[iri].sort is Sort.INDIVIDUAL


def _edges(vocabulary: Vocabulary, module: Module) -> tuple[Edge, ...]:
    found: list[Edge] = []
    for iri in module.members:
        term = vocabulary.terms[iri]
        if term.sort is Sort.CLASS:
            found += [Edge(iri, above) for above in term.above]
        elif term.sort is Sort.OBJECT:
            starts, ends = (given or (None,) for given in (term.domain, term.range))
            found += [Edge(start, end, iri) for start in starts for end in ends]
    return tuple(found)


def _in_order(nodes: list[Node], edges: tuple[Edge, ...]) -> tuple[Node, ...]:
    """Each node before those below it, and a tree where the first of its nodes is named."""
    upper: dict[Node, Node] = {}
    for edge in edges:
        if edge.property is None:
            upper.setdefault(edge.start, edge.end)
    placed: dict[Node, None] = {}
    for node in nodes:
        _put(_top(node, upper), nodes, upper, placed)
    return tuple(placed)


def _top(node: Node, upper: Mapping[Node, Node]) -> Node:
    """The uppermost node over a node; of a circle the one before it closes."""
    seen = {node}
    while node in upper and upper[node] not in seen:
        node = upper[node]
        seen.add(node)
    return node


def _put(node: Node, nodes: list[Node], upper: Mapping[Node, Node], placed: dict[Node, None]) -> None:
    """Place a node, and after it those below it."""
    if node in placed:
        return
    placed[node] = None
    for one in nodes:
        if one in upper and upper[one] == node:
            _put(one, nodes, upper, placed)
