"""The neighbours of a resource by kind of link, and the links among a set of resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.core.names import KINDS, PREFIXES, SLUG, curie, name, sparql_prologue
from kg.core.names import thing as thing_of
from kg.engine import Engine, Term, select
from kg.graph.description import rank_of
from kg.graph.labels import values_of

# Statements about the graph itself link no resources.
_OF_THE_GRAPH = ("kindMeta", "kindQuestions", "kindOntology")
_COMPACT = re.compile(r"([a-z][a-z0-9-]*):([A-Za-z][A-Za-z0-9_-]*)", re.ASCII)
_AGAINST = "~"


def trust_of(kind: NamedNode) -> str:
    """Return a kind of statement as one word, such as ``stated`` for ``fyp:kindStated``."""
    return kind.value.rpartition("#")[2].removeprefix("kind").lower()


TRUSTS: Mapping[str, NamedNode] = {
    trust_of(name(f"fyp:{kind}")): name(f"fyp:{kind}") for kind in KINDS.values() if kind not in _OF_THE_GRAPH
}
"""The kinds of statements that link resources, by their word; the surest first, inferred ones near the end."""


@lru_cache(maxsize=1_000)
def _compact(iri: NamedNode) -> str:
    """Return ``curie(iri)``, cached: a page writes the same few IRIs some hundred times."""
    return curie(iri)


@dataclass(frozen=True)
class Kind:
    """Neighbours of one class that are linked by one property; ``inverse`` if they are its subjects."""

    property: NamedNode
    cls: NamedNode
    inverse: bool = False

    def is_named(self) -> bool:
        """Return True if property and class have compact names, which an address needs."""
        return all(_COMPACT.fullmatch(curie(term)) for term in (self.property, self.cls))

    def __str__(self) -> str:
        """Return the form in an address: ``fyp:hasObjective/fyp:Objective`` or ``~fyp:inSection/fyp:Passage``."""
        return f"{_AGAINST if self.inverse else ''}{_compact(self.property)}/{_compact(self.cls)}"


def kind_in(inverse: Term | None, property_: Term | None, cls: Term | None) -> Kind:
    """Return the kind that a result row names."""
    assert isinstance(inverse, Literal)  # noqa: S101 - bound above
    assert isinstance(property_, NamedNode)  # noqa: S101 - the graph has no other properties
    assert isinstance(cls, NamedNode)  # noqa: S101 - the graph has no anonymous classes
    return Kind(property_, cls, inverse.value == "true")


@dataclass(frozen=True)
class Opening:
    """A kind of neighbours of a resource that is to be shown."""

    slug: str
    kind: Kind

    def __str__(self) -> str:
        """Return the form in an address."""
        return f"{self.slug}/{self.kind}"


def read_opening(text: str) -> Opening | None:
    """Read an opening such as ``plan-ict/fyp:hasObjective/fyp:Objective``; None if the text is not one."""
    slug, _, rest = text.partition("/")
    kind = read_kind(rest)
    return Opening(slug, kind) if kind is not None and SLUG.fullmatch(slug) else None


def read_kind(text: str) -> Kind | None:
    """Read a kind of neighbours from an address; None if the text is not one."""
    property_, _, cls = text.removeprefix(_AGAINST).partition("/")
    names = [read_name(part) for part in (property_, cls)]
    if names[0] is None or names[1] is None:
        return None
    return Kind(names[0], names[1], text.startswith(_AGAINST))


def read_name(text: str) -> NamedNode | None:
    """Read a compact IRI with one of our prefixes; None if the text is not one."""
    match = _COMPACT.fullmatch(text)
    return name(text) if match is not None and match[1] in PREFIXES else None


PROLOGUE = sparql_prologue("fyp", "graph", "id")

# Inferred statements mostly invert a statement, widen its property, or join two steps. Only these three properties
# link resources that no stated property links.
FOLLOWING = ("fyp:mentionsTechnology", "fyp:coversTechnology", "fyp:planCooperatesOn")

LINKING = f"""?graph fyp:statementKind ?kind
  FILTER(?kind NOT IN (fyp:kindQuestions, fyp:kindMeta, fyp:kindOntology))
  FILTER(?kind != fyp:kindInferred || ?property IN ({", ".join(FOLLOWING)}))
  FILTER(?property != fyp:coversTechnology || NOT EXISTS {{ ?from fyp:mentionsTechnology ?to }})"""
"""The conditions on ``?from ?property ?to`` in ``?graph``; a mentioned technology does not count as covered too."""

THINGS_ONLY = "FILTER(isIRI(?other) && ?other != ?thing && STRSTARTS(STR(?other), STR(id:)))"

CLASS = "GRAPH ?typing { ?other a ?class } FILTER(?typing != graph:inferred)"


def link_pattern(thing: str, property_: str, *, inverse: bool) -> str:
    """Return the pattern for statements with a resource as subject or object, as ``?from ?property ?to``.

    The resource and the property are terms, or the variables ``?thing`` and ``?property``.
    """
    stated = f"?other {property_} {thing}" if inverse else f"{thing} {property_} ?other"
    ends = ("?other", thing) if inverse else (thing, "?other")
    # the filters below use these variables, so fixed terms are bound to them. SPARQL refuses a BIND to a variable that
    # the group has used already.
    fixed = [
        f"BIND({value} AS {variable})"
        for value, variable in ((thing, "?thing"), (property_, "?property"))
        if value != variable
    ]
    ends_bound = f"BIND({ends[0]} AS ?from) BIND({ends[1]} AS ?to) {' '.join(fixed)}"
    return f"GRAPH ?graph {{ {stated} }} {ends_bound} BIND({'true' if inverse else 'false'} AS ?inverse)"


@dataclass(frozen=True)
class Link:
    """A statement between two resources, with the kinds of statements that make it, the surest first."""

    start: NamedNode
    property: NamedNode
    end: NamedNode
    trusts: tuple[NamedNode, ...]


_ORDER = {kind: place for place, kind in enumerate(TRUSTS.values())}


def links_among(engine: Engine, things: Iterable[NamedNode]) -> tuple[Link, ...]:
    """Return the statements between these resources.

    Raises:
        As ``Engine.answer``.
    """
    unique = list(dict.fromkeys(things))
    if not unique:
        return ()
    kinds_by_ends: dict[tuple[NamedNode, NamedNode, NamedNode], set[NamedNode]] = {}
    for row in select(engine, linking_query(unique, unique)).rows:
        start, property_, end, kind = (term for term in row if isinstance(term, NamedNode))
        kinds_by_ends.setdefault((start, property_, end), set()).add(kind)
    return tuple(
        Link(*ends, tuple(sorted(kinds, key=lambda kind: _ORDER.get(kind, len(_ORDER)))))
        for ends, kinds in kinds_by_ends.items()
    )


def linking_query(starts: Iterable[NamedNode], ends: Iterable[NamedNode], without: Iterable[NamedNode] = ()) -> str:
    """Return the query for every link between two sets of resources, without some kinds of statements."""
    refused = ", ".join(curie(kind) for kind in without)
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
    """Return the stated class of each resource; resources without one are left out.

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
    return " ".join(sorted({curie(thing) for thing in things}))


