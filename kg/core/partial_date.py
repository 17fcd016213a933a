"""Dates of unequal precision: a year, a month or a day; their place in time, and how they are written."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from pyoxigraph import Literal

# the lexical forms of xsd:gYear, gYearMonth, date and dateTime (XML Schema 1.1 part 2, section 3.3), years 1000 to 9999
_FORM = re.compile(r"([1-9]\d{3})(?:-(\d\d)(?:-(\d\d)(?:T.*)?)?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
}


@dataclass(frozen=True)
class PartialDate:
    """A year, with its month and its day if they are known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def span(self) -> tuple[float, float]:
        """The start and the end within its year, from 0 to 1."""
        if self.month is None:
            return 0.0, 1.0
        days = calendar.monthrange(self.year, self.month)[1]
        first, last = (1, days) if self.day is None else (self.day, self.day)
        # a day counts from its start to its end, so the first day of a month begins where the month begins
        return (self.month - 1 + (first - 1) / days) / 12, (self.month - 1 + last / days) / 12

    @property
    def middle(self) -> float:
        """The middle of its span."""
        return sum(self.span) / 2

    def written(self, language: str) -> str:
        """Return the date in words: ``30 Nov 2021``, ``Nov. 2021``, ``2021年``."""
        if language == "zh":
            month = "" if self.month is None else f"{self.month}月"
            return f"{self.year}年{month}" + ("" if self.day is None else f"{self.day}日")
        dot = "." if language == "de" else ""
        day = "" if self.day is None else f"{self.day}{dot} "
        month = "" if self.month is None else f"{_MONTHS[language][self.month - 1]} "
        return f"{day}{month}{self.year}"


def partial_date(term: object) -> PartialDate | None:
    """Return the date in a cell, or None if it has none."""
    match = _FORM.fullmatch(term.value) if isinstance(term, Literal) else None
    if match is None:
        return None
    year, month, day = (None if part is None else int(part) for part in match.groups())
    assert year is not None  # noqa: S101 - the pattern has it
    if month is None:
        return PartialDate(year)
    # a date that no calendar has is no date; without a day, 1 is a day of every month
    if not 1 <= month <= 12 or not 1 <= (day or 1) <= calendar.monthrange(year, month)[1]:
        return None
    return PartialDate(year, month, day)
