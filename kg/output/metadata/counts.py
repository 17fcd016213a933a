"""How much a release holds: as a whole, by graph, by class, by property, and by link to another dataset."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import sparql_prologue
from kg.engine import Engine, Term, select
from kg.output.metadata.linksets import Linkset, linksets

_WHOLE = "SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
_KINDS = sparql_prologue("fyp", "graph") + "SELECT ?graph ?kind { GRAPH graph:meta { ?graph fyp:statementKind ?kind } }"
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) { ?s a ?class } GROUP BY ?class ORDER BY ?class"
_PROPERTIES = "SELECT DISTINCT ?p { ?s ?p ?o }"  # sorted here: ORDER BY would sort all triples


def _of_property(p: NamedNode) -> str:
    """A triple of two graphs is one triple of their union, and pyoxigraph's union gives it twice.

    To tell such from others takes room, so one property, and then one class, is asked after the other.
    """
    return f"""SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) {{
{{ SELECT DISTINCT ?s ?o {{ ?s {p} ?o }} }} }}"""


def _of_class(cls: NamedNode) -> str:
    return f"""SELECT ?p (COUNT(*) AS ?triples) {{ {{ SELECT DISTINCT ?s ?p ?o {{ ?s a {cls} ; ?p ?o }} }} }}
GROUP BY ?p ORDER BY ?p"""


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


def count(engine: Engine, *, uses: bool = True) -> Counts:
    """Count a release; takes a few passes over it, and one more for each class to tell which properties it uses.

    Raises:
        As ``Engine.answer``.
    """
    named = sorted((_iri(p) for (p,) in select(engine, _PROPERTIES).rows), key=lambda p: p.value)
    properties = {p: _sizes(select(engine, _of_property(p)).rows[0]) for p in named}
    # a blank node as a class or graph has no name to be described by
    classes = {cls: _number(n) for cls, n in select(engine, _CLASSES).rows if isinstance(cls, NamedNode)}
    subjects, objects = map(_number, select(engine, _WHOLE).rows[0])
    return Counts(
        engine.release_id,
        Sizes(sum(sizes.triples for sizes in properties.values()), subjects, objects),
        {_iri(graph): _number(triples) for graph, triples in select(engine, _GRAPHS).rows},
        {_iri(graph): _iri(kind) for graph, kind in select(engine, _KINDS).rows},
        classes,
        properties,
        {(cls, _iri(p)): _number(n) for cls in classes if uses for p, n in select(engine, _of_class(cls)).rows},
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
