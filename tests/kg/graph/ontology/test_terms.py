"""Terms are read with all that the ontology says of them, in an order that is always the same."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from kg.core.names import PREFIXES, ROOT, name
from kg.engine.embedded import EmbeddedEngine
from kg.graph.ontology import Sort, read_vocabulary
from kg.graph.ontology.versions import OntologyVersion, ontology_version_of
from tests.kg.graph.ontology.small import fyp, triples, vocabulary


@pytest.fixture(scope="module")
def edition(engine: EmbeddedEngine) -> OntologyVersion:
    return ontology_version_of(engine)


def test_every_declared_term_is_read_with_labels_in_three_languages_and_a_definition(edition: OntologyVersion) -> None:
    kinds = {name(f"owl:{kind}") for kind in ("Class", "ObjectProperty", "DatatypeProperty", "NamedIndividual")}
    declared = {
        triple.subject
        for triple in edition.ontology
        if triple.predicate == name("rdf:type") and triple.object in kinds | {name("owl:AnnotationProperty")}
        if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(PREFIXES["fyp"])
    }
    terms = edition.vocabulary.terms
    assert set(terms) == declared
    assert all(set(term.labels) == {"en", "de", "zh"} and term.definition for term in terms.values())


def test_every_term_is_in_one_part_and_no_part_is_empty(edition: OntologyVersion) -> None:
    modules = edition.vocabulary.modules
    members = [iri for module in modules for iri in module.members]
    assert sorted(members, key=str) == list(edition.vocabulary.terms)
    assert all(module.members and module.slug and set(module.labels) == {"en", "de", "zh"} for module in modules)
    assert [module.slug for module in modules[:2]] == ["plans", "figures"]


def test_a_property_is_described_with_ends_way_back_chain_and_characteristics(edition: OntologyVersion) -> None:
    terms = edition.vocabulary.terms
    mentions, part = terms[fyp("mentionsTechnology")], terms[fyp("hasPart")]
    assert (mentions.sort, mentions.domain, mentions.range) == (Sort.OBJECT, (fyp("PlanNode"),), (fyp("Technology"),))
    assert mentions.inverses == (fyp("mentionedIn"),)
    assert terms[fyp("mentionedIn")].inverses == (fyp("mentionsTechnology"),)
    assert mentions.chains == ((fyp("hasMention"), fyp("mentionTechnology")),)
    assert mentions.above == (fyp("coversTechnology"),)
    assert part.traits == ("transitive",)
    assert part.alignments == (name("dcterms:hasPart"),)
    assert terms[fyp("inPlan")].traits == ("functional",)


def test_a_property_without_an_end_says_why(edition: OntologyVersion) -> None:
    for term in edition.vocabulary.terms.values():
        if term.sort in (Sort.OBJECT, Sort.DATA):
            assert bool(term.domain) != ("domain" in term.reasons), term.local
            assert bool(term.range) != ("range" in term.reasons), term.local


def test_a_class_is_described_with_what_it_excludes_and_what_leads_to_it(edition: OntologyVersion) -> None:
    objective = edition.vocabulary.terms[fyp("Objective")]
    assert fyp("Measure") in objective.disjoint
    assert objective.iri not in objective.disjoint
    assert fyp("hasObjective") in edition.vocabulary.leading_to[objective.iri]
    assert fyp("hasSubMeasure") in edition.vocabulary.leading_from[objective.iri]
    assert fyp("QuantitativeTarget") in edition.vocabulary.below[fyp("Target")]
    assert fyp("increase") in edition.vocabulary.below[fyp("Direction")]


def test_the_order_is_that_of_reading_and_does_not_hang_on_that_of_the_statements() -> None:
    turtle = """
      module:a a skos:Collection ; fyp:position 2 ; skos:member fyp:a , fyp:Lower , fyp:Upper , fyp:One .
      module:b a skos:Collection ; fyp:position 1 ; skos:member fyp:b .
      fyp:One a owl:NamedIndividual , fyp:Upper . fyp:a a owl:DatatypeProperty . fyp:b a owl:AnnotationProperty .
      fyp:Lower a owl:Class ; rdfs:subClassOf fyp:Upper . fyp:Upper a owl:Class . fyp:Rest a owl:Class .
    """
    read = vocabulary(turtle)
    assert [module.slug for module in read.modules] == ["b", "a", ""]
    assert [iri.value.rpartition("#")[2] for iri in read.modules[1].members] == ["Upper", "Lower", "a", "One"]
    assert read.modules[2].members == (fyp("Rest"),)
    assert read_vocabulary(reversed(triples(turtle))) == read


@pytest.mark.parametrize(
    "turtle",
    [
        "",
        "fyp:A a owl:Class ; rdfs:subClassOf fyp:A .",
        "fyp:A a owl:Class ; rdfs:subClassOf fyp:B . fyp:B a owl:Class ; rdfs:subClassOf fyp:A .",
        "fyp:p a owl:ObjectProperty ; owl:propertyChainAxiom _:a . _:a rdf:first fyp:p ; rdf:rest _:a .",
        "fyp:p a owl:ObjectProperty ; owl:propertyChainAxiom _:a .",
        "[] a owl:AllDisjointClasses ; owl:members ( 1 _:b fyp:A ) . fyp:A a owl:Class .",
        "module:a a skos:Collection ; fyp:position 'first' ; skos:member fyp:Nothing , 5 .",
        f"<{ROOT}ontology> owl:versionInfo 1 .",
        "fyp:A a owl:Class , owl:NamedIndividual ; rdfs:label 'A' , 'B' ; skos:definition fyp:A .",
    ],
)
def test_a_strange_ontology_is_read_as_far_as_it_goes(turtle: str) -> None:
    read = vocabulary(turtle)
    assert sum(len(module.members) for module in read.modules) == len(read.terms)


def test_labels_without_a_language_and_several_in_one_are_no_hindrance() -> None:
    read = vocabulary("fyp:A a owl:Class ; rdfs:label 'plain' , 'b'@en , 'a'@en ; owl:deprecated true .")
    assert read.terms[fyp("A")].labels == {"": "plain", "en": "a"}
    assert read.terms[fyp("A")].deprecated
