"""Answers as a reader sees them: labelled cells with links, numbers in words of the reader's form, places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kg.catalogue import Column
from kg.describe import Label, Labels, Place, label_of, labels_of, parents_of, places_of
from kg.engine import Engine, Term, select
from kg.names import name
from kg.vocabularies import vocabulary_of
from kg.worded import place_words
from server import urls
from server.foreign import FOREIGN_WORDS

NUMERIC = {"integer", "decimal", "double", "float", "nonNegativeInteger"}

SMALLEST_GROUPED = 10_000

# two digits of exponent at most: "1E999999999" would be a page of a gigabyte
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d\d?)?", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """A cell: its text, the language of the text where it is not the page's, a link, and how it is set.

    ``parent`` is the element that the thing stands under, when the row does not name it anyway; ``mark`` says at a
    glance what kind of publisher stands behind a cited page, or which vocabulary a thing elsewhere belongs to;
    ``parts`` are cells under headings of their own; ``exact`` is the whole number behind a rounded one.
    """

    text: str
    language: str = ""
    href: str = ""
    numeric: bool = False
    parent: Cell | None = None
    mark: str = ""
    parts: tuple[tuple[str, Cell], ...] = ()
    exact: str = ""


@dataclass(frozen=True)
class ShownTable:
    """A table for a page: headings and rows of cells."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def best_label(labels: Labels, iri: NamedNode, language: str = "en") -> Label:
    """As ``label_of``, with words of ours for terms of other vocabularies."""
    if iri in FOREIGN_WORDS and iri not in labels:
        return Label(FOREIGN_WORDS[iri][language])
    return label_of(labels, iri, language)


def linked_words(place: Place, labels: Labels, language: str = "en") -> str:
    """A place in words for a page, where its address is a link."""
    return place_words(replace(place, address=""), labels, language)


def number(text: str) -> str:
    """A number with groups of thousands and without useless zeros: ``2640000.0`` gives ``2,640,000``.

    Four digits stay together, since they may be a year; what is no number of ordinary size stays as it is.
    """
    if not _NUMBER.fullmatch(text):
        return text
    value = Decimal(text)
    whole = f"{value:f}" if abs(value) < SMALLEST_GROUPED else f"{value:,f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def named_by(places: Iterable[Place]) -> set[NamedNode]:
    """What must have a label to tell of places in words: their sections, and what kind of page they are."""
    return {one for place in places for one in (place.section, place.trust) if one is not None}


def shown_table(engine: Engine, query: str, columns: Iterable[Column] = (), language: str = "en") -> ShownTable:
    """Ask a SELECT and label its cells; without columns every IRI is shown as a thing.

    Raises:
        As ``Engine.answer``.
    """
    kinds = {column.name: column for column in columns}
    table = select(engine, query)
    shown = [variable for variable in table.variables if variable not in kinds or kinds[variable].kind != "hidden"]
    iris = {cell for row in table.rows for cell in row if isinstance(cell, NamedNode)}
    evidence = [iri for variable in shown if _is_evidence(kinds, variable) for iri in table.column(variable)]
    places = places_of(engine, (iri for iri in evidence if isinstance(iri, NamedNode)))
    parents = parents_of(engine, iris)
    labels = labels_of(engine, iris | named_by(places.values()) | set(parents.values()))

    def cell(row: tuple[Term | None, ...], place: int) -> Cell:
        term = row[place]
        one = shown_cell(term, labels, places, language)
        parent = parents.get(term) if isinstance(term, NamedNode) else None
        if parent is None or parent in row or term in row[:place]:
            return one
        return replace(one, parent=shown_cell(parent, labels, {}, language))

    headings = tuple(kinds[variable].labels[language] if variable in kinds else variable for variable in shown)
    columns_shown = [table.variables.index(variable) for variable in shown]
    rows = tuple(tuple(cell(row, place) for place in columns_shown) for row in table.rows)
    return ShownTable(headings, rows)


def _is_evidence(kinds: Mapping[str, Column], variable: str) -> bool:
    return variable not in kinds or kinds[variable].kind == "evidence"


def shown_cell(term: Term | None, labels: Labels, places: Mapping[NamedNode, Place], language: str = "en") -> Cell:
    """One term as a cell."""
    if term is None:
        return Cell("")
    if isinstance(term, NamedNode):
        if term in places:
            place = places[term]
            mark = best_label(labels, place.trust, language).text if place.trust is not None else ""
            return Cell(linked_words(place, labels), href=urls.page_of(term), mark=mark)
        label = best_label(labels, term, language)
        foreign = label.language if label.language not in ("", language) else ""
        home = vocabulary_of(term)
        return Cell(label.text, foreign, urls.page_of(term), mark=home.short if home is not None else "")
    if isinstance(term, Literal):
        if term.datatype.value.rpartition("#")[2] in NUMERIC:
            return Cell(number(term.value), numeric=True)
        if term.datatype == name("xsd:anyURI") and term.value.startswith(("http://", "https://")):
            return Cell(term.value, href=term.value)
        return Cell(term.value, term.language if term.language not in (None, language) else "")
    return Cell(str(term))
