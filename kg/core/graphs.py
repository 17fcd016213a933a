"""The graph ``meta``: what each named graph is, how sure, how large."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad

from kg.core.names import graph, graph_name_of, name

META = graph("meta")

KINDS = {
    "plan": "kindStated",
    "official": "kindOfficial",
    "outcome": "kindOutcome",
    "editorial": "kindEditorial",
    "vocabulary": "kindVocabulary",
    "source": "kindSource",
    "links": "kindLinks",
    "inferred": "kindInferred",
    "meta": "kindMeta",
    "questions": "kindQuestions",
    "ontology": "kindOntology",
    "shapes": "kindOntology",
}


def kind_of_graph(graph_iri: NamedNode) -> NamedNode | None:
    """Return the kind of a graph, by the first word of its name, or None if the kind is unknown."""
    first = (graph_name_of(graph_iri) or "").partition("-")[0]
    return name("fyp:" + KINDS[first]) if first in KINDS else None


def describe_graphs(sizes: Mapping[NamedNode, int]) -> Iterator[Quad]:
    """Yield the kind and number of triples of each named graph, and the kind of ``meta`` without a number."""
    for graph_iri in [*sizes, META]:
        yield Quad(graph_iri, name("rdf:type"), name("sd:NamedGraph"), META)
        if (kind := kind_of_graph(graph_iri)) is not None:
            yield Quad(graph_iri, name("fyp:statementKind"), kind, META)
        if graph_iri in sizes:
            size = Literal(str(sizes[graph_iri]), datatype=name("xsd:integer"))
            yield Quad(graph_iri, name("void:triples"), size, META)
