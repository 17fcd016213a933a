"""The facts that sentences are made of, read for many resources at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES, kind_of_graph, name
from kg.engine import Engine, Term, select
from kg.graph.labels import Labels, labels_of
from kg.questions.result import number_of

_OF_THINGS = (
    *("fyp:measuredBy", "fyp:targetBasis", "fyp:direction", "fyp:targetValue", "fyp:baseline"),
    *("fyp:observes", "fyp:observedBasis", "fyp:observedValue", "fyp:milestoneYear", "fyp:goalYear"),
    *("fyp:eventOf", "dcterms:date", "fyp:linkSubject", "fyp:linkPredicate", "fyp:linkTarget", "fyp:linkConfidence"),
    *("fyp:planStartYear", "fyp:planEndYear", "fyp:issuedBy", "dcterms:issued"),
)
_OF_FIGURES = (
    *("fyp:numericValue", "fyp:lowerBound", "fyp:upperBound", "fyp:unit", "fyp:comparator"),
    *("fyp:year", "fyp:month", "fyp:firstYear", "fyp:yearBasis", "fyp:asPrinted"),
)
_EDITORIAL = name("fyp:kindEditorial")
_TO_FIGURES = ("fyp:targetValue", "fyp:baseline", "fyp:observedValue")
_NAMED = ("fyp:measuredBy", "fyp:observes", "fyp:eventOf", "fyp:linkSubject", "fyp:linkTarget", "fyp:issuedBy")


@dataclass(frozen=True)
class Figure:
    """A quantity: a number or range in a unit, its comparator, and its time."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: NamedNode | None
    comparator: NamedNode | None
    year: int | None
    month: int | None
    first_year: int | None
    year_basis: NamedNode | None
    printed: str
    year_noted: bool  # the year is only in an editorial note


@dataclass(frozen=True)
class Facts:
    """Facts by resource and property, with their figures and labels."""

    by_thing: Mapping[NamedNode, Mapping[NamedNode, tuple[Term, ...]]]
    figures: Mapping[NamedNode, Figure]
    suggested: Mapping[NamedNode, tuple[Figure, ...]]
    labels: Labels

    def terms(self, thing: NamedNode, curie: str) -> tuple[Term, ...]:
        """Return the values of a property, such as ``fyp:eventOf``."""
        return self.by_thing.get(thing, {}).get(name(curie), ())

    def node(self, thing: NamedNode, curie: str) -> NamedNode | None:
        """Return the first IRI value of a property, or None."""
        return next((term for term in self.terms(thing, curie) if isinstance(term, NamedNode)), None)

    def text(self, thing: NamedNode, curie: str) -> str:
        """Return the first literal value of a property; empty if there is none."""
        return next((term.value for term in self.terms(thing, curie) if isinstance(term, Literal)), "")

    def figure(self, thing: NamedNode, curie: str) -> Figure | None:
        """Return the figure that a property leads to, or None."""
        quantity = self.node(thing, curie)
        return self.figures.get(quantity) if quantity is not None else None

    def label(self, term: NamedNode, language: str) -> str:
        """Return the label in a language, else in another one; empty if there is none."""
        by_language = self.labels.get(term, {})
        return next((by_language[tag].text for tag in (language, "", *LANGUAGES) if tag in by_language), "")


def facts_of(engine: Engine, things: Iterable[NamedNode]) -> Facts:
    """Read the facts about resources.

    Raises:
        As ``Engine.answer``.
    """
    unique = list(dict.fromkeys(things))
    # the number of queries does not depend on the number of resources: facts, suggestions, figures, labels
    by_thing = _read(engine, unique, (*_OF_THINGS, *_OF_FIGURES))
    suggested = _suggested(engine, [node for node in unique if name("fyp:measuredBy") in by_thing.get(node, {})])
    quantities = [
        *(node for node in unique if name("fyp:asPrinted") in by_thing.get(node, {})),
        *(node for facts in by_thing.values() for node in _nodes(facts, _TO_FIGURES)),
        *(node for values in suggested.values() for node in values),
    ]
    noted = _years_noted(engine, quantities)
    figures = {
        thing: _figure(facts, year_noted=thing in noted)
        for thing, facts in _read(engine, quantities, _OF_FIGURES).items()
    }
    named = {node for facts in by_thing.values() for node in _nodes(facts, _NAMED)}
    units = {figure.unit for figure in figures.values() if figure.unit is not None}
    corrections = {
        thing: tuple(figures[node] for node in values if node in figures) for thing, values in suggested.items()
    }
    return Facts(by_thing, figures, corrections, labels_of(engine, named | units))


