"""Networks of resources as GraphML and CSV, for tools such as Gephi, Cytoscape and igraph."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, asdict, dataclass, fields
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from pyoxigraph import Literal, NamedNode

from kg.core.errors import ExportUnknown, Message
from kg.core.names import curie, graph_name_of, name, slug_of, sparql_prologue
from kg.engine import Engine, Term, select
from kg.graph.labels import Labels, labels_of


@dataclass(frozen=True)
class Node:
    """A resource: slug, labels, label of its class, and the slug of its plan, if any."""

    slug: str
    iri: str
    label: str
    label_de: str = ""
    label_zh: str = ""
    kind: str = ""
    plan: str = ""


@dataclass(frozen=True)
class Edge:
    """A statement between two resources, or a count of common mentions.

    ``trust`` is the kind of the stating graph in a word; ``weight`` is the count.
    """

    source: str
    target: str
    property: str
    label: str
    trust: str
    graph: str
    weight: int = 1


@dataclass(frozen=True)
class Network:
    """Nodes and edges in order; an undirected network has each pair once."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    _: KW_ONLY
    directed: bool


_PROLOGUE = sparql_prologue("fyp", "graph", "id")

_PLANS = ("SectoralPlan", "NationalPlan", "OutlinedPlan")
_ELEMENTS = (
    *("KeyMessage", "Trend", "Challenge", "Achievement", "Objective", "Measure", "QuantitativeTarget", "Milestone"),
    *("Project", "Application", "CooperationProvision"),
)
_OFFICIAL = ("OfficialElement", "OfficialTarget")
_TOPICS = ("Indicator", "Technology", "Sector", "StakeholderGroup", "LegalInstrument")
_COOPERATION = ("CooperationArea", "CooperationMode", "CooperationMechanism")
_BODIES = ("Ministry", "Organisation", "Country")
_JOINT = ("CooperationProgramme", "Agreement", "WorkingGroup", "Event", "OfficeHolder")

_CLASSES = {
    "plan-elements": (*_PLANS, *_ELEMENTS, *_OFFICIAL, *_TOPICS, *_COOPERATION, *_BODIES),
    "cooperation": (*_PLANS, "CooperationProvision", "StakeholderGroup", *_COOPERATION, *_BODIES, *_JOINT),
}

# Inferred statements add only shortcuts; the other kinds are not about plans.
_LEFT_OUT = "fyp:kindInferred, fyp:kindQuestions, fyp:kindLinks, fyp:kindMeta, fyp:kindOntology"
_THINGS = f"""{_PROLOGUE}SELECT DISTINCT ?thing ?class WHERE {{
  GRAPH ?graph {{ ?thing a ?class }} ?graph fyp:statementKind ?kind FILTER(?kind NOT IN ({_LEFT_OUT}))
}} ORDER BY ?thing ?class"""
_STATEMENTS = f"""{_PROLOGUE}SELECT ?from ?property ?to ?kind ?graph WHERE {{
  GRAPH ?graph {{ ?from ?property ?to FILTER(STRSTARTS(STR(?from), STR(id:)) && STRSTARTS(STR(?to), STR(id:))) }}
  ?graph fyp:statementKind ?kind FILTER(?kind NOT IN ({_LEFT_OUT}))
}} ORDER BY ?from ?property ?to ?graph"""
_MENTIONS = f"""{_PROLOGUE}SELECT ?from (fyp:mentionsTechnology AS ?property) ?to ?kind ?graph ?weight WHERE {{
  {{
    SELECT ?from ?to ?graph (COUNT(DISTINCT ?mention) AS ?weight) WHERE {{
      GRAPH ?graph {{ ?mention fyp:mentionElement ?from ; fyp:mentionTechnology ?to }}
    }} GROUP BY ?from ?to ?graph
  }}
  ?graph fyp:statementKind ?kind
}} ORDER BY ?from ?to ?graph"""
# the same count as in the canned question technology-pairs
_TOGETHER = f"""{_PROLOGUE}SELECT ?from ?to (COUNT(DISTINCT ?element) AS ?weight) WHERE {{
  VALUES ?class {{ fyp:Objective fyp:Measure fyp:Application }}
  ?element a ?class ; fyp:mentionsTechnology ?from , ?to .
  FILTER(STR(?from) < STR(?to))
}} GROUP BY ?from ?to ORDER BY ?from ?to"""
_PARTS = f"""{_PROLOGUE}SELECT DISTINCT ?thing ?plan WHERE {{
  {{ ?thing fyp:inPlan ?plan }} UNION {{ ?thing fyp:officialPartOf+ ?plan . ?plan a fyp:Plan }}
}} ORDER BY ?thing ?plan"""

Row = Mapping[str, Term | None]


def read_network(engine: Engine, network: str) -> Network:
    """Return a network, without isolated resources.

    Raises:
        ExportUnknown: there is no such network; lists those that there are.
        As ``Engine.answer``.
    """
    if network not in NETWORKS:
        raise ExportUnknown(
            Message(
                "There is no network %(name)s. There are: %(offered)s.",
                name=repr(network),
                offered=", ".join(NETWORKS),
            )
        )
    return NETWORKS[network](engine, network)


