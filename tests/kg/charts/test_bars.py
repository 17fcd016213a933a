"""Bars: one for each number, in the order of the answer, with its figure beside it."""

from __future__ import annotations

from typing import Any

import pytest

from kg.charts import Chart, chart_of
from kg.charts.bars import MOST
from tests.kg.charts.answers import answer, data_of, layers_of, things, words_of

CHART = {"kind": "bars", "category": "a", "value": "n"}
GERMAN = (
    "Title de. Balkendiagramm: n de nach a de; Balken: 2. Höchster Wert: b (2,64 Billionen). Niedrigster Wert: a (5)."
)


def drawn(chart: dict[str, Any], columns: tuple[str, ...], rows: Any, **more: Any) -> Chart:
    picture = chart_of(answer(chart, columns, rows, **more))
    assert picture is not None
    return picture


def bars(picture: Chart) -> list[tuple[str, float]]:
    return [(datum["category"], datum["value"]) for datum in data_of(picture, "rect")]


def test_bars_keep_the_order_of_the_answer_and_several_places_for_one_number_are_one_bar() -> None:
    rows = [("b", 3, "here"), ("b", 3, "there"), ("a", 5, "here")]
    assert bars(drawn(CHART, ("a", "n", "place"), rows)) == [("b", 3.0), ("a", 5.0)]


def test_other_numbers_of_the_same_thing_have_bars_of_their_own_with_a_numbered_label() -> None:
    picture = drawn(CHART, ("a", "n"), [("a", 1), ("a", 2)])
    assert bars(picture) == [("a", 1.0), ("a", 2.0)]
    assert {"a", "a (2)"} <= words_of(picture)


def test_two_things_of_one_name_stay_two() -> None:
    (first, other), _ = things(2)
    picture = drawn(CHART, ("a", "n"), [(first, 1), (other, 1)], labels={"t0": "Same", "t1": "Same"})
    assert len(bars(picture)) == 2
    assert {"Same", "Same (2)"} <= words_of(picture)


def test_a_number_that_is_not_known_is_said_to_be_unknown_and_has_no_bar() -> None:
    picture = drawn(CHART, ("a", "n"), [("a", 1), ("b", None)])
    assert bars(picture) == [("a", 1.0)]
    assert "unknown" in words_of(picture)


def test_zero_is_no_unknown() -> None:
    picture = drawn(CHART, ("a", "n"), [("a", 1), ("b", 0)])
    assert ("b", 0.0) in bars(picture)
    assert "unknown" not in words_of(picture)


def test_a_count_counts_distinct_things() -> None:
    chart = {"kind": "bars", "category": "a", "count": "x"}
    rows = [("a", "one"), ("a", "one"), ("a", "two"), ("b", None)]
    picture = drawn(chart, ("a", "x"), rows)
    assert bars(picture) == [("a", 2.0), ("b", 0.0)]
    assert "x en (count)" in words_of(picture)


def test_negative_numbers_go_the_other_way_and_have_their_figures_at_the_left() -> None:
    picture = drawn(CHART, ("a", "n"), [("a", -4), ("b", 6)])
    aligned = {layer["mark"]["align"] for layer in layers_of(picture, "text") if layer["mark"].get("dx")}
    assert aligned == {"left", "right"}
    assert "−4" in words_of(picture)


def test_groups_have_headings_and_the_lead_of_labels_is_said_once() -> None:
    names = ["14th Five-Year Plan for Software", "14th Five-Year Plan for Green Development"]
    rows = [("x", 1, names[0]), ("y", 2, names[1]), ("z", 3, names[0])]
    picture = drawn({**CHART, "group": "g"}, ("a", "n", "g"), rows)
    assert bars(picture) == [("x", 1.0), ("z", 3.0), ("y", 2.0)]
    assert {"Software", "Green Development", "g en: 14th Five-Year Plan for …"} <= words_of(picture)


def test_too_many_bars_are_cut_and_said_so() -> None:
    picture = drawn(CHART, ("a", "n"), [(f"thing {n}", n) for n in range(MOST + 1)])
    assert len(bars(picture)) == MOST
    assert f"The first {MOST} of {MOST + 1} are drawn; the table has them all." in words_of(picture)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Title en. Bar chart: n en by a en; bars: 2. Highest: b (2.64 trillion). Lowest: a (5)."),
        (
            "de",
            GERMAN,
        ),
        ("zh", "Title zh。条形图，共2条：各a zh的n zh。最高：b（2.64万亿）。最低：a（5）。"),
    ],
)
def test_the_text_alternative_says_how_many_and_which_are_highest_and_lowest(language: str, expected: str) -> None:
    rows = [("a", 5), ("b", 2_640_000_000_000)]
    assert drawn(CHART, ("a", "n"), rows, language=language).text == expected
