"""The page of a resource: its groups of statements, its position in the hierarchy, its questions, and long lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from kg.build.rules import INFERRED
from kg.core.errors import Message, ParameterInvalid
from kg.core.lru_cache import LruCache
from kg.core.names import LANGUAGES, curie, kind_of_graph, name, slug_of
from kg.engine import Engine
from kg.graph.description import Description, Property, confidences_of, statements_of
from kg.graph.evidence import Place, evidence_of, places_of
from kg.graph.hierarchy import Branch, Tree, tree_of
from kg.graph.labels import Label, Labels, definitions_of, inverses_of, labels_of, note_texts_of
from kg.output.sentences import sentences_of
from kg.questions.catalogue import CannedQuestion, Parameter, choose, options_of
from server.core import urls
from server.core.context import RequestContext
from server.core.i18n.language import gettext
from server.core.i18n.numbers import number
from server.core.question_params import QuestionParams
from server.pages.resource.lookup import Mark, Reader, Row, RowContext, grouped_rows, property_query, row_of
from server.pages.result.cells import Cell, best_label, named_by


@dataclass(frozen=True)
class TreeItem:
    """A resource in the hierarchy: its cell and a sentence about it. ``here`` marks the resource of the page."""

    cell: Cell
    aside: str
    here: bool


@dataclass(frozen=True)
class Level:
    """Resources of one kind with the same parent."""

    kind: Cell | None
    tree_items: tuple[TreeItem, ...]


@dataclass(frozen=True)
class Outline:
    """The paths to a resource, its siblings, and its children by kind, with the numbers left out."""

    ways: tuple[tuple[Cell, ...], ...]
    beside: tuple[Level, ...]
    below: tuple[Level, ...]
    beside_more: int
    below_more: int

    def __bool__(self) -> bool:
        return bool(self.ways or self.below)


def outline_of(reader: Reader, tree: Tree, thing: NamedNode, asides: Mapping[NamedNode, str]) -> Outline:
    """Return the hierarchy in the language of a reader. A single resource on its level has no siblings."""
    beside = _levels(reader, tree.beside, thing, {}) if len(tree.beside) > 1 else ()
    return Outline(
        tuple(tuple(reader.cell(step) for step in way) for way in tree.above),
        beside,
        _levels(reader, tree.below, thing, asides),
        max(0, tree.beside_count - len(tree.beside)) if beside else 0,
        max(0, tree.below_count - len(tree.below)),
    )


def _levels(
    reader: Reader, branches: Iterable[Branch], thing: NamedNode, asides: Mapping[NamedNode, str]
) -> tuple[Level, ...]:
    levels: dict[NamedNode | None, list[TreeItem]] = {}
    for branch in branches:
        kind = branch.classes[0] if branch.classes else None
        aside = asides.get(branch.thing, "")
        cell = reader.cell(branch.thing)
        levels.setdefault(kind, []).append(TreeItem(cell, "" if aside == cell.text else aside, branch.thing == thing))
    return tuple(Level(reader.cell(kind) if kind else None, tuple(tree_items)) for kind, tree_items in levels.items())


# pick lists by release, question and parameter; those of a release never change
_cache = LruCache[tuple[str, str, str], frozenset[NamedNode | Literal]](400)


@dataclass(frozen=True)
class PrefilledQuestion:
    """A question, and its address with the resource as a parameter."""

    question: CannedQuestion
    href: str


def questions_about(
    service: RequestContext, thing: NamedNode, classes: Collection[NamedNode]
) -> list[PrefilledQuestion]:
    """Return the questions with a parameter for these classes whose pick list contains the resource.

    The pick list excludes resources without an answer.
    """
    questions = []
    for question in service.catalogue.questions.values():
        for parameter in question.parameters:
            if parameter.member_of in classes and _is_option(service, question, parameter, thing):
                params = QuestionParams(values={parameter.name: (curie(thing),)})
                questions.append(PrefilledQuestion(question, urls.question(question.slug, params)))
                break
    return questions


def _is_option(service: RequestContext, question: CannedQuestion, parameter: Parameter, thing: NamedNode) -> bool:
    """Return True if the pick list contains the resource, with default values for the other parameters."""
    key = (service.engine.release_id, question.slug, parameter.name)
    return thing in _cache.get(key, lambda: _offered(service, question, parameter))


def _offered(service: RequestContext, question: CannedQuestion, parameter: Parameter) -> frozenset[NamedNode | Literal]:
    chosen = choose(question, {}, service.engine)
    # a pick list depends on the other parameters, never on its own
    others = {key: terms for key, terms in chosen.items() if key != parameter.name}
    return frozenset(option.value for option in options_of(parameter, service.engine, others))


_TYPE = name("rdf:type")


@dataclass(frozen=True)
class ResourcePage:
    """The content of the page of a resource.

    ``lead`` is a sentence made of its facts; ``groups`` are rows by group; ``marks`` explain the marks.
    """

    label: Label
    names: tuple[Label, ...]
    kinds: tuple[tuple[Cell, Mark | None], ...]
    lead: str
    passage: str
    place: Place | None
    outline: Outline
    groups: Mapping[str, list[Row]]
    marks: tuple[tuple[Mark, Label], ...]
    properties: int
    statements: int


def resource_page(service: RequestContext, description: Description, language: str) -> ResourcePage:
    """Return the content of the page of a resource.

    Raises:
        As ``Engine.answer``.
    """
    thing, tree = description.thing, tree_of(service.engine, description.thing)
    row_context = row_context_of(service, description, tree, language)
    reader = row_context.reader
    own = reader.labels.get(thing, {})
    label = reader.label(thing)
    return ResourcePage(
        label=label,
        names=_other_names(own, label),
        kinds=tuple(
            (reader.cell(kind), _mark_of_class(row_context, description, kind)) for kind in description.classes
        ),
        lead=_lead(service.engine, reader, thing, label),
        passage=row_context.passage(reader.places.get(thing)),
        place=reader.places.get(thing),
        outline=outline_of(reader, tree, thing, row_context.asides),
        groups=grouped_rows(row_context, description),
        marks=_marks(service.engine, row_context, description),
        properties=len(description.properties),
        statements=sum(property_.count for property_ in description.properties),
    )


def row_context_of(service: RequestContext, description: Description, tree: Tree, language: str) -> RowContext:
    """Return the names, places, sentences and evidence for the page of a resource.

    Raises:
        As ``Engine.answer``.
    """
    engine, thing = service.engine, description.thing
    shown = {entry.other for entry in description.all if isinstance(entry.other, NamedNode)}
    # only resources of this project have evidence, places and sentences; others need a label only
    things = {entry for entry in shown if slug_of(entry) is not None}
    evidence_of_rows = evidence_of(engine, things | {thing})
    places = places_of(
        engine, {thing} | things | {passage for passages in evidence_of_rows.values() for passage in passages}
    )
    named = shown | tree.things | {thing, *_terms(description)} | named_by(places.values())
    sentences = sentences_of(engine, things | {child.thing for child in tree.below}, language, subject=thing)
    inverses = inverses_of(engine, {entry.property for entry in description.all})
    reader = Reader(language, labels_of(engine, named | set(inverses.values())), places, sentences)
    return RowContext(reader, evidence_of_rows, _asides(engine, reader, description, things), inverses, service.source)


def _terms(description: Description) -> Iterable[NamedNode]:
    """Yield the properties, classes and kinds of statement that a page names."""
    yield from description.classes
    for statement in description.all:
        yield statement.property
        kind = kind_of_graph(statement.graph)
        if kind is not None:
            yield kind


def _asides(
    engine: Engine, reader: Reader, description: Description, things: Iterable[NamedNode]
) -> dict[NamedNode, str]:
    """Return the text beside each value: a sentence on a target or figure, the text of a note, or a confidence."""
    # a sentence beside a name adds facts; a resource without a label has the sentence as its name
    named = {
        entry: sentence
        for entry, sentence in reader.sentences.items()
        if entry in reader.labels and entry != description.thing
    }
    notes = {
        note: best_label({note: texts}, note, reader.language).text
        for note, texts in note_texts_of(engine, things).items()
    }
    confidences = confidences_of(engine, description.thing)
    sure = {
        target: gettext("confidence %(confidence)s of 1", confidence=number(confidence.confidence, reader.language))
        for target, confidence in confidences.items()
    }
    # the last one wins: a confidence over a note, a note over a sentence
    return named | notes | sure


def _other_names(own: Mapping[str, Label], label: Label) -> tuple[Label, ...]:
    """Return the names in other languages. A name that several languages share appears once."""
    # in reverse, so that the first language of several with the same name remains
    distinct = {
        own[language].text: own[language]
        for language in reversed(LANGUAGES)
        if language in own and own[language].text != label.text
    }
    return tuple(reversed(distinct.values()))


def _lead(engine: Engine, reader: Reader, thing: NamedNode, label: Label) -> str:
    texts: Labels = note_texts_of(engine, [thing])
    lead = best_label(texts, thing, reader.language).text if texts else reader.sentences.get(thing, "")
    return "" if lead.rstrip(".。") == label.text else lead


def _mark_of_class(row_context: RowContext, description: Description, kind: NamedNode) -> Mark | None:
    types = (
        statement for statement in description.statements if statement.property == _TYPE and statement.other == kind
    )
    return next((row_context.mark(type_) for type_ in types if type_.graph != INFERRED), None)


def _marks(engine: Engine, row_context: RowContext, description: Description) -> tuple[tuple[Mark, Label], ...]:
    """Return the marks on the page, each with the definition of its kind of statement."""
    used = {kind for entry in description.all if (kind := kind_of_graph(entry.graph)) is not None}
    meanings = definitions_of(engine, used)
    marked = [(row_context.mark_of(kind), meaning) for kind, meaning in meanings.items()]
    return tuple(sorted(marked, key=lambda item: item[0].word))


VALUES_PER_PAGE = 100
_FIELDS = ("property", "inverse")
_MOST_PAGES = 1_000_000


@dataclass(frozen=True)
class Listing:
    """One page of the values of a property; values count from 1."""

    label: str
    language: str
    row: Row
    first: int
    last: int
    query: str
    back: Cell
    previous: str = ""
    next: str = ""


def wanted_property(fields: Sequence[tuple[str, str]], description: Description) -> Property | None:
    """Return the property that a request names, with its direction; None if it names none.

    Raises:
        ParameterInvalid: the resource has no such property.
    """
    named = [(key, value) for key, value in fields if key in _FIELDS]
    if not named:
        return None
    key, value = named[-1]
    # only properties of the description can be chosen, so no text of the address reaches a query
    candidates = [property_ for property_ in description.properties if property_.inverse == (key == "inverse")]
    chosen = next((candidate for candidate in candidates if value in (curie(candidate.iri), candidate.iri.value)), None)
    if chosen is None:
        listed = ", ".join(curie(candidate.iri) for candidate in candidates) or Message("none")
        raise ParameterInvalid(
            key,
            Message(
                "%(value)s is none that this resource has here; there is: %(offered)s.",
                value=repr(value[:100]),
                offered=listed,
            ),
        )
    return chosen


def page_number_in(fields: Sequence[tuple[str, str]]) -> int:
    """Return the page number that a request names, from 1.

    Raises:
        ParameterInvalid: the value is not such a number.
    """
    text = next((value for key, value in reversed(fields) if key == "page"), "1")
    # isdecimal() also accepts digits of other scripts; the length is checked before int() reads the text
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 1 <= int(text) <= _MOST_PAGES):
        raise ParameterInvalid(
            "page", Message("give a whole number from %(least)s to %(most)s.", least=1, most=_MOST_PAGES)
        )
    return int(text)


def list_values(
    service: RequestContext, description: Description, property_: Property, page: int, language: str
) -> Listing:
    """Return the values on a page. A page past the end gives the last one.

    Raises:
        As ``Engine.answer``.
    """
    thing, pages = description.thing, max(1, -(-property_.count // VALUES_PER_PAGE))
    page = min(page, pages)
    skipped = VALUES_PER_PAGE * (page - 1)
    statements = statements_of(service.engine, thing, property_, VALUES_PER_PAGE, skipped)
    straight, inverse = ((), tuple(statements)) if property_.inverse else (tuple(statements), ())
    # names and evidence are read for the values of this page alone, since a property may have very many
    only = replace(description, statements=straight, inverse=inverse)
    row_context = row_context_of(service, only, Tree(), language)
    label = row_context.reader.label(thing)

    def address(number: int) -> str:
        inverse = property_.inverse
        return urls.statements(thing, curie(property_.iri), inverse=inverse, page=number)

    return Listing(
        label=label.text,
        language=label.language,
        row=row_of(row_context, thing, property_, statements),
        first=skipped + 1,
        last=skipped + len(statements),
        query=property_query(thing, property_.iri, inverse=property_.inverse),
        back=row_context.reader.cell(thing),
        previous=address(page - 1) if page > 1 else "",
        next=address(page + 1) if page < pages else "",
    )
