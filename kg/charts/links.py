"""Links between things: which things there are, how they hang together, and in which order they are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.charts.context import ChartContext
from kg.engine import Term

_PASSES = 12


@dataclass(frozen=True)
class Link:
    """A pair of things, in the order in which the answer first names them, and how strong the link is."""

    one: Term
    other: Term
    weight: Decimal


@dataclass(frozen=True)
class Links:
    """The links of an answer, the strongest first; ``names`` are the things in the order of the answer."""

    names: dict[Term, str]
    links: Sequence[Link]
    sides: tuple[Sequence[Term], Sequence[Term]] | None

    def first(self, things: int, links: int) -> Links:
        """The strongest links, so many that no more things than that are needed."""
        kept, needed = list[Link](), dict[Term, None]()
        for link in self.links:
            more = {**needed, link.one: None, link.other: None}
            if len(more) <= things and len(kept) < links:
                kept.append(link)
                needed = more
        names = {thing: name for thing, name in self.names.items() if thing in needed}
        sides = self.sides and ([t for t in self.sides[0] if t in needed], [t for t in self.sides[1] if t in needed])
        return Links(names, kept, sides)

    def of(self, thing: Term) -> list[Link]:
        """The links of a thing."""
        return [link for link in self.links if thing in (link.one, link.other)]


def links_of(context: ChartContext) -> Links:
    """The links of an answer; without ``weight`` a link is as strong as the number of its rows.

    Rows that name a pair again, perhaps the other way round, bear the link out; the strongest counts. A thing is not
    linked with itself. If none stands on both sides, the sides are kept apart.
    """
    names: dict[Term, str] = {}
    sides: tuple[dict[Term, None], dict[Term, None]] = ({}, {})
    weights: dict[tuple[Term, Term], Decimal] = {}
    for row in context.answered.rows:
        one, other = context.term("from", row), context.term("to", row)
        if one is None or other is None or one == other:
            continue
        names.setdefault(one, context.words("from", row))
        names.setdefault(other, context.words("to", row))
        sides[0][one], sides[1][other] = None, None
        pair = (other, one) if (other, one) in weights else (one, other)
        before = weights.get(pair, Decimal(0))
        weights[pair] = (
            max(before, context.number("weight", row) or Decimal(0)) if context.has("weight") else before + 1
        )
    links = sorted((Link(*pair, weight) for pair, weight in weights.items()), key=lambda link: -link.weight)
    apart = not sides[0].keys() & sides[1].keys()
    return Links(names, links, (list(sides[0]), list(sides[1])) if apart else None)


def around(links: Links) -> list[Term]:
    """The things in an order in which linked ones are near each other, for a ring; the same for the same links."""
    left, placed = list(links.names), list[Term]()
    while left:
        pulls = {thing: _pull(links, thing, placed) for thing in left}
        if not any(pulls.values()):  # the next part that hangs together begins with its strongest thing
            pulls = {thing: sum((link.weight for link in links.of(thing)), Decimal(0)) for thing in left}
        nearest = max(left, key=lambda thing: pulls[thing])
        placed.append(nearest)
        left.remove(nearest)
    return _settled(links, placed)


def _pull(links: Links, thing: Term, placed: Iterable[Term]) -> Decimal:
    there = set(placed)
    return sum((link.weight for link in links.of(thing) if {link.one, link.other} & there), Decimal(0))


def _settled(links: Links, ring: list[Term]) -> list[Term]:
    """Swap neighbours as long as that makes the links shorter along the ring."""
    best = _length(links, ring)
    for _ in range(_PASSES):
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
    steps = ((abs(place[link.one] - place[link.other]), link.weight) for link in links.links)
    return sum((min(step, len(ring) - step) * weight for step, weight in steps), Decimal(0))


def facing(links: Links, sides: tuple[Sequence[Term], Sequence[Term]]) -> tuple[list[Term], list[Term]]:
    """The things of two sides in an order in which few links cross: each at the mean place of those linked with it."""
    one, other = list(sides[0]), list(sides[1])
    for _ in range(_PASSES):
        other = _by_mean(links, other, one)
        one = _by_mean(links, one, other)
    return one, other


def _by_mean(links: Links, things: Sequence[Term], across: Sequence[Term]) -> list[Term]:
    place = {thing: (at + 0.5) / len(across) for at, thing in enumerate(across)}

    def mean(thing: Term) -> float:
        places = [place[link.other if link.one == thing else link.one] for link in links.of(thing)]
        return round(sum(places) / len(places), 6)

    return sorted(things, key=mean)
