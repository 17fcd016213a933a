"""Short titles of plans."""

from __future__ import annotations

import pytest

from server.pages.plans.overview import short_title


@pytest.mark.parametrize(
    ("title", "language", "short"),
    [
        ("14th Five-Year Plan for the Big Data Industry", "en", "Big Data Industry"),
        ("14th Five-Year Plan for Industrial Green Development", "en", "Industrial Green Development"),
        ("14. Fünfjahresplan für die technische Facharbeiterausbildung", "de", "Technische Facharbeiterausbildung"),
        ("14. Fünfjahresplan für Software und IT-Dienstleistungen", "de", "Software und IT-Dienstleistungen"),
        ("“十四五”大数据产业发展规划", "zh", "大数据产业"),
        ("技工教育“十四五”规划", "zh", "技工教育"),
        (
            "Development plan for the big data industry, 2016 to 2020",
            "en",
            "Development plan for the big data industry, 2016 to 2020",
        ),
        ("“十四五”规划", "zh", "“十四五”规划"),
        ("14th Five-Year Plan", "en", "14th Five-Year Plan"),
        ("plan-x", "", "Plan-x"),
    ],
)
def test_a_title_is_shortened_by_what_the_plans_of_a_period_share(title: str, language: str, short: str) -> None:
    assert short_title(title, language) == short
