"""The networks of a release: who is in them, and what their edges say."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from kg.core.errors import ExportUnknown
from kg.core.names import sparql_prologue
from kg.core.settings import PROJECT
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.graphml import Network
from kg.output.graphml.networks import NETWORKS, read_network


@pytest.fixture(scope="module", params=NETWORKS)
def network(request: pytest.FixtureRequest, engine: EmbeddedEngine) -> Network:
    return read_network(engine, request.param)


def test_every_node_has_labels_a_kind_and_a_neighbour(network: Network) -> None:
    slugs = [node.slug for node in network.nodes]
    assert slugs == sorted(set(slugs))
    assert {end for edge in network.edges for end in (edge.source, edge.target)} == set(slugs)
    assert [node.slug for node in network.nodes if not (node.label and node.label_de and node.label_zh)] == []
    assert [node.slug for node in network.nodes if not node.kind[:1].isupper()] == []


def test_every_edge_says_what_it_means_and_how_far_to_trust_it(network: Network) -> None:
    assert [edge for edge in network.edges if not edge.label or edge.weight < 1] == []
    marks = {edge.trust for edge in network.edges}
    assert marks == ({"stated", "official", "editorial", "vocabulary", "source"} if network.directed else {"counted"})
    assert len(set(network.edges)) == len(network.edges)


def test_the_elements_of_plans_stand_beside_what_they_name(engine: EmbeddedEngine) -> None:
    network = read_network(engine, "plan-elements")
    kinds = Counter(node.kind for node in network.nodes)
    assert (kinds["Objective"], kinds["Measure"], kinds["Official target"], kinds["Sectoral plan"]) == (46, 22, 57, 6)
    assert {"Passage", "Citation", "Editorial note", "Quantity", "Mention", "Link"} & kinds.keys() == set()
    (element,) = [node for node in network.nodes if node.slug == "ict-t1"]
    assert (element.kind, element.plan) == ("Quantitative target", "plan-ict")
    (measured,) = [edge for edge in network.edges if (edge.source, edge.property) == ("ict-t1", "fyp:measuredBy")]
    assert (measured.target, measured.trust, measured.graph) == ("indicator-ict-revenue", "stated", "plan-ict")


def test_mentions_of_a_technology_are_counted(engine: EmbeddedEngine) -> None:
    edges = read_network(engine, "plan-elements").edges
    mentions = [edge for edge in edges if edge.property == "fyp:mentionsTechnology"]
    ((total, *_),) = select(
        engine, sparql_prologue("fyp") + "SELECT (COUNT(DISTINCT ?m) AS ?n) { ?m fyp:mentionElement ?e }"
    ).rows
    assert sum(edge.weight for edge in mentions) == int(total.value)  # type: ignore[union-attr]
    assert max(edge.weight for edge in mentions) > 1


def test_technologies_go_together_as_the_question_says(engine: EmbeddedEngine) -> None:
    text = (PROJECT / "tests" / "expected" / "technology-pairs.csv").read_text("utf-8")
    short = len("https://w3id.org/fyp-kg/id/")
    expected = {
        (row["first"][short:], row["second"][short:], int(row["times"])) for row in csv.DictReader(text.splitlines())
    }
    network = read_network(engine, "technologies")
    assert {(edge.source, edge.target, edge.weight) for edge in network.edges if edge.weight > 1} == expected
    assert all(edge.source < edge.target for edge in network.edges)


def test_cooperation_joins_plans_areas_and_bodies(engine: EmbeddedEngine) -> None:
    kinds = {node.kind for node in read_network(engine, "cooperation").nodes}
    assert {"Sectoral plan", "Cooperation provision", "Cooperation area", "Ministry", "Event", "Country"} <= kinds
    assert "Objective" not in kinds


def test_a_network_that_is_not_there_is_refused_with_those_that_are(engine: EmbeddedEngine) -> None:
    for name in ("", "everything", "../technologies"):
        with pytest.raises(ExportUnknown, match="plan-elements, technologies, cooperation"):
            read_network(engine, name)


@pytest.mark.parametrize("name", NETWORKS)
def test_an_empty_release_has_empty_networks(name: str) -> None:
    network = read_network(EmbeddedEngine(Store(), "empty", 50), name)
    assert (network.nodes, network.edges) == ((), ())
