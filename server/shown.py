"""Answers as a reader sees them: labelled cells with links, numbers in words of the reader's form, places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from kg.catalogue import Column
from kg.describe import Label, Labels, Place, labels_of, places_of
from kg.engine import Engine, Term, select
from kg.names import LANGUAGES, curie, slug_of
from server import urls

NUMERIC = {"integer", "decimal", "double", "float", "nonNegativeInteger"}


@dataclass(frozen=True)
class Cell:
    """A cell: its text, the language of the text where it is not the page's, a link, and how it is set."""

    text: str
    language: str = ""
    href: str = ""
    numeric: bool = False
    place: Place | None = None


@dataclass(frozen=True)
class ShownTable:
    """A table for a page: headings and rows of cells."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def best_label(labels: Labels, iri: NamedNode, language: str = "en") -> Label:
    """The label in the reader's language, else in another one, else the slug or the compact IRI."""
    known = labels.get(iri, {})
    for wanted in (language, "", *LANGUAGES):
        if wanted in known:
            return known[wanted]
    slug = slug_of(iri)
    return Label(slug if slug is not None else curie(iri))


def number(text: str) -> str:
    """A number with groups of thousands and without useless zeros: ``2640000.0`` gives ``2,640,000``."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    whole = f"{value:,f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def place_words(place: Place, labels: Labels) -> str:
    """A place in words: the line and section of a passage, the title and publisher of a citation."""
    if place.line is not None:
        section = best_label(labels, place.section).text if place.section is not None else ""
        return f"line {place.line}" + (f", {section}" if section else "")
    return f"{place.title}, {place.publisher}"


def shown_table(engine: Engine, query: str, columns: Iterable[Column] = (), language: str = "en") -> ShownTable:
    """Ask a SELECT and label its cells; without columns every IRI is shown as a thing.

    Raises:
        As ``Engine.answer``.
    """
    kinds = {column.name: column for column in columns}
    table = select(engine, query)
    shown = [variable for variable in table.variables if variable not in kinds or kinds[variable].kind != "hidden"]
    evidence = {
        iri for name in shown if _is_evidence(kinds, name) for iri in table.column(name) if isinstance(iri, NamedNode)
    }
    places = places_of(engine, evidence)
    iris = {cell for row in table.rows for cell in row if isinstance(cell, NamedNode)}
    labels = labels_of(engine, iris | {place.section for place in places.values() if place.section is not None})
    headings = tuple(kinds[name].labels[language] if name in kinds else name for name in shown)
    records = table.records()
    rows = tuple(tuple(shown_cell(record[name], labels, places, language) for name in shown) for record in records)
    return ShownTable(headings, rows)


def _is_evidence(kinds: Mapping[str, Column], name: str) -> bool:
    return name not in kinds or kinds[name].kind == "evidence"


def shown_cell(term: Term | None, labels: Labels, places: Mapping[NamedNode, Place], language: str = "en") -> Cell:
    """One term as a cell."""
    if term is None:
        return Cell("")
    if isinstance(term, NamedNode):
        if term in places:
            return Cell(place_words(places[term], labels), href=urls.page_of(term), place=places[term])
        label = best_label(labels, term, language)
        foreign = label.language if label.language not in ("", language) else ""
        return Cell(label.text, foreign, urls.page_of(term))
    if isinstance(term, Literal):
        if term.datatype.value.rpartition("#")[2] in NUMERIC:
            return Cell(number(term.value), numeric=True)
        return Cell(term.value, term.language if term.language not in (None, language) else "")
    return Cell(str(term))