def _of_statements(engine: Engine, network: str) -> Network:
    """Return the statements between resources of some classes with their graphs; mentions are counted."""
    allowed = {name(f"fyp:{local_name}") for local_name in _CLASSES[network]}
    classes = {thing: cls for thing, cls in select(engine, _THINGS).rows if cls in allowed}
    rows = [*select(engine, _STATEMENTS).records(), *select(engine, _MENTIONS).records()]
    between = [row for row in rows if row["from"] in classes and row["to"] in classes]
    return _network(engine, network, between, classes, directed=True)


def _of_pairs(engine: Engine, network: str) -> Network:
    """Return technologies with the number of objectives, measures and applications that mention both."""
    rows = [{"property": name("fyp:mentionsTechnology"), **row} for row in select(engine, _TOGETHER).records()]
    classes = {row[end]: name("fyp:Technology") for row in rows for end in ("from", "to")}
    return _network(engine, network, rows, classes, directed=False)


NETWORKS: Mapping[str, Callable[[Engine, str], Network]] = {
    "plan-elements": _of_statements,
    "technologies": _of_pairs,
    "cooperation": _of_statements,
}


def _network(
    engine: Engine, network: str, rows: Iterable[Row], classes: Mapping[Term | None, Term | None], *, directed: bool
) -> Network:
    ordered = sorted(rows, key=lambda row: [str(row.get(key)) for key in ("from", "property", "to", "graph")])
    things = sorted({_iri(row[end]) for row in ordered for end in ("from", "to")}, key=lambda iri: iri.value)
    terms = {term for row in ordered for term in row.values() if isinstance(term, NamedNode)}
    labels = labels_of(engine, terms | {_iri(classes[thing]) for thing in things})
    # the query is sorted: of several plans the last one counts, each time the same
    plans = {thing: _slug(plan) for thing, plan in select(engine, _PARTS).rows}
    nodes = tuple(_node(thing, labels, _iri(classes[thing]), plans.get(thing, "")) for thing in things)
    edges = tuple(_edge(row, labels, directed=directed) for row in ordered)
    return Network(network, nodes, edges, directed=directed)


def _node(thing: NamedNode, labels: Labels, cls: NamedNode, plan: str) -> Node:
    own = labels.get(thing, {})
    german, chinese = (own[language].text if language in own else "" for language in ("de", "zh"))
    return Node(_slug(thing), thing.value, _text(labels, thing), german, chinese, _text(labels, cls), plan)


def _edge(row: Row, labels: Labels, *, directed: bool) -> Edge:
    property_, weight, kind, graph = _iri(row["property"]), row.get("weight"), row.get("kind"), row.get("graph")
    return Edge(
        source=_slug(row["from"]),
        target=_slug(row["to"]),
        property=curie(property_) if directed else "",
        label=_text(labels, property_) if directed else "named together",
        trust=_text(labels, kind) if isinstance(kind, NamedNode) else "counted",
        graph=graph_name_of(graph) or "" if isinstance(graph, NamedNode) else "",
        weight=int(weight.value) if isinstance(weight, Literal) else 1,
    )


def _text(labels: Labels, iri: NamedNode) -> str:
    own = labels.get(iri, {})
    return next((own[language].text for language in ("en", "") if language in own), curie(iri))


def _slug(term: Term | None) -> str:
    return slug_of(_iri(term)) or curie(_iri(term))


def _iri(term: Term | None) -> NamedNode:
    assert isinstance(term, NamedNode)  # noqa: S101 - the queries above bind IRIs
    return term


_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
# annotations are texts here, because of the import from `__future__`
_TYPES = {"str": "string", "int": "long"}  # annotations of the fields: attr.type of their keys


def write_graphml(network: Network) -> bytes:
    """Write the network in UTF-8 (http://graphml.graphdrawing.org/specification.html).

    Each edge has an id, so parallel edges stay apart.
    """
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
    for attribute, value in attributes.items():
        SubElement(element, "data", {"key": f"{kind}-{attribute}"}).text = str(value)


# Gephi's headings. igraph reads the first two columns of edges and the first one of nodes, whatever their headings.
NODE_HEADINGS = ("Id", "Label", "label_de", "label_zh", "kind", "plan", "iri")
EDGE_HEADINGS = ("Source", "Target", "Type", "Weight", "Label", "property", "trust", "graph")


def write_nodes(network: Network) -> str:
    """Return a CSV table (RFC 4180) with a row for each node."""
    return _table(
        NODE_HEADINGS,
        (
            (node.slug, node.label, node.label_de, node.label_zh, node.kind, node.plan, node.iri)
            for node in network.nodes
        ),
    )


def write_edges(network: Network) -> str:
    """Return a CSV table (RFC 4180) with a row for each edge; its ends are the Ids of nodes."""
    sort = "Directed" if network.directed else "Undirected"
    return _table(
        EDGE_HEADINGS,
        (
            (edge.source, edge.target, sort, edge.weight, edge.label, edge.property, edge.trust, edge.graph)
            for edge in network.edges
        ),
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(headings)
    writer.writerows(rows)
    return table.getvalue()