def _read(
    engine: Engine, things: Iterable[NamedNode], curies: Iterable[str]
) -> dict[NamedNode, dict[NamedNode, tuple[Term, ...]]]:
    wanted = " ".join(str(iri) for iri in dict.fromkeys(things))
    if not wanted:
        return {}
    properties = " ".join(str(name(curie)) for curie in curies)
    text = (
        # sentences use the first of several values, so the order makes them the same each time
        f"SELECT DISTINCT ?thing ?property ?value {{ VALUES ?thing {{ {wanted} }} "
        f"VALUES ?property {{ {properties} }} ?thing ?property ?value }} ORDER BY ?thing ?property ?value"
    )
    by_thing: dict[NamedNode, dict[NamedNode, tuple[Term, ...]]] = {}
    for thing, property_, value in select(engine, text).rows:
        if isinstance(thing, NamedNode) and isinstance(property_, NamedNode) and value is not None:
            facts = by_thing.setdefault(thing, {})
            facts[property_] = (*facts.get(property_, ()), value)
    return by_thing


def _suggested(engine: Engine, claims: Iterable[NamedNode]) -> dict[NamedNode, tuple[NamedNode, ...]]:
    """Return the quantities that editorial notes on a claim, or on its figures, suggest."""
    wanted = " ".join(map(str, claims))
    if not wanted:
        return {}
    notes, target, value = name("fyp:notesOn"), name("fyp:targetValue"), name("fyp:suggestedValue")
    text = (
        f"SELECT DISTINCT ?claim ?value {{ VALUES ?claim {{ {wanted} }} ?note {notes}|({notes}/^{target}) ?claim ; "
        f"{value} ?value }} ORDER BY ?claim ?value"
    )
    suggestions: dict[NamedNode, tuple[NamedNode, ...]] = {}
    for claim, suggestion in select(engine, text).rows:
        if isinstance(claim, NamedNode) and isinstance(suggestion, NamedNode):
            suggestions[claim] = (*suggestions.get(claim, ()), suggestion)
    return suggestions


def _years_noted(engine: Engine, quantities: Iterable[NamedNode]) -> set[NamedNode]:
    """Return the quantities of a source graph whose year is only in an editorial graph."""
    wanted = " ".join(str(iri) for iri in dict.fromkeys(quantities))
    if not wanted:
        return set()
    year, printed = name("fyp:year"), name("fyp:asPrinted")
    text = (
        f"SELECT DISTINCT ?quantity ?graph ?property {{ VALUES ?quantity {{ {wanted} }} "
        f"VALUES ?property {{ {year} {printed} }} GRAPH ?graph {{ ?quantity ?property ?value }} }}"
    )
    dated, sourced, noted = set[NamedNode](), set[NamedNode](), set[NamedNode]()
    for quantity, graph, property_ in select(engine, text).rows:
        if isinstance(quantity, NamedNode) and isinstance(graph, NamedNode):
            if kind_of_graph(graph) != _EDITORIAL:
                (dated if property_ == year else sourced).add(quantity)
            elif property_ == year:
                noted.add(quantity)
    # the year is a note if only an editorial graph gives it, while a source graph gives the wording
    return (noted & sourced) - dated


def _nodes(facts: Mapping[NamedNode, tuple[Term, ...]], curies: Iterable[str]) -> list[NamedNode]:
    return [term for curie in curies for term in facts.get(name(curie), ()) if isinstance(term, NamedNode)]


def _figure(facts: Mapping[NamedNode, tuple[Term, ...]], *, year_noted: bool) -> Figure:
    def first(curie: str) -> Term | None:
        return next(iter(facts.get(name(curie), ())), None)

    def node(curie: str) -> NamedNode | None:
        term = first(curie)
        return term if isinstance(term, NamedNode) else None

    def whole(curie: str) -> int | None:
        number = number_of(first(curie))
        return int(number) if number is not None else None

    printed = first("fyp:asPrinted")
    return Figure(
        value=number_of(first("fyp:numericValue")),
        low=number_of(first("fyp:lowerBound")),
        high=number_of(first("fyp:upperBound")),
        unit=node("fyp:unit"),
        comparator=node("fyp:comparator"),
        year=whole("fyp:year"),
        month=whole("fyp:month"),
        first_year=whole("fyp:firstYear"),
        year_basis=node("fyp:yearBasis"),
        printed=printed.value if isinstance(printed, Literal) else "",
        year_noted=year_noted,
    )