MOST_AT_ONCE = 2_000
"""The most neighbours that are read with one query."""

_CELLS = ("inverse", "property", "other", "class", "kind")


@dataclass(frozen=True)
class Neighbour:
    """A linked resource, and the kinds of statements that make the link."""

    thing: NamedNode
    trusts: tuple[NamedNode, ...]


@dataclass(frozen=True)
class Group:
    """The neighbours of one kind in order of IRI, up to a limit; ``count`` is the number of all."""

    kind: Kind
    count: int
    neighbours: tuple[Neighbour, ...]


def groups_of(engine: Engine, thing: NamedNode, most: int) -> tuple[Group, ...]:
    """Return the neighbours of a resource by kind, at most ``most`` of each, in the order of its page.

    Raises:
        As ``Engine.answer``.
    """
    # one row more than the limit shows that there are more
    rows = select(engine, _all(thing, f"ORDER BY ?other ?kind LIMIT {MOST_AT_ONCE + 1}")).rows
    if len(rows) <= MOST_AT_ONCE:
        by_kind = _grouped(rows)
        counts = {kind: len(neighbours) for kind, neighbours in by_kind.items()}
    else:
        counts = _counts(engine, thing)
        slug = thing.value.rpartition("/")[2]
        members = members_of(engine, [Opening(slug, kind) for kind in counts], most)
        by_kind = {opening.kind: neighbours for opening, neighbours in members.items()}
    groups = [Group(kind, counts[kind], tuple(by_kind.get(kind, ())[:most])) for kind in counts if kind.is_named()]
    return tuple(sorted(groups, key=lambda group: _order(group.kind)))


def members_of(engine: Engine, openings: Iterable[Opening], most: int) -> dict[Opening, tuple[Neighbour, ...]]:
    """Return the first neighbours of each open kind; a kind without neighbours has none.

    One query reads all of them, unless they are very many.

    Raises:
        As ``Engine.answer``.
    """
    wanted = list(dict.fromkeys(openings))
    if not wanted:
        return {}
    table = select(engine, _opened(wanted)).records()
    if len(table) > MOST_AT_ONCE:
        return {opening: _first_of(engine, opening, most) for opening in wanted}
    cells_by_kind: dict[tuple[Term | None, ...], list[tuple[Term | None, ...]]] = {}
    for row in table:
        cells = tuple(row[key] for key in _CELLS)
        cells_by_kind.setdefault((row["thing"], *cells[:2], row["class"]), []).append(cells)

    def members(opening: Opening) -> tuple[Neighbour, ...]:
        # the query binds a boolean, and this literal is equal to it
        inverse = Literal(opening.kind.inverse)
        rows = cells_by_kind.get((thing_of(opening.slug), inverse, opening.kind.property, opening.kind.cls), ())
        return _grouped(rows).get(opening.kind, ())[:most]

    return {opening: members(opening) for opening in wanted}


