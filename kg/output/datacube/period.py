"""Periods: a year, a month, a span of years, or no year at all, as concepts with labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, Triple

from kg.core.names import name

_NOTATION = re.compile(r"(?:(?P<first>[0-9]{4})-)?(?P<year>[0-9]{4}|undated)(?:-(?P<month>[0-9]{2}))?")
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    "zh": tuple(f"{month}月" for month in range(1, 13)),
}
_UNDATED = {"en": "year not stated", "de": "ohne Jahr", "zh": "年份不详"}
_SPAN = {"en": "{} to {}", "de": "{} bis {}", "zh": "{}至{}"}
_YEAR = {"en": "{}", "de": "{}", "zh": "{}年"}
_WITH_MONTH = {"en": "{month} {year}", "de": "{month} {year}", "zh": "{year}{month}"}
_UNDATED_MONTH = {"en": "{month}, {year}", "de": "{month}, {year}", "zh": "{month}（{year}）"}


def describe_periods(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The labels of the periods that have a notation in some triples."""
    for triple in triples:
        if triple.predicate == name("skos:notation") and isinstance(triple.object, Literal):
            for language, label in labels(triple.object.value).items():
                yield Triple(triple.subject, name("skos:prefLabel"), Literal(label, language=language))


def labels(notation: str) -> dict[str, str]:
    """The labels of a period by language: of ``2025``, ``2023-06``, ``2021-2025``, ``undated`` or ``undated-03``."""
    found = _NOTATION.fullmatch(notation)
    if found is None:
        return {}
    return {language: _label(found, language) for language in _MONTHS}


def _label(found: re.Match[str], language: str) -> str:
    dated = found["year"] != "undated"
    words = _YEAR[language].format(found["year"]) if dated else _UNDATED[language]
    if found["month"]:
        pattern = _WITH_MONTH if dated else _UNDATED_MONTH
        words = pattern[language].format(month=_MONTHS[language][int(found["month"]) - 1], year=words)
    return _SPAN[language].format(_YEAR[language].format(found["first"]), words) if found["first"] else words
