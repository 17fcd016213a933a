"""Every export of every question is read back by other libraries and agrees with the SPARQL answer."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pandas
import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.names import LANGUAGES
from kg.output.export import EXPORTS
from kg.output.export.flat import escape_formula, number_of
from kg.questions.catalogue import CannedQuestion
from kg.questions.result import narrow, order
from tests.kg.output.export.conftest import CATALOGUE, Asked, text

Ask = Callable[[str, str], Asked]

every_question = pytest.mark.parametrize("slug", CATALOGUE.questions)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def written(asked: Asked, ending: str) -> bytes:
    return EXPORTS[ending].write(asked.answered, asked.notes)


def bare(asked: Asked) -> bytes:
    write = EXPORTS["csv"].bare
    assert write is not None
    return write(asked.answered, asked.notes)


def workbook(body: bytes, *, read_only: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body), read_only=read_only)


def is_numeric(term: object) -> bool:
    return isinstance(term, Literal) and term.datatype.value.endswith(("#integer", "#decimal", "#double"))


def test_the_registry_is_by_ending() -> None:
    assert list(EXPORTS) == ["csv", "tsv", "json", "xlsx"]
    assert all(ending == export.ending for ending, export in EXPORTS.items())


@every_question
def test_names_of_fields_are_unique(ask: Ask, slug: str) -> None:
    header = ask(slug, "en").header()
    assert len(set(header)) == len(header)


@every_language
@every_question
def test_csv_is_the_answer_of_sparql(ask: Ask, slug: str, language: str) -> None:
    asked = ask(slug, language)
    assert list(csv.reader(io.StringIO(bare(asked).decode("utf-8"), newline=""), strict=True)) == asked.texts()
    body = written(asked, "csv")
    assert body.startswith(b"\xef\xbb\xbf")
    reader = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    assert reader == [[escape_formula(cell) for cell in row] for row in asked.texts()]


@every_language
@every_question
def test_pandas_reads_the_csv(ask: Ask, slug: str, language: str) -> None:
    asked = ask(slug, language)
    frame = pandas.read_csv(io.BytesIO(bare(asked)), dtype=str, keep_default_na=False)
    assert [list(frame.columns), *frame.to_numpy().tolist()] == asked.texts()
    marked = pandas.read_csv(io.BytesIO(written(asked, "csv")), dtype=str, keep_default_na=False)
    assert list(marked.columns) == asked.header()
    assert len(marked) == len(frame)


@every_language
@every_question
def test_tsv_is_the_answer_of_sparql(ask: Ask, slug: str, language: str) -> None:
    asked = ask(slug, language)
    lines = written(asked, "tsv").decode("utf-8").removesuffix("\n").split("\n")
    assert [line.split("\t") for line in lines] == asked.texts()


@every_language
@every_question
def test_json_is_the_answer_of_sparql(ask: Ask, slug: str, language: str) -> None:
    asked = ask(slug, language)
    records = json.loads(written(asked, "json"), parse_float=Decimal)
    assert len(records) == len(asked.table.rows)
    for record, row in zip(records, asked.rows(), strict=True):
        assert list(record) == asked.header()
        for value, cell in zip(record.values(), row, strict=True):
            if cell is None:
                assert value is None
            elif number_of(cell) is not None:
                assert not isinstance(value, str)
                assert Decimal(value) == Decimal(text(cell))
            else:
                assert (str(value).lower() if isinstance(value, bool) else value) == text(cell)


@every_question
def test_pandas_reads_the_json(ask: Ask, slug: str) -> None:
    asked = ask(slug, "zh")
    frame = pandas.read_json(io.BytesIO(written(asked, "json")), dtype=False)
    assert len(frame) == len(asked.table.rows)
    assert list(frame.columns) == (asked.header() if len(frame) else [])
    for name, column in zip(asked.header(), zip(*asked.rows(), strict=True), strict=True):
        if not any(is_numeric(cell) or text(cell) in ("true", "false") for cell in column):
            assert frame[name].fillna("").tolist() == [text(cell) for cell in column]


@every_question
def test_xlsx_is_the_answer_of_sparql(ask: Ask, slug: str) -> None:
    asked = ask(slug, "zh")
    sheet = workbook(written(asked, "xlsx")).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    iter_rows = list(sheet.iter_rows(min_row=2))
    assert len(iter_rows) == len(asked.table.rows)
    for row, expected in zip(iter_rows, asked.rows(), strict=True):
        for cell, term in zip(row, expected, strict=True):
            assert cell.data_type != "f"
            assert_holds(cell, term)
            assert (cell.hyperlink is not None) == (isinstance(term, NamedNode) and term.value.startswith("http"))


@every_language
@every_question
def test_xlsx_says_what_it_is(ask: Ask, slug: str, language: str) -> None:
    asked = ask(slug, language)
    rows, notes, columns = workbook(written(asked, "xlsx"), read_only=True).worksheets
    question = asked.answered.question
    headings = next(rows.iter_rows(max_row=1, values_only=True))
    assert {column.labels[language] for column in asked.answered.columns} <= set(headings)
    glossary = list(columns.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in glossary] == asked.header()
    assert [row[1] for row in glossary] == list(headings)
    assert all(all(row) for row in glossary)
    output = [row[1] for row in notes.iter_rows(values_only=True)]
    for words in (question.question, question.description, question.limits):
        assert words[language] in output
    for value in (asked.notes.release_id, asked.notes.address, asked.notes.licence_address, asked.notes.citation):
        assert value in output
    assert {str(len(asked.table.rows)), "2026-11-25", "CC BY 4.0"} <= set(output)


def assert_holds(cell: Any, term: Any) -> None:
    """A cell of openpyxl holds what a cell of the answer says, as its type."""
    if is_numeric(term):
        assert Decimal(repr(cell.value)) == Decimal(f"{Decimal(term.value):.15g}")
        assert cell.data_type == "n"
        shown = len(cell.number_format.partition(".")[2])
        assert shown == len(repr(cell.value).removesuffix(".0").partition(".")[2])
    elif isinstance(term, Literal) and term.datatype.value.endswith("#date"):
        assert cell.value == datetime.datetime.fromisoformat(term.value)
        assert cell.number_format == "yyyy-mm-dd"
    elif isinstance(term, Literal) and term.datatype.value.endswith("#boolean"):
        assert cell.value is (term.value == "true")
    else:
        assert (cell.value or "") == text(term)


@every_question
def test_the_same_answer_gives_the_same_bytes(ask: Ask, slug: str) -> None:
    asked = ask(slug, "de")
    for export in EXPORTS.values():
        assert export.write(asked.answered, asked.notes) == export.write(asked.answered, asked.notes)


def narrowable() -> list[CannedQuestion]:
    return [question for question in CATALOGUE.questions.values() if question.facets]


def test_there_are_questions_to_narrow() -> None:
    assert narrowable()


@pytest.mark.parametrize("question", narrowable(), ids=lambda question: question.slug)
def test_facets_and_order_are_kept(ask: Ask, question: CannedQuestion) -> None:
    whole = ask(question.slug, "zh")
    facet = question.facets[0]
    term = next(term for term in whole.table.column(facet) if term is not None)
    chosen = order(narrow(whole.answered, {facet: (text(term),)}), whole.answered.columns[-1].name, descending=True)
    assert 0 < len(chosen.rows) <= len(whole.answered.rows)
    expected = [[text(row[chosen.place(column.name)]) for column in chosen.columns] for row in chosen.rows]
    names = [column.name for column in chosen.columns]
    records = list(csv.DictReader(io.StringIO(EXPORTS["csv"].write(chosen, whole.notes).decode("utf-8-sig"))))
    assert [[record[name] for name in names] for record in records] == expected
    values = json.loads(EXPORTS["json"].write(chosen, whole.notes))
    assert [str(record[facet]) for record in values] == [text(term)] * len(expected)
    sheet = workbook(EXPORTS["xlsx"].write(chosen, whole.notes)).worksheets[0]
    assert sheet.max_row - 1 == len(expected)
