"""A workbook for Excel: the rows, a sheet of notes and a sheet of columns; cells are typed and never a formula."""

from __future__ import annotations

import dataclasses
import datetime
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode

from kg.output.export import texts
from kg.output.export.flat import (
    Field,
    FlatCell,
    FlatTable,
    Notes,
    Part,
    boolean_of,
    date_of,
    flatten,
    may_be_formula,
    number_of,
    rounded_of,
    text_of,
)
from kg.questions.catalogue import Texts
from kg.questions.result import QuestionResult

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_FIRST_DAY = datetime.date(1900, 3, 1)  # Excel has a 29 February 1900, and no earlier year
_SMALLEST_GROUPED = 10_000  # four digits are not grouped, since they may be a year
_MOST_DECIMALS = 30
_NARROWEST, _WIDEST = 8, 60
_LEFT_OFF = "…"
_FILTER_ARROW = "   "  # room for the arrow next to a heading


@dataclass(frozen=True)
class Limits:
    """The limits of an Excel sheet: rows, UTF-16 characters of a cell, links, characters of a link.

    Source: Microsoft, "Excel specifications and limits"; the length of a link as XlsxWriter documents it.
    """

    rows: int = 1_048_576
    characters: int = 32_767
    links: int = 65_530
    link_characters: int = 2_079


EXCEL = Limits()


class Formats:
    """The formats of a workbook, each created once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}

    def get(self, **properties: object) -> Any:
        """Return the format with these properties, named as in XlsxWriter."""
        # XlsxWriter writes each format object into the file, so cells with equal properties share one
        key = repr(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"valign": "top", **properties})
        return self._made[key]


@dataclass
class Grid:
    """A sheet written cell by cell; counts what Excel's limits leave out, and measures columns."""

    sheet: Worksheet
    formats: Formats
    limits: Limits = EXCEL
    wrap: bool = False
    links: int = 0
    links_cut: int = 0
    cells_cut: int = 0
    rounded: int = 0
    widths: dict[int, int] = dataclasses.field(default_factory=dict)

    def put_heading(self, column: int, text: str) -> None:
        """Write a heading into the first row, which stays visible when scrolling."""
        self.put_text(0, column, text, bold=True, bottom=1)
        self._measure(column, text + _FILTER_ARROW)
        self.sheet.freeze_panes(1, 0)

    def put(self, row: int, column: int, cell: FlatCell) -> None:
        """Write a cell by its type: number, day, truth value or text."""
        truth, day = boolean_of(cell), date_of(cell)
        number = self._number(cell)
        if truth is not None:
            self.sheet.write_boolean(row, column, truth, self.formats.get())
        elif number is not None:
            self.sheet.write_number(row, column, number, self.formats.get(num_format=number_format(number)))
        elif day is not None and day >= _FIRST_DAY:
            moment = datetime.datetime.combine(day, datetime.time())
            self.sheet.write_datetime(row, column, moment, self.formats.get(num_format="yyyy-mm-dd"))
        else:
            self.put_text(row, column, text_of(cell))
            return
        self._measure(column, text_of(cell))

    def put_text(self, row: int, column: int, text: str, **properties: object) -> None:
        """Write text; what would become a formula when edited is marked as text."""
        if may_be_formula(text):
            properties["quote_prefix"] = True
        if self.wrap:
            properties["text_wrap"] = True
        self.sheet.write_string(row, column, self._cut(text), self.formats.get(**properties))
        self._measure(column, text)

    def put_link(self, row: int, column: int, address: str) -> None:
        """Write an address as a link, or as text beyond Excel's limits on links."""
        if not address.startswith(("http://", "https://")):
            self.put_text(row, column, address)
        elif self.links == self.limits.links or _utf16_length(address) > self.limits.link_characters:
            self.links_cut += 1
            self.put_text(row, column, address)
        else:
            self.links += 1
            link = self.formats.get(font_color="#0A5C8F", underline=1, text_wrap=self.wrap)
            self.sheet.write_url(row, column, address, link, self._cut(address))
            self._measure(column, address)

    def fit(self) -> None:
        """Make each column as wide as its widest cell, within limits."""
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, min(max(width + 2, _NARROWEST), _WIDEST))

    def _number(self, cell: FlatCell) -> float | None:
        number = number_of(cell)
        if number is None:
            number = rounded_of(cell)
            self.rounded += number is not None
        return number

    def _measure(self, column: int, text: str) -> None:
        self.widths[column] = max(self.widths.get(column, 0), _width(text[:_WIDEST]))

    def _cut(self, text: str) -> str:
        if _utf16_length(text) <= self.limits.characters:
            return text
        self.cells_cut += 1
        # Excel counts units of UTF-16; `ignore` drops half of a character at the cut
        start = text.encode("utf-16-le")[: 2 * (self.limits.characters - len(_LEFT_OFF))]
        return start.decode("utf-16-le", "ignore") + _LEFT_OFF


