"""Amounts in words that a reader can read: 2.64 trillion yuan, 2,64 Billionen Yuan, 2.64万亿元."""

from __future__ import annotations

from decimal import Decimal

from pyoxigraph import NamedNode

from kg.core.names import name

_DIGITS = 4  # significant ones, of a number with a fraction or a word for its size
_SMALLEST_GROUPED, _SMALLEST_COUNT_GROUPED = 10_000, 1_000  # what is counted is no year, which four digits may be

_Sizes = tuple[tuple[int, str, str], ...]  # power of ten, the word after 1, the word after other numbers
_SIZES: dict[str, _Sizes] = {
    "en": ((12, " trillion", " trillion"), (9, " billion", " billion"), (6, " million", " million")),
    "de": ((12, " Billion", " Billionen"), (9, " Milliarde", " Milliarden"), (6, " Million", " Millionen")),
    "zh": ((12, "万亿", "万亿"), (8, "亿", "亿"), (4, "万", "万")),
}
_MARKS = {"en": (",", "."), "de": (".", ","), "zh": (",", ".")}  # between thousands, before decimals

_UNITS: dict[NamedNode, dict[str, str]] = {
    name("unit:PERCENT"): {"en": "%", "de": "\u00a0%", "zh": "%"},
    name("unit:CCY_CNY"): {"en": " yuan", "de": " Yuan", "zh": "元"},
    name("unit:TONNE"): {"en": " t", "de": " t", "zh": "吨"},
    name("fyp:PercentagePoint"): {"en": " percentage points", "de": " Prozentpunkte", "zh": "个百分点"},
    name("unit:NUM"): {},
    name("unit:UNITLESS"): {},
}


def amount(value: Decimal, language: str, *, grouped: int = _SMALLEST_GROUPED) -> str:
    """Return a number with a word for its size from a million on, in Chinese from ten thousand on.

    Thousands are separated if the number is ``grouped`` or larger.
    """
    rounded = _rounded(value)  # before the size is chosen: 999,999,999 is 1 billion, not 1,000 million
    # the largest power comes first, so the first one that fits is taken
    for power, singular, plural in _SIZES[language]:
        if abs(rounded) >= Decimal(10) ** power:
            short = rounded.scaleb(-power)
            return _written(short, language) + (singular if abs(short) == 1 else plural)
    return _written(rounded if value % 1 else value, language, grouped)


def measure(value: Decimal, language: str, unit: NamedNode | None, label: str) -> str:
    """Return an amount with its unit; a unit without a short form is written as ``label``."""
    counted = unit == name("unit:NUM")
    written = amount(value, language, grouped=_SMALLEST_COUNT_GROUPED if counted else _SMALLEST_GROUPED)
    if unit is None:
        return written
    words = _UNITS.get(unit)
    return written + (words.get(language, "") if words is not None else f" {label}")


def _rounded(value: Decimal) -> Decimal:
    # `adjusted` is the exponent of the first digit, so this rounds to significant digits and not to decimals
    return round(value, _DIGITS - 1 - value.adjusted()) if value else value


def _written(value: Decimal, language: str, grouped: int = _SMALLEST_GROUPED) -> str:
    group, point = _MARKS[language]
    whole = f"{abs(value):f}" if abs(value) < grouped else f"{abs(value):,f}"
    if "." in whole:
        whole = whole.rstrip("0").rstrip(".")
    # the marks of two languages are swapped, so a third sign holds the place of the first one meanwhile
    written = whole.replace(",", "\0").replace(".", point).replace("\0", group)
    return f"−{written}" if value < 0 and written.strip("0,.") else written
