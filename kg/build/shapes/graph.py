"""A shapes graph, to be asked for what a shape says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.errors import ShapeUnknown
from kg.core.names import curie, name

Subject: TypeAlias = NamedNode | BlankNode
Value: TypeAlias = NamedNode | BlankNode | Literal | Triple


class ShapesGraph:
    """The statements of a shapes graph by subject and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._said: defaultdict[Subject, defaultdict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, NamedNode | BlankNode):
                self._said[triple.subject][curie(triple.predicate)].append(triple.object)

    def named(self, kind: str) -> list[NamedNode]:
        """Return the named nodes of a class, in the order of their names."""
        nodes = [node for node in self._said if name(kind) in self.values(node, "rdf:type")]
        return sorted((node for node in nodes if isinstance(node, NamedNode)), key=str)

    def said(self, node: Subject) -> list[str]:
        """Return the properties of a node, sorted by name."""
        return sorted(self._said.get(node, ()))

    def values(self, node: Subject, property_: str) -> list[Value]:
        """Return what a node says with a property."""
        return list(self._said[node].get(property_, ())) if node in self._said else []

    def value(self, node: Subject, property_: str) -> Value | None:
        """Return the one resource that a node says with a property, if it says any."""
        return next(iter(self.values(node, property_)), None)

    def nodes(self, node: Subject, property_: str) -> list[Subject]:
        """Return the shapes or paths that a node names with a property."""
        return [_node(value) for value in self.values(node, property_)]

    def text(self, node: Subject, property_: str) -> str:
        """Return the literal that a node says with a property, or nothing."""
        value = self.value(node, property_)
        return value.value if isinstance(value, Literal) else ""

    def items(self, head: Value | None) -> list[Value]:
        """Return the items of a list."""
        values: list[Value] = []
        while head is not None and head != name("rdf:nil"):
            node = _node(head)
            values += self.values(node, "rdf:first")
            head = self.value(node, "rdf:rest")
        return values

    def members(self, node: Subject, property_: str) -> list[Subject]:
        """Return the shapes or paths of the list that a node names with a property."""
        return [_node(entry) for entry in self.items(self.value(node, property_))]


def _node(value: Value) -> Subject:
    if not isinstance(value, NamedNode | BlankNode):
        raise ShapeUnknown(f"ontology/shapes.ttl: {value} is used instead of a shape or a path; correct it.")
    return value


def path_text(graph: ShapesGraph, path: Subject) -> str:
    """Return a path of SHACL as a property path of SPARQL (SHACL, section 2.3.1).

    Raises:
        ShapeUnknown: the path is of another kind than those that our shapes need.
    """
    if isinstance(path, NamedNode):
        return str(path)
    if graph.said(path) == ["rdf:first", "rdf:rest"]:
        return "(" + "/".join(path_text(graph, _node(entry)) for entry in graph.items(path)) + ")"
    if graph.said(path) == ["sh:alternativePath"]:
        return "(" + "|".join(path_text(graph, member) for member in graph.members(path, "sh:alternativePath")) + ")"
    if graph.said(path) == ["sh:inversePath"]:
        return "^" + path_text(graph, graph.nodes(path, "sh:inversePath")[0])
    raise ShapeUnknown(
        f"ontology/shapes.ttl: a path says {', '.join(graph.said(path))}; paths here are a property, a sequence, "
        "sh:inversePath or sh:alternativePath."
    )
