"""Numbers, dates and sizes in the format of a language. Pure except for the filters of the templates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_date
from babel.dates import format_skeleton
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from babel.units import format_unit
from jinja2 import pass_context

from server.core.i18n.language import language_here

if TYPE_CHECKING:
    from flask import Flask

_LOCALES = {"en": "en_GB", "de": "de_DE", "zh": "zh_Hans_CN"}
_SIGNED = "+#,##0;-#,##0"
_KILO = 1000
SMALLEST_GROUPED = 10_000
# two digits of an exponent at most: the number is written without it, as a text with that many zeros
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d\d?)?", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


def format_number(value: float | Decimal, language: str, pattern: str | None = None) -> str:
    """Return a number with the separators of the language: ``12,345.6``, ``12.345,6``.

    ``pattern`` is a Unicode number pattern (TR 35, part 3), such as ``0.0`` for one digit after the mark.
    """
    return format_decimal(value, pattern, locale=_LOCALES[language])


def language_words(code: str, language: str) -> str:
    """Return the name of a language: ``bg`` is *Bulgarian*. An unknown code stays as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name(_LOCALES[language]) or code
    except (ValueError, UnknownLocaleError):
        return code


@cache
def marks(language: str) -> tuple[str, str]:
    """Return the separator of thousands and the decimal mark."""
    return get_group_symbol(_LOCALES[language]), get_decimal_symbol(_LOCALES[language])


def format_difference(value: int, language: str) -> str:
    """Return a number with its sign: ``+1,234``."""
    return format_number(value, language, _SIGNED)


def format_date(date: datetime.date | str, language: str) -> str:
    """Return a date in long form: ``25 November 2026``.

    A text may also be a time, a month (``2026-11``) or a year. Other texts stay as they are.
    """
    locale = _LOCALES[language]
    try:
        if not isinstance(date, str):
            return babel_date(date, "long", locale=locale)
        if _DAY.fullmatch(date):
            return babel_date(datetime.date.fromisoformat(date[:10]), "long", locale=locale)
        if _MONTH.fullmatch(date):
            return format_skeleton("yMMMM", datetime.date.fromisoformat(f"{date}-01"), locale=locale)
    except ValueError:  # no such day, such as 30 February
        return str(date)
    return date


def format_size(size: int, language: str) -> str:
    """Return a number of bytes in a readable unit: ``29 kB``, ``1.5 MB``. A kilobyte is 1000 bytes."""
    if size < _KILO:
        return format_unit(size, "digital-byte", "long", locale=_LOCALES[language])
    # the rounded number is compared, since 999,900 bytes would otherwise read ``1000 kB``
    if round(size / _KILO) < _KILO:
        return f"{round(size / _KILO)} kB"
    unit, least = ("MB", _KILO**2) if round(size / _KILO**2, 1) < _KILO else ("GB", _KILO**3)
    return f"{format_number(Decimal(size) / least, language, '0.0')} {unit}"


def register(app: Flask) -> None:
    """Give the templates ``figure``, ``difference``, ``day`` and ``size`` in the language of the page."""
    app.jinja_env.filters |= {
        "figure": _spoken(format_number),
        "difference": _spoken(format_difference),
        "day": _spoken(format_date),
        "size": _spoken(format_size),
    }


def _spoken(form: Callable[[Any, str], str]) -> Callable[[object, Any], str]:
    """Return a filter in the language of the page."""

    # without the context, Jinja would compute constants once for all pages
    @pass_context
    def spoken(_: object, value: Any) -> str:
        return form(value, language_here())

    return spoken


def number(text: str, language: str = "en") -> str:
    """Return a number with separators of thousands and without trailing zeros: ``2640000.0`` gives ``2,640,000``.

    The marks are those of the language: German has ``2.640.000`` and ``0,5``. Four digits have no separator, since they
    may be a year. A text that is not a number of usual size stays as it is.
    """
    if not _NUMBER.fullmatch(text):
        return text
    value = Decimal(text)
    whole = f"{value:f}" if abs(value) < SMALLEST_GROUPED else f"{value:,f}"
    written = whole.rstrip("0").rstrip(".") if "." in whole else whole
    group, point = marks(language)
    # both marks in one pass, because German exchanges them
    return written.translate({ord(","): group, ord("."): point})
