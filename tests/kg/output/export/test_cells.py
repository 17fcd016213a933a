"""Cells of a spreadsheet: types, formats, and the limits of Excel."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from pyoxigraph import Literal
from xlsxwriter import Workbook

from kg.output.export.cells import EXCEL, Formats, Grid, Limits, number_format
from tests.kg.output.export.made import number


def sheet_of(fill: Callable[[Grid], None], limits: Limits = EXCEL) -> tuple[Any, Grid]:
    """A sheet as openpyxl reads it, after something was written to it."""
    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        grid = Grid(book.add_worksheet(), Formats(book), limits)
        fill(grid)
        grid.fit()
    return openpyxl.load_workbook(io.BytesIO(target.getvalue())).active, grid


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (0, "0"),
        (2025, "0"),
        (-2025, "0"),
        (10_000, "#,##0"),
        (-2640000000000, "#,##0"),
        (7.193, "0.000"),
        (0.5, "0.0"),
        (12345.25, "#,##0.00"),
        (1.5e-07, "0.00000000"),
        (1e-40, "0." + "0" * 30),
    ],
)
def test_a_format_shows_all_decimals_and_groups_what_is_no_year(value: float, wanted: str) -> None:
    assert number_format(value) == wanted


@pytest.mark.parametrize(
    ("text", "kind", "data_type"),
    [
        ("7.193", "decimal", "n"),
        ("33.333333333333333333", "decimal", "n"),
        ("12345678901234567890", "integer", "s"),
        ("NaN", "double", "s"),
        ("true", "boolean", "b"),
        ("2021-11-15", "date", "d"),
        ("1900-03-01", "date", "d"),
        ("1900-02-28", "date", "s"),
        ("1850-01-01", "date", "s"),
        ("2021-11-15T00:00:00Z", "dateTime", "s"),
        ("2021", "gYear", "s"),
    ],
)
def test_a_cell_has_the_type_of_its_literal(text: str, kind: str, data_type: str) -> None:
    sheet, _ = sheet_of(lambda grid: grid.put(0, 0, number(text, kind)))
    assert sheet["A1"].data_type == data_type
    if data_type == "s":
        assert sheet["A1"].value == text


def test_rounded_numbers_are_counted() -> None:
    def fill(grid: Grid) -> None:
        for row, text in enumerate(["0.5", "33.333333333333333333", "0.12345678901234567"]):
            grid.put(row, 0, number(text))

    sheet, grid = sheet_of(fill)
    assert [cell.value for cell in sheet["A"]] == [0.5, 33.3333333333333, 0.123456789012346]
    assert grid.rounded == 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1234567890", "1234567890"),
        ("12345678901", "123456789…"),
        ("中文中文中文中文中文", "中文中文中文中文中文"),
        ("🐉🐉🐉🐉🐉", "🐉🐉🐉🐉🐉"),
        ("🐉🐉🐉🐉🐉🐉", "🐉🐉🐉🐉…"),
    ],
)
def test_a_text_is_cut_to_what_a_cell_holds_in_utf_16_and_never_inside_a_sign(text: str, kept: str) -> None:
    sheet, grid = sheet_of(lambda grid: grid.put(0, 0, Literal(text)), Limits(characters=10))
    assert sheet["A1"].value == kept
    assert grid.cells_cut == (kept != text)


def test_a_text_of_exactly_the_length_that_excel_holds_is_whole() -> None:
    text = "中" * EXCEL.characters

    def fill(grid: Grid) -> None:
        grid.put(0, 0, Literal(text))
        grid.put(1, 0, Literal(text + "文"))

    sheet, grid = sheet_of(fill)
    assert sheet["A1"].value == text
    assert sheet["A2"].value == text[:-1] + "…"
    assert grid.cells_cut == 1


def test_an_address_is_a_link_as_long_as_there_are_links_and_it_is_short() -> None:
    short, long = "https://example.org/#a", "https://example.org/" + "a" * 21

    def fill(grid: Grid) -> None:
        for row, address in enumerate([short, long, "urn:a", "mailto:a@example.org", short, short]):
            grid.put_link(row, 0, address)

    sheet, grid = sheet_of(fill, Limits(links=2, link_characters=40))
    links = [cell.hyperlink.target if cell.hyperlink else None for cell in sheet["A"]]
    assert links == ["https://example.org/", None, None, None, "https://example.org/", None]
    assert sheet["A1"].hyperlink.location == "a"
    assert [cell.value for cell in sheet["A"]] == [short, long, "urn:a", "mailto:a@example.org", short, short]
    assert (grid.links, grid.links_cut) == (2, 2)


def test_all_links_that_excel_holds_are_written_and_no_more() -> None:
    def fill(grid: Grid) -> None:
        for row in range(EXCEL.links + 2):
            grid.put_link(row, 0, "https://example.org/")

    target = io.BytesIO()
    with Workbook(target, {"in_memory": True}) as book:  # XlsxWriter warns, and so fails the test, of one too many
        grid = Grid(book.add_worksheet(), Formats(book))
        fill(grid)
    assert (grid.links, grid.links_cut) == (EXCEL.links, 2)


def test_the_longest_link_is_one_and_a_longer_one_is_text() -> None:
    longest = "https://example.org/" + "a" * (EXCEL.link_characters - 20)

    def fill(grid: Grid) -> None:
        grid.put_link(0, 0, longest)
        grid.put_link(1, 0, longest + "a")

    sheet, _ = sheet_of(fill)
    assert sheet["A1"].hyperlink is not None
    assert sheet["A2"].hyperlink is None
    assert [cell.value for cell in sheet["A"]] == [longest, longest + "a"]


def test_columns_are_as_wide_as_their_cells_within_reason() -> None:
    def fill(grid: Grid) -> None:
        for column, text in enumerate(["a", "a" * 20, "中" * 11, "a" * 500]):
            grid.put(0, column, Literal(text))

    sheet, _ = sheet_of(fill)
    widths = [round(sheet.column_dimensions[letter].width) for letter in "ABCD"]
    assert widths == [9, 23, 25, 61]


def test_what_would_become_a_formula_when_edited_is_marked_as_text() -> None:
    def fill(grid: Grid) -> None:
        for row, text in enumerate(["=1+1", "plain", "-5"]):
            grid.put(row, 0, Literal(text))

    sheet, _ = sheet_of(fill)
    assert [cell.value for cell in sheet["A"]] == ["=1+1", "plain", "-5"]
    assert [cell.data_type for cell in sheet["A"]] == ["s", "s", "s"]
    assert [bool(cell.quotePrefix) for cell in sheet["A"]] == [True, False, False]
