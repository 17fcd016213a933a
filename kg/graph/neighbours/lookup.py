"""The neighbours of a thing by kind, each with how the statements that link them came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.names import thing as thing_of
from kg.engine import Engine, Term, select
from kg.graph.describe import rank_of
from kg.graph.neighbours.kind import Kind, Opening, kind_in
from kg.graph.neighbours.pattern import CLASS, LINKING, PROLOGUE, THINGS_ONLY, way

MOST_AT_ONCE = 2_000
"""So many neighbours, at most, are read with one question."""

_CELLS = ("inverse", "property", "other", "class", "kind")


@dataclass(frozen=True)
class Neighbour:
    """A thing next to another one, and the kinds of statements that link the two in one way."""

    thing: NamedNode
    trusts: tuple[NamedNode, ...]


@dataclass(frozen=True)
class Group:
    """The neighbours of one kind in the order of their IRIs, up to some number; ``count`` is the number of all."""

    kind: Kind
    count: int
    neighbours: tuple[Neighbour, ...]


def groups_of(engine: Engine, thing: NamedNode, most: int) -> tuple[Group, ...]:
    """The neighbours of a thing by kind, at most so many of each, in the order of a page about it.

    Raises:
        As ``Engine.answer``.
    """
    rows = select(engine, _all(thing, f"ORDER BY ?other ?kind LIMIT {MOST_AT_ONCE + 1}")).rows
    if len(rows) <= MOST_AT_ONCE:
        found = _grouped(rows)
        counts = {kind: len(neighbours) for kind, neighbours in found.items()}
    else:
        counts = _counts(engine, thing)
        slug = thing.value.rpartition("/")[2]
        members = members_of(engine, [Opening(slug, kind) for kind in counts], most)
        found = {opening.kind: neighbours for opening, neighbours in members.items()}
    groups = [Group(kind, counts[kind], tuple(found.get(kind, ())[:most])) for kind in counts if kind.is_named()]
    return tuple(sorted(groups, key=lambda one: _order(one.kind)))


def members_of(engine: Engine, openings: Iterable[Opening], most: int) -> dict[Opening, tuple[Neighbour, ...]]:
    """The first neighbours of each kind that is opened; a kind that leads nowhere has none.

    One question tells of all of them, unless they are very many.

    Raises:
        As ``Engine.answer``.
    """
    wanted = list(dict.fromkeys(openings))
    if not wanted:
        return {}
    table = select(engine, _opened(wanted)).records()
    if len(table) > MOST_AT_ONCE:
        return {one: _first_of(engine, one, most) for one in wanted}
    found: dict[tuple[Term | None, ...], list[tuple[Term | None, ...]]] = {}
    for row in table:
        cells = tuple(row[key] for key in _CELLS)
        found.setdefault((row["thing"], *cells[:2], row["class"]), []).append(cells)

    def members(one: Opening) -> tuple[Neighbour, ...]:
        inverse = Literal(one.kind.inverse)
        rows = found.get((thing_of(one.slug), inverse, one.kind.property, one.kind.cls), ())
        return _grouped(rows).get(one.kind, ())[:most]

    return {one: members(one) for one in wanted}


def _first_of(engine: Engine, opening: Opening, most: int) -> tuple[Neighbour, ...]:
    """As many of one kind as are wanted; each may be linked by statements of several kinds."""
    thing, kind = str(thing_of(opening.slug)), opening.kind
    stated = way(thing, str(kind.property), inverse=kind.inverse)
    given = f"{stated} {CLASS} {THINGS_ONLY} {LINKING} FILTER(?class = {kind.cls})"
    text = (
        f"{PROLOGUE}SELECT DISTINCT ?inverse ?property ?other ?class ?kind WHERE {{ "
        f"{{ SELECT DISTINCT ?other WHERE {{ {given} }} ORDER BY ?other LIMIT {most} }} {given} }} "
        "ORDER BY ?other ?kind"
    )
    return _grouped(select(engine, text).rows).get(kind, ())


def _opened(openings: Iterable[Opening]) -> str:
    parts = []
    for inverse in (False, True):
        listed = [
            f"({thing_of(one.slug)} {one.kind.property} {one.kind.cls})"
            for one in openings
            if one.kind.inverse == inverse
        ]
        if listed:
            told = way("?thing", "?property", inverse=inverse)
            parts.append(f"{{ VALUES (?thing ?property ?class) {{ {' '.join(listed)} }} {told} {CLASS} }}")
    return (
        f"{PROLOGUE}SELECT DISTINCT ?thing ?inverse ?property ?other ?class ?kind WHERE {{\n  "
        + "\n  UNION ".join(parts)
        + f"\n  {THINGS_ONLY}\n  {LINKING}\n}} ORDER BY ?other ?kind LIMIT {MOST_AT_ONCE + 1}"
    )


def _all(thing: NamedNode, window: str) -> str:
    ways = [f"{{ {way(str(thing), '?property', inverse=inverse)} }}" for inverse in (False, True)]
    return (
        f"{PROLOGUE}SELECT DISTINCT ?inverse ?property ?other ?class ?kind WHERE {{\n  {ways[0]}\n  UNION {ways[1]}\n"
        f"  {THINGS_ONLY}\n  {LINKING}\n  {CLASS}\n}} {window}"
    )


def _counts(engine: Engine, thing: NamedNode) -> dict[Kind, int]:
    """How many neighbours of each kind a thing has that has very many."""
    rows = _all(thing, "").removeprefix(PROLOGUE)
    text = (
        f"{PROLOGUE}SELECT ?inverse ?property ?class (COUNT(DISTINCT ?other) AS ?count) WHERE {{ {{ {rows} }} }} "
        "GROUP BY ?inverse ?property ?class ORDER BY ?property ?inverse ?class"
    )
    counts = {}
    for inverse, property_, cls, count in select(engine, text).rows:
        assert isinstance(count, Literal)  # noqa: S101 - a count is one
        counts[kind_in(inverse, property_, cls)] = int(count.value)
    return counts


def _grouped(rows: Sequence[tuple[Term | None, ...]]) -> Mapping[Kind, tuple[Neighbour, ...]]:
    """Rows of inverse, property, other, class and kind of statement, ordered by other."""
    found: dict[Kind, dict[NamedNode, list[NamedNode]]] = {}
    for inverse, property_, other, cls, trust in rows:
        assert isinstance(other, NamedNode)  # noqa: S101 - filtered by the query
        assert isinstance(trust, NamedNode)  # noqa: S101 - a kind of statement is a term of the ontology
        trusts = found.setdefault(kind_in(inverse, property_, cls), {}).setdefault(other, [])
        if trust not in trusts:
            trusts.append(trust)
    return {
        kind: tuple(Neighbour(other, tuple(trusts)) for other, trusts in others.items())
        for kind, others in found.items()
    }


def _order(kind: Kind) -> tuple[int, bool, str, str]:
    return rank_of(kind.property), kind.inverse, kind.property.value, kind.cls.value
