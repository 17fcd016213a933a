"""A network: labels keep clear of each other, and a stronger link is thicker and says how strong it is."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kg.charts import Chart, Width, chart_of
from kg.charts.chart import MARGIN, TEXT_SIZE, WIDTHS
from kg.charts.network import MOST_THINGS
from kg.charts.text_metrics import width
from tests.kg.charts.answers import answer, data_of, layers_of, words_of

CHART = {"kind": "network", "from": "a", "to": "b", "weight": "n"}
RING = [(f"thing number {n}", f"thing number {(n * 7 + 3) % 23}", n % 4 + 1) for n in range(23)]
SIDES = [(f"one {n}", f"quite another thing with a long name {n * n % 9}", 1) for n in range(20)]


def drawn(rows: Any, wide: Width = "wide") -> Chart:
    picture = chart_of(answer(CHART, ("a", "b", "n"), rows), width=wide)
    assert picture is not None
    return picture


@pytest.mark.parametrize("rows", [RING, SIDES, [("x", "y", 1)]], ids=["ring", "sides", "pair"])
@pytest.mark.parametrize("whole", WIDTHS)
def test_labels_of_things_neither_overlap_nor_leave_the_picture(rows: Any, whole: Width) -> None:
    boxes = []
    for layer in layers_of(drawn(rows, whole), "text"):
        if not layer["mark"]["aria"]:
            continue
        for datum in layer["data"]["values"]:
            wide = width(datum["text"], TEXT_SIZE)
            left = datum["x"] if layer["mark"]["align"] == "left" else datum["x"] - wide
            boxes.append((left, datum["y"] - TEXT_SIZE / 2, left + wide, datum["y"] + TEXT_SIZE / 2))
    assert len(boxes) >= 2
    for box, other in itertools.combinations(boxes, 2):
        assert box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1]
    assert all(box[0] >= 0 and box[2] <= WIDTHS[whole] - 2 * MARGIN for box in boxes)


def test_a_stronger_link_is_thicker_in_proportion_and_says_how_strong_it_is() -> None:
    picture = drawn([("a", "b", 2), ("b", "c", 6)])
    (lines,) = layers_of(picture, "line")
    scale = lines["encoding"]["strokeWidth"]["scale"]
    assert scale["domain"] == [2, 6]
    assert scale["range"][1] == 3 * scale["range"][0]
    assert {"2", "6"} <= words_of(picture)
    assert "Width of a line: n en, from 2 to 6" in words_of(picture)
    assert {datum["tip"] for datum in data_of(picture, "line")} == {"a – b: 2", "b – c: 6"}


def test_a_narrow_ring_is_a_column_with_arcs_beside_it_the_wider_the_farther_they_lead() -> None:
    picture = drawn([("a", "b", 1), ("b", "c", 1), ("c", "d", 1), ("a", "d", 1)], "narrow")
    assert len({datum["x"] for datum in data_of(picture, "point")}) == 1
    reach: dict[str, float] = {}
    for datum in data_of(picture, "line"):
        reach[datum["tip"]] = min(datum["x"], reach.get(datum["tip"], datum["x"]))
    assert 0 < reach["a – d: 1"] < reach["b – c: 1"]


def test_a_side_of_its_own_has_a_shape_and_a_heading_of_its_own() -> None:
    picture = drawn(SIDES)
    assert {layer["mark"]["shape"] for layer in layers_of(picture, "point")} == {"circle", "square"}
    assert {"a en", "b en"} <= words_of(picture)


def test_links_alone_make_no_picture_of_a_thing_with_itself() -> None:
    assert chart_of(answer(CHART, ("a", "b", "n"), [("a", "a", 3)])) is None


def test_too_many_things_are_cut_and_said_so() -> None:
    picture = drawn([(f"x{n}", f"x{n + 1}", 500 - n) for n in range(200)])
    assert len(data_of(picture, "point")) == MOST_THINGS
    assert "strongest of 200 links are drawn; the table has them all" in picture.text


def test_the_text_alternative_names_the_strongest_link_and_the_most_linked_thing() -> None:
    text = drawn([("a", "b", 2), ("b", "c", 6)]).text
    assert text == ("Title en. Network; things: 3, links: 2. Highest: b – c (6). Lowest: a – b (2). Most links: b (2).")
