"""A network as GraphML (http://graphml.graphdrawing.org/specification.html)."""

from __future__ import annotations

from dataclasses import asdict, fields
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kg.output.graphml import Edge, Network, Node

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_TYPES = {"str": "string", "int": "long"}  # annotations of the fields: attr.type of their keys


def write_graphml(network: Network) -> bytes:
    """Write the network in UTF-8; each edge has an id, so parallel edges stay apart."""
    root = Element("graphml", {"xmlns": _NAMESPACE})
    SubElement(root, "key", {"id": "graph-name", "for": "graph", "attr.name": "name", "attr.type": "string"})
    for kind, described, apart in (("node", Node, {"slug"}), ("edge", Edge, {"source", "target"})):
        for attribute in (field for field in fields(described) if field.name not in apart):
            names = {"attr.name": attribute.name, "attr.type": _TYPES[str(attribute.type)]}
            SubElement(root, "key", {"id": f"{kind}-{attribute.name}", "for": kind} | names)
    graph = SubElement(root, "graph", {"edgedefault": "directed" if network.directed else "undirected"})
    SubElement(graph, "data", {"key": "graph-name"}).text = network.name
    for node in network.nodes:
        attributes = asdict(node)
        _write_data(SubElement(graph, "node", {"id": attributes.pop("slug")}), "node", attributes)
    for number, edge in enumerate(network.edges, start=1):
        attributes = asdict(edge)
        ends = {"source": attributes.pop("source"), "target": attributes.pop("target"), "id": f"e{number}"}
        _write_data(SubElement(graph, "edge", ends), "edge", attributes)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _write_data(element: Element, kind: str, attributes: dict[str, object]) -> None:
    for name, value in attributes.items():
        SubElement(element, "data", {"key": f"{kind}-{name}"}).text = str(value)
