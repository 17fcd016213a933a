"""The neighbours of a resource by kind of link, and the links among a set of resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.core.graphs import KINDS
from kg.core.names import PREFIXES, SLUG, curie, name, sparql_prologue
from kg.core.names import thing as thing_of
from kg.engine import Engine, Term, select
from kg.graph.description import rank_of
from kg.graph.labels import values_of

# those that tell of the graph itself lead to no thing
_OF_THE_GRAPH = ("kindMeta", "kindQuestions", "kindOntology")
_COMPACT = re.compile(r"([a-z][a-z0-9-]*):([A-Za-z][A-Za-z0-9_-]*)", re.ASCII)
_AGAINST = "~"


def trust_of(kind: NamedNode) -> str:
    """A kind of statement in one word, such as ``stated`` for ``fyp:kindStated``."""
    return kind.value.rpartition("#")[2].removeprefix("kind").lower()


TRUSTS: Mapping[str, NamedNode] = {
    trust_of(name(f"fyp:{one}")): name(f"fyp:{one}") for one in KINDS.values() if one not in _OF_THE_GRAPH
}
"""The kinds of statements that link things, by their word; the surest first, what follows by rule near the end."""


@lru_cache(maxsize=1_000)
def _compact(iri: NamedNode) -> str:
    """As ``curie``: a page writes the few there are some hundred times."""
    return curie(iri)


@dataclass(frozen=True)
class Kind:
    """Neighbours of one class that one property leads to, or leads from where it is ``inverse``."""

    property: NamedNode
    cls: NamedNode
    inverse: bool = False

    def is_named(self) -> bool:
        """Whether both have compact names, without which an address cannot name the kind."""
        return all(_COMPACT.fullmatch(curie(one)) for one in (self.property, self.cls))

    def __str__(self) -> str:
        """As an address has it: ``fyp:hasObjective/fyp:Objective``, or ``~fyp:inSection/fyp:Passage``."""
        return f"{_AGAINST if self.inverse else ''}{_compact(self.property)}/{_compact(self.cls)}"


def kind_in(inverse: Term | None, property_: Term | None, cls: Term | None) -> Kind:
    """The kind that a row of an answer names."""
    assert isinstance(inverse, Literal)  # noqa: S101 - bound above
    assert isinstance(property_, NamedNode)  # noqa: S101 - the graph has no other properties
    assert isinstance(cls, NamedNode)  # noqa: S101 - the graph has no anonymous classes
    return Kind(property_, cls, inverse.value == "true")


@dataclass(frozen=True)
class Opening:
    """A kind of neighbours of a thing that is to be seen."""

    slug: str
    kind: Kind

    def __str__(self) -> str:
        """As an address has it."""
        return f"{self.slug}/{self.kind}"


def read_opening(text: str) -> Opening | None:
    """What an address names, such as ``plan-ict/fyp:hasObjective/fyp:Objective``; None if it names no such thing."""
    slug, _, rest = text.partition("/")
    kind = read_kind(rest)
    return Opening(slug, kind) if kind is not None and SLUG.fullmatch(slug) else None


def read_kind(text: str) -> Kind | None:
    """A kind of neighbours from its words in an address."""
    property_, _, cls = text.removeprefix(_AGAINST).partition("/")
    found = [read_name(one) for one in (property_, cls)]
    if found[0] is None or found[1] is None:
        return None
    return Kind(found[0], found[1], text.startswith(_AGAINST))


def read_name(text: str) -> NamedNode | None:
    """A compact IRI of one of our prefixes."""
    found = _COMPACT.fullmatch(text)
    return name(text) if found is not None and found[1] in PREFIXES else None


PROLOGUE = sparql_prologue("fyp", "graph", "id")

# What follows by rule mostly turns a statement round, widens its property, or takes two steps in one. These three
# say what is not stated of the two things in any other way.
FOLLOWING = ("fyp:mentionsTechnology", "fyp:coversTechnology", "fyp:planCooperatesOn")

LINKING = f"""?graph fyp:statementKind ?kind
  FILTER(?kind NOT IN (fyp:kindQuestions, fyp:kindMeta, fyp:kindOntology))
  FILTER(?kind != fyp:kindInferred || ?property IN ({", ".join(FOLLOWING)}))
  FILTER(?property != fyp:coversTechnology || NOT EXISTS {{ ?from fyp:mentionsTechnology ?to }})"""
"""What must hold of ``?from ?property ?to`` in ``?graph``; who covers a technology by naming it is said to name it."""

THINGS_ONLY = "FILTER(isIRI(?other) && ?other != ?thing && STRSTARTS(STR(?other), STR(id:)))"

CLASS = "GRAPH ?typing { ?other a ?class } FILTER(?typing != graph:inferred)"


def way(thing: str, property_: str, *, inverse: bool) -> str:
    """The statements that a thing makes, or those that others make with it, as ``?from ?property ?to``.

    Both the thing and the property are terms, or the variables ``?thing`` and ``?property``.
    """
    stated = f"?other {property_} {thing}" if inverse else f"{thing} {property_} ?other"
    ends = ("?other", thing) if inverse else (thing, "?other")
    fixed = [
        f"BIND({value} AS {variable})"
        for value, variable in ((thing, "?thing"), (property_, "?property"))
        if value != variable
    ]
    told = f"BIND({ends[0]} AS ?from) BIND({ends[1]} AS ?to) {' '.join(fixed)}"
    return f"GRAPH ?graph {{ {stated} }} {told} BIND({'true' if inverse else 'false'} AS ?inverse)"


@dataclass(frozen=True)
class Link:
    """A statement between two things, with the kinds of statements that make it, the surest first."""

    start: NamedNode
    property: NamedNode
    end: NamedNode
    trusts: tuple[NamedNode, ...]


_ORDER = {kind: place for place, kind in enumerate(TRUSTS.values())}


def links_among(engine: Engine, things: Iterable[NamedNode]) -> tuple[Link, ...]:
    """The statements of which both ends are among these things.

    Raises:
        As ``Engine.answer``.
    """
    kept = list(dict.fromkeys(things))
    if not kept:
        return ()
    found: dict[tuple[NamedNode, NamedNode, NamedNode], set[NamedNode]] = {}
    for row in select(engine, linking_query(kept, kept)).rows:
        start, property_, end, kind = (one for one in row if isinstance(one, NamedNode))
        found.setdefault((start, property_, end), set()).add(kind)
    return tuple(
        Link(*ends, tuple(sorted(kinds, key=lambda one: _ORDER.get(one, len(_ORDER))))) for ends, kinds in found.items()
    )


def linking_query(starts: Iterable[NamedNode], ends: Iterable[NamedNode], without: Iterable[NamedNode] = ()) -> str:
    """The query that gives every link from one of some things to one of others, but for some kinds of statements."""
    refused = ", ".join(curie(one) for one in without)
    left_out = f"\n  FILTER(?kind NOT IN ({refused}))" if refused else ""
    return (
        f"{PROLOGUE}\nSELECT DISTINCT ?from ?property ?to ?kind WHERE {{\n"
        f"  VALUES ?from {{ {_listed(starts)} }}\n"
        f"  GRAPH ?graph {{ ?from ?property ?to }}\n"
        f"  VALUES ?to {{ {_listed(ends)} }}\n"
        f"  FILTER(?from != ?to)\n  {LINKING}{left_out}\n"
        "} ORDER BY ?from ?property ?to ?kind\n"
    )


def classes_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, NamedNode]:
    """The class that each thing was given; what has none is none that the graph knows.

    Raises:
        As ``Engine.answer``.
    """
    wanted = values_of(things)
    if not wanted:
        return {}
    text = (
        f"{PROLOGUE}SELECT ?thing (MIN(?class) AS ?one) WHERE {{ VALUES ?thing {{ {wanted} }} "
        "GRAPH ?graph { ?thing a ?class } FILTER(?graph != graph:inferred) } GROUP BY ?thing"
    )
    rows = select(engine, text).rows
    return {thing: cls for thing, cls in rows if isinstance(thing, NamedNode) and isinstance(cls, NamedNode)}


def _listed(things: Iterable[NamedNode]) -> str:
    return " ".join(sorted({curie(one) for one in things}))


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


MOST_STARTS = 300


@dataclass(frozen=True)
class Start:
    """A thing, its class, and how many things stand next to it."""

    thing: NamedNode
    cls: NamedNode
    neighbours: int


def starts_of(engine: Engine, classes: Iterable[NamedNode]) -> tuple[Start, ...]:
    """The things that were given one of these classes, those with the most neighbours first.

    Raises:
        As ``Engine.answer``.
    """
    ways = [f"{{ {way('?thing', '?property', inverse=inverse)} }}" for inverse in (False, True)]
    text = f"""{PROLOGUE}SELECT ?thing ?class (COUNT(DISTINCT ?other) AS ?count) WHERE {{
  VALUES ?class {{ {values_of(classes)} }}
  GRAPH ?typing {{ ?thing a ?class }} FILTER(?typing != graph:inferred && STRSTARTS(STR(?thing), STR(id:)))
  {ways[0]} UNION {ways[1]}
  {THINGS_ONLY}
  {LINKING}
}} GROUP BY ?thing ?class ORDER BY DESC(?count) ?thing LIMIT {MOST_STARTS}"""
    return tuple(
        Start(thing, cls, int(count.value))
        for thing, cls, count in select(engine, text).rows
        if isinstance(thing, NamedNode) and isinstance(cls, NamedNode) and isinstance(count, Literal)
    )


def kinds_of(engine: Engine, things: Iterable[NamedNode]) -> dict[NamedNode, dict[Kind, int]]:
    """The kinds of neighbours of each of these things with their numbers, the most numerous first.

    Raises:
        As ``Engine.answer``.
    """
    ways = [f"{{ {way('?thing', '?property', inverse=inverse)} }}" for inverse in (False, True)]
    text = f"""{PROLOGUE}SELECT ?thing ?inverse ?property ?class (COUNT(DISTINCT ?other) AS ?count) WHERE {{
  VALUES ?thing {{ {values_of(things)} }}
  {ways[0]} UNION {ways[1]}
  {CLASS}
  {THINGS_ONLY}
  {LINKING}
}} GROUP BY ?thing ?inverse ?property ?class ORDER BY DESC(?count) ?thing ?inverse ?property ?class"""
    found: dict[NamedNode, dict[Kind, int]] = {}
    for thing, inverse, property_, cls, count in select(engine, text).rows:
        assert isinstance(thing, NamedNode)  # noqa: S101 - given above
        assert isinstance(count, Literal)  # noqa: S101 - a count is one
        if (kind := kind_in(inverse, property_, cls)).is_named():
            found.setdefault(thing, {})[kind] = int(count.value)
    return found
