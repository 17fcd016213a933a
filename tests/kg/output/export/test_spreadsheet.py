"""A workbook: three sheets, no formula, and a word about everything that Excel cannot hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pandas
import pytest
from pyoxigraph import Literal, NamedNode
from xlsxwriter import Workbook

from kg.output.export.spreadsheet import EXCEL, Formats, Grid, Limits, number_format, write_spreadsheet
from tests.kg.output.export.made import HOSTILE, HOSTILE_ANSWER, NOTES, answered, number


def workbook(body: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body))


def notes_of(body: bytes) -> list[tuple[str, str]]:
    return [(row[0].value or "", row[1].value) for row in workbook(body).worksheets[1].iter_rows()]


def told(body: bytes) -> dict[str, str]:
    return dict(notes_of(body))


def test_hostile_texts_are_texts() -> None:
    body = write_spreadsheet(HOSTILE_ANSWER, NOTES)
    cells = [row[0] for row in workbook(body).worksheets[0].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    # openpyxl leaves the escape of a carriage return (ECMA-376 part 1, 22.9.2.19) as it is, other than Excel
    assert [cell.value for cell in cells] == [text.replace("\r", "_x000D_") for text in HOSTILE]
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_pandas_reads_the_rows() -> None:
    plan = NamedNode("https://example.org/plan")
    answer = answered(
        {"plan": "entity", "n": "number"},
        [[plan, number("7.193")], [plan, number("2640000000000")]],
        labels={plan: "规划"},
    )
    frame = pandas.read_excel(io.BytesIO(write_spreadsheet(answer, NOTES)))
    assert frame.to_numpy().tolist() == [[plan.value, "规划", 7.193], [plan.value, "规划", 2640000000000.0]]


@pytest.mark.parametrize(
    ("language", "names", "headings"),
    [
        ("en", ["Rows", "Read me", "Columns"], ["Plan (IRI)", "Plan", "Source (IRI)", "Source", "Source (place)"]),
        ("de", ["Zeilen", "Lies mich", "Spalten"], ["Plan (IRI)", "Plan", "Source (IRI)", "Source", "Source (Stelle)"]),
        ("zh", ["数据", "说明", "字段"], ["Plan（IRI）", "Plan", "Source（IRI）", "Source", "Source（位置）"]),
    ],
)
def test_sheets_and_headings_are_in_the_language_of_the_answer(
    language: str, names: list[str], headings: list[str]
) -> None:
    book = workbook(write_spreadsheet(answered({"plan": "entity", "source": "evidence"}, [], language=language), NOTES))
    assert book.sheetnames == names
    assert [cell.value for cell in book.worksheets[0][1]] == headings


def test_the_read_me_says_what_was_chosen_and_how_many_rows_are_left() -> None:
    answer = answered({"a": "text"}, [[Literal("x")]])
    notes = replace(NOTES, parameters=(("Plan", "Robots; Tools"),), narrowed=(("Kind", "{odd} =1+1"),))
    result = told(write_spreadsheet(replace(answer, total=3), notes))
    assert result["Chosen: Plan"] == "Robots; Tools"
    assert result["Only rows with: Kind"] == "{odd} =1+1"
    assert result["Number of rows"] == "1 of 3"
    assert "Left out" not in result


def test_the_address_and_the_licence_are_links() -> None:
    sheet = workbook(write_spreadsheet(HOSTILE_ANSWER, NOTES)).worksheets[1]
    links = {cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {NOTES.address, NOTES.licence_address}


def test_each_limit_is_reported_with_its_number() -> None:
    plan = NamedNode("https://example.org/plan")
    answer = answered({"plan": "entity", "n": "number"}, [[plan, number("0.33333333333333333333")]] * 5)
    body = write_spreadsheet(answer, NOTES, Limits(rows=4, links=1))
    assert workbook(body).worksheets[0].max_row == 4
    left_out = [text for label, text in notes_of(body) if label == "Left out"]
    assert [text.partition(":")[0] for text in left_out] == [
        "The last 2 rows",
        "2 links",
        "The last digits of 3 numbers",
    ]
    long = answered({"a": "text"}, [[Literal("x" * 32_768)]])
    assert told(write_spreadsheet(long, NOTES))["Left out"].startswith("The ends of 1 cells")


def test_bytes_depend_on_the_answer_and_the_notes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_spreadsheet(HOSTILE_ANSWER, NOTES)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert write_spreadsheet(HOSTILE_ANSWER, NOTES) == first
    assert write_spreadsheet(HOSTILE_ANSWER, replace(NOTES, citation="Another.")) != first
    properties = workbook(first).properties
    assert properties.created.date() == properties.modified.date() == NOTES.built_on
    assert properties.title == NOTES.title


def test_the_day_of_the_release_is_reported_where_it_is_known() -> None:
    assert told(write_spreadsheet(HOSTILE_ANSWER, NOTES))["Day of the release"] == "2026-11-25"
    assert "Day of the release" not in told(write_spreadsheet(HOSTILE_ANSWER, replace(NOTES, built_on=None)))


def test_an_empty_answer_has_headings_and_no_rows() -> None:
    sheet = workbook(write_spreadsheet(answered({"n": "number"}, []), NOTES)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["N"]]
    assert sheet.auto_filter.ref in ("A1", "A1:A1")


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
    ("text", "remaining"),
    [
        ("1234567890", "1234567890"),
        ("12345678901", "123456789…"),
        ("中文中文中文中文中文", "中文中文中文中文中文"),
        ("🐉🐉🐉🐉🐉", "🐉🐉🐉🐉🐉"),
        ("🐉🐉🐉🐉🐉🐉", "🐉🐉🐉🐉…"),
    ],
)
def test_a_text_is_cut_to_what_a_cell_holds_in_utf_16_and_never_inside_a_sign(text: str, remaining: str) -> None:
    sheet, grid = sheet_of(lambda grid: grid.put(0, 0, Literal(text)), Limits(characters=10))
    assert sheet["A1"].value == remaining
    assert grid.cells_cut == (remaining != text)


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


@pytest.mark.slow
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
