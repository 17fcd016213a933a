"""CSV, TSV and JSON: a record for each row, with machine-readable field names.

There are two CSV files with the same cells. The download button gives the one for Excel. It has a byte order mark,
without which Excel garbles Chinese. It has an apostrophe before text that Excel would run as a formula, since a
parameter's value may come from the author of a link. With ``?bom=0`` a program gets every cell unchanged. Numbers are
never changed. Excel does not open TSV by itself, so its cells are unchanged, except for the characters that TSV cannot
hold.

JSON is a list of objects, so that ``pandas.read_json``, jq, jsonlite, DuckDB and D3 read it as a table. Every object
has every field; missing values are null. A number is a JSON number if a double holds all its digits, else a string.
Truth values are true and false, days are strings (``2021-11-15``). In pandas use ``pandas.read_json(address,
dtype=False)``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

from kg.output.export.flat import FlatCell, Notes, boolean_of, flatten, number_of, text_of
from kg.questions.result import QuestionResult

BYTE_ORDER_MARK = "\ufeff"

# https://owasp.org/www-community/attacks/CSV_Injection; East Asian Excel treats full-width signs alike
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)

_TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write_csv(answered: QuestionResult, _notes: Notes) -> bytes:
    """Write CSV for Excel: RFC 4180 with a byte order mark, safe from formulas."""
    return (BYTE_ORDER_MARK + _csv(answered, harmless)).encode("utf-8")


def write_bare_csv(answered: QuestionResult, _notes: Notes) -> bytes:
    """Write CSV for programs: RFC 4180 in UTF-8, every cell unchanged."""
    return _csv(answered, str).encode("utf-8")


def write_tsv(answered: QuestionResult, _notes: Notes) -> bytes:
    r"""Write TSV (IANA text/tab-separated-values) in UTF-8, unquoted; ``\t``, ``\n``, ``\r``, ``\\`` are escapes."""
    lines = _lines(answered)
    return "".join("\t".join(cell.translate(_TSV_ESCAPES) for cell in line) + "\n" for line in lines).encode("utf-8")


def harmless(text: str) -> str:
    """Return a text with an apostrophe before it if Excel would run it as a formula; numbers are unchanged."""
    return f"'{text}" if may_be_formula(text) else text


def may_be_formula(text: str) -> bool:
    """Return True if Excel may run a text as a formula."""
    return text.startswith(_STARTS_FORMULA) and not _NUMBER.fullmatch(text)


def _csv(answered: QuestionResult, written: Callable[[str], str]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows([written(cell) for cell in line] for line in _lines(answered))
    return target.getvalue()


def _lines(answered: QuestionResult) -> list[list[str]]:
    flat = flatten(answered)
    return [[field.name for field in flat.fields], *([text_of(cell) for cell in row] for row in flat.rows)]


def write_records(answered: QuestionResult, _notes: Notes) -> bytes:
    """Write JSON (RFC 8259) in UTF-8, an object a line."""
    flat = flatten(answered)
    names = [field.name for field in flat.fields]
    records = (dict(zip(names, map(_json_value, row), strict=True)) for row in flat.rows)
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    return f"[\n{lines}\n]\n".encode() if lines else b"[]\n"


def _json_value(cell: FlatCell) -> bool | int | float | str | None:
    if cell is None:
        return None
    for value in (boolean_of(cell), number_of(cell)):
        if value is not None:
            return value
    return text_of(cell)
