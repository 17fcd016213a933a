"""A network as GraphML (http://graphml.graphdrawing.org/), written by networkx, which is loaded only for this."""

from __future__ import annotations

import io
from dataclasses import asdict

from kg.network import Network


def write_graphml(network: Network) -> bytes:
    """The network in UTF-8; parallel edges stay apart, each by a number."""
    import networkx

    graph = (networkx.MultiDiGraph if network.directed else networkx.MultiGraph)(name=network.name)
    for node in network.nodes:
        attributes = asdict(node)
        graph.add_node(attributes.pop("slug"), **attributes)
    for number, edge in enumerate(network.edges, start=1):
        attributes = asdict(edge)
        graph.add_edge(attributes.pop("source"), attributes.pop("target"), key=f"e{number}", **attributes)
    file = io.BytesIO()
    # not by lxml, which need not be there and writes other bytes
    networkx.write_graphml_xml(graph, file, encoding="utf-8", edge_id_from_attribute=None)
    return file.getvalue()
