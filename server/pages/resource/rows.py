"""The statements about a resource as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from kg.build.rules import INFERRED
from kg.core.graphs import kind_of_graph
from kg.core.names import PREFIXES, curie, graph, name, slug_of
from kg.engine import Term
from kg.graph.description import GROUPS, Description, Property, Statement, group_of, rank_of
from kg.graph.evidence import EvidenceByGraph, Place, SourceText
from kg.graph.hierarchy import leads_down
from kg.questions.result import line_words
from server.core import urls
from server.pages.resource.lookup import Reader
from server.pages.result.cells import Cell, best_label, foreign, linked_words


def statements_query(thing: NamedNode) -> str:
    """Return a query for all statements about a resource, each with its graph."""
    return f"""{_prefixes("id", "fyp", "skos")}
# Everything that is stated of {curie(thing)}, and everything that names it, with the graph that says so
SELECT ?graph ?subject ?property ?object WHERE {{
  VALUES ?thing {{ {_written(thing)} }}
  {{ GRAPH ?graph {{ ?thing ?property ?object }} BIND(?thing AS ?subject) }}
  UNION
  {{ GRAPH ?graph {{ ?subject ?property ?thing }} BIND(?thing AS ?object) }}
}} ORDER BY ?graph ?property ?subject ?object"""


def property_query(thing: NamedNode, property_: NamedNode, *, inverse: bool) -> str:
    """Return a query for all statements about a resource with one property, as its page shows them."""
    triple = f"?subject {property_} {thing}" if inverse else f"{thing} {property_} ?object"
    variable = "?subject" if inverse else "?object"
    rule = f" FILTER(?graph != {graph('inferred')})" if inverse else ""
    return f"SELECT ?graph {variable} WHERE {{\n  GRAPH ?graph {{ {triple} }}{rule}\n}} ORDER BY {variable} ?graph"


def _prefixes(*names: str) -> str:
    return "\n".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in names)


def _written(thing: NamedNode) -> str:
    return curie(thing) if slug_of(thing) is not None else str(thing)


MOST_VALUES = 12
"""The most values of a property on a page. A page of the property lists all."""

_MOST_SOURCES = 2
_EVIDENCE = name("fyp:evidence")
_BEHIND = frozenset([name("fyp:linkSubject")])  # evidence for a statement of the same group
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Mark:
    """A kind of statement: a key for the style, and its label."""

    key: str
    word: str


@dataclass(frozen=True)
class Source:
    """The evidence of a statement: a short text, its address, and the passage if there is a copy.

    ``language`` and ``passage_language`` are empty if they are the page's.
    """

    text: str
    href: str
    passage: str
    language: str = ""
    passage_language: str = ""


@dataclass(frozen=True)
class Value:
    """One statement. ``aside`` is a sentence about the value; ``passage`` is its own text if it is a passage."""

    cell: Cell
    mark: Mark | None
    sources: tuple[Source, ...] = ()
    more_sources: int = 0
    aside: str = ""
    passage: str = ""


@dataclass(frozen=True)
class Row:
    """A property with its first values. ``count`` is the number of all; ``more`` is the address of the full list.

    ``inverse`` means that the heading names a property from other resources to this one, for lack of an inverse
    property.
    """

    property: Cell
    inverse: bool
    values: tuple[Value, ...]
    count: int
    more: str = ""


@dataclass(frozen=True)
class Telling:
    """The data for rows, besides the statements. ``inverses`` are the inverse properties."""

    reader: Reader
    vouched: EvidenceByGraph
    asides: Mapping[NamedNode, str]
    inverses: Mapping[NamedNode, NamedNode]
    source: SourceText | None

    def passage(self, place: Place | None) -> str:
        """Return the text of a passage, if the operator has a copy of its source."""
        source = self.source
        if source is None or place is None or place.start is None or place.end is None:
            return ""
        return source.cut(place.start, place.end) if place.document in (None, source.document) else ""

    def mark(self, statement: Statement) -> Mark | None:
        """Return the mark of a statement, by the kind of its graph."""
        kind = kind_of_graph(statement.graph)
        return self.mark_of(kind) if kind is not None else None

    def mark_of(self, kind: NamedNode) -> Mark:
        """Return the mark of a kind of statement."""
        key = curie(kind).partition(":")[2].removeprefix("kind").lower()
        return Mark(key, best_label(self.reader.labels, kind, self.reader.language).text)


def grouped_rows(telling: Telling, description: Description) -> dict[str, list[Row]]:
    """Return all rows of a resource by group, in the order of a page, without empty groups.

    Statements from other resources are shown under the inverse property, if there is one. Statements inferred from them
    belong to the technical statements.
    """
    counts = {(property_.iri, property_.inverse): property_.count for property_ in description.properties}
    rows: dict[str, list[tuple[int, Row]]] = {}
    for (property_, inverse), group in groupby(
        _ordered(description.all), key=lambda item: (item.property, item.inverse)
    ):
        members = list(group)
        count = counts.get((property_, inverse), len(members))
        more = urls.statements(description.thing, curie(property_), inverse=inverse) if count > len(members) else ""
        row = row_of(telling, description.thing, Property(property_, inverse, count), members, more)
        named = telling.inverses.get(property_, property_) if inverse else property_
        follows = all(member.graph == INFERRED for member in members) and _mirrored(telling, counts, property_)
        aside = property_ in _BEHIND if inverse else follows
        rows.setdefault(GROUPS[-1] if aside else group_of(named), []).append((rank_of(named), row))
    return {group: [row for _, row in sorted(rows[group], key=lambda row: row[0])] for group in GROUPS if group in rows}


def _mirrored(telling: Telling, counts: Mapping[tuple[NamedNode, bool], int], property_: NamedNode) -> bool:
    """Return True if other resources state the same with the inverse property."""
    return (telling.inverses.get(property_, property_), True) in counts


def row_of(
    telling: Telling, thing: NamedNode, property_: Property, statements: Sequence[Statement], more: str = ""
) -> Row:
    """Return the row of a property."""
    values = sorted(statements, key=lambda statement: _natural(statement.other))
    shown = [_value(telling, thing, value) for value in values]
    # several languages may share an abbreviation, which the row shows once
    distinct = {(value.cell.text, value.cell.href, value.mark): value for value in shown}
    from_here = telling.inverses.get(property_.iri) if property_.inverse else property_.iri
    heading = telling.reader.cell(from_here or property_.iri)
    return Row(heading, from_here is None, tuple(distinct.values()), property_.count, more)


def _ordered(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(
        statements, key=lambda statement: (statement.inverse, rank_of(statement.property), statement.property.value)
    )


def _value(telling: Telling, thing: NamedNode, statement: Statement) -> Value:
    other, reader = statement.other, telling.reader
    place = reader.places.get(other) if isinstance(other, NamedNode) else None
    vouching = () if statement.property == _EVIDENCE else _vouching(telling, thing, statement)
    return Value(
        reader.value(statement.property, other),
        telling.mark(statement),
        tuple(source_of(telling, entry) for entry in vouching[:_MOST_SOURCES]),
        max(0, len(vouching) - _MOST_SOURCES),
        aside=telling.asides.get(other, "") if isinstance(other, NamedNode) else "",
        passage=telling.passage(place),
    )


def _vouching(telling: Telling, thing: NamedNode, statement: Statement) -> tuple[NamedNode, ...]:
    """Return the evidence of the claim behind a statement, within its graph.

    The claim is about the subject, or about the object if the property leads to a part. If that has no evidence, the
    other resource counts.
    """
    other = statement.other if isinstance(statement.other, NamedNode) else thing
    about_other = statement.inverse != leads_down(statement.property)
    both = (other, thing) if about_other else (thing, other)
    return next((source for node in both if (source := telling.vouched.get((node, statement.graph)))), ())


def source_of(telling: Telling, iri: NamedNode) -> Source:
    """Return a passage or a cited page as a short text with its address."""
    place, reader = telling.reader.places.get(iri), telling.reader
    if place is None:
        return Source(reader.label(iri).text, urls.page_of(iri), "")
    passage = telling.passage(place)
    text = passage or linked_words(place, reader.labels, reader.language)
    if place.line is None:
        its_own = foreign(place.language, reader.language)
        return Source(place.publisher, urls.page_of(iri), text, its_own, its_own)
    # the briefing is in English
    spoken = foreign("en", reader.language) if passage else ""
    return Source(line_words(place.line, reader.language), urls.page_of(iri), text, passage_language=spoken)


def _natural(term: Term) -> list[tuple[int, str]]:
    """Return a sort key that puts ``o2`` before ``o10``. Literals are sorted by language, then text."""
    language = f"{term.language or ''} " if isinstance(term, Literal) else ""
    text = language + getattr(term, "value", str(term))
    return [(int(part) if part.isdecimal() and len(part) < 18 else 0, part) for part in _DIGITS.split(text)]
