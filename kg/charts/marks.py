"""Marks at places in pixels, counted from the upper left of the view: what no axis of Vega-Lite can set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.charts.text_metrics import LINE, is_chinese
from kg.charts.theme import FONTS

Layer = dict[str, Any]
Datum = Mapping[str, Any]


def place(field: str) -> dict[str, Any]:
    """An encoding that takes the value of a field for pixels."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def layer(data: Iterable[Datum], mark: str, encoding: Mapping[str, Any], **properties: Any) -> list[Layer]:
    """A layer with data of its own, or none if there are no data.

    A datum's ``tip`` is what a pointer is shown and a screen reader told of its mark; marks without are left out there.
    """
    values = [dict(datum) for datum in data]
    if not values:
        return []
    told = any("tip" in datum for datum in values)
    tips = {"tooltip": {"field": "tip"}, "description": {"field": "tip"}} if told else {}
    marked = {"type": mark, "aria": told, "tooltip": None, "clip": False, "opacity": 1, **properties}
    return [{"data": {"values": values}, "mark": marked, "encoding": {**encoding, **tips}}]


def texts(data: Iterable[Datum], **properties: Any) -> list[Layer]:
    """Texts (``text``) whose middle is at ``y`` and whose left end, or what ``align`` says, is at ``x``.

    Chinese ones take a Chinese font in every picture: left alone, vl-convert takes any that has the signs.
    """
    encoding = {"x": place("x"), "y": place("y"), "text": {"field": "text"}}
    apart: tuple[list[Datum], list[Datum]] = ([], [])
    for datum in data:
        apart[is_chinese(datum["text"])].append(datum)
    chinese = {"font": FONTS["zh"], **properties}
    return [*layer(apart[False], "text", encoding, **properties), *layer(apart[True], "text", encoding, **chinese)]


def rules(data: Iterable[Datum], **properties: Any) -> list[Layer]:
    """Lines from ``x``, ``y`` to ``x2``, ``y2``."""
    return layer(data, "rule", _box(), **properties)


def boxes(data: Iterable[Datum], **properties: Any) -> list[Layer]:
    """Rectangles from ``x``, ``y`` to ``x2``, ``y2``."""
    return layer(data, "rect", _box(), **properties)


def points(data: Iterable[Datum], **properties: Any) -> list[Layer]:
    """Symbols whose middle is at ``x``, ``y``."""
    return layer(data, "point", {"x": place("x"), "y": place("y")}, **properties)


def _box() -> dict[str, Any]:
    ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return {"x": place("x"), "y": place("y"), **ends}


def lines_at(lines: Sequence[str], x: float, y: float, size: float, **more: Any) -> list[Datum]:
    """The data of a text of several lines, whose middle is at ``y``."""
    step = size * LINE
    top = y - step * (len(lines) - 1) / 2
    return [{"x": round(x, 1), "y": round(top + step * n, 1), "text": line, **more} for n, line in enumerate(lines)]
