"""Where one may start: the things of some classes, each with the number of its neighbours, and of those of a kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.engine import Engine, select
from kg.graph.describe.labels import values_of
from kg.graph.neighbours.kind import Kind, kind_in
from kg.graph.neighbours.pattern import CLASS, LINKING, PROLOGUE, THINGS_ONLY, way

MOST_STARTS = 300


@dataclass(frozen=True)
class Start:
    """A thing, its class, and how many things stand next to it."""

    thing: NamedNode
    cls: NamedNode
    neighbours: int


def starts_of(engine: Engine, classes: Iterable[NamedNode]) -> tuple[Start, ...]:
    """The things that were given one of these classes, those with the most neighbours first.

    Raises:
        As ``Engine.answer``.
    """
    ways = [f"{{ {way('?thing', '?property', inverse=inverse)} }}" for inverse in (False, True)]
    text = f"""{PROLOGUE}SELECT ?thing ?class (COUNT(DISTINCT ?other) AS ?count) WHERE {{
  VALUES ?class {{ {values_of(classes)} }}
  GRAPH ?typing {{ ?thing a ?class }} FILTER(?typing != graph:inferred && STRSTARTS(STR(?thing), STR(id:)))
  {ways[0]} UNION {ways[1]}
  {THINGS_ONLY}
  {LINKING}
}} GROUP BY ?thing ?class ORDER BY DESC(?count) ?thing LIMIT {MOST_STARTS}"""
    return tuple(
        Start(thing, cls, int(count.value))
        for thing, cls, count in select(engine, text).rows
        if isinstance(thing, NamedNode) and isinstance(cls, NamedNode) and isinstance(count, Literal)
    )


def kinds_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, dict[Kind, int]]:
    """The kinds of neighbours of each of these things with their numbers, the most numerous first.

    Raises:
        As ``Engine.answer``.
    """
    ways = [f"{{ {way('?thing', '?property', inverse=inverse)} }}" for inverse in (False, True)]
    text = f"""{PROLOGUE}SELECT ?thing ?inverse ?property ?class (COUNT(DISTINCT ?other) AS ?count) WHERE {{
  VALUES ?thing {{ {values_of(things)} }}
  {ways[0]} UNION {ways[1]}
  {CLASS}
  {THINGS_ONLY}
  {LINKING}
}} GROUP BY ?thing ?inverse ?property ?class ORDER BY DESC(?count) ?thing ?inverse ?property ?class"""
    found: dict[NamedNode, dict[Kind, int]] = {}
    for thing, inverse, property_, cls, count in select(engine, text).rows:
        assert isinstance(thing, NamedNode)  # noqa: S101 - given above
        assert isinstance(count, Literal)  # noqa: S101 - a count is one
        if (kind := kind_in(inverse, property_, cls)).is_named():
            found.setdefault(thing, {})[kind] = int(count.value)
    return found
