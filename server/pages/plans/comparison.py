"""The comparison of two plans: resources that both or only one of them name, and their targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, name, sparql_prologue
from kg.engine import Engine, select
from kg.graph.labels import labels_of
from server.core import urls
from server.core.context import RequestContext
from server.core.question_params import QuestionParams
from server.pages.plans.matrix import mentions_address
from server.pages.plans.overview import Card, KnownPlan, Part, card_of, row_context_of_parts, value_of
from server.pages.resource.lookup import Reader
from server.pages.result.cells import Cell
from server.pages.result.progress import TrackedTarget, summarise_targets, tracked_targets_here

_PROLOGUE = sparql_prologue("fyp")
# two kinds have two properties each; a part that uses both counts once, by COUNT(DISTINCT)
_KINDS = """VALUES (?kind ?property) {
    (fyp:Technology fyp:mentionsTechnology) (fyp:Sector fyp:mentionsSector)
    (fyp:CooperationArea fyp:cooperationArea) (fyp:CooperationArea fyp:mentionsCooperationArea)
    (fyp:StakeholderGroup fyp:mentionsStakeholder) (fyp:StakeholderGroup fyp:partnerType)
  }"""
_ORDER = tuple(name(f"fyp:{entry}") for entry in ("Technology", "CooperationArea", "Sector", "StakeholderGroup"))
_SHARED, _LACKS = "what-two-plans-share", "what-one-plan-has-and-another-lacks"
MOST_PAIRS = 6


@dataclass(frozen=True)
class SharedResource:
    """A resource and the number of parts of each plan that name it."""

    cell: Cell
    left: int
    right: int
    left_href: str = ""
    right_href: str = ""


@dataclass(frozen=True)
class Group:
    """Resources of a kind: those that both plans name, and those that only one names."""

    kind: Cell
    both: tuple[SharedResource, ...]
    left: tuple[SharedResource, ...]
    right: tuple[SharedResource, ...]


@dataclass(frozen=True)
class TargetPair:
    """Targets of two plans for the same indicator, or else in the same unit."""

    heading: Cell
    same: bool
    left: tuple[tuple[Cell, TrackedTarget], ...]
    right: tuple[tuple[Cell, TrackedTarget], ...]


@dataclass(frozen=True)
class Comparison:
    """Two plans compared. ``questions`` are addresses of related questions; ``query`` lists the named resources."""

    left: Card
    right: Card
    groups: tuple[Group, ...]
    targets: tuple[TargetPair, ...]
    query: str
    questions: Mapping[str, str]

    @property
    def common(self) -> int:
        """The number of resources that both plans name."""
        return sum(len(group.both) for group in self.groups)


@dataclass(frozen=True)
class Pair:
    """Two plans and the number of resources that both name."""

    left: str
    right: str
    number: int


def naming_query(plans: Sequence[NamedNode]) -> str:
    """Return the query for the resources that plans name, with the number of naming parts."""
    listed = " ".join(map(str, plans))
    return f"""{_PROLOGUE}SELECT ?plan ?kind ?thing (COUNT(DISTINCT ?element) AS ?elements) WHERE {{
  VALUES ?plan {{ {listed} }}
  {_KINDS}
  ?element ?property ?thing ; fyp:inPlan ?plan .
}} GROUP BY ?plan ?kind ?thing ORDER BY ?plan ?kind DESC(?elements) ?thing"""


def compare(service: RequestContext, left: KnownPlan, right: KnownPlan, language: str) -> Comparison:
    """Compare two plans.

    Raises:
        As ``Engine.answer``.
    """
    query = naming_query([left.iri, right.iri])
    named = _named(service.engine, query)
    tracked_targets = tracked_targets_here(service, language)
    sides = [
        [tracked_target for tracked_target in tracked_targets if tracked_target.plan == plan.iri]
        for plan in (left, right)
    ]
    units = {part.unit for side in sides for part in side if part.unit is not None}
    things = {thing for _, thing in named} | {part.indicator for side in sides for part in side}
    # one call reads the labels of the whole page, because each call is a query
    labels = labels_of(
        service.engine,
        {left.iri, right.iri, *left.issuers, *right.issuers, *_ORDER, *units, *things, *_messages(left, right)},
    )
    reader = Reader(language, labels, {}, {})
    return Comparison(
        left=_card(service, reader, left, sides[0]),
        right=_card(service, reader, right, sides[1]),
        groups=_groups(reader, named, left.iri, right.iri),
        targets=_target_pairs(reader, *sides),
        query=query,
        questions=_questions(left.iri, right.iri),
    )


def closest(engine: Engine, plans: Mapping[str, KnownPlan]) -> tuple[Pair, ...]:
    """Return the pairs of plans that have most in common.

    Raises:
        As ``Engine.answer``.
    """
    if not plans:
        return ()
    named = _named(engine, naming_query([plan.iri for plan in plans.values()]))
    # how close two plans are: the size of the intersection of the resources that they name
    sets = {plan.iri: {thing for thing, numbers in named.items() if plan.iri in numbers} for plan in plans.values()}
    pairs = [
        Pair(combination.slug, other.slug, len(sets[combination.iri] & sets[other.iri]))
        for combination, other in combinations(plans.values(), 2)
    ]
    # the sort is stable, so pairs with equal numbers keep the order of the plans
    return tuple(sorted((pair for pair in pairs if pair.number), key=lambda pair: -pair.number)[:MOST_PAIRS])


_Named = dict[tuple[NamedNode, NamedNode], dict[NamedNode, int]]


def _named(engine: Engine, query: str) -> _Named:
    """Return the number of parts of each plan that name a resource, by the kind and the resource."""
    named: _Named = {}
    for plan, kind, thing, number in select(engine, query).rows:
        if isinstance(kind, NamedNode) and isinstance(thing, NamedNode) and isinstance(number, Literal):
            # the query gives ?plan by VALUES, so the type is only narrowed here
            assert isinstance(plan, NamedNode)  # noqa: S101 - the VALUES hold plans
            named.setdefault((kind, thing), {})[plan] = int(number.value)
    return named


def _messages(*plans: KnownPlan) -> list[NamedNode]:
    return [plan.message for plan in plans if plan.message is not None]


def _card(service: RequestContext, reader: Reader, plan: KnownPlan, tracked_targets: Sequence[TrackedTarget]) -> Card:
    # a plan without a key message needs no evidence, and so no further query
    if plan.message is None or plan.graph is None:
        return card_of(reader, plan, summarise_targets(tracked_targets))
    row_context = row_context_of_parts(service, plan.iri, [plan.message], reader.language)
    return card_of(
        reader,
        plan,
        summarise_targets(tracked_targets),
        value_of(row_context, plan.iri, Part(plan.message, "KeyMessage", plan.graph)),
    )


def _groups(reader: Reader, named: _Named, left: NamedNode, right: NamedNode) -> tuple[Group, ...]:
    groups = []
    for kind in _ORDER:
        rows = [
            (thing, numbers.get(left, 0), numbers.get(right, 0))
            for (entry, thing), numbers in named.items()
            if entry == kind
        ]
        shown = [_shared_resource(reader, kind, row, left, right) for row in rows]
        shown.sort(key=lambda item: (-(item.left + item.right), item.cell.text))
        group = Group(
            reader.cell(kind),
            tuple(pair for pair in shown if pair.left and pair.right),
            tuple(pair for pair in shown if not pair.right),
            tuple(pair for pair in shown if not pair.left),
        )
        if shown:
            groups.append(group)
    return tuple(groups)


def _shared_resource(
    reader: Reader, kind: NamedNode, row: tuple[NamedNode, int, int], left: NamedNode, right: NamedNode
) -> SharedResource:
    thing, first, second = row
    # only technologies have a question that lists their mentions in a plan
    if kind != name("fyp:Technology"):
        return SharedResource(reader.cell(thing), first, second)
    hrefs = [mentions_address(plan, thing) if number else "" for plan, number in ((left, first), (right, second))]
    return SharedResource(reader.cell(thing), first, second, *hrefs)


def _target_pairs(
    reader: Reader, left: Sequence[TrackedTarget], right: Sequence[TrackedTarget]
) -> tuple[TargetPair, ...]:
    """Return the targets by shared indicator, then all others by unit."""
    # first come the indicators that both plans have, then the units of all other targets.
    # None is a unit as well, so that each target has a row
    shared = [target.indicator for target in left if any(target.indicator == other.indicator for other in right)]
    units = list(dict.fromkeys(target.unit for target in (*left, *right) if target.indicator not in shared))
    sides = [(indicator, True) for indicator in dict.fromkeys(shared)] + [(unit, False) for unit in units]
    pairs = []
    for key, same in sides:
        both = [
            tuple(
                (reader.cell(part.indicator), part)
                for part in side
                if (part.indicator == key if same else part.unit == key and part.indicator not in shared)
            )
            for side in (left, right)
        ]
        pairs.append(TargetPair(reader.cell(key) if key is not None else Cell(""), same, *both))
    # pairs come before targets of only one plan
    return tuple(sorted(pairs, key=lambda pair: (not pair.same, not (pair.left and pair.right))))


def _questions(left: NamedNode, right: NamedNode) -> dict[str, str]:
    def asked(slug: str, plan: NamedNode, other: NamedNode) -> str:
        return urls.question(slug, QuestionParams(values={"a": (curie(plan),), "b": (curie(other),)}))

    return {
        "both": asked(_SHARED, left, right),
        "left": asked(_LACKS, left, right),
        "right": asked(_LACKS, right, left),
    }
