"""How much a release holds: as a whole, by graph, by class, by property, and by link to another dataset."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.dataset.linksets import Linkset, linksets
from kg.engine import Engine, Term, select
from kg.names import sparql_prologue

# A triple of two graphs is one triple of their union, and pyoxigraph's union gives it twice.
_EACH = "{ SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"
_SIZES = f"""SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) {_EACH}"""
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
_KINDS = sparql_prologue("fyp", "graph") + "SELECT ?graph ?kind { GRAPH graph:meta { ?graph fyp:statementKind ?kind } }"
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) { ?s a ?class } GROUP BY ?class ORDER BY ?class"
_PROPERTIES = f"""SELECT ?p (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
{_EACH} GROUP BY ?p ORDER BY ?p"""
_USES = f"""SELECT ?class ?p (COUNT(*) AS ?triples) {{ {{ SELECT DISTINCT ?s ?class {{ ?s a ?class }} }} {_EACH} }}
GROUP BY ?class ?p ORDER BY ?class ?p"""


@dataclass(frozen=True)
class Sizes:
    """Distinct triples, subjects and objects."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Counts:
    """How much a release holds, as a whole and by graph, class and property; triples, and entities of a class."""

    release_id: str
    whole: Sizes
    graphs: dict[NamedNode, int]
    kinds: dict[NamedNode, NamedNode]
    classes: dict[NamedNode, int]
    properties: dict[NamedNode, Sizes]
    uses: dict[tuple[NamedNode, NamedNode], int]
    links: tuple[Linkset, ...] = ()


def count(engine: Engine) -> Counts:
    """Count a release; takes a few passes over it.

    Raises:
        As ``Engine.answer``.
    """
    return Counts(
        engine.release_id,
        _sizes(select(engine, _SIZES).rows[0]),
        {_iri(graph): _number(triples) for graph, triples in select(engine, _GRAPHS).rows},
        {_iri(graph): _iri(kind) for graph, kind in select(engine, _KINDS).rows},
        # a blank node as a class or graph has no name to be described by
        {cls: _number(n) for cls, n in select(engine, _CLASSES).rows if isinstance(cls, NamedNode)},
        {_iri(p): _sizes(sizes) for p, *sizes in select(engine, _PROPERTIES).rows},
        {(cls, _iri(p)): _number(n) for cls, p, n in select(engine, _USES).rows if isinstance(cls, NamedNode)},
        linksets(engine),
    )


def _iri(term: Term | None) -> NamedNode:
    assert isinstance(term, NamedNode)  # noqa: S101 - graphs of a release and predicates are always IRIs
    return term


def _number(term: Term | None) -> int:
    assert isinstance(term, Literal)  # noqa: S101 - a COUNT
    return int(term.value)


def _sizes(row: tuple[Term | None, ...] | list[Term | None]) -> Sizes:
    return Sizes(*map(_number, row))
