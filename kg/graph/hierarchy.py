"""The position of a resource in the hierarchy: what is above it, beside it and below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie, name, sparql_prologue
from kg.engine import Engine, Term, select
from kg.graph.labels import values_by_iri

_PROLOGUE = sparql_prologue("fyp", "graph", "rdf", "sh", "skos")

# From a resource to its parent. If one step is a shortcut of others, only the longest path is shown.
_UP = (
    *("fyp:subElementOf", "fyp:inPlan", "fyp:officialPartOf", "fyp:titleOf", "skos:broader", "skos:inScheme"),
    *("fyp:unitOf", "fyp:subSectionOf", "fyp:sectionOf", "fyp:inSection", "fyp:mentionElement", "fyp:observes"),
)
# From a parent to the resource.
_DOWN = (
    *("fyp:targetValue", "fyp:baseline", "fyp:achievedValue", "fyp:observedValue", "fyp:suggestedValue"),
    *("fyp:statedQuantity", "fyp:approxConversion", "sh:parameter", "fyp:hasColumn"),
)
_STEP = "|".join([*_UP, *(f"^{property_}" for property_ in _DOWN)])

_LEADING_DOWN = frozenset(name(property_) for property_ in _DOWN)

MOST_BELOW = 60
"""The most resources of one level that are shown."""

_MOST_ABOVE = 40


@dataclass(frozen=True)
class Branch:
    """A resource in the hierarchy with its classes, inferred ones left out."""

    thing: NamedNode
    classes: tuple[NamedNode, ...] = ()


@dataclass(frozen=True)
class Tree:
    """The position of a resource: ``above`` from the top down, ``beside`` with the resource itself, ``below``.

    A resource with several parents has several paths up; ``beside`` shares the last step of the first path. Long levels
    are cut, and the counts are of all.
    """

    above: tuple[tuple[NamedNode, ...], ...] = ()
    beside: tuple[Branch, ...] = ()
    below: tuple[Branch, ...] = ()
    beside_count: int = 0
    below_count: int = 0

    @property
    def things(self) -> frozenset[NamedNode]:
        """Return all resources and classes in the tree."""
        things = {ancestor for way in self.above for ancestor in way}
        for branch in (*self.beside, *self.below):
            things |= {branch.thing, *branch.classes}
        return frozenset(things)


def tree_of(engine: Engine, thing: NamedNode) -> Tree:
    """Return the hierarchy around a resource; it is empty if the resource has no position in one.

    Raises:
        As ``Engine.answer``.
    """
    ways = _ways(thing, _steps_up(engine, thing))
    below, below_count = _under(engine, thing)
    if not ways:
        return Tree((), (), below, 0, below_count)
    beside, beside_count = _under(engine, ways[0][-1])
    # a long level is cut, perhaps before this resource, which its own page must show
    if thing not in {branch.thing for branch in beside}:
        beside = (*beside, Branch(thing))
    return Tree(tuple(ways), beside, below, beside_count, below_count)


def leads_down(property_: NamedNode) -> bool:
    """Return True if a property leads from a resource to its parts or figures, which have details of their own."""
    return property_ in _LEADING_DOWN or curie(property_).startswith("fyp:has")


def parents_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, NamedNode]:
    """Return the parent element of each plan element that has one."""
    parents = values_by_iri(engine, things, "fyp:subElementOf")
    return {thing: parent for thing, parent in parents if isinstance(parent, NamedNode)}


def _steps_up(engine: Engine, thing: NamedNode) -> Mapping[NamedNode, Sequence[NamedNode]]:
    """Return the direct parents of each resource above, shortcuts included."""
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
    """Return the paths from the top down to a resource, without it and without shortcuts; the longest first."""
    # all that can be reached from each node, to recognise shortcuts
    above = {node: _reached(node, steps) for node in steps}
    paths = []

    def climb(node: NamedNode, way: tuple[NamedNode, ...]) -> None:
        # a cycle in the data must not make an endless path
        parents = [parent for parent in steps.get(node, ()) if parent not in way and parent != thing]
        direct = [
            parent
            for parent in parents
            # a parent that another parent also leads to is a shortcut
            if not any(parent in above.get(other, ()) for other in parents if other != parent)
        ]
        # in a cycle each parent leads to the others; then the first is taken
        for parent in direct or parents[:1]:
            climb(parent, (parent, *way))
        if not parents and way:
            paths.append(way)

    climb(thing, ())
    return sorted(paths, key=lambda way: (-len(way), [ancestor.value for ancestor in way]))


def _reached(node: NamedNode, steps: Mapping[NamedNode, Sequence[NamedNode]]) -> set[NamedNode]:
    reached, waiting = set[NamedNode](), list(steps.get(node, ()))
    while waiting:
        node_above = waiting.pop()
        if node_above not in reached:
            reached.add(node_above)
            waiting += steps.get(node_above, ())
    return reached


def _under(engine: Engine, parent: NamedNode) -> tuple[tuple[Branch, ...], int]:
    """Return the resources directly below a resource in reading order, and their number."""
    # a child that is also a grandchild is listed below its nearest parent only
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
    assert isinstance(thing, NamedNode)  # noqa: S101 - a tree has only IRIs
    named = classes.value.split() if isinstance(classes, Literal) else []
    return Branch(thing, tuple(NamedNode(iri) for iri in sorted(set(named))))


def _reading_order(row: tuple[Term | None, Term | None, Term | None]) -> tuple[str, int, str]:
    thing, place, classes = row
    position = int(place.value) if isinstance(place, Literal) else 10_000
    return (getattr(classes, "value", ""), position, getattr(thing, "value", ""))
