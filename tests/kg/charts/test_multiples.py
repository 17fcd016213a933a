"""Small multiples: the same rows and the same scale in every panel."""

from __future__ import annotations

from typing import Any

from kg.charts import Chart, chart_of
from kg.charts.multiples import MOST_PANELS, MOST_ROWS
from tests.kg.charts.answers import answer, data_of, words_of

CHART = {"kind": "multiples", "panel": "p", "category": "c", "value": "n"}


def drawn(rows: Any) -> Chart:
    picture = chart_of(answer(CHART, ("p", "c", "n"), rows))
    assert picture is not None
    return picture


def test_equal_numbers_are_equally_long_in_every_panel() -> None:
    picture = drawn([("one", "x", 4), ("two", "x", 4), ("three", "x", 8)])
    long = [round(datum["x2"] - datum["x"], 1) for datum in data_of(picture, "rect")]
    assert long[0] == long[1]
    assert abs(long[2] - 2 * long[0]) < 0.3


def test_every_panel_has_the_same_rows_and_what_is_missing_is_a_dot_and_no_zero() -> None:
    picture = drawn([("one", "x", 4), ("two", "y", 0)])
    written = [datum["text"] for datum in data_of(picture, "text")]
    assert (written.count("x"), written.count("y"), written.count("·")) == (2, 2, 2)
    assert "0" in words_of(picture)


def test_two_panels_are_side_by_side() -> None:
    single, two, three = (drawn([(f"panel {n}", "x", 1) for n in range(count)]).height for count in (1, 2, 3))
    assert single == two < three


def test_too_many_panels_or_rows_are_cut_and_said_so() -> None:
    picture = drawn([(f"p{n}", f"c{m}", 1) for n in range(MOST_PANELS + 1) for m in range(MOST_ROWS + 1)])
    assert len(data_of(picture, "rect")) == MOST_PANELS * MOST_ROWS
    assert f"p en: The first {MOST_PANELS} of {MOST_PANELS + 1}" in picture.text
    assert f"c en: The first {MOST_ROWS} of {MOST_ROWS + 1}" in picture.text


def test_the_text_alternative_says_what_the_panels_are() -> None:
    text = drawn([("one", "x", 4), ("two", "y", 2)]).text
    assert text == (
        "Title en. Small bar charts, one for each p en: n en by c en; charts: 2. "
        "Highest: one – x (4). Lowest: two – y (2)."
    )
