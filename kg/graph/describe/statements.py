"""The statements about a thing, each with its graph: the first ones of each property, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import graph, sparql_prologue
from kg.engine import Engine, Term, select

_PROLOGUE = sparql_prologue("graph", "owl", "rdf")
_INFERRED, _QUESTIONS = graph("inferred"), graph("questions")

MOST_AT_ONCE = 600
"""A thing with at most so many statements is read with two questions, a larger one property by property."""


@dataclass(frozen=True)
class Statement:
    """One statement with the named graph that makes it; ``other`` is the subject when ``inverse``."""

    property: NamedNode
    other: Term
    graph: NamedNode
    inverse: bool = False


@dataclass(frozen=True)
class Property:
    """A property that a thing has, or that others have with it (``inverse``), and in how many statements."""

    iri: NamedNode
    inverse: bool
    count: int


@dataclass(frozen=True)
class Description:
    """What is stated of a thing and what is stated with it as object, for each property up to some number.

    ``properties`` has the whole number of each. What follows by rule of a thing as object, and what questions about
    the graph say of it, is left out: the first is stated the other way round as well.
    """

    thing: NamedNode
    statements: tuple[Statement, ...] = ()
    inverse: tuple[Statement, ...] = ()
    classes: tuple[NamedNode, ...] = ()
    properties: tuple[Property, ...] = ()

    @property
    def all(self) -> tuple[Statement, ...]:
        """Both kinds of statements."""
        return self.statements + self.inverse

    @property
    def all_classes(self) -> frozenset[NamedNode]:
        """The classes of the thing, those that follow by rule among them."""
        return frozenset(one.other for one in self.statements if _is_class(one))  # type: ignore[misc]


def describe(engine: Engine, thing: NamedNode, most: int | None = None) -> Description | None:
    """What the graph says of a thing, or None when it says nothing; ``most`` statements of each property, or all.

    Raises:
        As ``Engine.answer``.
    """
    properties = _properties(engine, thing)
    if not properties:
        return None
    if most is None or sum(one.count for one in properties) <= MOST_AT_ONCE:
        found = [*_read(engine, thing, inverse=False), *_read(engine, thing, inverse=True)]
        found = found if most is None else _first(found, most)
    else:
        found = [one for property_ in properties for one in statements_of(engine, thing, property_, most)]
    straight = tuple(one for one in found if not one.inverse)
    classes = tuple(one.other for one in straight if _is_class(one) and one.graph != _INFERRED)
    inverse = tuple(one for one in found if one.inverse)
    return Description(thing, straight, inverse, classes, tuple(properties))  # type: ignore[arg-type]


def statements_of(
    engine: Engine, thing: NamedNode, property_: Property, most: int, skipped: int = 0
) -> list[Statement]:
    """At most so many of the statements with a property, from the one after ``skipped`` on, in the order of IRIs.

    Raises:
        As ``Engine.answer``.
    """
    return _read(engine, thing, inverse=property_.inverse, iri=property_.iri, window=f"LIMIT {most} OFFSET {skipped}")


def _read(
    engine: Engine, thing: NamedNode, *, inverse: bool, iri: NamedNode | None = None, window: str = ""
) -> list[Statement]:
    only = f"VALUES ?property {{ {iri} }} " if iri is not None else ""
    text = (
        f"SELECT ?graph ?property ?other WHERE {{ {only}{_pattern(thing, inverse=inverse)} }} "
        f"ORDER BY ?property ?other ?graph {window}"
    )
    return [
        Statement(property_, other, graph_, inverse)
        for graph_, property_, other in select(engine, _PROLOGUE + text).rows
        if isinstance(graph_, NamedNode) and isinstance(property_, NamedNode) and other is not None
    ]


def _properties(engine: Engine, thing: NamedNode) -> list[Property]:
    found = []
    for inverse in (False, True):
        text = (
            f"SELECT ?property (COUNT(*) AS ?n) WHERE {{ {_pattern(thing, inverse=inverse)} }} "
            "GROUP BY ?property ORDER BY ?property"
        )
        found += [
            Property(iri, inverse, int(count.value))
            for iri, count in select(engine, _PROLOGUE + text).rows
            if isinstance(iri, NamedNode) and isinstance(count, Literal)
        ]
    return found


def _pattern(thing: NamedNode, *, inverse: bool) -> str:
    """The statements of one direction; the parts of a question name each other, so those are kept."""
    if not inverse:
        return f"GRAPH ?graph {{ {thing} ?property ?other }}"
    return (
        f"GRAPH ?graph {{ ?other ?property {thing} }} FILTER(?graph != {_INFERRED}) "
        f"FILTER(?graph != {_QUESTIONS} || EXISTS {{ GRAPH {_QUESTIONS} {{ {thing} a ?class }} }})"
    )


def _first(statements: Iterable[Statement], most: int) -> list[Statement]:
    counts: dict[tuple[NamedNode, bool], int] = {}
    kept = []
    for one in statements:
        key = (one.property, one.inverse)
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= most:
            kept.append(one)
    return kept


def _is_class(statement: Statement) -> bool:
    return statement.property.value.endswith("#type") and isinstance(statement.other, NamedNode)
