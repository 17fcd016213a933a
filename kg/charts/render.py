"""Rendering: the only module that knows vl-convert, which draws with Vega-Lite and Vega inside V8, without network."""

from __future__ import annotations

import json
from typing import Any

import vl_convert

from kg.charts.chart import Spec
from kg.core.errors import PictureFailed, PictureTooLarge
from kg.core.messages import Message

VEGA_LITE = "6.4"
MOST_MARKS = 5_000
MOST_BYTES = 4 * 2**20

_NOWHERE: list[str] = []  # the addresses from which a specification may load data


def to_svg(spec: Spec) -> str:
    """A specification as SVG, whose texts stay texts.

    Raises:
        PictureTooLarge: it has too many marks.
        PictureFailed: it cannot be drawn.
    """
    text = _checked(spec)
    try:
        svg = vl_convert.vegalite_to_svg(text, vl_version=VEGA_LITE, allowed_base_urls=_NOWHERE)
    except ValueError as error:
        raise _failure(error) from error
    # Vega only names an image, and whoever shows the SVG loads it; vl-convert does so for a PNG, from anywhere
    if "<image" in svg:
        raise PictureFailed(
            Message("The picture cannot be drawn: it would load an image. The table has the whole answer.")
        )
    return svg


def to_png(spec: Spec, scale: float = 2.0) -> bytes:
    """A specification as PNG, with so many pixels for each CSS pixel; texts take the fonts of this machine.

    Raises:
        PictureTooLarge: it has too many marks.
        PictureFailed: it cannot be drawn.
    """
    svg = to_svg(spec)
    try:
        return vl_convert.svg_to_png(svg, scale=scale)
    except ValueError as error:
        raise _failure(error) from error


def to_vega(spec: Spec) -> Spec:
    """A specification compiled to Vega, for the runtime of browsers.

    Raises:
        PictureTooLarge: it has too many marks.
        PictureFailed: it cannot be compiled.
    """
    text = _checked(spec)
    try:
        return vl_convert.vegalite_to_vega(text, vl_version=VEGA_LITE)
    except ValueError as error:
        raise _failure(error) from error


def marks(spec: Any) -> int:
    """At most how many marks a specification draws: its rows of data, once for each layer that draws them.

    A sequence counts with its length. What transforms add is not foreseen; for that there is the time limit.
    """
    return _marks(spec, 0)


def _marks(view: Any, inherited: int) -> int:
    if not isinstance(view, dict):
        return 0
    rows = _rows(view["data"]) if "data" in view else inherited
    parts = [part for key in ("layer", "concat", "hconcat", "vconcat") for part in view.get(key, [])]
    own = rows if "mark" in view else 0
    return own + sum(_marks(part, rows) for part in [*parts, view.get("spec")])


def _rows(data: Any) -> int:
    if not isinstance(data, dict):
        return 0
    if "sequence" in data:
        sequence = data["sequence"]
        return int(abs(sequence["stop"] - sequence["start"]) / (abs(sequence.get("step", 1)) or 1))
    return len(data.get("values", ()))


def _checked(spec: Spec) -> str:
    count, text = marks(spec), json.dumps(spec, ensure_ascii=False, allow_nan=False)
    if count > MOST_MARKS or len(text) > MOST_BYTES:
        raise PictureTooLarge(
            Message(
                "The picture would have %(count)s marks, and at most %(most)s can be drawn: choose values "
                "or facets that give fewer rows, or take the table.",
                count=count,
                most=MOST_MARKS,
            )
        )
    return text


def _failure(error: ValueError) -> PictureFailed:
    """The first line of what V8 says; the rest is its stack."""
    said = [line for line in str(error).splitlines() if "Error" in line] or str(error).splitlines()
    return PictureFailed(
        Message("The picture cannot be drawn: %(reason)s. The table has the whole answer.", reason=said[0].strip())
    )