def _first_of(engine: Engine, opening: Opening, most: int) -> tuple[Neighbour, ...]:
    """Return the first ``most`` neighbours of one kind; each may be linked by several kinds of statements."""
    thing, kind = str(thing_of(opening.slug)), opening.kind
    stated = link_pattern(thing, str(kind.property), inverse=kind.inverse)
    pattern = f"{stated} {CLASS} {THINGS_ONLY} {LINKING} FILTER(?class = {kind.cls})"
    # a LIMIT on the whole would count rows, and a neighbour has one for each kind of statement. So the inner query
    # chooses the neighbours, and the outer one reads all their rows.
    text = (
        f"{PROLOGUE}SELECT DISTINCT ?inverse ?property ?other ?class ?kind WHERE {{ "
        f"{{ SELECT DISTINCT ?other WHERE {{ {pattern} }} ORDER BY ?other LIMIT {most} }} {pattern} }} "
        "ORDER BY ?other ?kind"
    )
    return _grouped(select(engine, text).rows).get(kind, ())


def _opened(openings: Iterable[Opening]) -> str:
    parts = []
    for inverse in (False, True):
        listed = [
            f"({thing_of(opening.slug)} {opening.kind.property} {opening.kind.cls})"
            for opening in openings
            if opening.kind.inverse == inverse
        ]
        if listed:
            pattern = link_pattern("?thing", "?property", inverse=inverse)
            parts.append(f"{{ VALUES (?thing ?property ?class) {{ {' '.join(listed)} }} {pattern} {CLASS} }}")
    return (
        f"{PROLOGUE}SELECT DISTINCT ?thing ?inverse ?property ?other ?class ?kind WHERE {{\n  "
        + "\n  UNION ".join(parts)
        + f"\n  {THINGS_ONLY}\n  {LINKING}\n}} ORDER BY ?other ?kind LIMIT {MOST_AT_ONCE + 1}"
    )


def _all(thing: NamedNode, window: str) -> str:
    ways = [f"{{ {link_pattern(str(thing), '?property', inverse=inverse)} }}" for inverse in (False, True)]
    return (
        f"{PROLOGUE}SELECT DISTINCT ?inverse ?property ?other ?class ?kind WHERE {{\n  {ways[0]}\n  UNION {ways[1]}\n"
        f"  {THINGS_ONLY}\n  {LINKING}\n  {CLASS}\n}} {window}"
    )


def _counts(engine: Engine, thing: NamedNode) -> dict[Kind, int]:
    """Return the number of neighbours of each kind, for a resource with very many."""
    # a query within a query has no prologue of its own
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
    """Group rows of inverse, property, other, class and kind of statement, ordered by other."""
    by_kind: dict[Kind, dict[NamedNode, list[NamedNode]]] = {}
    for inverse, property_, other, cls, trust in rows:
        assert isinstance(other, NamedNode)  # noqa: S101 - filtered by the query
        assert isinstance(trust, NamedNode)  # noqa: S101 - a kind of statement is a term of the ontology
        trusts = by_kind.setdefault(kind_in(inverse, property_, cls), {}).setdefault(other, [])
        if trust not in trusts:
            trusts.append(trust)
    return {
        kind: tuple(Neighbour(other, tuple(trusts)) for other, trusts in others.items())
        for kind, others in by_kind.items()
    }


def _order(kind: Kind) -> tuple[int, bool, str, str]:
    return rank_of(kind.property), kind.inverse, kind.property.value, kind.cls.value


MOST_STARTS = 300


@dataclass(frozen=True)
class Start:
    """A resource, its class, and its number of neighbours."""

    thing: NamedNode
    cls: NamedNode
    neighbours: int


def starts_of(engine: Engine, classes: Iterable[NamedNode]) -> tuple[Start, ...]:
    """Return the resources of these classes, those with the most neighbours first.

    Raises:
        As ``Engine.answer``.
    """
    ways = [f"{{ {link_pattern('?thing', '?property', inverse=inverse)} }}" for inverse in (False, True)]
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
    """Return the kinds of neighbours of each resource with their counts, the largest first.

    Raises:
        As ``Engine.answer``.
    """
    ways = [f"{{ {link_pattern('?thing', '?property', inverse=inverse)} }}" for inverse in (False, True)]
    text = f"""{PROLOGUE}SELECT ?thing ?inverse ?property ?class (COUNT(DISTINCT ?other) AS ?count) WHERE {{
  VALUES ?thing {{ {values_of(things)} }}
  {ways[0]} UNION {ways[1]}
  {CLASS}
  {THINGS_ONLY}
  {LINKING}
}} GROUP BY ?thing ?inverse ?property ?class ORDER BY DESC(?count) ?thing ?inverse ?property ?class"""
    counts: dict[NamedNode, dict[Kind, int]] = {}
    for thing, inverse, property_, cls, count in select(engine, text).rows:
        assert isinstance(thing, NamedNode)  # noqa: S101 - the VALUES above hold IRIs only
        assert isinstance(count, Literal)  # noqa: S101 - a count is one
        if (kind := kind_in(inverse, property_, cls)).is_named():
            counts.setdefault(thing, {})[kind] = int(count.value)
    return counts
