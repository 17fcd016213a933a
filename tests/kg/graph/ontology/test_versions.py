"""Editions: that of a release, and those that are kept, whose documents are whole and always the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from kg.core.errors import TurtleInvalid
from kg.core.names import ROOT, name
from kg.core.settings import PROJECT
from kg.engine.embedded import EmbeddedEngine
from kg.graph.ontology import (
    DOCUMENTS,
    Changes,
    compare,
    documents_of,
    later,
    ontology_version_of,
    read_ontology_versions,
)
from kg.graph.ontology.versions import VERSIONS
from kg.sources.files import ONTOLOGY_GRAPHS, DataFile, read_data_file
from tests.kg.graph.ontology.small import PROLOGUE, fyp, triples, vocabulary


def same(object_: object, other: object) -> bool:
    """Return True if two graphs are the same up to the names of their blank nodes."""
    sets = []
    for graph in (object_, other):
        dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in graph)  # type: ignore[attr-defined]
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        sets.append(set(dataset))
    return sets[0] == sets[1]


def of_files(*names: str) -> list[Triple]:
    folder = PROJECT / "ontology"
    quads = (quad for item in names for quad in read_data_file(DataFile(folder / item, ONTOLOGY_GRAPHS[item])))
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


def test_the_edition_of_a_release_is_that_of_its_files(engine: EmbeddedEngine) -> None:
    edition = ontology_version_of(engine)
    assert same(edition.ontology, of_files("core.ttl", "alignment.ttl", "modules.ttl"))
    assert same(edition.shapes, of_files("shapes.ttl"))
    assert set(edition.documents) == set(DOCUMENTS)


def test_every_version_is_kept_under_its_number_and_is_older_than_the_one_in_use(engine: EmbeddedEngine) -> None:
    ontology_versions = read_ontology_versions()
    assert [edition.version for edition in ontology_versions] == ["0.2.0", "0.1.0"]
    assert {path.name for path in VERSIONS.iterdir()} == {edition.version for edition in ontology_versions}
    current = ontology_version_of(engine)
    for edition in ontology_versions:
        assert later(edition.version) < later(current.version)
        for document in edition.documents.values():
            address = NamedNode(f"{ROOT}{document.name}/{document.version}")
            assert Triple(NamedNode(ROOT + document.name), name("owl:versionIRI"), address) in document.triples


def test_a_document_has_one_header_and_its_nodes_without_a_name_have_lasting_names() -> None:
    ontology = triples(
        f"<{ROOT}ontology> a owl:Ontology ; owl:versionInfo '1.0.0' ."
        f"<{ROOT}ontology/alignment> a owl:Ontology ; owl:versionInfo '2.0.0' ."
        "fyp:A a owl:Class ; rdfs:subClassOf foaf:Agent , fyp:B . foaf:Agent a owl:Class . [] owl:members ( fyp:A ) ."
    )
    documents = documents_of(ontology, [])
    assert list(documents) == ["ontology", "ontology/alignment"]
    whole, alignment = documents.values()
    assert (whole.version, alignment.version) == ("1.0.0", "2.0.0")
    headers = [triple for triple in whole.triples if triple.object == name("owl:Ontology")]
    assert [triple.subject for triple in headers] == [NamedNode(ROOT + "ontology")]
    agent = name("foaf:Agent")
    assert Triple(fyp("A"), name("rdfs:subClassOf"), agent) in alignment.triples
    assert Triple(agent, name("rdf:type"), name("owl:Class")) in alignment.triples
    assert Triple(fyp("A"), name("rdfs:subClassOf"), fyp("B")) not in alignment.triples
    assert documents_of(list(reversed(ontology)), [])["ontology"] == whole


@pytest.mark.parametrize(
    ("older", "newer"), [("0.1.0", "0.2.0"), ("0.9.0", "0.10.0"), ("1", "1.0.1"), ("x", "0.0.1"), ("²", "1")]
)
def test_versions_are_ordered_by_number_and_not_by_letter(older: str, newer: str) -> None:
    assert later(older) < later(newer)


def test_without_kept_versions_there_are_none(tmp_path: Path) -> None:
    assert read_ontology_versions(tmp_path) == ()
    assert read_ontology_versions(tmp_path / "nowhere") == ()


def test_a_kept_version_that_does_not_parse_is_reported_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "1.0.0").mkdir()
    (tmp_path / "1.0.0" / "core.ttl").write_text(PROLOGUE + "fyp:A a", encoding="utf-8")
    with pytest.raises(TurtleInvalid, match=r"core\.ttl, line"):
        read_ontology_versions(tmp_path)


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
def test_a_changed_description_is_named(more: str, aspect: str) -> None:
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
    aspects = {change.iri.value.rpartition("#")[2]: change.aspects for change in changes.changed}
    # targets of the briefing and official ones now share fyp:TargetClaim
    assert (
        aspects["measuredBy"] == aspects["baseline"] == aspects["targetBasis"] == aspects["targetValue"] == ("domain",)
    )
    assert aspects["measures"] == ("range",)
    assert aspects["QuantitativeTarget"] == ("terms above",)
    assert aspects["direction"] == aspects["implementsPlan"] == ("definition", "domain")
    assert len(aspects) == 14
