"""The overview of a plan: the tree of its elements, their evidence, and its short title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, kind_of_graph, name, slug_of, sparql_prologue
from kg.core.partial_date import PartialDate, partial_date
from kg.engine import Engine, Term, select
from kg.graph.description import Property, Statement
from kg.graph.evidence import evidence_of, places_of
from kg.graph.labels import Label, label_of, labels_of, note_texts_of
from kg.output.sentences import sentences_of
from server.core.context import RequestContext
from server.pages.resource.lookup import Reader, RowContext, Value, row_of
from server.pages.result.cells import Cell, best_label, named_by
from server.pages.result.progress import TargetSummary, by_plan, summarise_targets, tracked_targets_here

# the words around the subject of a title: before it in English and German, on both sides in Chinese
_AROUND = {
    "en": re.compile(r"^\d+th Five-Year Plan for (?:the )?"),
    "de": re.compile(r"^\d+\. Fünfjahresplan für (?:(?:die|das|den) )?"),
    "zh": re.compile(r"^“十[一二三四五六七八九]五”(?:国家)?|“十[一二三四五六七八九]五”规划$|(?:发展)?规划$"),
}
# a single remaining character says nothing, so the whole title stays
_SHORTEST = 2


def short_title(title: str, language: str) -> str:
    """Return a title without the words that all plans of a period share. Other titles stay as they are."""
    around = _AROUND.get(language)
    short = around.sub("", title).strip() if around is not None else title
    return short[:1].upper() + short[1:] if len(short) >= _SHORTEST else title


# each branch finds one kind of part with its graph; the doubled braces are for ``format``.
# The filter drops inferred statements, which repeat a part under more general classes
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

# properties of a plan whose values become parts; the query binds them as ``?kind``
_NAMED = ("issuedBy", "presentedBy", "basedOn", "precededBy", "implementsPlan")
# the properties of these classes do not consist of ``has`` and the name of the class
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
            # several rows may name the same part, for example from two graphs; the first row counts
            parts.setdefault((element, local), part)
    # a shorter IRI comes first, so that o2 is before o10
    return sorted(parts.values(), key=lambda part: (part.position, len(part.iri.value), part.iri.value))


def _node(term: Term | None) -> NamedNode | None:
    return term if isinstance(term, NamedNode) else None


def row_context_of_parts(
    service: RequestContext,
    plan: NamedNode,
    things: Iterable[NamedNode],
    language: str,
    *,
    named: Iterable[NamedNode] = (),
    cited: Iterable[NamedNode] = (),
) -> RowContext:
    """Return names, places and evidence for the parts of a plan, and sentences for those in ``named``.

    ``cited`` is further evidence on the page.

    Raises:
        As ``Engine.answer``.
    """
    engine, parts_with_evidence = service.engine, {plan, *things}
    evidence_of_rows = evidence_of(engine, parts_with_evidence)
    places = places_of(engine, {place for sources in evidence_of_rows.values() for place in sources} | set(cited))
    # marks name the kinds of the graphs with evidence, so their labels are needed, too
    kinds = {kind for _, graph in evidence_of_rows if (kind := kind_of_graph(graph)) is not None}
    labels = labels_of(engine, parts_with_evidence | kinds | named_by(places.values()))
    sentences = sentences_of(engine, named, language)
    notes = note_texts_of(engine, parts_with_evidence)
    asides = sentences | {note: label_of(notes, note, language).text for note in notes}
    return RowContext(Reader(language, labels, places, sentences), evidence_of_rows, asides, {}, service.source)


def value_of(row_context: RowContext, plan: NamedNode, part: Part) -> Value:
    """Return a part with its mark and its sources."""
    local = part.kind if part.kind in _NAMED else _HAS.get(part.kind, f"has{part.kind}")
    property_ = name(f"fyp:{local}")
    statement = Statement(property_, part.iri, part.graph)
    # the row of a resource page gives the value, so that marks and evidence are the same on both pages
    return row_of(row_context, plan, Property(property_, inverse=False, count=1), [statement]).values[0]


def tree_of_parts(row_context: RowContext, plan: NamedNode, parts: Sequence[Part], top: str) -> tuple[Branch, ...]:
    """Return the parts of a kind directly below the plan, each with its descendants."""
    # parts are grouped by their parent first, so that each level of the tree is one lookup
    by_above: dict[NamedNode | None, list[Part]] = {}
    for part in parts:
        by_above.setdefault(part.above, []).append(part)

    def build_branch(part: Part) -> Branch:
        below: dict[str, list[Branch]] = {}
        for child in by_above.get(part.iri, ()):
            below.setdefault(child.kind, []).append(build_branch(child))
        ordered = {kind: tuple(below[kind]) for kind in sorted(below, key=_first_objectives)}
        return Branch(part, value_of(row_context, plan, part), ordered)

    return tuple(build_branch(part) for part in by_above.get(None, ()) if part.kind == top)


def _first_objectives(kind: str) -> tuple[bool, str]:
    # False sorts before True, so objectives come first
    return kind != "Objective", kind


def parts_query(plan: NamedNode) -> str:
    """Return a query for the parts of a plan with their parents, their names and their evidence."""
    return f"""{sparql_prologue("fyp", "id", "skos")}
