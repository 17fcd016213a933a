"""Which plans a thing belongs to or is mentioned in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pyoxigraph import NamedNode

from kg.core.names import sparql_prologue
from kg.engine import Engine, select

# from a thing to what it is part of, stands in or speaks of
_UP = (
    *("fyp:inPlan", "fyp:officialPartOf", "fyp:titleOf", "fyp:eventOf", "fyp:coveredBy", "fyp:mentionElement"),
    *("fyp:notesOn", "fyp:observes", "fyp:issued", "fyp:sectionAbout"),
)
# from what is part of something to that
_DOWN = ("fyp:targetValue", "fyp:baseline", "fyp:measuredBy", "fyp:observedValue", "fyp:suggestedValue")
_PLANS = sparql_prologue("fyp") + "SELECT DISTINCT ?plan { ?plan a fyp:Plan }"


def plans_of(engine: Engine) -> dict[NamedNode, tuple[NamedNode, ...]]:
    """The plans of each thing that has any, in the order of their IRIs; a plan is its own.

    Raises:
        As ``Engine.answer``.
    """
    plans = {plan for plan in select(engine, _PLANS).column("plan") if isinstance(plan, NamedNode)}
    ways: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for property_ in (*_UP, *_DOWN):
        asked = sparql_prologue("fyp") + f"SELECT ?one ?other {{ ?one {property_} ?other }}"
        for one, other in select(engine, asked).rows:
            if isinstance(one, NamedNode) and isinstance(other, NamedNode):
                start, end = (one, other) if property_ in _UP else (other, one)
                ways[start].add(end)
    reached = {start: _reached(start, ways, plans) for start in {*ways, *plans}}
    return {start: tuple(sorted(ends, key=lambda iri: iri.value)) for start, ends in reached.items() if ends}


def _reached(start: NamedNode, ways: Mapping[NamedNode, set[NamedNode]], plans: set[NamedNode]) -> set[NamedNode]:
    """The plans at the end of all ways from a thing; a way ends at the first plan."""
    seen, open_, found = {start}, [start], set()
    while open_:
        one = open_.pop()
        if one in plans:
            found.add(one)
            continue
        following = ways.get(one, set()) - seen
        seen |= following
        open_.extend(following)
    return found
