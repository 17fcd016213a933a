"""The networks of a release: who is in them, and what their edges say."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace

import networkx
import pytest

from kg.core.errors import ExportUnknown
from kg.core.names import sparql_prologue
from kg.core.settings import PROJECT
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.graphml import (
    EDGE_HEADINGS,
    NETWORKS,
    NODE_HEADINGS,
    Edge,
    Network,
    Node,
    read_network,
    write_edges,
    write_graphml,
    write_nodes,
)


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


def test_the_elements_of_plans_are_beside_what_they_name(engine: EmbeddedEngine) -> None:
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


ODD = Node(
    "a", "https://w3id.org/fyp-kg/id/a", 'One, "two" & <three>\n', "Größe", "工业互联网", "Technology", "plan-ii"
)
SMALL = Network(
    "small",
    (ODD, replace(ODD, slug="b", label="=1+1")),
    (
        Edge("a", "b", "fyp:concerns", "is about", "stated", "plan-ii", 3),
        Edge("a", "b", "fyp:concerns", "is about", "official", "official-ii"),
        Edge("b", "b", "fyp:concerns", "is about", "official", "official-ii"),
    ),
    directed=True,
)


@pytest.fixture(scope="module", params=[*NETWORKS, "small"])
def small_network(request: pytest.FixtureRequest, engine: EmbeddedEngine) -> Network:
    return SMALL if request.param == "small" else read_network(engine, request.param)


def test_networkx_reads_back_what_was_written(small_network: Network) -> None:
    graph = networkx.read_graphml(io.BytesIO(write_graphml(small_network)), force_multigraph=True)
    assert graph.is_directed() == small_network.directed
    assert {slug: data["label_zh"] for slug, data in graph.nodes(data=True)} == {
        node.slug: node.label_zh for node in small_network.nodes
    }
    assert sorted((node.slug, node.label, node.kind, node.plan) for node in small_network.nodes) == sorted(
        (slug, data["label"], data["kind"], data["plan"]) for slug, data in graph.nodes(data=True)
    )
    text = [
        (*ends, data["property"], data["trust"], data["graph"], data["weight"])
        for *ends, data in (
            (*(ends if small_network.directed else sorted(ends)), data) for *ends, data in graph.edges(data=True)
        )
    ]
    assert sorted(text) == sorted(
        (edge.source, edge.target, edge.property, edge.trust, edge.graph, edge.weight) for edge in small_network.edges
    )


def test_the_tables_are_read_back_and_their_keys_meet(small_network: Network) -> None:
    nodes = list(csv.DictReader(io.StringIO(write_nodes(small_network), newline="")))
    edges = list(csv.DictReader(io.StringIO(write_edges(small_network), newline="")))
    assert [(row["Id"], row["Label"], row["label_zh"]) for row in nodes] == [
        (node.slug, node.label, node.label_zh) for node in small_network.nodes
    ]
    assert [(row["Source"], row["Target"], int(row["Weight"])) for row in edges] == [
        (edge.source, edge.target, edge.weight) for edge in small_network.edges
    ]
    assert {row["Type"] for row in edges} == {"Directed" if small_network.directed else "Undirected"}
    assert {row[end] for row in edges for end in ("Source", "Target")} <= {row["Id"] for row in nodes}


def test_igraph_finds_the_ends_and_the_ids_in_front() -> None:
    assert EDGE_HEADINGS[:2] == ("Source", "Target")
    assert NODE_HEADINGS[0] == "Id"


def test_the_same_network_gives_the_same_bytes_in_utf_8(small_network: Network) -> None:
    written = write_graphml(small_network)
    assert written == write_graphml(small_network)
    assert small_network.nodes[0].label_zh in written.decode("utf-8")
    assert b"&#" not in written.replace(b"&#10;", b"")


def test_no_network_is_no_error() -> None:
    empty = Network("empty", (), (), directed=False)
    assert networkx.read_graphml(io.BytesIO(write_graphml(empty))).number_of_nodes() == 0
    assert (write_nodes(empty).count("\n"), write_edges(empty).count("\n")) == (1, 1)
