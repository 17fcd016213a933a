"""Numbers, days and sizes in the form that readers of each language know."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from kg.core.names import LANGUAGES
from server.core.i18n.numbers import format_date, format_difference, format_number, format_size, language_words


@pytest.mark.parametrize(
    ("value", "english", "german", "chinese"),
    [
        (0, "0", "0", "0"),
        (1234, "1,234", "1.234", "1,234"),
        (2_640_000, "2,640,000", "2.640.000", "2,640,000"),
        (Decimal("0.7"), "0.7", "0,7", "0.7"),
        (-3, "-3", "-3", "-3"),
    ],
)
def test_a_number_has_the_marks_of_its_language(value: int | Decimal, english: str, german: str, chinese: str) -> None:
    assert [format_number(value, language) for language in LANGUAGES] == [english, german, chinese]


def test_a_difference_tells_its_sign() -> None:
    assert [format_difference(difference, "de") for difference in (1234, -1, 0)] == ["+1.234", "-1", "+0"]


@pytest.mark.parametrize(
    ("date", "english", "german", "chinese"),
    [
        (datetime.date(2026, 11, 5), "5 November 2026", "5. November 2026", "2026年11月5日"),
        ("2026-03-10", "10 March 2026", "10. März 2026", "2026年3月10日"),
        ("2026-03-10T08:00:00+00:00", "10 March 2026", "10. März 2026", "2026年3月10日"),
        ("2026-03", "March 2026", "März 2026", "2026年3月"),
        ("2026", "2026", "2026", "2026"),
        ("2026-02-30", "2026-02-30", "2026-02-30", "2026-02-30"),
        ("2026-13", "2026-13", "2026-13", "2026-13"),
        ("", "", "", ""),
        ("<b>", "<b>", "<b>", "<b>"),
    ],
)
def test_a_day_is_written_out_and_what_is_none_stays_as_it_is(
    date: datetime.date | str, english: str, german: str, chinese: str
) -> None:
    assert [format_date(date, language) for language in LANGUAGES] == [english, german, chinese]


@pytest.mark.parametrize(
    ("size", "english", "german", "chinese"),
    [
        (0, "0 bytes", "0 Byte", "0字节"),
        (999, "999 bytes", "999 Byte", "999字节"),
        (1000, "1 kB", "1 kB", "1 kB"),
        (28_561, "29 kB", "29 kB", "29 kB"),
        (999_999, "1.0 MB", "1,0 MB", "1.0 MB"),
        (1_500_000, "1.5 MB", "1,5 MB", "1.5 MB"),
        (999_999_999, "1.0 GB", "1,0 GB", "1.0 GB"),
    ],
)
def test_a_size_is_said_in_the_unit_that_suits_it(size: int, english: str, german: str, chinese: str) -> None:
    assert [format_size(size, language) for language in LANGUAGES] == [english, german, chinese]


@pytest.mark.parametrize(
    ("code", "english", "german", "chinese"),
    [
        ("bg", "Bulgarian", "Bulgarisch", "保加利亚语"),
        ("zh", "Chinese", "Chinesisch", "中文"),
        ("x-none", "x-none", "x-none", "x-none"),
        ("no language", "no language", "no language", "no language"),
    ],
)
def test_a_language_is_called_by_its_name(code: str, english: str, german: str, chinese: str) -> None:
    assert [language_words(code, language) for language in LANGUAGES] == [english, german, chinese]
