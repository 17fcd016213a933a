"""What the dataset and its endpoint say of themselves: Service Description and VoID, from one count of the graph.

Terms: https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kg.engine import Engine, Term, select
from kg.forms import FORMS, GRAPH_FORMS, Form
from kg.names import FORMATS, PREFIXES, curie, name, sparql_prologue

DATASET = name("dataset:dataset")
UNION = name("dataset:union")

TITLES = {
    "en": "Knowledge graph of China's Five-Year Plans",
    "de": "Wissensgraph der chinesischen Fünfjahrespläne",
    "zh": "中国五年规划知识图谱",
}
LICENSE = NamedNode("https://creativecommons.org/licenses/by/4.0/")
_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")

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
    )


def service_description(counts: Counts, endpoint: NamedNode) -> list[Triple]:
    """The endpoint and the dataset behind it; one of the terms of SPARQL 1.1 Service Description."""
    service = NamedNode(f"{endpoint.value}#service")
    return [
        Triple(service, name("rdf:type"), name("sd:Service")),
        Triple(service, name("sd:endpoint"), endpoint),
        Triple(service, name("sd:supportedLanguage"), name("sd:SPARQL11Query")),
        Triple(service, name("sd:feature"), name("sd:UnionDefaultGraph")),
        Triple(service, name("sd:defaultEntailmentRegime"), _SIMPLE),
        Triple(service, name("sd:defaultDataset"), DATASET),
        *(Triple(service, name("sd:resultFormat"), _format(form)) for form in FORMS.values()),
        *_dataset(counts, endpoint),
    ]


def void_description(counts: Counts, endpoint: NamedNode, document: NamedNode) -> list[Triple]:
    """The dataset as in the service description, and which class uses which property how often."""
    return [
        Triple(document, name("rdf:type"), name("void:DatasetDescription")),
        Triple(document, name("dcterms:title"), Literal("VoID description", language="en")),
        Triple(document, name("foaf:primaryTopic"), DATASET),
        *_dataset(counts, endpoint),
        *_uses(counts),
    ]


def _dataset(counts: Counts, endpoint: NamedNode) -> Iterator[Triple]:
    yield from (Triple(DATASET, name("rdf:type"), name(cls)) for cls in ("sd:Dataset", "void:Dataset"))
    yield from (Triple(DATASET, name("dcterms:title"), Literal(text, language=tag)) for tag, text in TITLES.items())
    yield Triple(DATASET, name("dcterms:license"), LICENSE)
    yield Triple(DATASET, name("owl:versionInfo"), Literal(counts.release_id))
    yield Triple(DATASET, name("void:sparqlEndpoint"), endpoint)
    yield Triple(DATASET, name("void:uriSpace"), Literal(PREFIXES["id"]))
    yield from (Triple(DATASET, name("void:feature"), _format(form)) for form in GRAPH_FORMS)
    yield from (Triple(DATASET, name("void:vocabulary"), vocabulary) for vocabulary in _vocabularies(counts))
    yield from _with_sizes(DATASET, counts.whole)
    yield Triple(DATASET, name("void:classes"), _literal(len(counts.classes)))
    yield Triple(DATASET, name("void:properties"), _literal(len(counts.properties)))
    yield Triple(DATASET, name("sd:defaultGraph"), UNION)
    yield from (Triple(DATASET, name("sd:namedGraph"), graph) for graph in counts.graphs)
    yield from (Triple(DATASET, name("void:subset"), graph) for graph in counts.graphs)
    yield from (Triple(DATASET, name("void:classPartition"), _part("class", cls)) for cls in counts.classes)
    yield from (Triple(DATASET, name("void:propertyPartition"), _part("property", p)) for p in counts.properties)
    yield Triple(UNION, name("rdf:type"), name("sd:Graph"))
    yield Triple(UNION, name("void:triples"), _literal(counts.whole.triples))
    yield from _graphs(counts)
    yield from _partitions(counts)


def _graphs(counts: Counts) -> Iterator[Triple]:
    """The IRI of a graph stands for the graph and for its name in the dataset, as it does in the graph ``meta``."""
    for graph, triples in counts.graphs.items():
        yield from (Triple(graph, name("rdf:type"), name(cls)) for cls in ("sd:NamedGraph", "sd:Graph", "void:Dataset"))
        yield Triple(graph, name("sd:name"), graph)
        yield Triple(graph, name("sd:graph"), graph)
        yield Triple(graph, name("void:triples"), _literal(triples))
        if graph in counts.kinds:
            yield Triple(graph, name("fyp:statementKind"), counts.kinds[graph])


def _partitions(counts: Counts) -> Iterator[Triple]:
    for cls, entities in counts.classes.items():
        part = _part("class", cls)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:class"), cls)
        yield Triple(part, name("void:entities"), _literal(entities))
    for predicate, sizes in counts.properties.items():
        part = _part("property", predicate)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:property"), predicate)
        yield from _with_sizes(part, sizes)


def _uses(counts: Counts) -> Iterator[Triple]:
    for (cls, predicate), triples in counts.uses.items():
        part = NamedNode(f"{_part('class', cls).value}-property-{_slug(predicate)}")
        yield Triple(_part("class", cls), name("void:propertyPartition"), part)
        yield Triple(part, name("rdf:type"), name("void:Dataset"))
        yield Triple(part, name("void:property"), predicate)
        yield Triple(part, name("void:triples"), _literal(triples))


def _with_sizes(part: NamedNode, sizes: Sizes) -> Iterator[Triple]:
    yield Triple(part, name("void:triples"), _literal(sizes.triples))
    yield Triple(part, name("void:distinctSubjects"), _literal(sizes.subjects))
    yield Triple(part, name("void:distinctObjects"), _literal(sizes.objects))


def _vocabularies(counts: Counts) -> list[NamedNode]:
    """The namespaces of the classes and properties in use."""
    terms = [term.value for term in (*counts.classes, *counts.properties)]
    spaces = {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms}
    return [NamedNode(space) for space in sorted(spaces - {""})]


def _format(form: Form) -> NamedNode:
    """The IRI at https://www.w3.org/ns/formats/; pyoxigraph has another one for JSON-LD."""
    return NamedNode(FORMATS + form.format.iri.rpartition("/")[2])


def _part(kind: str, term: NamedNode) -> NamedNode:
    return name(f"dataset:{kind}-{_slug(term)}")


def _slug(term: NamedNode) -> str:
    """A fragment for a term: its compact IRI with a hyphen, or a hash of an IRI that no prefix of ours begins."""
    short = curie(term)
    if short == term.value:
        return hashlib.sha256(term.value.encode()).hexdigest()[:16]
    return quote(short.replace(":", "-", 1), safe="")


def _literal(number: int) -> Literal:
    return Literal(str(number), datatype=name("xsd:integer"))


def _iri(term: Term | None) -> NamedNode:
    assert isinstance(term, NamedNode)  # noqa: S101 - graphs of a release and predicates are always IRIs
    return term


def _number(term: Term | None) -> int:
    assert isinstance(term, Literal)  # noqa: S101 - a COUNT
    return int(term.value)


def _sizes(row: tuple[Term | None, ...] | list[Term | None]) -> Sizes:
    return Sizes(*map(_number, row))
