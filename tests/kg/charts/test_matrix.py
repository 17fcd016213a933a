"""A matrix: every pair has its cell, with a figure or without."""

from __future__ import annotations

import itertools
from typing import Any

from kg.charts import Chart, Width, chart_of
from kg.charts.chart import SMALL_SIZE
from kg.charts.matrix import MOST_ACROSS, MOST_DOWN
from tests.kg.charts.answers import answer, data_of, layers_of, words_of

CHART = {"kind": "matrix", "x": "a", "y": "b", "value": "n"}


def drawn(rows: Any, chart: dict[str, Any] = CHART, width: Width = "wide") -> Chart:
    picture = chart_of(answer(chart, ("a", "b", "n"), rows), width=width)
    assert picture is not None
    return picture


def test_empty_cells_stay_to_be_seen() -> None:
    picture = drawn([("x", "1", 3), ("y", "2", 4)])
    cells = {(datum["a" if "a" in datum else "x"], datum["value"]) for datum in data_of(picture, "rect")}
    assert len(data_of(picture, "rect")) == 4
    assert len(cells) == 4
    empty = next(layer for layer in layers_of(picture, "rect") if layer["mark"].get("stroke"))
    assert len(empty["data"]["values"]) == 2
    assert "Cells with a value: 2 of 4" in picture.text


def test_each_cell_has_its_figure_so_that_nothing_hangs_on_the_shade() -> None:
    assert {"3", "40", "·"} <= words_of(drawn([("x", "1", 3), ("y", "2", 40)]))


def test_a_matrix_is_drawn_if_its_only_number_is_cut_off() -> None:
    rows = [(f"x{n}", f"y{n}", None) for n in range(MOST_DOWN)]
    picture = drawn([*rows, ("last", "last", 5)])
    assert data_of(picture, "rect")


def test_the_longer_side_goes_down() -> None:
    wide = drawn([(f"x{n}", "y", n + 1) for n in range(9)])
    tall = drawn([("x", f"y{n}", n + 1) for n in range(9)])
    assert wide.height == tall.height


def test_several_numbers_of_a_pair_are_added_and_a_repeated_one_is_not() -> None:
    picture = drawn([("x", "y", 2), ("x", "y", 2), ("x", "y", 3)])
    assert [datum["value"] for datum in data_of(picture, "rect")] == [5.0]


def test_without_a_value_rows_are_counted_and_with_count_distinct_things() -> None:
    rows = [("x", "y", 1), ("x", "y", 1), ("x", "y", 2)]
    by_rows = drawn(rows, {"kind": "matrix", "x": "a", "y": "b"})
    by_things = drawn(rows, {"kind": "matrix", "x": "a", "y": "b", "count": "n"})
    assert [data_of(picture, "rect")[0]["value"] for picture in (by_rows, by_things)] == [3.0, 2.0]


def test_a_thing_without_a_partner_has_an_empty_row() -> None:
    picture = drawn([("x", "y", 1), ("x", "z", None), (None, "w", 7)])
    assert {"y", "z", "w"} <= words_of(picture)
    assert "Cells with a value: 1 of 3" in picture.text


def test_two_sides_that_are_too_long_are_cut_and_said_so() -> None:
    picture = drawn([(f"x{n}", f"y{m}", n + m) for n in range(MOST_DOWN + 5) for m in range(MOST_ACROSS + 3)])
    assert len(data_of(picture, "rect")) == MOST_DOWN * MOST_ACROSS
    assert f"a en: The first {MOST_DOWN} of {MOST_DOWN + 5} are drawn" in picture.text
    assert f"b en: The first {MOST_ACROSS} of {MOST_ACROSS + 3} are drawn" in picture.text


def test_few_columns_have_level_headings_and_many_have_rising_ones() -> None:
    few, many = (
        drawn([(f"column {n}", f"row {m}", 1) for n in range(count) for m in range(count + 1)]) for count in (2, 9)
    )
    angles = [{layer["mark"].get("angle") for layer in layers_of(picture, "text")} for picture in (few, many)]
    assert 0 in angles[0]
    assert 315 in angles[1]


def test_many_headings_are_upright_on_a_narrow_screen() -> None:
    picture = drawn(
        [(f"{n}: column with a long name", f"row {m}", 1) for n in range(12) for m in range(13)], CHART, "narrow"
    )
    assert 270 in {layer["mark"].get("angle") for layer in layers_of(picture, "text")}


def test_rising_headings_of_two_lines_do_not_run_into_each_other() -> None:
    name = "a heading that would take two lines of text if it could have them"
    picture = drawn([(f"{name} {n}", f"row {m}", 1) for n in range(5) for m in range(6)], CHART, "narrow")
    (heads,) = (layer["data"]["values"] for layer in layers_of(picture, "text") if layer["mark"].get("angle"))
    lefts = sorted(datum["x"] for datum in heads)
    assert len(lefts) == 5
    assert min(after - before for before, after in itertools.pairwise(lefts)) >= SMALL_SIZE
