"""Networks of things for tools that draw and measure networks, such as Gephi, Cytoscape and igraph."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Node:
    """A thing: its slug, its labels, the label of its class, and the slug of the plan that it is part of, if any."""

    slug: str
    iri: str
    label: str
    label_de: str = ""
    label_zh: str = ""
    kind: str = ""
    plan: str = ""


@dataclass(frozen=True)
class Edge:
    """A statement between two things, or how often they are named together.

    ``trust`` is the kind of graph that says so, in a word; ``weight`` counts what the edge stands for.
    """

    source: str
    target: str
    property: str
    label: str
    trust: str
    graph: str
    weight: int = 1


@dataclass(frozen=True)
class Network:
    """Nodes and edges in order; an undirected network has each pair once."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    directed: bool = field(kw_only=True)
