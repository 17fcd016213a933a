"""The endpoint and the dataset behind it, in the terms of SPARQL 1.1 Service Description.

Terms: https://www.w3.org/TR/sparql11-service-description/.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.media_types import FORMS, GRAPH_FORMS, Form
from kg.core.names import FORMATS, PREFIXES, name
from kg.output.metadata.counts import Counts
from kg.output.metadata.partitions import describe_classes, describe_properties, integer, with_sizes
from kg.output.metadata.texts import DATASET, LICENSE, TITLES, UNION

_SIMPLE = NamedNode("http://www.w3.org/ns/entailment/Simple")


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
        *describe_contents(counts, endpoint),
    ]


def describe_contents(counts: Counts, endpoint: NamedNode) -> Iterator[Triple]:
    """The dataset as an endpoint answers from it: its graphs, their sizes, its parts."""
    yield from (Triple(DATASET, name("rdf:type"), name(cls)) for cls in ("sd:Dataset", "void:Dataset"))
    yield from (Triple(DATASET, name("dcterms:title"), Literal(text, language=tag)) for tag, text in TITLES.items())
    yield Triple(DATASET, name("dcterms:license"), LICENSE)
    yield Triple(DATASET, name("owl:versionInfo"), Literal(counts.release_id))
    yield Triple(DATASET, name("void:sparqlEndpoint"), endpoint)
    yield Triple(DATASET, name("void:uriSpace"), Literal(PREFIXES["id"]))
    yield from (Triple(DATASET, name("void:feature"), _format(form)) for form in GRAPH_FORMS)
    yield from (Triple(DATASET, name("void:vocabulary"), vocabulary) for vocabulary in vocabularies(counts))
    yield from with_sizes(DATASET, counts.whole)
    yield Triple(DATASET, name("void:classes"), integer(len(counts.classes)))
    yield Triple(DATASET, name("void:properties"), integer(len(counts.properties)))
    yield Triple(DATASET, name("sd:defaultGraph"), UNION)
    yield from (Triple(DATASET, name("sd:namedGraph"), graph) for graph in counts.graphs)
    yield from (Triple(DATASET, name("void:subset"), graph) for graph in counts.graphs)
    yield Triple(UNION, name("rdf:type"), name("sd:Graph"))
    yield Triple(UNION, name("void:triples"), integer(counts.whole.triples))
    yield from _graphs(counts)
    yield from describe_classes(counts.classes)
    yield from describe_properties(counts.properties)


def vocabularies(counts: Counts) -> list[NamedNode]:
    """The namespaces of the classes and properties in use."""
    terms = [term.value for term in (*counts.classes, *counts.properties)]
    spaces = {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms}
    return [NamedNode(space) for space in sorted(spaces - {""})]


def _graphs(counts: Counts) -> Iterator[Triple]:
    """The IRI of a graph stands for the graph and for its name in the dataset, as it does in the graph ``meta``."""
    for graph, triples in counts.graphs.items():
        yield from (Triple(graph, name("rdf:type"), name(cls)) for cls in ("sd:NamedGraph", "sd:Graph", "void:Dataset"))
        yield Triple(graph, name("sd:name"), graph)
        yield Triple(graph, name("sd:graph"), graph)
        yield Triple(graph, name("void:triples"), integer(triples))
        if graph in counts.kinds:
            yield Triple(graph, name("fyp:statementKind"), counts.kinds[graph])


def _format(form: Form) -> NamedNode:
    """The IRI at https://www.w3.org/ns/formats/; pyoxigraph has another one for JSON-LD."""
    return NamedNode(FORMATS + form.format.iri.rpartition("/")[2])
