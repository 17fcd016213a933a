"""Answers on pages: cells with labels, links, formatted numbers and places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from kg.core.partial_date import partial_date
from kg.core.vocabularies import vocabulary_of
from kg.engine import Engine, Term, select
from kg.graph.evidence import Place, places_of
from kg.graph.hierarchy import parents_of
from kg.graph.labels import Label, Labels, label_of, labels_of
from kg.questions.catalogue import Column
from kg.questions.result import place_words
from server.core import urls
from server.core.i18n.external_terms import FOREIGN_WORDS
from server.core.i18n.numbers import number

DATES = {"date", "gYear", "gYearMonth", "dateTime"}
NUMERIC = {"integer", "decimal", "double", "float", "nonNegativeInteger"}


# two digits of exponent at most: "1E999999999" would be a page of a gigabyte


@dataclass(frozen=True)
class Cell:
    """A cell: its text, the language of the text if it is not the page's, a link, and its layout.

    - ``fallback``: the language of a label that does not exist in the page's language.
    - ``parent``: the parent of the resource, if the row does not show it.
    - ``mark``: the kind of publisher of a cited page, or the vocabulary of an external resource.
    - ``parts``: cells under headings of their own.
    - ``exact``: the exact number behind a rounded one.
    - ``when``: the time of the value.
    """

    text: str
    language: str = ""
    href: str = ""
    numeric: bool = False
    fallback: str = ""
    parent: Cell | None = None
    mark: str = ""
    parts: tuple[tuple[str, Cell], ...] = ()
    exact: str = ""
    when: str = ""


@dataclass(frozen=True)
class ShownTable:
    """A table for a page: headings and rows of cells; ``more`` rows are not shown."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: int = 0

    @property
    def about(self) -> int:
        """The index of the column whose cells head their rows."""
        return naming_column(self.rows)

    @property
    def numbers(self) -> frozenset[int]:
        """The indexes of the columns of numbers."""
        return number_columns(self.rows)


def number_columns(rows: Iterable[tuple[Cell, ...]]) -> frozenset[int]:
    """Return the indexes of the columns of numbers. Their empty cells are aligned like numbers."""
    return frozenset(place for row in rows for place, cell in enumerate(row) if cell.numeric)


def naming_column(rows: Iterable[tuple[Cell, ...]]) -> int:
    """Return the first column that names resources in every row, or else in most rows, or else 0."""
    # how: count the links of each column; of several columns with the most links, the first one wins
    named = Counter(place for row in rows for place, cell in enumerate(row) if cell.href and not cell.numeric)
    most = max(named.values(), default=0)
    return min((place for place, times in named.items() if times == most), default=0)


def best_label(labels: Labels, iri: NamedNode, language: str = "en") -> Label:
    """Return the same as ``label_of``, with our labels for terms of other vocabularies."""
    if iri in FOREIGN_WORDS and iri not in labels:
        return Label(FOREIGN_WORDS[iri][language])
    return label_of(labels, iri, language)


def linked_words(place: Place, labels: Labels, language: str = "en") -> str:
    """Return the text of a place for a page, where its address is a link."""
    return place_words(replace(place, address=""), labels, language)


def foreign(language: str | None, here: str) -> str:
    """Return the language of a text if it differs from the page's, else an empty text."""
    return language if language and language != here else ""


def named_by(places: Iterable[Place]) -> set[NamedNode]:
    """Return the resources whose labels the texts of places need: sections and kinds of pages."""
    return {entry for place in places for entry in (place.section, place.trust) if entry is not None}


def shown_table(
    engine: Engine, query: str, columns: Iterable[Column] = (), language: str = "en", most: int | None = None
) -> ShownTable:
    """Return the result of a SELECT query with labelled cells. Without columns, every IRI is shown as a resource.

    Raises:
        As ``Engine.answer``.
    """
    kinds = {column.name: column for column in columns}
    table = select(engine, query)
    # rows are cut before labels are read, so that a large answer costs no large second query
    more, table = len(table.rows[most:]) if most is not None else 0, replace(table, rows=table.rows[:most])
    shown = [variable for variable in table.variables if variable not in kinds or kinds[variable].kind != "hidden"]
    iris = {cell for row in table.rows for cell in row if isinstance(cell, NamedNode)}
    # a column without a declaration may contain evidence, so its IRIs are looked up as places, too
    evidence = [iri for variable in shown if _is_evidence(kinds, variable) for iri in table.column(variable)]
    places = places_of(engine, (iri for iri in evidence if isinstance(iri, NamedNode)))
    parents = parents_of(engine, iris)
    labels = labels_of(engine, iris | named_by(places.values()) | set(parents.values()))

    def cell(row: tuple[Term | None, ...], place: int) -> Cell:
        term = row[place]
        shown_term = shown_cell(term, labels, places, language)
        parent = parents.get(term) if isinstance(term, NamedNode) else None
        # the parent is redundant if the row shows it, or if the same resource is further left
        if parent is None or parent in row or term in row[:place]:
            return shown_term
        return replace(shown_term, parent=shown_cell(parent, labels, {}, language))

    headings = tuple(kinds[variable].labels[language] if variable in kinds else variable for variable in shown)
    columns_shown = [table.variables.index(variable) for variable in shown]
    rows = tuple(tuple(cell(row, place) for place in columns_shown) for row in table.rows)
    return ShownTable(headings, rows, more)


def _is_evidence(kinds: Mapping[str, Column], variable: str) -> bool:
    return variable not in kinds or kinds[variable].kind == "evidence"


def shown_cell(term: Term | None, labels: Labels, places: Mapping[NamedNode, Place], language: str = "en") -> Cell:
    """Return one term as a cell."""
    if isinstance(term, NamedNode):
        return _cell_of_place(term, labels, places, language) if term in places else named(term, labels, language)
    if isinstance(term, Literal):
        return _cell_of_literal(term, language)
    return Cell("" if term is None else str(term))


def named(iri: NamedNode, labels: Labels, language: str) -> Cell:
    """Return the cell of a resource or term with its name, and a mark if the name is in another language."""
    label = best_label(labels, iri, language)
    other = foreign(label.language, language)
    home = vocabulary_of(iri)
    return Cell(label.text, other, urls.page_of(iri), fallback=other, mark=home.short if home is not None else "")


def _cell_of_place(iri: NamedNode, labels: Labels, places: Mapping[NamedNode, Place], language: str) -> Cell:
    place = places[iri]
    mark = best_label(labels, place.trust, language).text if place.trust is not None else ""
    return Cell(linked_words(place, labels, language), foreign(place.language, language), urls.page_of(iri), mark=mark)


def _cell_of_literal(term: Literal, language: str) -> Cell:
    datatype = term.datatype.value.rpartition("#")[2]
    if datatype in NUMERIC:
        return Cell(number(term.value, language), numeric=True)
    if datatype in DATES and (date := partial_date(term)) is not None:
        return Cell(date.written(language))
    # other schemes, such as ``javascript``, could run code when a reader follows the link
    if datatype == "anyURI" and term.value.startswith(("http://", "https://")):
        return Cell(term.value, href=term.value)
    return Cell(term.value, foreign(term.language, language))
