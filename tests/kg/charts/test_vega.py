"""A whole specification in the header: its data, its theme and its titles are added."""

from __future__ import annotations

from kg.charts import chart_of
from kg.core.names import LANGUAGES, thing
from tests.kg.charts.answers import answer

SPEC = {
    "mark": "point",
    "config": {"view": {"fill": "red"}},
    "encoding": {
        "x": {"field": "a", "type": "nominal"},
        "y": {"field": "n", "title": "own"},
        "tooltip": [{"field": "n"}],
    },
}
CHART = {"kind": "vega-lite", "text": {language: f"It shows {language}." for language in LANGUAGES}, "spec": SPEC}


def test_rows_are_data_by_column_and_channels_take_the_headings_of_columns() -> None:
    picture = chart_of(answer(CHART, ("a", "n"), [(thing("t"), 3), (None, 0.5)], "de", {"t": "Ding"}), "dark")
    assert picture is not None
    assert picture.spec["data"] == {"values": [{"a": "Ding", "n": 3.0}, {"a": None, "n": 0.5}]}
    encoding = picture.spec["encoding"]
    assert (encoding["x"]["title"], encoding["y"]["title"]) == ("a de", "own")
    assert encoding["tooltip"][0]["title"] == "n de"
    assert picture.text == "Title de. It shows de."
    assert "title" not in SPEC["encoding"]["x"]  # type: ignore[index]


def test_the_theme_is_added_and_the_header_has_the_last_word() -> None:
    picture = chart_of(answer(CHART, ("a", "n"), [("x", 1)]), "dark")
    assert picture is not None
    assert picture.spec["config"]["background"] == "#1c2027"
    assert picture.spec["config"]["view"] == {"fill": "red"}


def test_a_specification_says_how_large_it_is() -> None:
    sized = {**CHART, "spec": {**SPEC, "width": 300, "height": 200}}
    picture = chart_of(answer(sized, ("a", "n"), [("x", 1)]))
    assert picture is not None
    assert (picture.width, picture.height) == (300, 200)
    faceted = {**CHART, "spec": {"facet": {"field": "a"}, "spec": SPEC}}
    picture = chart_of(answer(faceted, ("a", "n"), [("x", 1)]))
    assert picture is not None
    assert "autosize" not in picture.spec
