"""What a cell of a file says, as text and as a value of a programming language."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from kg.core.names import name
from kg.output.export.flat import FlatCell
from kg.questions.catalogue import WELL_FORMED

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

# what every double gives back as it was (DBL_DIG of C, ISO/IEC 9899 5.2.4.2.2), and what Excel keeps
_DIGITS = 15


def text_of(cell: FlatCell) -> str:
    """A cell as the SPARQL CSV format writes it: an IRI in full, a literal without type and language."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return cell.value if isinstance(cell, NamedNode | Literal) else str(cell)


def number_of(cell: FlatCell) -> int | float | None:
    """The number that a cell is, if a double holds it exactly: at most 15 digits; else None."""
    number = _decimal(cell)
    if number is None:
        return None
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > _DIGITS or Decimal(repr(float(number))) != number:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def rounded_of(cell: FlatCell) -> float | None:
    """The number that a cell is, rounded to 15 digits if it is a fraction that has more, such as a third; or None."""
    number = _decimal(cell)
    return None if number is None or number == number.to_integral_value() else float(f"{number:.{_DIGITS}g}")


def _decimal(cell: FlatCell) -> Decimal | None:
    """The number that a cell is, or None, as for one that has more than 15 digits before its point."""
    if not isinstance(cell, Literal) or cell.datatype not in _NUMERIC:
        return None
    try:
        number = Decimal(cell.value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and -(10**_DIGITS) < number < 10**_DIGITS else None  # abs() may overflow


def boolean_of(cell: FlatCell) -> bool | None:
    """The truth value that a cell is, or None."""
    if not isinstance(cell, Literal) or cell.datatype != _BOOLEAN:
        return None
    return {"true": True, "1": True, "false": False, "0": False}.get(cell.value)


def date_of(cell: FlatCell) -> datetime.date | None:
    """The day that a cell is, or None, as for a day with a time zone or outside the years 1 to 9999."""
    if not isinstance(cell, Literal) or cell.datatype != _DATE or not WELL_FORMED["date"].fullmatch(cell.value):
        return None
    try:
        return datetime.date.fromisoformat(cell.value)
    except ValueError:
        return None