# The parts of {curie(plan)}, the parent of each, and its evidence
SELECT ?graph ?kind ?part ?above ?label ?place WHERE {{
  GRAPH ?graph {{ ?part a ?kind }}
  ?graph fyp:statementKind ?how .
  FILTER(?how IN (fyp:kindStated, fyp:kindOfficial))
  ?part fyp:inPlan|fyp:officialPartOf+ {curie(plan)} ; skos:prefLabel ?label ; fyp:evidence ?place .
  FILTER(LANG(?label) = "en")
  OPTIONAL {{ ?part fyp:subElementOf|fyp:officialPartOf ?above }}
}} ORDER BY ?kind ?part ?place"""


# the least offset of its evidence is the position of a plan in the source (decision 0003)
PLANS = (
    sparql_prologue("dcterms", "fyp")
    + """SELECT ?plan ?document ?first ?last ?issued ?issuer ?message ?start ?graph WHERE {
  ?plan a fyp:Plan .
  OPTIONAL { ?plan fyp:summarisedIn ?document }
  OPTIONAL { ?plan fyp:planStartYear ?first ; fyp:planEndYear ?last }
  OPTIONAL { ?plan dcterms:issued ?issued }
  OPTIONAL { ?plan fyp:issuedBy ?issuer }
  OPTIONAL { GRAPH ?graph { ?plan fyp:hasKeyMessage ?message } }
  OPTIONAL { SELECT ?plan (MIN(?at) AS ?start) { ?plan fyp:evidence/fyp:startOffset ?at } GROUP BY ?plan }
} ORDER BY ?start ?plan ?issuer"""
)
"""All plans with issuer, date and years. Described plans are in the order of the source."""

NUMBERS = (
    sparql_prologue("fyp")
    + """SELECT ?plan ?kind (COUNT(DISTINCT ?element) AS ?number) WHERE {
  {
    VALUES ?kind {
      fyp:Objective fyp:Measure fyp:QuantitativeTarget fyp:Milestone fyp:Challenge fyp:Achievement fyp:Trend
      fyp:Project fyp:Application fyp:CooperationProvision
    }
    ?element a ?kind ; fyp:inPlan ?plan
  } UNION {
    ?element a fyp:OfficialTarget ; fyp:officialPartOf+ ?plan . ?plan a fyp:Plan
    BIND(fyp:OfficialTarget AS ?kind)
  } UNION {
    ?plan fyp:coversTechnology ?element ; a fyp:SectoralPlan
    BIND(fyp:Technology AS ?kind)
  }
} GROUP BY ?plan ?kind"""
)
"""The number of parts of each kind in each plan."""


@dataclass(frozen=True)
class KnownPlan:
    """A plan. ``numbers`` counts its parts by the local name of their class.

    ``described`` is True if its objectives are in the graph; other plans are only outlined.
    """

    iri: NamedNode
    described: bool
    years: tuple[str, str]
    issued: Literal | None
    issuers: tuple[NamedNode, ...]
    message: NamedNode | None
    graph: NamedNode | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The slug, such as ``plan-ict``."""
        return slug_of(self.iri) or ""

    def number(self, kind: str) -> int:
        """Return the number of parts of a kind, such as ``Objective``."""
        return self.numbers.get(kind, 0)


def known_plans(engine: Engine) -> dict[str, KnownPlan]:
    """Return all plans by slug, the described ones first.

    Raises:
        As ``Engine.answer``.
    """
    plans_by_slug: dict[str, KnownPlan] = {}
    for record in select(engine, PLANS).records():
        # a plan with several issuers has a row for each of them, which are merged
        plan = _plan(record)
        earlier = plans_by_slug.get(plan.slug)
        plans_by_slug[plan.slug] = (
            plan if earlier is None else replace(earlier, issuers=_joined(earlier.issuers, plan.issuers))
        )
    numbers = _numbers(engine)
    plans = [replace(plan, numbers=numbers.get(plan.iri, {})) for plan in plans_by_slug.values()]
    # described plans keep the order of the query; the others are sorted by time
    ordered = [plan for plan in plans if plan.described] + sorted(_outlined_plans(plans), key=_by_time)
    return {plan.slug: plan for plan in ordered if plan.slug}


def described_plans(engine: Engine) -> dict[str, KnownPlan]:
    """Return the plans whose objectives are in the graph, by slug.

    Raises:
        As ``Engine.answer``.
    """
    return {slug: plan for slug, plan in known_plans(engine).items() if plan.described}


