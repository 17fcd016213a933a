"""Diagrams show exactly the edges that a part declares."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from kg.core.names import PREFIXES, name
from kg.engine.embedded import EmbeddedEngine
from kg.graph.ontology import Diagram, Edge, OntologyVersion, diagram_of, ontology_version_of
from tests.kg.graph.ontology.small import fyp, vocabulary


@pytest.fixture(scope="module")
def edition(engine: EmbeddedEngine) -> OntologyVersion:
    return ontology_version_of(engine)


def declared(edition: OntologyVersion, members: set[NamedNode]) -> set[Edge]:
    """The edges of a part, from its statements and not from the terms that were read."""
    statements: dict[tuple[object, NamedNode], set[NamedNode]] = {}
    for triple in edition.ontology:
        if isinstance(triple.object, NamedNode):
            statements.setdefault((triple.subject, triple.predicate), set()).add(triple.object)
    edges = set()
    for iri in members:
        above = statements.get((iri, name("rdfs:subClassOf")), set())
        edges |= {Edge(iri, item) for item in above if item.value.startswith(PREFIXES["fyp"])}
        if name("owl:ObjectProperty") in statements[iri, name("rdf:type")]:
            starts = statements.get((iri, name("rdfs:domain")), {None})
            ends = statements.get((iri, name("rdfs:range")), {None})
            edges |= {Edge(start, end, iri) for start in starts for end in ends}
    return edges


def test_each_diagram_has_the_declared_edges_and_no_others(edition: OntologyVersion) -> None:
    drawn = 0
    for module in edition.vocabulary.modules:
        diagram = diagram_of(edition.vocabulary, module)
        edges = declared(edition, set(module.members))
        assert set(diagram.edges if diagram else ()) == edges, module.slug
        if diagram:
            drawn += 1
            assert len(diagram.edges) == len(edges)
            assert {end for edge in edges for end in (edge.start, edge.end)} <= set(diagram.nodes)
            assert len(set(diagram.nodes)) == len(diagram.nodes)
    assert drawn == len(edition.vocabulary.modules) - 1  # annotations join no classes


def part(turtle: str) -> Diagram:
    read = vocabulary("module:m a skos:Collection ; skos:member " + turtle)
    diagram = diagram_of(read, read.modules[0])
    assert diagram is not None
    return diagram


def test_a_class_follows_its_superclass_and_a_further_one_gets_a_line() -> None:
    diagram = part(
        "fyp:A , fyp:B , fyp:C . fyp:A a owl:Class ; rdfs:subClassOf fyp:B , fyp:C ."
        "fyp:B a owl:Class . fyp:C a owl:Class ."
    )
    assert diagram.nodes == (fyp("B"), fyp("A"), fyp("C"))
    assert diagram.above(fyp("A")) == fyp("B")
    assert [diagram.is_drawn_as_line(edge) for edge in diagram.edges] == [False, True]


def test_ends_of_other_parts_come_last_and_no_end_is_anything() -> None:
    diagram = part(
        "fyp:A , fyp:p . fyp:A a owl:Class . fyp:Z a owl:Class . fyp:p a owl:ObjectProperty ; rdfs:range fyp:Z ."
    )
    assert diagram.nodes == (fyp("A"), fyp("Z"), None)
    assert diagram.edges == (Edge(None, fyp("Z"), fyp("p")),)
    assert [diagram.is_own(node) for node in diagram.nodes] == [True, False, False]


def test_individuals_are_listed_with_their_class() -> None:
    diagram = part("fyp:A , fyp:a . fyp:A a owl:Class . fyp:a a owl:NamedIndividual , fyp:A .")
    assert diagram.individuals == {fyp("A"): (fyp("a"),)}


def test_a_circle_of_classes_is_drawn_all_the_same() -> None:
    diagram = part(
        "fyp:A , fyp:B . fyp:A a owl:Class ; rdfs:subClassOf fyp:B . fyp:B a owl:Class ; rdfs:subClassOf fyp:A ."
    )
    assert set(diagram.nodes) == {fyp("A"), fyp("B")}
    assert len(diagram.edges) == 2


def test_a_part_without_classes_and_the_rest_have_no_diagram() -> None:
    read = vocabulary(
        "module:m a skos:Collection ; skos:member fyp:n . fyp:n a owl:AnnotationProperty . fyp:A a owl:Class ."
    )
    assert [diagram_of(read, module) for module in read.modules] == [None, None]
