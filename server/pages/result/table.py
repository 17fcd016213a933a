"""The table of an answer on a page: sortable headings, facets, one page of rows, and links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kg.core.names import curie
from kg.core.number_format import amount, measure
from kg.core.partial_date import partial_date
from kg.engine import Term
from kg.graph.targets import is_fall, sign_of
from kg.output.sentences import qualified
from kg.questions.catalogue import Column
from kg.questions.result import FacetValue, QuestionResult, Row, facet_values, number_of
from server.core import urls
from server.core.question_params import QuestionParams, first_page
from server.pages.result.cells import Cell, naming_column, number_columns, shown_cell


def folded_cell(answered: QuestionResult, row: Row, column: Column, cell: Cell) -> Cell:
    """Return a cell with its comparator and unit, such as *≥ 60 million*; the exact number stays in ``exact``."""

    def term_of(key: str) -> Term | None:
        return row[answered.place(column.folded[key])] if key in column.folded else None

    def measured(value: Decimal | None) -> str:
        unit = term_of("unit")
        named = unit if isinstance(unit, NamedNode) else None
        label = answered.words(unit)
        # a fall is written as a negative number, so that its comparator is reversed as well
        return "" if value is None else measure(-value if falls else value, answered.language, named, label)

    value = number_of(row[answered.place(column.name)])
    if value is None:
        return cell
    falls = is_fall(term_of("basis"), term_of("direction"))
    low, high = measured(value), measured(number_of(term_of("upper")))
    sign = sign_of(term_of("comparator"), falls=falls)
    # the no-break space keeps the sign and the number on one line
    text = f"{sign}\u00a0{low}" if sign else qualified(term_of("comparator"), low, high, answered.language)
    return Cell(text, numeric=True, exact="" if cell.text in text else cell.text, when=_when(answered, term_of("when")))


def _when(answered: QuestionResult, term: Term | None) -> str:
    """Return the year or month of a cell. Other texts stay as they are."""
    written = answered.words(term)
    moment = partial_date(Literal(written))
    return written if moment is None else moment.written(answered.language)


_FACET_VALUES = 12
_SMALLEST_IN_WORDS = 1_000_000_000
_SOURCES = {"en": "Sources", "de": "Quellen", "zh": "来源"}


@dataclass(frozen=True)
class Heading:
    """A heading of a column. ``href`` sorts by it; ``order`` is the current order in ARIA terms."""

    text: str
    href: str = ""
    order: str = ""


@dataclass(frozen=True)
class FacetLink:
    """A value of a facet, with the link that adds or removes its filter."""

    cell: Cell
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """The values of one column with their counts, most frequent first; ``more`` are left out."""

    text: str
    values: tuple[FacetLink, ...]
    more: int


@dataclass(frozen=True)
class AnswerPage:
    """One page of an answer; rows count from 1, and the cells of the column ``about`` head them.

    ``folded`` is True if some cells combine several columns, which files keep separate.
    """

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    facets: tuple[Facet, ...]
    first: int
    last: int
    count: int
    total: int
    previous: str
    next: str
    widen: str
    about: int
    folded: bool

    @property
    def numbers(self) -> frozenset[int]:
        """The indexes of the columns of numbers."""
        return number_columns(self.rows)


def answer_page(answered: QuestionResult, whole: QuestionResult, params: QuestionParams) -> AnswerPage:
    """Return the requested page of an answer. A page past the end gives the last one."""
    count = len(answered.rows)
    pages = max(1, -(-count // params.size))
    page = min(params.page, pages)
    start = (page - 1) * params.size
    rows = answered.rows[start : start + params.size]
    plain, evidence = _columns(answered)
    headings = [_heading(answered, place, params) for place in plain]
    headings += [_heading(answered, evidence[0], params)] if len(evidence) == 1 else []
    # several columns of evidence become one, which has no order to sort by
    headings += [Heading(_SOURCES[answered.language])] if len(evidence) > 1 else []
    slug = answered.question.slug
    cells = tuple(_cells(answered, row_place, plain, evidence) for row_place in range(start, start + len(rows)))
    return AnswerPage(
        headings=tuple(headings),
        rows=cells,
        facets=_facets(answered, whole, params),
        first=start + 1 if rows else 0,
        last=start + len(rows),
        count=count,
        total=answered.total,
        previous=urls.question(slug, replace(params, page=page - 1)) if page > 1 else "",
        next=urls.question(slug, replace(params, page=page + 1)) if page < pages else "",
        about=_about(answered, plain, cells),
        folded=any(answered.columns[place].folded for place in plain),
        widen=urls.question(slug, replace(first_page(params), only={})) if params.only else "",
    )


def _columns(answered: QuestionResult) -> tuple[list[int], list[int]]:
    """Return the indexes of the columns on a page: those of the answer, and those of its evidence.

    Columns that repeat the one value chosen in the form are left out, and so are columns that are folded into others.
    """
    folded = {name for column in answered.columns for name in column.folded.values()}
    shown = [
        place
        for place, column in enumerate(answered.columns)
        if column.kind != "hidden" and column.name not in folded and len(answered.chosen.get(column.name, ())) != 1
    ]
    evidence = [place for place in shown if answered.columns[place].kind == "evidence"]
    return [place for place in shown if place not in evidence], evidence


def _about(answered: QuestionResult, plain: list[int], rows: tuple[tuple[Cell, ...], ...]) -> int:
    """Return the column that heads the rows: the one of the question, or else the one that names resources."""
    shown = [answered.columns[place].name for place in plain]
    return shown.index(answered.question.about) if answered.question.about in shown else naming_column(rows)


def _heading(answered: QuestionResult, place: int, params: QuestionParams) -> Heading:
    column: Column = answered.columns[place]
    up = params.sort == column.name
    order = "ascending" if up else "descending" if params.sort == "-" + column.name else ""
    # a second use of the same heading reverses the order
    href = urls.question(answered.question.slug, replace(first_page(params), sort="-" * up + column.name))
    return Heading(column.labels[answered.language], href, order)


def _cells(answered: QuestionResult, row_place: int, plain: list[int], evidence: list[int]) -> tuple[Cell, ...]:
    row = answered.rows[row_place]
    cells = [_cell(answered, row_place, place) for place in plain]
    if len(evidence) == 1:
        cells.append(_cell(answered, row_place, evidence[0]))
    elif evidence:
        parts = tuple(
            (answered.columns[place].labels[answered.language], _cell(answered, row_place, place))
            for place in evidence
            if row[place] is not None
        )
        cells.append(Cell("", parts=parts))
    return tuple(cells)


def _cell(answered: QuestionResult, row_place: int, place: int) -> Cell:
    row = answered.rows[row_place]
    term, column = row[place], answered.columns[place]
    cell = shown_cell(term, answered.labels, answered.places, answered.language)
    if column.folded:
        return folded_cell(answered, row, column, cell)
    cell = _in_words(cell, term, answered.language)
    parent = answered.parents.get(term) if isinstance(term, NamedNode) else None
    # the parent is redundant if the row shows it, or if the same resource is further left
    if parent is None or parent in row or term in row[:place]:
        return cell
    return replace(cell, parent=shown_cell(parent, answered.labels, {}, answered.language))


def _in_words(cell: Cell, term: Term | None, language: str) -> Cell:
    """Return a long number in a short readable form; the exact one stays in ``exact``."""
    number = number_of(term)
    if number is None or abs(number) < _SMALLEST_IN_WORDS:
        return cell
    return replace(cell, text=amount(number, language), exact=cell.text)


def _facets(answered: QuestionResult, whole: QuestionResult, params: QuestionParams) -> tuple[Facet, ...]:
    facets = []
    for name, values in facet_values(answered, whole).items():
        # a facet with one value narrows nothing, but a chosen one must remain removable
        if len(values) > 1 or name in params.only:
            column = answered.columns[answered.place(name)]
            links = tuple(_facet_link(answered, name, value, params) for value in values[:_FACET_VALUES])
            facets.append(Facet(column.labels[answered.language], links, len(values) - len(links)))
    return tuple(facets)


def _facet_link(answered: QuestionResult, name: str, value: FacetValue, params: QuestionParams) -> FacetLink:
    """Return a link that adds a value to the filter of a column, or removes it."""
    term = value.term
    written = curie(term) if isinstance(term, NamedNode) else answered.words(term)
    # an address may have the compact or the whole IRI, so both spellings are removed
    others = tuple(
        entry for entry in params.only.get(name, ()) if entry not in (written, getattr(term, "value", written))
    )
    chosen = others if value.chosen else (*others, written)
    only = {key: values for key, values in {**params.only, name: chosen}.items() if values}
    href = urls.question(answered.question.slug, replace(first_page(params), only=only))
    # the entry links to the filtered answer, so the link to the resource is removed
    cell = replace(shown_cell(term, answered.labels, {}, answered.language), href="")
    return FacetLink(cell, value.count, href, value.chosen)
