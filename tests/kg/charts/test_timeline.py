"""A timeline: events in time, their labels clear of each other, their dates as precise as they are."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from pyoxigraph import Literal

from kg.charts import Chart, Width, chart_of
from kg.charts.chart import CATEGORIES, TEXT_SIZE, WIDTHS
from kg.charts.timeline import MOST
from tests.kg.charts.answers import answer, data_of, layers_of, words_of, written

CHART = {"kind": "timeline", "date": "d", "label": "a", "group": "g"}


def drawn(rows: Any, language: str = "en") -> Chart:
    picture = chart_of(answer(CHART, ("d", "a", "g"), [(Literal(date), *rest) for date, *rest in rows], language))
    assert picture is not None
    return picture


def labels(picture: Chart) -> list[dict[str, Any]]:
    return [datum for layer in layers_of(picture, "text") if layer["mark"]["aria"] for datum in layer["data"]["values"]]


def test_labels_do_not_overlap_however_close_the_events_are() -> None:
    days = [
        (
            f"2021-11-{n % 28 + 1:02}",
            f"{n}: a rather long label for an event, which needs room for two lines of text",
            "g",
        )
        for n in range(40)
    ]
    ys = [datum["y"] for datum in labels(drawn(days))]
    assert len(ys) == 80
    assert ys == sorted(ys)
    assert min(after - before for before, after in itertools.pairwise(ys)) >= TEXT_SIZE


def test_events_are_in_time_whatever_the_order_of_the_rows() -> None:
    picture = drawn([("2022", "b", "g"), ("2021-12-31", "a", "g"), ("2021-01", "c", "g"), ("2021", "d", "g")])
    assert [datum["text"] for datum in labels(picture)] == ["c", "d", "a", "b"]
    assert "Earliest: c (Jan 2021). Latest: b (2022)." in picture.text


def test_a_year_spans_its_band_a_month_a_twelfth_of_it_and_a_day_is_a_dot() -> None:
    picture = drawn([("2021", "a", "g"), ("2021-06", "b", "g"), ("2021-06-15", "c", "g")])
    spans = {datum["tip"].split()[-2]: datum["y2"] - datum["y"] for datum in data_of(picture, "rule") if "tip" in datum}
    assert spans["a"] == pytest.approx(12 * spans["b"], rel=0.02)
    dots = [layer for layer in layers_of(picture, "point") if layer["mark"].get("size") == 45]
    assert [len(layer["data"]["values"]) for layer in dots] == [1]


def test_years_without_events_are_there_but_a_long_run_of_them_is_one_break() -> None:
    assert {"2019", "2020", "2021"} <= words_of(drawn([("2019", "a", "g"), ("2021", "b", "g")]))
    words = words_of(drawn([("1999", "a", "g"), ("2021", "b", "g")]))
    assert "⋮" in words
    assert "2010" not in words


def test_what_has_no_date_is_at_the_end_as_unknown() -> None:
    picture = drawn([("soon", "a", "g"), ("2021", "b", "g")])
    assert [datum["text"] for datum in labels(picture)] == ["b", "a"]
    assert "unknown" in words_of(picture)
    assert "Without a date: 1." in picture.text


def test_each_group_has_a_colour_a_shape_and_a_name_and_one_too_many_a_plain_dot() -> None:
    groups = len(CATEGORIES) + 2
    picture = drawn([("2021", f"event {n}", f"group {n}") for n in range(groups)])
    marks = [(layer["mark"]["shape"], layer["mark"]["fill"]) for layer in layers_of(picture, "point")]
    assert len(set(marks)) == len(CATEGORIES) + 1
    assert {f"group {n}" for n in range(groups)} <= words_of(picture)


def test_an_event_of_several_rows_is_one_and_too_many_are_cut() -> None:
    assert len(labels(drawn([("2021", "a", "g")] * 3))) == 1
    picture = drawn([("2021", f"event {n}", "g") for n in range(MOST + 1)])
    assert f"The first {MOST} of {MOST + 1} are drawn" in picture.text


@pytest.mark.parametrize("width", WIDTHS)
def test_the_word_for_unknown_dates_keeps_clear_of_the_axis(width: Width) -> None:
    picture = chart_of(answer(CHART, ("d", "a", "g"), [(None, "a", "g")], "de"), width=width)
    assert picture is not None
    ends = {right for text, left, _, right, _ in written(picture) if (text, left) == ("unbekannt", 0)}
    axis = min(datum["x"] for datum in data_of(picture, "rule") if datum["x"])
    assert 0 < max(ends) < axis


def test_a_narrow_timeline_has_the_date_above_the_label() -> None:
    picture = chart_of(answer(CHART, ("d", "a", "g"), [(Literal("2021-11-30"), "event", "g")]), width="narrow")
    assert picture is not None
    date, label = (
        {text: box for text, *box in written(picture)}[label_text] for label_text in ("30 Nov 2021", "event")
    )
    assert date[0] == label[0]
    assert date[3] < label[1] + 1
