"""A network as two tables in CSV (RFC 4180), with the headings by which tools know them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from kg.output.graphml import Network

# Gephi's headings; igraph takes the first two columns of edges and the first one of nodes, whatever they are called
NODE_HEADINGS = ("Id", "Label", "label_de", "label_zh", "kind", "plan", "iri")
EDGE_HEADINGS = ("Source", "Target", "Type", "Weight", "Label", "property", "trust", "graph")


def write_nodes(network: Network) -> str:
    """A row for each node."""
    return _table(
        NODE_HEADINGS,
        ((one.slug, one.label, one.label_de, one.label_zh, one.kind, one.plan, one.iri) for one in network.nodes),
    )


def write_edges(network: Network) -> str:
    """A row for each edge; its ends are named by the Id of their nodes."""
    sort = "Directed" if network.directed else "Undirected"
    return _table(
        EDGE_HEADINGS,
        (
            (one.source, one.target, sort, one.weight, one.label, one.property, one.trust, one.graph)
            for one in network.edges
        ),
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(headings)
    writer.writerows(rows)
    return table.getvalue()