def _outlined_plans(plans: list[KnownPlan]) -> list[KnownPlan]:
    return [plan for plan in plans if not plan.described]


def _by_time(plan: KnownPlan) -> tuple[str, str, str]:
    """Return a sort key: later periods first; within a period by date, undated plans first."""
    last = plan.years[1]
    # the distance to 9999 is smaller for later years, so an ascending sort puts them first
    return (f"{9999 - int(last):04}" if last.isdecimal() else "", plan.issued.value if plan.issued else "", plan.slug)


def _joined(values: tuple[NamedNode, ...], other: tuple[NamedNode, ...]) -> tuple[NamedNode, ...]:
    return tuple(dict.fromkeys((*values, *other)))


def _plan(record: Mapping[str, Term | None]) -> KnownPlan:
    plan, issued = record["plan"], record["issued"]
    # the query always binds ?plan, and a resource is never a blank node (decision 0007)
    assert isinstance(plan, NamedNode)  # noqa: S101 - plans are resources

    def node(variable: str) -> NamedNode | None:
        term = record[variable]
        return term if isinstance(term, NamedNode) else None

    def year(variable: str) -> str:
        term = record[variable]
        return term.value if isinstance(term, Literal) else ""

    issuer = node("issuer")
    return KnownPlan(
        plan,
        record["document"] is not None,
        (year("first"), year("last")),
        issued if isinstance(issued, Literal) else None,
        (issuer,) if issuer is not None else (),
        node("message"),
        node("graph"),
    )


def _numbers(engine: Engine) -> dict[NamedNode, dict[str, int]]:
    numbers: dict[NamedNode, dict[str, int]] = {}
    for plan, kind, number in select(engine, NUMBERS).rows:
        if isinstance(plan, NamedNode) and isinstance(kind, NamedNode) and isinstance(number, Literal):
            numbers.setdefault(plan, {})[curie(kind).removeprefix("fyp:")] = int(number.value)
    return numbers


@dataclass(frozen=True)
class Card:
    """A plan in short. ``own`` is its Chinese title if the label is in another language."""

    plan: KnownPlan
    label: Label
    short: str
    own: Label | None
    issuers: tuple[Cell, ...]
    issued: str
    years: tuple[str, str]
    message: Value | None
    target_summary: TargetSummary


def cards_of(service: RequestContext, plans: Mapping[str, KnownPlan], language: str) -> tuple[Card, ...]:
    """Return a card for each plan, in their order.

    Raises:
        As ``Engine.answer``.
    """
    messages = {
        plan.iri: Part(plan.message, "KeyMessage", plan.graph) for plan in plans.values() if plan.message and plan.graph
    }
    issuers = {issuer for plan in plans.values() for issuer in plan.issuers}
    things = {message.iri for message in messages.values()} | issuers | {plan.iri for plan in plans.values()}
    first = next(iter(plans.values()), None)
    if first is None:
        return ()
    # all cards share labels and evidence; ``things`` contains every plan, so any of them can be the subject
    row_context = row_context_of_parts(service, first.iri, things, language)
    tracked_targets = by_plan(tracked_targets_here(service, language))
    return tuple(
        card_of(
            row_context.reader,
            plan,
            summarise_targets(tracked_targets.get(plan.iri, ())),
            value_of(row_context, plan.iri, messages[plan.iri]) if plan.iri in messages else None,
        )
        for plan in plans.values()
    )


def card_of(reader: Reader, plan: KnownPlan, numbers: TargetSummary, message: Value | None = None) -> Card:
    """Return the card of a plan in the language of a reader."""
    label, counts = reader.label(plan.iri), reader.labels.get(plan.iri, {})
    issued = partial_date(plan.issued) if plan.issued is not None else None
    first, last = plan.years
    return Card(
        plan=plan,
        label=label,
        short=short_title(label.text, label.language),
        own=counts.get("zh") if label.language != "zh" else None,
        issuers=tuple(reader.cell(issuer) for issuer in plan.issuers),
        issued=issued.written(reader.language) if issued is not None else "",
        years=(_year(first, reader.language), _year(last, reader.language)),
        message=message,
        target_summary=numbers,
    )


def short_titles(service: RequestContext, plans: Mapping[str, KnownPlan], language: str) -> dict[str, str]:
    """Return the short title of each plan, by slug.

    Raises:
        As ``Engine.answer``.
    """
    labels = labels_of(service.engine, (plan.iri for plan in plans.values()))
    named = {slug: best_label(labels, plan.iri, language) for slug, plan in plans.items()}
    # the language of the label decides, because a label may be in another language than the page
    return {slug: short_title(label.text, label.language) for slug, label in named.items()}


def _year(year: str, language: str) -> str:
    return PartialDate(int(year)).written(language) if year.isdecimal() else year
