"""The position of a resource in the hierarchy: what is above it, beside it and below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, name, sparql_prologue
from kg.engine import Engine, Term, select
from kg.graph.labels import values_of

_PROLOGUE = sparql_prologue("fyp", "graph", "rdf", "sh", "skos")

# from a thing to what it stands under; where one is a short cut of others, only the longest way is shown
_UP = (
    *("fyp:subElementOf", "fyp:inPlan", "fyp:officialPartOf", "fyp:titleOf", "skos:broader", "skos:inScheme"),
    *("fyp:unitOf", "fyp:subSectionOf", "fyp:sectionOf", "fyp:inSection", "fyp:mentionElement", "fyp:observes"),
)
# from what a thing stands under to the thing
_DOWN = (
    *("fyp:targetValue", "fyp:baseline", "fyp:achievedValue", "fyp:observedValue", "fyp:suggestedValue"),
    *("fyp:statedQuantity", "fyp:approxConversion", "sh:parameter", "fyp:hasColumn"),
)
_STEP = "|".join([*_UP, *(f"^{one}" for one in _DOWN)])

_LEADING_DOWN = frozenset(name(one) for one in _DOWN)

MOST_BELOW = 60
"""How many things of one level are shown."""

_MOST_ABOVE = 40


@dataclass(frozen=True)
class Branch:
    """A thing in a tree and the classes that were given to it."""

    thing: NamedNode
    classes: tuple[NamedNode, ...] = ()


@dataclass(frozen=True)
class Tree:
    """Where a thing stands: ``above`` from the top down, ``beside`` with the thing itself in its place, ``below``.

    A thing with several parents has several ways up; ``beside`` is what shares the last step of the first of them.
    Of very many things on a level the first are here, and the numbers are of all.
    """

    above: tuple[tuple[NamedNode, ...], ...] = ()
    beside: tuple[Branch, ...] = ()
    below: tuple[Branch, ...] = ()
    beside_count: int = 0
    below_count: int = 0

    @property
    def things(self) -> frozenset[NamedNode]:
        """All that it names."""
        found = {one for way in self.above for one in way}
        for branch in (*self.beside, *self.below):
            found |= {branch.thing, *branch.classes}
        return frozenset(found)


def tree_of(engine: Engine, thing: NamedNode) -> Tree:
    """The tree around a thing; empty for one that stands nowhere.

    Raises:
        As ``Engine.answer``.
    """
    ways = _ways(thing, _steps_up(engine, thing))
    below, below_count = _under(engine, thing)
    if not ways:
        return Tree((), (), below, 0, below_count)
    beside, beside_count = _under(engine, ways[0][-1])
    if thing not in {one.thing for one in beside}:
        beside = (*beside, Branch(thing))
    return Tree(tuple(ways), beside, below, beside_count, below_count)


def leads_down(property_: NamedNode) -> bool:
    """Whether a property leads from a thing to its parts, figures and the like, which say more than the thing does."""
    return property_ in _LEADING_DOWN or curie(property_).startswith("fyp:has")


def parents_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, NamedNode]:
    """The element that each plan element stands under, where it stands under one."""
    wanted = values_of(things)
    if not wanted:
        return {}
    text = f"SELECT ?thing ?parent {{ VALUES ?thing {{ {wanted} }} ?thing fyp:subElementOf ?parent }}"
    rows = select(engine, _PROLOGUE + text).rows
    return {thing: parent for thing, parent in rows if isinstance(thing, NamedNode) and isinstance(parent, NamedNode)}


def _steps_up(engine: Engine, thing: NamedNode) -> Mapping[NamedNode, Sequence[NamedNode]]:
    """From each thing above to those right above it, short cuts among them."""
    text = (
        f"SELECT DISTINCT ?node ?parent WHERE {{ {thing} ({_STEP})* ?node . ?node {_STEP} ?parent }} "
        f"ORDER BY ?node ?parent LIMIT {_MOST_ABOVE}"
    )
    steps: dict[NamedNode, list[NamedNode]] = {}
    for node, parent in select(engine, _PROLOGUE + text).rows:
        if isinstance(node, NamedNode) and isinstance(parent, NamedNode) and node != parent:
            steps.setdefault(node, []).append(parent)
    return steps


def _ways(thing: NamedNode, steps: Mapping[NamedNode, Sequence[NamedNode]]) -> list[tuple[NamedNode, ...]]:
    """The ways from the top down to a thing, without the thing and without short cuts; the longest first."""
    above = {node: _reached(node, steps) for node in steps}
    found = []

    def climb(node: NamedNode, way: tuple[NamedNode, ...]) -> None:
        parents = [one for one in steps.get(node, ()) if one not in way and one != thing]
        direct = [one for one in parents if not any(one in above.get(other, ()) for other in parents if other != one)]
        for parent in direct or parents[:1]:
            climb(parent, (parent, *way))
        if not parents and way:
            found.append(way)

    climb(thing, ())
    return sorted(found, key=lambda way: (-len(way), [one.value for one in way]))


def _reached(node: NamedNode, steps: Mapping[NamedNode, Sequence[NamedNode]]) -> set[NamedNode]:
    found, waiting = set[NamedNode](), list(steps.get(node, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += steps.get(one, ())
    return found


def _under(engine: Engine, parent: NamedNode) -> tuple[tuple[Branch, ...], int]:
    """What stands right under a thing, in reading order, and how much it is."""
    text = f"""SELECT ?thing (SAMPLE(?place) AS ?position) (GROUP_CONCAT(STR(?class); separator=" ") AS ?classes) {{
  {{ SELECT DISTINCT ?thing WHERE {{
    ?thing {_STEP} {parent}
    FILTER NOT EXISTS {{ ?thing {_STEP} ?between . ?between {_STEP} {parent} }}
  }} }}
  OPTIONAL {{ ?thing fyp:position ?place }}
  OPTIONAL {{ GRAPH ?graph {{ ?thing a ?class }} FILTER(?graph != graph:inferred) }}
}} GROUP BY ?thing"""
    rows = [(thing, place, classes) for thing, place, classes in select(engine, _PROLOGUE + text).rows]
    rows.sort(key=_reading_order)
    return tuple(_branch(thing, classes) for thing, _, classes in rows[:MOST_BELOW] if thing != parent), len(rows)


def _branch(thing: Term | None, classes: Term | None) -> Branch:
    assert isinstance(thing, NamedNode)  # noqa: S101 - nothing but IRIs stands in a tree
    named = classes.value.split() if isinstance(classes, Literal) else []
    return Branch(thing, tuple(NamedNode(one) for one in sorted(set(named))))


def _reading_order(row: tuple[Term | None, Term | None, Term | None]) -> tuple[str, int, str]:
    thing, place, classes = row
    position = int(place.value) if isinstance(place, Literal) else 10_000
    return (getattr(classes, "value", ""), position, getattr(thing, "value", ""))
