"""A workbook: three sheets, no formula, and a word about everything that Excel cannot hold."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pandas
import pytest
from pyoxigraph import Literal, NamedNode

from kg.output.export.cells import Limits
from kg.output.export.spreadsheet import write_spreadsheet
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
    found = told(write_spreadsheet(replace(answer, total=3), notes))
    assert found["Chosen: Plan"] == "Robots; Tools"
    assert found["Only rows with: Kind"] == "{odd} =1+1"
    assert found["Number of rows"] == "1 of 3"
    assert "Left out" not in found


def test_the_address_and_the_licence_are_links() -> None:
    sheet = workbook(write_spreadsheet(HOSTILE_ANSWER, NOTES)).worksheets[1]
    links = {cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {NOTES.address, NOTES.licence_address}


def test_each_limit_is_told_with_its_number() -> None:
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


def test_the_day_of_the_release_is_told_where_it_is_known() -> None:
    assert told(write_spreadsheet(HOSTILE_ANSWER, NOTES))["Day of the release"] == "2026-11-25"
    assert "Day of the release" not in told(write_spreadsheet(HOSTILE_ANSWER, replace(NOTES, built_on=None)))


def test_an_empty_answer_has_headings_and_no_rows() -> None:
    sheet = workbook(write_spreadsheet(answered({"n": "number"}, []), NOTES)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["N"]]
    assert sheet.auto_filter.ref in ("A1", "A1:A1")
