"""Periods in words."""

from __future__ import annotations

import pytest

from kg.output.datacube.period import labels


@pytest.mark.parametrize(
    ("notation", "english", "german", "chinese"),
    [
        ("2025", "2025", "2025", "2025年"),
        ("2023-06", "June 2023", "Juni 2023", "2023年6月"),
        ("2021-2025", "2021 to 2025", "2021 bis 2025", "2021年至2025年"),
        ("2016-2021-10", "2016 to October 2021", "2016 bis Oktober 2021", "2016年至2021年10月"),
        ("undated", "year not stated", "ohne Jahr", "年份不详"),
        ("undated-03", "March, year not stated", "März, ohne Jahr", "3月（年份不详）"),
    ],
)
def test_a_period_has_a_label_in_each_language(notation: str, english: str, german: str, chinese: str) -> None:
    assert labels(notation) == {"en": english, "de": german, "zh": chinese}


@pytest.mark.parametrize("notation", ["", "25", "soon", "2025-6"])
def test_what_is_no_period_has_none(notation: str) -> None:
    assert labels(notation) == {}
