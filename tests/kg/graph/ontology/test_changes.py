"""Changes between versions are computed from the versions themselves."""

from __future__ import annotations

import pytest

from kg.graph.ontology import Changes, compare, read_ontology_versions
from tests.kg.graph.ontology.small import fyp, vocabulary

BEFORE = "fyp:A a owl:Class ; rdfs:label 'A'@en ; skos:definition 'An A.'@en . fyp:p a owl:ObjectProperty ."


def test_a_version_has_no_changes_against_itself() -> None:
    changes = compare(vocabulary(BEFORE), vocabulary(BEFORE))
    assert changes == Changes()
    assert not changes


def test_a_term_comes_and_another_goes() -> None:
    changes = compare(vocabulary(BEFORE), vocabulary("fyp:p a owl:ObjectProperty . fyp:B a owl:Class ."))
    assert changes.added == (fyp("B"),)
    assert [term.iri for term in changes.removed] == [fyp("A")]
    assert changes.changed == ()


@pytest.mark.parametrize(
    ("more", "aspect"),
    [
        ("fyp:A rdfs:label 'Ah'@de .", "labels"),
        ("fyp:A skos:example 'One.'@en .", "examples"),
        ("fyp:A skos:scopeNote 'Rare.'@en .", "notes"),
        ("fyp:A rdfs:subClassOf fyp:B .", "terms above"),
        ("fyp:A rdfs:subClassOf foaf:Agent .", "alignment"),
        ("fyp:A owl:deprecated true .", "deprecation"),
        ("fyp:p rdfs:domain fyp:A .", "domain"),
        ("fyp:p rdfs:range fyp:A .", "range"),
        ("fyp:p owl:inverseOf fyp:q .", "inverse"),
        ("fyp:p owl:propertyChainAxiom ( fyp:p fyp:p ) .", "chain"),
        ("fyp:p a owl:FunctionalProperty .", "characteristics"),
        ("fyp:p fyp:noDomainReason 'Any.'@en .", "reasons"),
        ("[] a owl:AllDisjointClasses ; owl:members ( fyp:A foaf:Agent ) .", "disjoint classes"),
    ],
)
def test_what_is_told_otherwise_is_named(more: str, aspect: str) -> None:
    changes = compare(vocabulary(BEFORE), vocabulary(BEFORE + more))
    assert [change.aspects for change in changes.changed] == [(aspect,)]


def test_the_changes_from_0_1_0_to_0_2_0_are_those_of_its_files() -> None:
    newer, older = read_ontology_versions()[-2:]
    assert (older.version, newer.version) == ("0.1.0", "0.2.0")
    changes = compare(older.vocabulary, newer.vocabulary)
    locals_added = {iri.value.rpartition("#")[2] for iri in changes.added}
    assert len(changes.added) == 67
    assert {"OfficialTarget", "TargetClaim", "Event", "OutlinedPlan", "hold", "month", "firstYear"} <= locals_added
    assert changes.removed == ()
    told = {change.iri.value.rpartition("#")[2]: change.aspects for change in changes.changed}
    # a target as printed and an official one now meet in fyp:TargetClaim
    assert told["measuredBy"] == told["baseline"] == told["targetBasis"] == told["targetValue"] == ("domain",)
    assert told["measures"] == ("range",)
    assert told["QuantitativeTarget"] == ("terms above",)
    assert told["direction"] == told["implementsPlan"] == ("definition", "domain")
    assert len(told) == 14
