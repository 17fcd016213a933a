"""Figures as they are meant: with the sign or word that qualifies them, their unit, and the time that they are of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kg.core.names import name
from server.pages.result.cells import Cell
from server.pages.result.table import folded_cell
from tests.kg.charts.answers import Cell as Given
from tests.kg.charts.answers import answer
from tests.server.page import Page

FIELDS = ("figure", "comparator", "upper", "basis", "direction", "unit", "when")
FALL = {"basis": name("fyp:relativeChange"), "direction": name("fyp:reduce")}


def cell(overrides: dict[str, Given] | None = None, language: str = "en", shown: str = "34.4") -> Cell:
    cells: dict[str, Given] = {"figure": 34.4, "unit": name("unit:PERCENT"), "when": 2025, **(overrides or {})}
    answered = answer(None, FIELDS, [[cells.get(field) for field in FIELDS]], language)
    column = replace(answered.columns[0], kind="number", folded={field: field for field in FIELDS[1:]})
    return folded_cell(answered, answered.rows[0], column, Cell(shown, numeric=True))


@pytest.mark.parametrize(
    ("overrides", "text"),
    [
        ({}, "34.4%"),
        ({"comparator": name("fyp:moreThan")}, ">\u00a034.4%"),
        ({"comparator": name("fyp:atLeast")}, "≥\u00a034.4%"),
        ({"comparator": name("fyp:lessThan")}, "<\u00a034.4%"),
        ({"comparator": name("fyp:approximately")}, "≈\u00a034.4%"),
        ({"comparator": name("fyp:almost")}, "almost 34.4%"),
        ({"comparator": name("fyp:exactly")}, "34.4%"),
        ({"comparator": name("fyp:range"), "upper": 40}, "34.4% to 40%"),
        ({"comparator": name("fyp:atLeast"), **FALL}, "≤\u00a0−34.4%"),
    ],
)
def test_a_figure_tells_how_it_is_qualified(overrides: dict[str, Given], text: str) -> None:
    assert cell(overrides).text == text


def test_the_time_is_beside_the_figure_in_the_language_of_the_page() -> None:
    assert cell().when == "2025"
    assert cell({"when": "2021-10"}, "de").when == "Okt. 2021"


def test_a_rounded_figure_keeps_the_exact_one_at_hand() -> None:
    long = cell({"figure": 2_640_000_000_000, "unit": name("unit:CCY_CNY")}, shown="2,640,000,000,000")
    assert (long.text, long.exact) == ("2.64 trillion yuan", "2,640,000,000,000")
    assert cell().exact == ""


def test_what_is_not_known_stays_empty() -> None:
    assert cell({"figure": None}, shown="") == Cell("", numeric=True)


def test_what_is_folded_has_no_column_on_the_page_and_keeps_it_in_files(client: FlaskClient) -> None:
    page = Page(client.get("/q/targets-against-outcomes").text)
    headings = {cell_element.get("data-heading") for tag in ("td", "th") for cell_element in page.all(tag)}
    assert {"Indicator", "Target of the plan itself", "Progress"} <= headings
    assert not {"Unit", "Observed for", "Target of the plan qualified as"} & headings
    first = client.get("/q/targets-against-outcomes.csv").text.splitlines()[0]
    assert {"unit", "observed", "officialComparator", "statedComparator"} <= set(first.lstrip("\ufeff").split(","))
