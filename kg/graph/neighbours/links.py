"""What links the things of a picture with each other, and the query that gives just that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.names import curie
from kg.engine import Engine, select
from kg.graph.describe.labels import values_of
from kg.graph.neighbours.kind import TRUSTS
from kg.graph.neighbours.pattern import LINKING, PROLOGUE


@dataclass(frozen=True)
class Link:
    """A statement between two things, with the kinds of statements that make it, the surest first."""

    start: NamedNode
    property: NamedNode
    end: NamedNode
    trusts: tuple[NamedNode, ...]


_ORDER = {kind: place for place, kind in enumerate(TRUSTS.values())}


def links_among(engine: Engine, things: Iterable[NamedNode]) -> tuple[Link, ...]:
    """The statements of which both ends are among these things.

    Raises:
        As ``Engine.answer``.
    """
    kept = list(dict.fromkeys(things))
    if not kept:
        return ()
    found: dict[tuple[NamedNode, NamedNode, NamedNode], set[NamedNode]] = {}
    for row in select(engine, linking_query(kept, kept)).rows:
        start, property_, end, kind = (one for one in row if isinstance(one, NamedNode))
        found.setdefault((start, property_, end), set()).add(kind)
    return tuple(
        Link(*ends, tuple(sorted(kinds, key=lambda one: _ORDER.get(one, len(_ORDER))))) for ends, kinds in found.items()
    )


def linking_query(starts: Iterable[NamedNode], ends: Iterable[NamedNode], without: Iterable[NamedNode] = ()) -> str:
    """The query that gives every link from one of some things to one of others, but for some kinds of statements."""
    refused = ", ".join(curie(one) for one in without)
    left_out = f"\n  FILTER(?kind NOT IN ({refused}))" if refused else ""
    return (
        f"{PROLOGUE}\nSELECT DISTINCT ?from ?property ?to ?kind WHERE {{\n"
        f"  VALUES ?from {{ {_listed(starts)} }}\n"
        f"  GRAPH ?graph {{ ?from ?property ?to }}\n"
        f"  VALUES ?to {{ {_listed(ends)} }}\n"
        f"  FILTER(?from != ?to)\n  {LINKING}{left_out}\n"
        "} ORDER BY ?from ?property ?to ?kind\n"
    )


def classes_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, NamedNode]:
    """The class that each thing was given; what has none is none that the graph knows.

    Raises:
        As ``Engine.answer``.
    """
    wanted = values_of(things)
    if not wanted:
        return {}
    text = (
        f"{PROLOGUE}SELECT ?thing (MIN(?class) AS ?one) WHERE {{ VALUES ?thing {{ {wanted} }} "
        "GRAPH ?graph { ?thing a ?class } FILTER(?graph != graph:inferred) } GROUP BY ?thing"
    )
    rows = select(engine, text).rows
    return {thing: cls for thing, cls in rows if isinstance(thing, NamedNode) and isinstance(cls, NamedNode)}


def _listed(things: Iterable[NamedNode]) -> str:
    return " ".join(sorted({curie(one) for one in things}))