def number_format(number: float) -> str:
    """Return an Excel format with all decimals of a number, and thousands grouped from 10,000 on."""
    # `repr` gives the fewest digits that lead to the same number
    exponent = Decimal(repr(number)).as_tuple().exponent
    decimals = min(-exponent, _MOST_DECIMALS) if isinstance(exponent, int) and exponent < 0 else 0
    whole = "#,##0" if abs(number) >= _SMALLEST_GROUPED else "0"
    return f"{whole}.{'0' * decimals}" if decimals else whole


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _width(text: str) -> int:
    """Return the width of a text in digits; a Chinese character takes two (Unicode Standard Annex 11)."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


_NOTE_WIDTHS = (28, 100)
_NO_DAY = datetime.date(1980, 1, 1)  # the first day of the ZIP format, which a workbook is


def write_spreadsheet(answered: QuestionResult, notes: Notes, limits: Limits = EXCEL) -> bytes:
    """Write XLSX with three sheets named in the language of the result; the output is reproducible."""
    from xlsxwriter import Workbook  # takes 0.1 s to import, and few exports are workbooks

    target = io.BytesIO()
    flat = flatten(answered)
    with Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    ) as book:
        book.set_properties(
            {
                "title": notes.title,
                "comments": notes.citation,
                # the time of writing would change the bytes
                "created": datetime.datetime.combine(notes.built_on or _NO_DAY, datetime.time()),
            }
        )
        formats, language = Formats(book), answered.language
        grids = [
            Grid(book.add_worksheet(name[language]), formats, limits)
            for name in (texts.SHEET_ROWS, texts.SHEET_NOTES, texts.SHEET_COLUMNS)
        ]
        # the rows come first, since the notes name what the limits left out of them
        _write_rows(grids[0], flat, language)
        _write_notes(grids[1], answered, notes, left_out(grids[0], flat, language))
        _write_columns(grids[2], flat, language)
    return target.getvalue()


def _write_rows(grid: Grid, flat: FlatTable, language: str) -> None:
    rows = flat.rows[: grid.limits.rows - 1]
    for column, field in enumerate(flat.fields):
        grid.put_heading(column, _heading(field, language))
        for at, row in enumerate(rows, start=1):
            cell = row[column]
            if isinstance(cell, NamedNode):
                grid.put_link(at, column, cell.value)
            elif cell is not None:
                grid.put(at, column, cell)
    grid.sheet.autofilter(0, 0, len(rows), len(flat.fields) - 1)
    grid.fit()


def left_out(grid: Grid, flat: FlatTable, language: str) -> list[str]:
    """Return messages on what of the rows Excel could not hold."""
    counts = (
        (texts.ROWS_CUT, max(0, len(flat.rows) - (grid.limits.rows - 1))),
        (texts.CELLS_CUT, grid.cells_cut),
        (texts.LINKS_CUT, grid.links_cut),
        (texts.ROUNDED, grid.rounded),
    )
    return [text[language].format(count=f"{count:,}") for text, count in counts if count]


def _write_notes(grid: Grid, answered: QuestionResult, notes: Notes, cut: list[str]) -> None:
    grid.wrap = True
    for row, (label, text) in enumerate(_note_lines(answered, notes, cut)):
        grid.put_text(row, 0, label, bold=True)
        put = grid.put_link if text in (notes.address, notes.licence_address) else grid.put_text
        put(row, 1, text)
    for column, width in enumerate(_NOTE_WIDTHS):
        grid.sheet.set_column(column, column, width)


def _note_lines(answered: QuestionResult, notes: Notes, cut: list[str]) -> Iterator[tuple[str, str]]:
    language, question = answered.language, answered.question

    def labelled(template: Texts, label: str) -> str:
        return template[language].format(label=label)

    count = str(len(answered.rows))
    if answered.total != len(answered.rows):
        count = texts.COUNT_OF[language].format(count=count, total=answered.total)
    yield texts.QUESTION[language], question.question[language]
    yield texts.DESCRIPTION[language], question.description[language]
    yield texts.LIMITS[language], question.limits[language]
    yield from ((labelled(texts.PARAMETER, label), value) for label, value in notes.parameters)
    yield from ((labelled(texts.NARROWED, label), value) for label, value in notes.narrowed)
    yield texts.COUNT[language], count
    yield from ((texts.CUT[language], text) for text in cut)
    yield texts.RELEASE[language], notes.release_id
    if notes.built_on is not None:
        yield texts.BUILT[language], notes.built_on.isoformat()
    yield texts.ADDRESS[language], notes.address
    yield texts.LICENCE[language], notes.licence
    yield "", notes.licence_address
    yield texts.CITATION[language], notes.citation


def _write_columns(grid: Grid, flat: FlatTable, language: str) -> None:
    grid.wrap = True
    for column, heading in enumerate((texts.NAME, texts.LABEL, texts.KIND, texts.MEANING)):
        grid.put_heading(column, heading[language])
    for row, field in enumerate(flat.fields, start=1):
        kind = texts.KINDS[field.column.kind][language]
        cells = (field.name, _heading(field, language), kind, _meaning(field, language))
        for column, text in enumerate(cells):
            grid.put_text(row, column, text)
    grid.fit()


def _heading(field: Field, language: str) -> str:
    label = field.column.labels[language]
    if field.part is Part.PLACE:
        return texts.HEADING_PLACE[language].format(label=label)
    if field.part is Part.VALUE and field.has_iris:
        return texts.HEADING_IRI[language].format(label=label)
    return label


def _meaning(field: Field, language: str) -> str:
    if field.part is Part.LABEL:
        return texts.IS_LABEL[language].format(name=field.column.name)
    if field.part is Part.PLACE:
        return texts.IS_PLACE[language]
    return (texts.IS_IRI if field.has_iris else texts.IS_VALUE)[language]
