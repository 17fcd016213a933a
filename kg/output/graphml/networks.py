"""The networks of a release: what plans consist of, which technologies go together, and who cooperates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pyoxigraph import Literal, NamedNode

from kg.core.errors import ExportUnknown
from kg.core.messages import Message
from kg.core.names import curie, graph_name_of, name, slug_of, sparql_prologue
from kg.engine import Engine, Term, select
from kg.graph.describe import Labels, labels_of
from kg.output.graphml import Edge, Network, Node

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

# what follows by rule says nothing that the others do not, but for short cuts; the rest is not about plans
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
# as the question technology-pairs counts
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
    """One of the networks, with the things that have a neighbour in it.

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
    """Statements between things of some classes, each with the graph that makes it; mentions are counted."""
    allowed = {name(f"fyp:{one}") for one in _CLASSES[network]}
    classes = {thing: cls for thing, cls in select(engine, _THINGS).rows if cls in allowed}
    rows = [*select(engine, _STATEMENTS).records(), *select(engine, _MENTIONS).records()]
    kept = [row for row in rows if row["from"] in classes and row["to"] in classes]
    return _network(engine, network, kept, classes, directed=True)


def _of_pairs(engine: Engine, network: str) -> Network:
    """Technologies, and how many objectives, measures and applications name two of them together."""
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
    kept = sorted(rows, key=lambda row: [str(row.get(one)) for one in ("from", "property", "to", "graph")])
    things = sorted({_iri(row[end]) for row in kept for end in ("from", "to")}, key=lambda iri: iri.value)
    terms = {term for row in kept for term in row.values() if isinstance(term, NamedNode)}
    labels = labels_of(engine, terms | {_iri(classes[thing]) for thing in things})
    plans = {thing: _slug(plan) for thing, plan in select(engine, _PARTS).rows}
    nodes = tuple(_node(thing, labels, _iri(classes[thing]), plans.get(thing, "")) for thing in things)
    edges = tuple(_edge(row, labels, directed=directed) for row in kept)
    return Network(network, nodes, edges, directed=directed)


def _node(thing: NamedNode, labels: Labels, cls: NamedNode, plan: str) -> Node:
    own = labels.get(thing, {})
    german, chinese = (own[one].text if one in own else "" for one in ("de", "zh"))
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
    return next((own[one].text for one in ("en", "") if one in own), curie(iri))


def _slug(term: Term | None) -> str:
    return slug_of(_iri(term)) or curie(_iri(term))


def _iri(term: Term | None) -> NamedNode:
    assert isinstance(term, NamedNode)  # noqa: S101 - the queries above bind IRIs
    return term
