"""Counts of a release: as a whole, by graph, class, property and linkset (VoID, section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.names import PREFIXES, curie, name, sparql_prologue
from kg.core.vocabularies import VOCABULARIES, Vocabulary
from kg.engine import Engine, Term, select
from kg.output.metadata.dataset import DATASET, TITLES

LINKING = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
"""The predicates of a link, the closest first."""


@dataclass(frozen=True)
class Linkset:
    """The number of triples that link our resources to an external vocabulary by one predicate."""

    vocabulary: Vocabulary
    predicate: NamedNode
    triples: int

    @property
    def iri(self) -> NamedNode:
        """Return its IRI, made of both names: ``...void#links-wikidata-exactMatch``."""
        return name(f"dataset:links-{self.vocabulary.prefix}-{curie(self.predicate).partition(':')[2]}")


def links_query() -> str:
    """Return the query that counts the links; a page shows it so that readers can run it."""
    spaces = " ".join(f'"{vocabulary.namespace}"' for vocabulary in VOCABULARIES.values())
    return f"""{sparql_prologue("skos")}SELECT ?space ?link (COUNT(*) AS ?triples) WHERE {{
  {{ SELECT DISTINCT ?thing ?link ?target WHERE {{
    VALUES ?link {{ {" ".join(LINKING)} }}
    ?thing ?link ?target .
    FILTER (isIRI(?target) && STRSTARTS(STR(?thing), "{PREFIXES["id"]}"))
  }} }}
  VALUES ?space {{ {spaces} }}
  FILTER (STRSTARTS(STR(?target), ?space))
}} GROUP BY ?space ?link ORDER BY ?space ?link"""


def linksets(engine: Engine) -> tuple[Linkset, ...]:
    """Return the non-empty linksets of a release, by vocabulary and closeness of the match.

    Raises:
        As ``Engine.answer``.
    """
    by_space = {vocabulary.namespace: vocabulary for vocabulary in VOCABULARIES.values()}
    sets = [
        Linkset(by_space[space.value], link, int(triples.value))
        for space, link, triples in select(engine, links_query()).rows
        if isinstance(space, Literal) and isinstance(link, NamedNode) and isinstance(triples, Literal)
    ]
    order = [name(linkset) for linkset in LINKING]
    return tuple(sorted(sets, key=lambda linkset: (linkset.vocabulary.prefix, order.index(linkset.predicate))))


def describe_linksets(links: Iterable[Linkset]) -> Iterator[Triple]:
    """Yield the linksets as subsets of the dataset, and their target datasets."""
    targets = dict[str, Vocabulary]()
    for linkset in links:
        target = _target(linkset.vocabulary)
        yield Triple(DATASET, name("void:subset"), linkset.iri)
        yield Triple(linkset.iri, name("rdf:type"), name("void:Linkset"))
        yield Triple(linkset.iri, name("void:subjectsTarget"), DATASET)
        yield Triple(linkset.iri, name("void:objectsTarget"), target)
        yield Triple(linkset.iri, name("void:linkPredicate"), linkset.predicate)
        yield Triple(linkset.iri, name("void:triples"), Literal(str(linkset.triples), datatype=name("xsd:integer")))
        yield Triple(linkset.iri, name("dcterms:title"), Literal(_title(linkset), language="en"))
        targets[linkset.vocabulary.prefix] = linkset.vocabulary
    for vocabulary in targets.values():
        target = _target(vocabulary)
        title = vocabulary.title.removeprefix("the ")
        yield Triple(target, name("rdf:type"), name("void:Dataset"))
        yield Triple(target, name("dcterms:title"), Literal(title, language="en"))
        yield Triple(target, name("void:uriSpace"), Literal(vocabulary.namespace))


def _target(vocabulary: Vocabulary) -> NamedNode:
    return name(f"dataset:target-{vocabulary.prefix}")


def _title(linkset: Linkset) -> str:
    return f"{TITLES['en']}: links to {linkset.vocabulary.title} by {curie(linkset.predicate)}"


_WHOLE = "SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"
_KINDS = sparql_prologue("fyp", "graph") + "SELECT ?graph ?kind { GRAPH graph:meta { ?graph fyp:statementKind ?kind } }"
_CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) { ?s a ?class } GROUP BY ?class ORDER BY ?class"
_PROPERTIES = "SELECT DISTINCT ?p { ?s ?p ?o }"  # sorted in Python: ORDER BY would sort all triples


def _of_property(p: NamedNode) -> str:
    """Return the query for the sizes of a property.

    A triple of two graphs is one triple of their union, but pyoxigraph's union returns it twice. Removing duplicates
    needs memory, so properties and classes are counted one by one.
    """
    return f"""SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) {{
{{ SELECT DISTINCT ?s ?o {{ ?s {p} ?o }} }} }}"""


def _of_class(cls: NamedNode) -> str:
    return f"""SELECT ?p (COUNT(*) AS ?triples) {{ {{ SELECT DISTINCT ?s ?p ?o {{ ?s a {cls} ; ?p ?o }} }} }}
GROUP BY ?p ORDER BY ?p"""


@dataclass(frozen=True)
class Sizes:
    """Numbers of distinct triples, subjects and objects."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Counts:
    """The size of a release: as a whole and by graph, class and property, in triples or entities."""

    release_id: str
    whole: Sizes
    graphs: dict[NamedNode, int]
    kinds: dict[NamedNode, NamedNode]
    classes: dict[NamedNode, int]
    properties: dict[NamedNode, Sizes]
    uses: dict[tuple[NamedNode, NamedNode], int]
    links: tuple[Linkset, ...] = ()


def count(engine: Engine, *, uses: bool = True) -> Counts:
    """Count a release in a few passes, and one more for each class if ``uses``.

    Raises:
        As ``Engine.answer``.
    """
    named = sorted((_iri(p) for (p,) in select(engine, _PROPERTIES).rows), key=lambda p: p.value)
    properties = {p: _sizes(select(engine, _of_property(p)).rows[0]) for p in named}
    # a blank node as class or graph cannot be described by name
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
