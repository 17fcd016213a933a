"""The links of a network, and the places of its nodes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.charts.chart import TEXT_SIZE
from kg.charts.context import ChartContext
from kg.charts.text_metrics import LINE, lead, wrap
from kg.engine import Term

# the most passes of both heuristics, since a sort by means may swap nodes back and forth without end
_PASSES = 12


@dataclass(frozen=True)
class Link:
    """A pair of nodes, in the order in which the result first names them, and the strength of their link."""

    source: Term
    target: Term
    weight: Decimal


@dataclass(frozen=True)
class Links:
    """The links of a result, the strongest first; ``names`` has the nodes in the order of the result."""

    names: dict[Term, str]
    links: Sequence[Link]
    sides: tuple[Sequence[Term], Sequence[Term]] | None

    def first(self, things: int, links: int) -> Links:
        """Return the strongest links that need no more than a number of nodes."""
        strongest, needed = list[Link](), dict[Term, None]()
        for link in self.links:
            more = {**needed, link.source: None, link.target: None}
            if len(more) <= things and len(strongest) < links:
                strongest.append(link)
                needed = more
        names = {thing: name for thing, name in self.names.items() if thing in needed}
        sides = self.sides and ([t for t in self.sides[0] if t in needed], [t for t in self.sides[1] if t in needed])
        return Links(names, strongest, sides)

    def of(self, thing: Term) -> list[Link]:
        """Return the links of a node."""
        return [link for link in self.links if thing in (link.source, link.target)]


def links_of(context: ChartContext) -> Links:
    """Return the links of a result; without ``weight`` a link is as strong as the number of its rows.

    Rows with the same pair, in either order, are one link; the strongest counts. A node is not linked with itself.
    If no node is on both sides, the two sides are separate.
    """
    names: dict[Term, str] = {}
    sides: tuple[dict[Term, None], dict[Term, None]] = ({}, {})
    weights: dict[tuple[Term, Term], Decimal] = {}
    for row in context.result.rows:
        source, target = context.term("from", row), context.term("to", row)
        if source is None or target is None or source == target:
            continue
        names.setdefault(source, context.words("from", row))
        names.setdefault(target, context.words("to", row))
        sides[0][source], sides[1][target] = None, None
        pair = (target, source) if (target, source) in weights else (source, target)
        before = weights.get(pair, Decimal(0))
        weights[pair] = (
            max(before, context.number("weight", row) or Decimal(0)) if context.has("weight") else before + 1
        )
    links = sorted((Link(*pair, weight) for pair, weight in weights.items()), key=lambda link: -link.weight)
    apart = not sides[0].keys() & sides[1].keys()
    return Links(names, links, (list(sides[0]), list(sides[1])) if apart else None)


def around(links: Links) -> list[Term]:
    """Return the nodes for a ring, linked ones near each other; the order depends on the links only."""
    left, placed = list(links.names), list[Term]()
    # greedy: the next node is the one with the strongest links to those already placed
    while left:
        pulls = {thing: _pull(links, thing, placed) for thing in left}
        if not any(pulls.values()):  # the next connected part begins with its strongest node
            pulls = {thing: sum((link.weight for link in links.of(thing)), Decimal(0)) for thing in left}
        nearest = max(left, key=lambda thing: pulls[thing])
        placed.append(nearest)
        left.remove(nearest)
    return _settled(links, placed)


def _pull(links: Links, thing: Term, placed: Iterable[Term]) -> Decimal:
    there = set(placed)
    return sum((link.weight for link in links.of(thing) if {link.source, link.target} & there), Decimal(0))


def _settled(links: Links, ring: list[Term]) -> list[Term]:
    """Swap neighbours as long as that makes the links shorter along the ring."""
    best = _length(links, ring)
    for _ in range(_PASSES):
        # a local search: swaps of neighbours, kept only if the weighted length falls
        before = best
        for at in range(len(ring) - 1):
            swapped = [*ring[:at], ring[at + 1], ring[at], *ring[at + 2 :]]
            length = _length(links, swapped)
            if length < best:
                ring, best = swapped, length
        if best == before:
            break
    return ring


def _length(links: Links, ring: Sequence[Term]) -> Decimal:
    place = {thing: at for at, thing in enumerate(ring)}
    steps = ((abs(place[link.source] - place[link.target]), link.weight) for link in links.links)
    # on a ring the shorter way round counts
    return sum((min(step, len(ring) - step) * weight for step, weight in steps), Decimal(0))


def facing(links: Links, sides: tuple[Sequence[Term], Sequence[Term]]) -> tuple[list[Term], list[Term]]:
    """Return the nodes of two sides with few crossings: each at the mean place of those linked with it."""
    left, right = list(sides[0]), list(sides[1])
    # the barycentre heuristic: each side is sorted by the mean place of its neighbours, in turn
    for _ in range(_PASSES):
        right = _by_mean(links, right, left)
        left = _by_mean(links, left, right)
    return left, right


def _by_mean(links: Links, things: Sequence[Term], across: Sequence[Term]) -> list[Term]:
    place = {thing: (at + 0.5) / len(across) for at, thing in enumerate(across)}

    def mean(thing: Term) -> float:
        places = [place[link.target if link.source == thing else link.source] for link in links.of(thing)]
        # rounded, so that equal means are equal despite floating-point errors, and the stable sort keeps their order
        return round(sum(places) / len(places), 6)

    return sorted(things, key=mean)


GAP = 12
"""Pixels from a node to its label."""
TOP = 36
"""The height of the headings of two sides, in pixels."""

_HALF, _ARCS = 130, 96  # half the width of the ring; the width of the arcs beside a column
_CLOSE, _LEAST_TALL = 8, 150.0
_STEPS = 10  # of a curve
_LEAST_PULL, _MOST_PULL = 0.25, 0.9  # how far a link bends to the middle, by its length
_MARK = 6  # half the width of a node, and of a line


@dataclass(frozen=True)
class NodePosition:
    """The place of a node, and its label, which is to the right of it or to the left."""

    x: float
    y: float
    lines: Sequence[str]
    on_right: bool


Spots = Mapping[Term, NodePosition]
Curve = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class NodeLayout:
    """The places of all nodes, and the height; ``beside`` is half the space between two sides."""

    spots: Spots
    height: float
    beside: float
    way: Callable[[NodePosition, NodePosition], Curve]

    def curve(self, link: Link) -> Curve:
        """Return points along a link."""
        return self.way(self.spots[link.source], self.spots[link.target])


def places_of(context: ChartContext, links: Links) -> NodeLayout:
    """Place the nodes on two sides if the links have some, else on a ring, or in a column on a narrow chart."""
    whole, beside, lines = context.room, *((30, 7) if context.is_narrow else (100, 3))
    if links.sides is not None:
        spots, height = _on_sides(links, links.sides, whole, beside, lines)
        return NodeLayout(spots, height, beside, lambda start, end: [(start.x, start.y), (end.x, end.y)])
    if context.is_narrow:
        spots, height = _in_column(links, whole)
        return NodeLayout(spots, height, beside, lambda start, end: _arc(start, end, height))
    spots, height = _on_ring(links, whole)
    return NodeLayout(spots, height, beside, lambda start, end: _bent(start, end, (whole / 2, height / 2)))


def _on_ring(links: Links, whole: float) -> tuple[Spots, float]:
    """Place the nodes on a ring, clockwise from the top, with level labels to the left and right."""
    ring = around(links)
    half = math.ceil(len(ring) / 2)
    sides = ((ring[:half], True), (ring[half:][::-1], False))
    lines = {thing: wrap(links.names[thing], whole / 2 - _HALF - GAP, TEXT_SIZE) for thing in ring}
    tall = max(_LEAST_TALL, *(_height_of_labels(lines, side) for side, _ in sides))
    spots: dict[Term, NodePosition] = {}
    for side, on_right in sides:
        for thing, y in zip(side, _middles(lines, side, tall), strict=True):
            # the nodes are on an ellipse that is a little higher than the drawing. The first and the last node of a
            # side so keep away from the middle.
            across = _HALF * math.sqrt(max(0.0, 1 - ((y - tall / 2) / (tall / 2 + _CLOSE)) ** 2))
            x = whole / 2 + (across if on_right else -across)
            spots[thing] = NodePosition(round(x, 1), y, lines[thing], on_right)
    return spots, tall


def _on_sides(
    links: Links, sides: tuple[Sequence[Term], Sequence[Term]], whole: float, beside: float, lines_each: int
) -> tuple[Spots, float]:
    """Place the nodes on two sides, linked ones at like heights."""
    room = whole / 2 - beside - GAP
    ordered = facing(links, sides)
    lines: dict[Term, Sequence[str]] = {}
    for side in ordered:
        start = lead([links.names[thing] for thing in side])
        lines.update(
            {thing: wrap(links.names[thing].removeprefix(start), room, TEXT_SIZE, lines_each) for thing in side}
        )
    tall = max(_height_of_labels(lines, side) for side in ordered)
    spots: dict[Term, NodePosition] = {}
    for side, on_right in zip(ordered, (False, True), strict=True):
        x = whole / 2 + (beside if on_right else -beside)
        for thing, y in zip(side, _middles(lines, side, tall), strict=True):
            spots[thing] = NodePosition(x, round(TOP + y, 1), lines[thing], on_right)
    return spots, TOP + tall


def _height_of_labels(lines: Mapping[Term, Sequence[str]], side: Sequence[Term]) -> float:
    return sum(len(lines[thing]) * TEXT_SIZE * LINE + _CLOSE for thing in side)


def _middles(lines: Mapping[Term, Sequence[str]], side: Sequence[Term], tall: float) -> list[float]:
    """Return the middles of labels one under the other; spare height is shared among them."""
    spare = (tall - _height_of_labels(lines, side)) / max(len(side), 1)
    y, middles = 0.0, list[float]()
    for thing in side:
        high = len(lines[thing]) * TEXT_SIZE * LINE + _CLOSE + spare
        middles.append(round(y + high / 2, 1))
        y += high
    return middles


def _in_column(links: Links, whole: float) -> tuple[Spots, float]:
    """Place the nodes in a column, linked ones near each other: arcs to the left, labels to the right."""
    # the order of a ring serves here, too, although its first and last node count as neighbours there
    column, room = around(links), whole - _ARCS - GAP
    lines = {thing: wrap(links.names[thing], room, TEXT_SIZE, 3) for thing in column}
    tall = max(_LEAST_TALL, _height_of_labels(lines, column))
    middles = _middles(lines, column, tall)
    return {
        thing: NodePosition(_ARCS, y, lines[thing], on_right=True) for thing, y in zip(column, middles, strict=True)
    }, tall


def _bent(start: NodePosition, end: NodePosition, middle: tuple[float, float]) -> Curve:
    """Return a link that bends to the middle of a ring, so that it does not cross the nodes between."""
    x, y = (start.x + end.x) / 2, (start.y + end.y) / 2
    # long links bend more than short ones, so that they pass nearer to the middle than the nodes between
    pull = min(_MOST_PULL, _LEAST_PULL + math.dist((start.x, start.y), (end.x, end.y)) / (2 * middle[1]))
    x, y = x + (middle[0] - x) * pull, y + (middle[1] - y) * pull / 4
    return _along(start, (x, y), end)


def _arc(start: NodePosition, end: NodePosition, tall: float) -> Curve:
    """Return a link beside a column; the arc grows with the distance, so that arcs stay apart."""
    # a quadratic curve reaches half the way to its control point, hence the factor 2
    out = 2 * (_ARCS - _MARK) * math.sqrt(abs(start.y - end.y) / tall)
    return _along(start, (start.x - out, (start.y + end.y) / 2), end)


def _along(start: NodePosition, pull: tuple[float, float], end: NodePosition) -> Curve:
    """Return points along a quadratic Bézier curve with one control point."""
    x, y = pull
    steps = (n / _STEPS for n in range(_STEPS + 1))
    return [
        (
            round((1 - t) ** 2 * start.x + 2 * t * (1 - t) * x + t**2 * end.x, 1),
            round((1 - t) ** 2 * start.y + 2 * t * (1 - t) * y + t**2 * end.y, 1),
        )
        for t in steps
    ]
