"""CSV and TSV: a line for each row, a header line of machine names.

There are two CSV files, with the same cells. The one that the download button gives is for Excel: a byte order mark,
without which Excel takes UTF-8 for the code page of the machine and garbles Chinese, and an apostrophe before a text
that Excel would run as a formula, since a parameter's value may come from whoever made the link. A mark and a rule
for Excel go together: who says ``?bom=0`` is a program, and gets every cell as it is. Numbers are never touched.
TSV is not what Excel opens by itself; its cells are as they are too, but for the signs that TSV cannot hold.
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

# https://owasp.org/www-community/attacks/CSV_Injection; Excel for East Asia reads the wide signs as the narrow ones
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)

_TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write_csv(answered: QuestionResult, _notes: Notes) -> bytes:
    """CSV for Excel: RFC 4180 with a byte order mark, safe from formulas."""
    return (BYTE_ORDER_MARK + _csv(answered, harmless)).encode("utf-8")


def write_bare_csv(answered: QuestionResult, _notes: Notes) -> bytes:
    """CSV for programs: RFC 4180 in UTF-8, every cell as it is."""
    return _csv(answered, str).encode("utf-8")


def write_tsv(answered: QuestionResult, _notes: Notes) -> bytes:
    r"""TSV (IANA text/tab-separated-values) in UTF-8: nothing quoted; ``\t``, ``\n``, ``\r`` and ``\\`` are escapes."""
    lines = _lines(answered)
    return "".join("\t".join(cell.translate(_TSV_ESCAPES) for cell in line) + "\n" for line in lines).encode("utf-8")


def harmless(text: str) -> str:
    """A text with an apostrophe before it if Excel would take it for a formula; numbers stay, negative ones too."""
    return f"'{text}" if may_be_formula(text) else text


def may_be_formula(text: str) -> bool:
    """Whether Excel may take a text for a formula."""
    return text.startswith(_STARTS_FORMULA) and not _NUMBER.fullmatch(text)


def _csv(answered: QuestionResult, written: Callable[[str], str]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows([written(cell) for cell in line] for line in _lines(answered))
    return target.getvalue()


def _lines(answered: QuestionResult) -> list[list[str]]:
    flat = flatten(answered)
    return [[field.name for field in flat.fields], *([text_of(cell) for cell in row] for row in flat.rows)]


def write_records(answered: QuestionResult, _notes: Notes) -> bytes:
    """JSON (RFC 8259) in UTF-8, an object to a line."""
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
