"""GraphML and CSV are read back as they were meant, Chinese and hostile texts included."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import networkx
import pytest

from kg.engine.embedded import EmbeddedEngine
from kg.output.graphml import Edge, Network, Node
from kg.output.graphml.delimited import EDGE_HEADINGS, NODE_HEADINGS, write_edges, write_nodes
from kg.output.graphml.graphml import write_graphml
from kg.output.graphml.networks import NETWORKS, read_network

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
def network(request: pytest.FixtureRequest, engine: EmbeddedEngine) -> Network:
    return SMALL if request.param == "small" else read_network(engine, request.param)


def test_networkx_reads_back_what_was_written(network: Network) -> None:
    graph = networkx.read_graphml(io.BytesIO(write_graphml(network)), force_multigraph=True)
    assert graph.is_directed() == network.directed
    assert {slug: data["label_zh"] for slug, data in graph.nodes(data=True)} == {
        node.slug: node.label_zh for node in network.nodes
    }
    assert sorted((node.slug, node.label, node.kind, node.plan) for node in network.nodes) == sorted(
        (slug, data["label"], data["kind"], data["plan"]) for slug, data in graph.nodes(data=True)
    )
    told = [
        (*ends, data["property"], data["trust"], data["graph"], data["weight"])
        for *ends, data in (
            (*(ends if network.directed else sorted(ends)), data) for *ends, data in graph.edges(data=True)
        )
    ]
    assert sorted(told) == sorted(
        (edge.source, edge.target, edge.property, edge.trust, edge.graph, edge.weight) for edge in network.edges
    )


def test_the_tables_are_read_back_and_their_keys_meet(network: Network) -> None:
    nodes = list(csv.DictReader(io.StringIO(write_nodes(network), newline="")))
    edges = list(csv.DictReader(io.StringIO(write_edges(network), newline="")))
    assert [(row["Id"], row["Label"], row["label_zh"]) for row in nodes] == [
        (node.slug, node.label, node.label_zh) for node in network.nodes
    ]
    assert [(row["Source"], row["Target"], int(row["Weight"])) for row in edges] == [
        (edge.source, edge.target, edge.weight) for edge in network.edges
    ]
    assert {row["Type"] for row in edges} == {"Directed" if network.directed else "Undirected"}
    assert {row[end] for row in edges for end in ("Source", "Target")} <= {row["Id"] for row in nodes}


def test_igraph_finds_the_ends_and_the_ids_in_front() -> None:
    assert EDGE_HEADINGS[:2] == ("Source", "Target")
    assert NODE_HEADINGS[0] == "Id"


def test_the_same_network_gives_the_same_bytes_in_utf_8(network: Network) -> None:
    written = write_graphml(network)
    assert written == write_graphml(network)
    assert network.nodes[0].label_zh in written.decode("utf-8")
    assert b"&#" not in written.replace(b"&#10;", b"")


def test_no_network_is_no_error() -> None:
    empty = Network("empty", (), (), directed=False)
    assert networkx.read_graphml(io.BytesIO(write_graphml(empty))).number_of_nodes() == 0
    assert (write_nodes(empty).count("\n"), write_edges(empty).count("\n")) == (1, 1)
