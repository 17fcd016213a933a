"""A flat table: the fields and cells of a result as a file has them, notes on its origin, and CSV and TSV."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.core.names import name
from kg.engine import Term
from kg.output.export import texts
from kg.output.metadata import LICENSE
from kg.questions.catalogue import WELL_FORMED, Column
from kg.questions.result import InWords, QuestionResult, chosen_words, narrowed_words, place_words

FlatCell: TypeAlias = Term | str | None
"""A term of the result, or words about one; None for an unbound cell."""


class Part(Enum):
    """The part of a cell that a field has; the value is the suffix of the column's name."""

    VALUE = ""
    LABEL = "_label"
    PLACE = "_place"


@dataclass(frozen=True)
class Field:
    """A field of a file: the terms of a column, their labels, or their places in a source.

    ``has_iris`` is True if the terms of the column are IRIs.
    """

    column: Column
    part: Part
    has_iris: bool

    @property
    def name(self) -> str:
        """Return the name of the field in files: ``plan``, ``plan_label``."""
        return self.column.name + self.part.value


@dataclass(frozen=True)
class FlatTable:
    """The fields in the order of the query, and their rows."""

    fields: tuple[Field, ...]
    rows: tuple[tuple[FlatCell, ...], ...]


def flatten(answered: QuestionResult) -> FlatTable:
    """Return every column, hidden ones included: ``x``, ``x_label`` for IRIs, ``x_place`` for evidence."""
    fields = tuple(field for at in range(len(answered.columns)) for field in _fields(answered, at))
    places = {iri: place_words(place, answered.labels, answered.language) for iri, place in answered.places.items()}
    # the places of the columns are looked up once, and not for each row
    plan = [(answered.place(field.column.name), field.part) for field in fields]

    def cell(term: Term | None, part: Part) -> FlatCell:
        if part is Part.VALUE or term is None:
            return term
        if part is Part.LABEL:
            return answered.words(term)
        return places.get(term) if isinstance(term, NamedNode) else None

    return FlatTable(fields, tuple(tuple(cell(row[at], part) for at, part in plan) for row in answered.rows))


def _fields(answered: QuestionResult, at: int) -> list[Field]:
    """Return the fields of one column.

    They depend on the kind of the column, so that an empty result has the same header. Only hidden columns and columns
    of literals need a look at their cells.
    """
    column = answered.columns[at]
    has_iris = column.kind in ("entity", "evidence") or any(isinstance(row[at], NamedNode) for row in answered.rows)
    parts = [Part.VALUE]
    parts += [Part.LABEL] if has_iris else []
    parts += [Part.PLACE] if column.kind == "evidence" else []
    return [Field(column, part, has_iris) for part in parts]


# XML Schema 1.1 part 2, section 3.3.3, 3.3.5 and 3.3.4, and all that is derived from decimal (section 3.4)
_NUMERIC = {
    name(f"xsd:{kind}")
    for kind in (
        *("decimal", "double", "float", "integer", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
}
_BOOLEAN = name("xsd:boolean")
_DATE = name("xsd:date")

# digits that every double preserves (DBL_DIG of C, ISO/IEC 9899 5.2.4.2.2), and that Excel keeps
_DIGITS = 15


def text_of(cell: FlatCell) -> str:
    """Return a cell as SPARQL CSV writes it: an IRI in full, a literal without type and language."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return cell.value if isinstance(cell, NamedNode | Literal) else str(cell)


def number_of(cell: FlatCell) -> int | float | None:
    """Return the number in a cell if a double holds it exactly (at most 15 digits), else None."""
    number = _decimal(cell)
    if number is None:
        return None
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > _DIGITS or Decimal(repr(float(number))) != number:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def rounded_of(cell: FlatCell) -> float | None:
    """Return the number in a cell rounded to 15 digits if it has more decimals, such as a third; else None."""
    number = _decimal(cell)
    return None if number is None or number == number.to_integral_value() else float(f"{number:.{_DIGITS}g}")


def _decimal(cell: FlatCell) -> Decimal | None:
    """Return the number in a cell, or None, also for more than 15 digits before the point."""
    if not isinstance(cell, Literal) or cell.datatype not in _NUMERIC:
        return None
    try:
        number = Decimal(cell.value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and -(10**_DIGITS) < number < 10**_DIGITS else None  # abs() may overflow


def boolean_of(cell: FlatCell) -> bool | None:
    """Return the truth value in a cell, or None."""
    if not isinstance(cell, Literal) or cell.datatype != _BOOLEAN:
        return None
    return {"true": True, "1": True, "false": False, "0": False}.get(cell.value)


def date_of(cell: FlatCell) -> datetime.date | None:
    """Return the day in a cell, or None, also for a day with a time zone or outside the years 1 to 9999."""
    if not isinstance(cell, Literal) or cell.datatype != _DATE or not WELL_FORMED["date"].fullmatch(cell.value):
        return None
    try:
        # `fromisoformat` accepts other notations as well, such as 20250101, hence the pattern above
        return datetime.date.fromisoformat(cell.value)
    except ValueError:
        return None


@dataclass(frozen=True)
class Notes:
    """The origin of a file, in the language of its result.

    ``address`` is that of the page with the same result. ``built_on`` is the day of the release, if known.
    ``parameters`` and ``narrowed`` are labels with the chosen values in words.
    """

    title: str
    address: str
    citation: str
    release_id: str
    built_on: datetime.date | None
    parameters: tuple[tuple[str, str], ...]
    narrowed: tuple[tuple[str, str], ...]
    licence: str = "CC BY 4.0"
    licence_address: str = LICENSE.value


def notes_of(answered: QuestionResult, *, address: str, citation: str, built_on: datetime.date | None) -> Notes:
    """Return the notes on a result; the caller gives its address and citation."""
    language = answered.language
    chosen, narrowed = (_joined(words_of(answered), language) for words_of in (chosen_words, narrowed_words))
    return Notes(
        title=answered.question.title[language],
        address=address,
        citation=citation,
        release_id=answered.release_id,
        built_on=built_on,
        parameters=tuple((label, values or texts.ANY[language]) for label, values in chosen),
        narrowed=narrowed,
    )


def _joined(choices: InWords, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((label, texts.LIST[language].join(values)) for label, values in choices)


BYTE_ORDER_MARK = "\ufeff"

# https://owasp.org/www-community/attacks/CSV_Injection; East Asian Excel treats full-width signs alike
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)

_TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write_csv(answered: QuestionResult, _notes: Notes) -> bytes:
    """Write CSV for Excel: RFC 4180 with a byte order mark, safe from formulas."""
    # without a byte order mark Excel does not read a file as UTF-8
    return (BYTE_ORDER_MARK + _csv(answered, escape_formula)).encode("utf-8")


def write_bare_csv(answered: QuestionResult, _notes: Notes) -> bytes:
    """Write CSV for programs: RFC 4180 in UTF-8, every cell unchanged."""
    return _csv(answered, str).encode("utf-8")


def write_tsv(answered: QuestionResult, _notes: Notes) -> bytes:
    r"""Write TSV (IANA text/tab-separated-values) in UTF-8, unquoted; ``\t``, ``\n``, ``\r``, ``\\`` are escapes."""
    lines = _lines(answered)
    return "".join("\t".join(cell.translate(_TSV_ESCAPES) for cell in line) + "\n" for line in lines).encode("utf-8")


def escape_formula(text: str) -> str:
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
