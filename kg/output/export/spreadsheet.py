"""A workbook for Excel: the rows, a read-me that says where they come from, and what each column means."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator

from pyoxigraph import NamedNode

from kg.output.export import texts
from kg.output.export.cells import EXCEL, Formats, Grid, Limits
from kg.output.export.flat import Field, Flat, Part, flatten
from kg.output.export.notes import Notes
from kg.questions.catalogue import Texts
from kg.questions.result import QuestionResult

_NOTE_WIDTHS = (28, 100)
_NO_DAY = datetime.date(1980, 1, 1)  # as the files in a workbook, which is a ZIP, have it


def write_spreadsheet(answered: QuestionResult, notes: Notes, limits: Limits = EXCEL) -> bytes:
    """XLSX with three sheets, named in the language of the answer; the same answer and notes give the same bytes."""
    from xlsxwriter import Workbook  # a tenth of a second of the start, and most answers are no workbook

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
        _write_rows(grids[0], flat, language)
        _write_notes(grids[1], answered, notes, left_out(grids[0], flat, language))
        _write_columns(grids[2], flat, language)
    return target.getvalue()


def _write_rows(grid: Grid, flat: Flat, language: str) -> None:
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


def left_out(grid: Grid, flat: Flat, language: str) -> list[str]:
    """What of the rows Excel could not hold, in words."""
    counts = (
        (texts.ROWS_CUT, max(0, len(flat.rows) - (grid.limits.rows - 1))),
        (texts.CELLS_CUT, grid.cells_cut),
        (texts.LINKS_CUT, grid.links_cut),
        (texts.ROUNDED, grid.rounded),
    )
    return [text[language].format(count=f"{count:,}") for text, count in counts if count]


def _write_notes(grid: Grid, answered: QuestionResult, notes: Notes, cut: list[str]) -> None:
    grid.wrap = True
    for row, (label, text) in enumerate(_said(answered, notes, cut)):
        grid.put_text(row, 0, label, bold=True)
        put = grid.put_link if text in (notes.address, notes.licence_address) else grid.put_text
        put(row, 1, text)
    for column, width in enumerate(_NOTE_WIDTHS):
        grid.sheet.set_column(column, column, width)


def _said(answered: QuestionResult, notes: Notes, cut: list[str]) -> Iterator[tuple[str, str]]:
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


def _write_columns(grid: Grid, flat: Flat, language: str) -> None:
    grid.wrap = True
    for column, heading in enumerate((texts.NAME, texts.LABEL, texts.KIND, texts.MEANING)):
        grid.put_heading(column, heading[language])
    for row, field in enumerate(flat.fields, start=1):
        kind = texts.KINDS[field.column.kind][language]
        told = (field.name, _heading(field, language), kind, _meaning(field, language))
        for column, text in enumerate(told):
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
