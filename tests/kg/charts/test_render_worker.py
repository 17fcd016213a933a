"""Rendering is bounded, and loads nothing."""

from __future__ import annotations

from typing import Any

import pytest

from kg.charts.render_worker import MOST_MARKS, marks, to_png, to_svg, to_vega
from kg.core.errors import PictureTooLarge

ROWS = [{"a": 1}] * 10


@pytest.mark.parametrize(
    ("spec", "count"),
    [
        ({"mark": "bar", "data": {"values": ROWS}}, 10),
        ({"data": {"values": ROWS}, "layer": [{"mark": "bar"}, {"mark": "text"}]}, 20),
        ({"layer": [{"mark": "bar", "data": {"values": ROWS[:3]}}, {"mark": "text"}]}, 3),
        ({"data": {"values": ROWS}, "facet": {"field": "a"}, "spec": {"mark": "bar"}}, 10),
        ({"data": {"values": ROWS}, "hconcat": [{"mark": "bar"}, {"layer": [{"mark": "bar"}, {"mark": "tick"}]}]}, 30),
        ({"mark": "bar", "data": {"sequence": {"start": 0, "stop": 1e9, "step": 10}}}, 10**8),
        ({"mark": "bar", "data": {"url": "http://x/"}}, 0),
        ({}, 0),
        (None, 0),
    ],
)
def test_marks_are_counted_before_anything_is_drawn(spec: Any, count: int) -> None:
    assert marks(spec) == count


@pytest.mark.parametrize("render", [to_svg, to_png, to_vega])
@pytest.mark.parametrize(
    "spec",
    [
        {"mark": "bar", "data": {"values": [{"a": 1}] * (MOST_MARKS + 1)}},
        {"mark": "bar", "data": {"sequence": {"start": 0, "stop": 1e9}}},
        {"mark": "bar", "data": {"values": [{"a": "x" * 5_000_000}]}},
    ],
)
def test_too_many_marks_are_refused_with_what_to_do(render: Any, spec: dict[str, Any]) -> None:
    with pytest.raises(PictureTooLarge, match="choose values or facets that give fewer rows, or take the table"):
        render(spec)
