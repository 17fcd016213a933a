"""The page of all plans: the numbers of each, and how its targets stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from kg.charts.dates import PartialDate, partial_date
from kg.core.names import curie, slug_of, sparql_prologue
from kg.engine import Engine, Term, select
from kg.graph.describe import Label, labels_of
from server.core.context import RequestContext
from server.pages.plans.parts import Part, short_title, telling_of_parts, value_of
from server.pages.resource.lookup import Reader
from server.pages.resource.rows import Value
from server.pages.result.cells import Cell, best_label
from server.pages.result.progress import Tally, aims_here, by_plan, tally


def parts_query(plan: NamedNode) -> str:
    """A query for the parts of a plan with what stands above them, their names and what vouches for them."""
    return f"""{sparql_prologue("fyp", "id", "skos")}
# The parts of {curie(plan)}, what each stands under, and what vouches for it
SELECT ?graph ?kind ?part ?above ?label ?place WHERE {{
  GRAPH ?graph {{ ?part a ?kind }}
  ?graph fyp:statementKind ?how .
  FILTER(?how IN (fyp:kindStated, fyp:kindOfficial))
  ?part fyp:inPlan|fyp:officialPartOf+ {curie(plan)} ; skos:prefLabel ?label ; fyp:evidence ?place .
  FILTER(LANG(?label) = "en")
  OPTIONAL {{ ?part fyp:subElementOf|fyp:officialPartOf ?above }}
}} ORDER BY ?kind ?part ?place"""


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
"""Who issued which plan, when, for which years; what is described stands in the order of the source."""

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
"""How many parts of each kind a plan has."""


@dataclass(frozen=True)
class KnownPlan:
    """A plan; ``numbers`` are those of its parts by the local name of their class.

    ``described`` are those whose objectives are in the graph; the others are known in outline.
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
        """Its slug, such as ``plan-ict``."""
        return slug_of(self.iri) or ""

    def number(self, kind: str) -> int:
        """How many parts of a kind it has, such as ``Objective``."""
        return self.numbers.get(kind, 0)


def known_plans(engine: Engine) -> dict[str, KnownPlan]:
    """All plans by slug, the described ones first.

    Raises:
        As ``Engine.answer``.
    """
    found: dict[str, KnownPlan] = {}
    for record in select(engine, PLANS).records():
        one = _plan(record)
        known = found.get(one.slug)
        found[one.slug] = one if known is None else replace(known, issuers=_joined(known.issuers, one.issuers))
    numbers = _numbers(engine)
    plans = [replace(one, numbers=numbers.get(one.iri, {})) for one in found.values()]
    ordered = [one for one in plans if one.described] + sorted(_around(plans), key=_by_time)
    return {one.slug: one for one in ordered if one.slug}


def described_plans(engine: Engine) -> dict[str, KnownPlan]:
    """The plans whose objectives are in the graph, by slug.

    Raises:
        As ``Engine.answer``.
    """
    return {slug: one for slug, one in known_plans(engine).items() if one.described}


def _around(plans: list[KnownPlan]) -> list[KnownPlan]:
    return [one for one in plans if not one.described]


def _by_time(plan: KnownPlan) -> tuple[str, str, str]:
    """The period of the described plans before earlier ones; within a period by date, undated ones first."""
    last = plan.years[1]
    return (f"{9999 - int(last):04}" if last.isdecimal() else "", plan.issued.value if plan.issued else "", plan.slug)


def _joined(one: tuple[NamedNode, ...], other: tuple[NamedNode, ...]) -> tuple[NamedNode, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _plan(record: Mapping[str, Term | None]) -> KnownPlan:
    plan, issued = record["plan"], record["issued"]
    assert isinstance(plan, NamedNode)  # noqa: S101 - plans are things

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
    found: dict[NamedNode, dict[str, int]] = {}
    for plan, kind, number in select(engine, NUMBERS).rows:
        if isinstance(plan, NamedNode) and isinstance(kind, NamedNode) and isinstance(number, Literal):
            found.setdefault(plan, {})[curie(kind).removeprefix("fyp:")] = int(number.value)
    return found


@dataclass(frozen=True)
class Card:
    """A plan in short; ``own`` is its Chinese title where the label is in another language."""

    plan: KnownPlan
    label: Label
    short: str
    own: Label | None
    issuers: tuple[Cell, ...]
    issued: str
    years: tuple[str, str]
    message: Value | None
    tally: Tally


def cards_of(service: RequestContext, plans: Mapping[str, KnownPlan], language: str) -> tuple[Card, ...]:
    """A card for each plan, in their order.

    Raises:
        As ``Engine.answer``.
    """
    messages = {
        one.iri: Part(one.message, "KeyMessage", one.graph) for one in plans.values() if one.message and one.graph
    }
    issuers = {issuer for one in plans.values() for issuer in one.issuers}
    things = {one.iri for one in messages.values()} | issuers | {one.iri for one in plans.values()}
    first = next(iter(plans.values()), None)
    if first is None:
        return ()
    telling = telling_of_parts(service, first.iri, things, language)
    aims = by_plan(aims_here(service, language))
    return tuple(
        card_of(
            telling.reader,
            one,
            tally(aims.get(one.iri, ())),
            value_of(telling, one.iri, messages[one.iri]) if one.iri in messages else None,
        )
        for one in plans.values()
    )


def card_of(reader: Reader, plan: KnownPlan, numbers: Tally, message: Value | None = None) -> Card:
    """One plan in the words of a reader."""
    label, known = reader.label(plan.iri), reader.labels.get(plan.iri, {})
    found = partial_date(plan.issued) if plan.issued is not None else None
    first, last = plan.years
    return Card(
        plan=plan,
        label=label,
        short=short_title(label.text, label.language),
        own=known.get("zh") if label.language != "zh" else None,
        issuers=tuple(reader.cell(one) for one in plan.issuers),
        issued=found.written(reader.language) if found is not None else "",
        years=(_year(first, reader.language), _year(last, reader.language)),
        message=message,
        tally=numbers,
    )


def short_titles(service: RequestContext, plans: Mapping[str, KnownPlan], language: str) -> dict[str, str]:
    """The short title of each plan, by slug.

    Raises:
        As ``Engine.answer``.
    """
    labels = labels_of(service.engine, (one.iri for one in plans.values()))
    named = {slug: best_label(labels, one.iri, language) for slug, one in plans.items()}
    return {slug: short_title(label.text, label.language) for slug, label in named.items()}


def _year(year: str, language: str) -> str:
    return PartialDate(int(year)).written(language) if year.isdecimal() else year
