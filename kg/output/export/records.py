"""JSON: a list of objects, one for each row.

A list, not an object with the rows in it: ``pandas.read_json``, jq (``.[]``), jsonlite, DuckDB and D3 read it as a
table without a word. Where the rows come from stands in the response and in the name of the file. Every object has
every field; what the answer has not is null. A number is a number where a double holds all its digits, else a
string; truth values are true and false, days are strings (``2021-11-15``). Ask pandas not to
guess: ``pandas.read_json(address, dtype=False)``.
"""

from __future__ import annotations

import json

from kg.output.export.flat import FlatCell, flatten
from kg.output.export.notes import Notes
from kg.output.export.values import boolean_of, number_of, text_of
from kg.questions.result import QuestionResult


def write_records(answered: QuestionResult, _notes: Notes) -> bytes:
    """JSON (RFC 8259) in UTF-8, an object to a line."""
    flat = flatten(answered)
    names = [field.name for field in flat.fields]
    records = (dict(zip(names, map(_value, row), strict=True)) for row in flat.rows)
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return f"[\n{lines}\n]\n".encode() if lines else b"[]\n"


def _value(cell: FlatCell) -> bool | int | float | str | None:
    if cell is None:
        return None
    for value in (boolean_of(cell), number_of(cell)):
        if value is not None:
            return value
    return text_of(cell)
