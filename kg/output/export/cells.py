"""Cells of a spreadsheet: typed, within the limits of Excel, and never a formula."""

from __future__ import annotations

import datetime
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kg.output.export.delimited import may_be_formula
from kg.output.export.flat import FlatCell
from kg.output.export.values import boolean_of, date_of, number_of, rounded_of, text_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_FIRST_DAY = datetime.date(1900, 3, 1)  # Excel counts a 29 February 1900, and knows no day before that year
_SMALLEST_GROUPED = 10_000  # four digits stay together, since they may be a year
_MOST_DECIMALS = 30
_NARROWEST, _WIDEST = 8, 60
_LEFT_OFF = "…"
_FILTER_ARROW = "   "  # room for it beside a heading


@dataclass(frozen=True)
class Limits:
    """What a sheet of Excel holds: rows with the header, characters (UTF-16) of a cell, links, characters of a link.

    Source: Microsoft, "Excel specifications and limits"; the length of a link as XlsxWriter documents it.
    """

    rows: int = 1_048_576
    characters: int = 32_767
    links: int = 65_530
    link_characters: int = 2_079


EXCEL = Limits()


class Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}

    def get(self, **properties: object) -> Any:
        """The format with these properties, named as XlsxWriter names them."""
        key = repr(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"valign": "top", **properties})
        return self._made[key]


@dataclass
class Grid:
    """A sheet that is written cell by cell; counts what the limits of Excel leave out, and measures its columns."""

    sheet: Worksheet
    formats: Formats
    limits: Limits = EXCEL
    wrap: bool = False
    links: int = 0
    links_cut: int = 0
    cells_cut: int = 0
    rounded: int = 0
    widths: dict[int, int] = field(default_factory=dict)

    def put_heading(self, column: int, text: str) -> None:
        """Write a heading into the first row, which stays in sight when the rest is scrolled."""
        self.put_text(0, column, text, bold=True, bottom=1)
        self._measure(column, text + _FILTER_ARROW)
        self.sheet.freeze_panes(1, 0)

    def put(self, row: int, column: int, cell: FlatCell) -> None:
        """Write a cell as what it is: a number, a day, a truth value, or text."""
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
        """Write text, whatever it looks like; what would become a formula when somebody edits it is marked as text."""
        if may_be_formula(text):
            properties["quote_prefix"] = True
        if self.wrap:
            properties["text_wrap"] = True
        self.sheet.write_string(row, column, self._cut(text), self.formats.get(**properties))
        self._measure(column, text)

    def put_link(self, row: int, column: int, address: str) -> None:
        """Write an address as a link, or as text where Excel holds no more links or none so long."""
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
        """Make each column as wide as its widest cell, within reason."""
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
        kept = text.encode("utf-16-le")[: 2 * (self.limits.characters - len(_LEFT_OFF))]
        return kept.decode("utf-16-le", "ignore") + _LEFT_OFF


def number_format(number: float) -> str:
    """A format of Excel that shows all decimals of a number, and groups of thousands from 10,000 on."""
    exponent = Decimal(repr(number)).as_tuple().exponent
    decimals = min(-exponent, _MOST_DECIMALS) if isinstance(exponent, int) and exponent < 0 else 0
    whole = "#,##0" if abs(number) >= _SMALLEST_GROUPED else "0"
    return f"{whole}.{'0' * decimals}" if decimals else whole


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _width(text: str) -> int:
    """The width of a text in digits; a Chinese sign takes two (Unicode Standard Annex 11)."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
