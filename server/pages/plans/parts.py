"""The parts of a plan: the tree of its elements, their evidence, and its short title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.graphs import kind_of_graph
from kg.core.names import curie, name, sparql_prologue
from kg.engine import Engine, Term, select
from kg.graph.description import Property, Statement
from kg.graph.evidence import evidence_of, places_of
from kg.graph.labels import label_of, labels_of, note_texts_of
from kg.output.sentences import sentences_of
from server.core.context import RequestContext
from server.pages.resource.lookup import Reader
from server.pages.resource.rows import Telling, Value, row_of
from server.pages.result.cells import named_by

_AROUND = {
    "en": re.compile(r"^\d+th Five-Year Plan for (?:the )?"),
    "de": re.compile(r"^\d+\. Fünfjahresplan für (?:(?:die|das|den) )?"),
    "zh": re.compile(r"^“十[一二三四五六七八九]五”(?:国家)?|“十[一二三四五六七八九]五”规划$|(?:发展)?规划$"),
}
_SHORTEST = 2


def short_title(title: str, language: str) -> str:
    """Return a title without the words that all plans of a period share. Other titles stay as they are."""
    around = _AROUND.get(language)
    short = around.sub("", title).strip() if around is not None else title
    return short[:1].upper() + short[1:] if len(short) >= _SHORTEST else title


_ELEMENTS = (
    sparql_prologue("fyp", "rdf")
    + """SELECT DISTINCT ?graph ?element ?kind ?above ?position ?indicator WHERE {{
  {{
    GRAPH ?graph {{ ?element a ?kind }}
    ?element fyp:inPlan {plan} .
    OPTIONAL {{ ?element fyp:subElementOf ?above }}
  }} UNION {{
    VALUES ?kind {{ fyp:OfficialElement }}
    GRAPH ?graph {{ ?element a ?kind ; fyp:officialPartOf {plan} }}
  }} UNION {{
    VALUES ?kind {{ fyp:OfficialTarget }}
    GRAPH ?graph {{ ?element a ?kind }}
    ?element fyp:officialPartOf+ {plan} .
  }} UNION {{
    GRAPH ?graph {{ ?element a fyp:Event ; fyp:eventOf {plan} }}
    BIND(fyp:Event AS ?kind)
  }} UNION {{
    GRAPH ?graph {{ ?element a fyp:PlanTitle ; fyp:titleOf {plan} }}
    BIND(fyp:PlanTitle AS ?kind)
  }} UNION {{
    VALUES ?property {{ fyp:issuedBy fyp:presentedBy fyp:basedOn fyp:precededBy fyp:implementsPlan }}
    GRAPH ?graph {{ {plan} ?property ?element }}
    BIND(?property AS ?kind)
  }}
  FILTER(!CONTAINS(STR(?graph), "inferred"))
  OPTIONAL {{ ?element fyp:position ?position }}
  OPTIONAL {{ ?element fyp:measuredBy ?indicator }}
}}"""
)

_NAMED = ("issuedBy", "presentedBy", "basedOn", "precededBy", "implementsPlan")
_HAS = {"OfficialElement": "hasOfficialPart", "OfficialTarget": "hasOfficialPart", "PlanTitle": "hasTitle"}


@dataclass(frozen=True)
class Part:
    """A part of a plan in its graph, below another part or directly below the plan. A target has an indicator.

    ``kind`` is the local name of its class, or of the property by which the plan names it.
    """

    iri: NamedNode
    kind: str
    graph: NamedNode
    above: NamedNode | None = None
    position: int = 0
    indicator: NamedNode | None = None


@dataclass(frozen=True)
class Branch:
    """A part with its children, by kind."""

    part: Part
    value: Value
    below: Mapping[str, tuple[Branch, ...]]

    @property
    def whole(self) -> int:
        """The number of descendants."""
        return sum(1 + branch.whole for branches in self.below.values() for branch in branches)


def parts_of(engine: Engine, plan: NamedNode) -> list[Part]:
    """Return the parts of a plan and the resources that it names, each once, in reading order.

    Raises:
        As ``Engine.answer``.
    """
    parts: dict[tuple[NamedNode, str], Part] = {}
    for graph, element, kind, above, position, indicator in select(engine, _ELEMENTS.format(plan=plan)).rows:
        if isinstance(graph, NamedNode) and isinstance(element, NamedNode) and isinstance(kind, NamedNode):
            local = curie(kind).removeprefix("fyp:")
            place = int(position.value) if isinstance(position, Literal) else 0
            part = Part(element, local, graph, _node(above), place, _node(indicator))
            parts.setdefault((element, local), part)
    return sorted(parts.values(), key=lambda part: (part.position, len(part.iri.value), part.iri.value))


def _node(term: Term | None) -> NamedNode | None:
    return term if isinstance(term, NamedNode) else None


def telling_of_parts(
    service: RequestContext,
    plan: NamedNode,
    things: Iterable[NamedNode],
    language: str,
    *,
    named: Iterable[NamedNode] = (),
    cited: Iterable[NamedNode] = (),
) -> Telling:
    """Return names, places and evidence for the parts of a plan, and sentences for those in ``named``.

    ``cited`` is further evidence on the page.

    Raises:
        As ``Engine.answer``.
    """
    engine, vouched_parts = service.engine, {plan, *things}
    vouched = evidence_of(engine, vouched_parts)
    places = places_of(engine, {place for sources in vouched.values() for place in sources} | set(cited))
    kinds = {kind for _, graph in vouched if (kind := kind_of_graph(graph)) is not None}
    labels = labels_of(engine, vouched_parts | kinds | named_by(places.values()))
    sentences = sentences_of(engine, named, language)
    notes = note_texts_of(engine, vouched_parts)
    asides = sentences | {note: label_of(notes, note, language).text for note in notes}
    return Telling(Reader(language, labels, places, sentences), vouched, asides, {}, service.source)


def value_of(telling: Telling, plan: NamedNode, part: Part) -> Value:
    """Return a part with its mark and its sources."""
    local = part.kind if part.kind in _NAMED else _HAS.get(part.kind, f"has{part.kind}")
    property_ = name(f"fyp:{local}")
    statement = Statement(property_, part.iri, part.graph)
    return row_of(telling, plan, Property(property_, inverse=False, count=1), [statement]).values[0]


def tree_of_parts(telling: Telling, plan: NamedNode, parts: Sequence[Part], top: str) -> tuple[Branch, ...]:
    """Return the parts of a kind directly below the plan, each with its descendants."""
    by_above: dict[NamedNode | None, list[Part]] = {}
    for part in parts:
        by_above.setdefault(part.above, []).append(part)

    def grown(part: Part) -> Branch:
        below: dict[str, list[Branch]] = {}
        for child in by_above.get(part.iri, ()):
            below.setdefault(child.kind, []).append(grown(child))
        ordered = {kind: tuple(below[kind]) for kind in sorted(below, key=_first_objectives)}
        return Branch(part, value_of(telling, plan, part), ordered)

    return tuple(grown(part) for part in by_above.get(None, ()) if part.kind == top)


def _first_objectives(kind: str) -> tuple[bool, str]:
    return kind != "Objective", kind
