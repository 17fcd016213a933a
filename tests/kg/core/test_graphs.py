"""The graph that describes the graphs."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.core.names import KINDS, META, describe_graphs, graph, graph_name_of, kind_of_graph, name, thing
from kg.core.settings import PROJECT
from kg.engine.store import Store
from kg.release import Release


@pytest.mark.parametrize(
    ("graph_name", "kind"),
    [
        ("plan-ii", "kindStated"),
        ("plan", "kindStated"),
        ("official-ii", "kindOfficial"),
        ("outcome", "kindOutcome"),
        ("editorial", "kindEditorial"),
        ("vocabulary", "kindVocabulary"),
        ("source", "kindSource"),
        ("links", "kindLinks"),
        ("links-wikidata", "kindLinks"),
        ("inferred", "kindInferred"),
        ("meta", "kindMeta"),
        ("questions", "kindQuestions"),
        ("ontology", "kindOntology"),
        ("shapes", "kindOntology"),
    ],
)
def test_the_first_word_of_its_name_says_how_the_statements_of_a_graph_came_about(graph_name: str, kind: str) -> None:
    assert kind_of_graph(graph(graph_name)) == name(f"fyp:{kind}")


@pytest.mark.parametrize(
    "iri", [graph("rumours"), graph("planned"), graph(""), NamedNode("x:plan-ii"), thing("plan-ii")]
)
def test_a_graph_of_no_known_kind_has_none(iri: NamedNode) -> None:
    assert kind_of_graph(iri) is None


def test_a_graph_is_described_with_its_kind_and_its_number_of_triples() -> None:
    quads = [Quad(thing("a"), name("fyp:says"), Literal(text), graph("plan-a")) for text in "123"]
    loose = Quad(thing("a"), name("fyp:says"), Literal("4"))
    strange = Quad(thing("a"), name("fyp:says"), Literal("5"), graph("rumours"))
    size = {number: Literal(number, datatype=name("xsd:integer")) for number in "13"}
    assert set(describe_graphs(Store([*quads, loose, strange]).sizes())) == {
        Quad(graph("plan-a"), name("rdf:type"), name("sd:NamedGraph"), META),
        Quad(graph("plan-a"), name("fyp:statementKind"), name("fyp:kindStated"), META),
        Quad(graph("plan-a"), name("void:triples"), size["3"], META),
        Quad(graph("rumours"), name("rdf:type"), name("sd:NamedGraph"), META),
        Quad(graph("rumours"), name("void:triples"), size["1"], META),
        Quad(META, name("rdf:type"), name("sd:NamedGraph"), META),
        Quad(META, name("fyp:statementKind"), name("fyp:kindMeta"), META),
    }


def test_every_graph_of_the_release_has_a_kind_that_the_ontology_declares(store: Store) -> None:
    graphs = {quad.graph_name for quad in store}
    kinds = {quad.subject: quad.object for quad in store.graph(META) if quad.predicate == name("fyp:statementKind")}
    declared = {quad.subject for quad in store.graph(graph("ontology")) if quad.predicate == name("rdf:type")}
    assert set(kinds) == graphs
    assert set(kinds.values()) <= declared
    assert {name(f"fyp:{kind}") for kind in KINDS.values()} <= declared


def test_the_counts_of_the_graph_meta_agree_with_the_store_and_the_manifest(store: Store, release: Release) -> None:
    counted = Counter(graph_name_of(quad.graph_name) for quad in store if isinstance(quad.graph_name, NamedNode))
    graphs = {quad.graph_name for quad in store}
    declared = {
        graph_name_of(quad.subject): int(quad.object.value)
        for quad in store.graph(META)
        if quad.predicate == name("void:triples")
        and quad.subject in graphs
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
    }
    assert dict(counted) == release.manifest.graphs
    assert declared == {graph_name: size for graph_name, size in counted.items() if graph_name != "meta"}
    assert sum(counted.values()) == release.manifest.quads == len(store)


def test_every_file_of_data_has_its_graph_in_the_release(store: Store) -> None:
    data = PROJECT / "graph_data"
    files = {"-".join(path.relative_to(data).with_suffix("").parts) for path in data.rglob("*.ttl")}
    assert files <= {graph_name_of(quad.subject) for quad in store.graph(META) if isinstance(quad.subject, NamedNode)}
