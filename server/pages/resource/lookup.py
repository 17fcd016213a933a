"""Lookup of a resource by its slug, its statements as rows, and its names for a reader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from flask import Response
from pyoxigraph import Literal, NamedNode

from kg.build.rules import INFERRED
from kg.core.errors import N_, Message, ThingRetired, ThingUnknown, sentences
from kg.core.media_types import FORMS, Form
from kg.core.names import PREFIXES, SLUG, curie, graph, kind_of_graph, name, slug_of, thing
from kg.engine import Question, Term, construct
from kg.graph.description import GROUPS, Description, Property, Statement, describe, group_of, rank_of, retirement_of
from kg.graph.evidence import EvidenceByGraph, Place, SourceText
from kg.graph.hierarchy import leads_down
from kg.graph.labels import Label, Labels
from kg.output.jsonld import context_of, write_jsonld
from kg.questions.result import line_words
from server.core import urls
from server.core.context import RequestContext
from server.core.i18n.language import gettext
from server.core.i18n.numbers import language_words
from server.core.sparql_protocol.reply import reply_to
from server.pages.result.cells import Cell, best_label, foreign, linked_words, shown_cell
from server.pages.search.indexes import nearest


def look_up(service: RequestContext, slug: str, most: int | None = None) -> Description:
    """Return the statements about a resource: at most ``most`` of each property, or all.

    Raises:
        ThingUnknown: there are none; the error names the most similar slugs.
        ThingRetired: the resource was retired.
    """
    # the slug becomes part of a query, so any other text ends here
    if not SLUG.fullmatch(slug):
        raise _unknown(service, slug)
    # a retired resource may still occur in statements, so retirement is checked first
    retired = retirement_of(service.engine, thing(slug))
    if retired is not None:
        successors = [slug_of_name for iri in retired.successors if (slug_of_name := slug_of(iri))]
        raise ThingRetired(slug, successors, retired.reason)
    description = describe(service.engine, thing(slug), most)
    if description is None or not description.statements:
        raise _unknown(service, slug)
    return description


def _unknown(service: RequestContext, slug: str) -> ThingUnknown:
    near = [similar for hit in nearest(service, slug) if (similar := slug_of(hit.thing))]
    shown = repr(slug if len(slug) <= 100 else slug[:100] + "…")
    messages = [Message("There is no resource %(name)s.", name=shown)]
    if near:
        messages.append(Message("The nearest names are %(names)s.", names=", ".join(near)))
    return ThingUnknown(sentences(*messages, Message("Look for it at /search.")), near)


_LANGUAGE, _TRUTH = name("dcterms:language"), name("xsd:boolean")
_ANSWERS = {"true": N_("yes"), "false": N_("no"), "1": N_("yes"), "0": N_("no")}


@dataclass(frozen=True)
class Reader:
    """A language, and the names of all that a page shows.

    ``sentences`` are for resources without a name.
    """

    language: str
    labels: Labels
    places: Mapping[NamedNode, Place]
    sentences: Mapping[NamedNode, str]

    def cell(self, term: Term | None) -> Cell:
        """Return a term as a cell, with the language of its text if that is not the page's."""
        cell = shown_cell(term, self.labels, self.places, self.language)
        if not isinstance(term, NamedNode):
            return cell
        # a sentence is the last choice, after a label and a place; it is in the language of the page
        if term in self.sentences and term not in self.labels and term not in self.places:
            return replace(cell, text=self.sentences[term], language="", fallback="")
        return cell

    def value(self, property_: NamedNode, term: Term) -> Cell:
        """Return a value of a property as text: the name of a language, or yes and no for a boolean."""
        cell = self.cell(term)
        if not isinstance(term, Literal):
            return cell
        if property_ == _LANGUAGE:
            return replace(cell, text=language_words(term.value, self.language))
        if term.datatype == _TRUTH and term.value in _ANSWERS:
            return replace(cell, text=gettext(_ANSWERS[term.value]))
        return cell

    def label(self, term: NamedNode) -> Label:
        """Return the name of a resource: its label, its place, or a sentence about it."""
        if term not in self.labels and term in self.places:
            text = self._place(self.places[term])
            return Label(text.text[:1].upper() + text.text[1:], text.language)
        if term not in self.labels and term in self.sentences:
            # a sentence in the place of a name has no full stop
            return Label(self.sentences[term].rstrip(".。"), self.language)
        return best_label(self.labels, term, self.language)

    def _place(self, place: Place) -> Label:
        """Return the text of a place. For a cited page it is in the language of its title."""
        words = linked_words(place, self.labels, self.language)
        return Label(words, self.language if place.line is not None else place.language)


DATA_FORMS = ("ttl", "jsonld", "nt", "rdf")
"""The endings of the forms. The first is the default."""

FURTHER_ENDINGS = {"xml": "rdf"}
"""Alternative endings of the forms."""

FORMS_OF_DATA = tuple(FORMS[ending] for ending in DATA_FORMS)
_JSONLD = FORMS["jsonld"]


def reply_with_data(service: RequestContext, thing: NamedNode, form: Form) -> Response:
    """Return the statements with the resource as subject or object.

    Raises:
        As ``Engine.answer``.
    """
    text = f"CONSTRUCT {{ {thing} ?p ?o . ?s ?q {thing} }} WHERE {{ {{ {thing} ?p ?o }} UNION {{ ?s ?q {thing} }} }}"
    # JSON-LD is written here, with an inline context; that of the endpoint has none (decision 0018)
    if form != _JSONLD:
        return reply_to(Question(text, form))
    body = write_jsonld(construct(service.engine, text), context_of(service.engine))
    return _jsonld(body)


