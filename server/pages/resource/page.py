"""The page of a thing, from what a release says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.build.rules import INFERRED
from kg.core.graphs import kind_of_graph
from kg.core.names import LANGUAGES, name, slug_of
from kg.engine import Engine
from kg.graph.description import Description, confidences_of
from kg.graph.evidence import Place, evidence_of, places_of
from kg.graph.hierarchy import Tree, tree_of
from kg.graph.labels import Label, Labels, definitions_of, inverses_of, labels_of, note_texts_of
from kg.output.sentences import sentences_of
from server.core.context import RequestContext
from server.core.i18n.language import gettext
from server.core.i18n.numbers import number
from server.pages.resource.outline import Outline, outline_of
from server.pages.resource.reader import Reader
from server.pages.resource.rows import Mark, Row, Telling, grouped_rows
from server.pages.result.cells import Cell, best_label, named_by

_TYPE = name("rdf:type")


@dataclass(frozen=True)
class ResourcePage:
    """What a page tells of a thing.

    ``lead`` is a sentence made of its facts; ``groups`` are rows by group; ``marks`` say what each mark means.
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
    """Everything that the page tells; links keep to the language if the reader has chosen it.

    Raises:
        As ``Engine.answer``.
    """
    thing, tree = description.thing, tree_of(service.engine, description.thing)
    telling = telling_of(service, description, tree, language)
    reader = telling.reader
    own = reader.labels.get(thing, {})
    label = reader.label(thing)
    return ResourcePage(
        label=label,
        names=_other_names(own, label),
        kinds=tuple((reader.cell(kind), _mark_of_class(telling, description, kind)) for kind in description.classes),
        lead=_lead(service.engine, reader, thing, label),
        passage=telling.passage(reader.places.get(thing)),
        place=reader.places.get(thing),
        outline=outline_of(reader, tree, thing, telling.asides),
        groups=grouped_rows(telling, description),
        marks=_marks(service.engine, telling, description),
        properties=len(description.properties),
        statements=sum(one.count for one in description.properties),
    )


def telling_of(service: RequestContext, description: Description, tree: Tree, language: str) -> Telling:
    """The names, places, sentences and evidence that are needed to tell of a thing.

    Raises:
        As ``Engine.answer``.
    """
    engine, thing = service.engine, description.thing
    shown = {one.other for one in description.all if isinstance(one.other, NamedNode)}
    things = {one for one in shown if slug_of(one) is not None}
    vouched = evidence_of(engine, things | {thing})
    places = places_of(engine, {thing} | things | {one for kept in vouched.values() for one in kept})
    named = shown | tree.things | {thing, *_terms(description)} | named_by(places.values())
    told = sentences_of(engine, things | {one.thing for one in tree.below}, language, subject=thing)
    inverses = inverses_of(engine, {one.property for one in description.all})
    reader = Reader(language, labels_of(engine, named | set(inverses.values())), places, told)
    return Telling(reader, vouched, _asides(engine, reader, description, things), inverses, service.source)


def _terms(description: Description) -> Iterable[NamedNode]:
    """The properties, classes and kinds of graph that a page names."""
    yield from description.classes
    for statement in description.all:
        yield statement.property
        kind = kind_of_graph(statement.graph)
        if kind is not None:
            yield kind


def _asides(
    engine: Engine, reader: Reader, description: Description, things: Iterable[NamedNode]
) -> dict[NamedNode, str]:
    """What is said beside a value: what a target or figure says, what a note says, how sure a match is."""
    named = {one: told for one, told in reader.told.items() if one in reader.labels and one != description.thing}
    notes = {
        note: best_label({note: texts}, note, reader.language).text
        for note, texts in note_texts_of(engine, things).items()
    }
    sureties = confidences_of(engine, description.thing)
    sure = {
        target: gettext("confidence %(confidence)s of 1", confidence=number(one.confidence, reader.language))
        for target, one in sureties.items()
    }
    return named | notes | sure


def _other_names(own: Mapping[str, Label], label: Label) -> tuple[Label, ...]:
    """The names in other languages; one that several languages share stands once."""
    distinct = {own[one].text: own[one] for one in reversed(LANGUAGES) if one in own and own[one].text != label.text}
    return tuple(reversed(distinct.values()))


def _lead(engine: Engine, reader: Reader, thing: NamedNode, label: Label) -> str:
    texts: Labels = note_texts_of(engine, [thing])
    lead = best_label(texts, thing, reader.language).text if texts else reader.told.get(thing, "")
    return "" if lead.rstrip(".。") == label.text else lead


def _mark_of_class(telling: Telling, description: Description, kind: NamedNode) -> Mark | None:
    said = (one for one in description.statements if one.property == _TYPE and one.other == kind)
    return next((telling.mark(one) for one in said if one.graph != INFERRED), None)


def _marks(engine: Engine, telling: Telling, description: Description) -> tuple[tuple[Mark, Label], ...]:
    """The marks that the page sets, and how a statement so marked came about."""
    used = {kind for one in description.all if (kind := kind_of_graph(one.graph)) is not None}
    meanings = definitions_of(engine, used)
    marked = [(telling.mark_of(kind), meaning) for kind, meaning in meanings.items()]
    return tuple(sorted(marked, key=lambda one: one[0].word))