def reply_with_context(service: RequestContext) -> Response:
    """Return the complete JSON-LD context. Each answer contains only the part that it uses."""
    document = context_of(service.engine).document()
    return _jsonld(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")


def _jsonld(body: bytes) -> Response:
    response = Response(body, content_type=_JSONLD.media_type)
    response.headers["Vary"] = "Accept"
    return response


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
    # pages show no inferred statements of other resources, so the query leaves them out as well
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
class RowContext:
    """The data for rows, besides the statements. ``inverses`` are the inverse properties."""

    reader: Reader
    evidence_of_rows: EvidenceByGraph
    asides: Mapping[NamedNode, str]
    inverses: Mapping[NamedNode, NamedNode]
    source: SourceText | None

    def passage(self, place: Place | None) -> str:
        """Return the text of a passage, if the operator has a copy of its source."""
        source = self.source
        if source is None or place is None or place.start is None or place.end is None:
            return ""
        # offsets are valid for one document only; in another text they would give a wrong passage
        return source.cut(place.start, place.end) if place.document in (None, source.document) else ""

    def mark(self, statement: Statement) -> Mark | None:
        """Return the mark of a statement, by the kind of its graph."""
        kind = kind_of_graph(statement.graph)
        return self.mark_of(kind) if kind is not None else None

    def mark_of(self, kind: NamedNode) -> Mark:
        """Return the mark of a kind of statement."""
        key = curie(kind).partition(":")[2].removeprefix("kind").lower()
        return Mark(key, best_label(self.reader.labels, kind, self.reader.language).text)


def grouped_rows(row_context: RowContext, description: Description) -> dict[str, list[Row]]:
    """Return all rows of a resource by group, in the order of a page, without empty groups.

    Statements from other resources are shown under the inverse property, if there is one. Statements inferred from them
    belong to the technical statements.
    """
    # the description may have only the first statements; the counts are those of all
    counts = {(property_.iri, property_.inverse): property_.count for property_ in description.properties}
    rows: dict[str, list[tuple[int, Row]]] = {}
    for (property_, inverse), group in groupby(
        _ordered(description.all), key=lambda item: (item.property, item.inverse)
    ):
        members = list(group)
        count = counts.get((property_, inverse), len(members))
        more = urls.statements(description.thing, curie(property_), inverse=inverse) if count > len(members) else ""
        row = row_of(row_context, description.thing, Property(property_, inverse, count), members, more)
        # the inverse property decides group and rank, because the row has its name
        named = row_context.inverses.get(property_, property_) if inverse else property_
        follows = all(member.graph == INFERRED for member in members) and _is_stated_by_inverse(
            row_context, counts, property_
        )
        aside = property_ in _BEHIND if inverse else follows
        rows.setdefault(GROUPS[-1] if aside else group_of(named), []).append((rank_of(named), row))
    return {group: [row for _, row in sorted(rows[group], key=lambda row: row[0])] for group in GROUPS if group in rows}


def _is_stated_by_inverse(
    row_context: RowContext, counts: Mapping[tuple[NamedNode, bool], int], property_: NamedNode
) -> bool:
    """Return True if other resources state the same with the inverse property."""
    return (row_context.inverses.get(property_, property_), True) in counts


def row_of(
    row_context: RowContext, thing: NamedNode, property_: Property, statements: Sequence[Statement], more: str = ""
) -> Row:
    """Return the row of a property."""
    values = sorted(statements, key=lambda statement: _natural(statement.other))
    shown = [_value(row_context, thing, value) for value in values]
    # several languages may share an abbreviation, which the row shows once
    distinct = {(value.cell.text, value.cell.href, value.mark): value for value in shown}
    from_here = row_context.inverses.get(property_.iri) if property_.inverse else property_.iri
    heading = row_context.reader.cell(from_here or property_.iri)
    return Row(heading, from_here is None, tuple(distinct.values()), property_.count, more)


def _ordered(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(
        statements, key=lambda statement: (statement.inverse, rank_of(statement.property), statement.property.value)
    )


def _value(row_context: RowContext, thing: NamedNode, statement: Statement) -> Value:
    other, reader = statement.other, row_context.reader
    place = reader.places.get(other) if isinstance(other, NamedNode) else None
    evidence_iris = () if statement.property == _EVIDENCE else _evidence_of(row_context, thing, statement)
    return Value(
        reader.value(statement.property, other),
        row_context.mark(statement),
        tuple(source_of(row_context, entry) for entry in evidence_iris[:_MOST_SOURCES]),
        max(0, len(evidence_iris) - _MOST_SOURCES),
        aside=row_context.asides.get(other, "") if isinstance(other, NamedNode) else "",
        passage=row_context.passage(place),
    )


def _evidence_of(row_context: RowContext, thing: NamedNode, statement: Statement) -> tuple[NamedNode, ...]:
    """Return the evidence of the claim behind a statement, within its graph.

    The claim is about the subject, or about the object if the property leads to a part. If that has no evidence, the
    other resource counts.
    """
    other = statement.other if isinstance(statement.other, NamedNode) else thing
    # a claim is about its subject; a property that leads down reverses this, and so does the inverse direction
    about_other = statement.inverse != leads_down(statement.property)
    both = (other, thing) if about_other else (thing, other)
    return next((source for node in both if (source := row_context.evidence_of_rows.get((node, statement.graph)))), ())


def source_of(row_context: RowContext, iri: NamedNode) -> Source:
    """Return a passage or a cited page as a short text with its address."""
    place, reader = row_context.reader.places.get(iri), row_context.reader
    if place is None:
        return Source(reader.label(iri).text, urls.page_of(iri), "")
    passage = row_context.passage(place)
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
    # digits count as numbers, other parts as 0 and then as texts; very long digits are texts, since int() refuses them
    return [(int(part) if part.isdecimal() and len(part) < 18 else 0, part) for part in _DIGITS.split(text)]
