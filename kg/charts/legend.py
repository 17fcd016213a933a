"""A legend in one or more lines: a sign and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.charts.context import ChartContext
from kg.charts.marks import Layer, points, texts
from kg.charts.text_metrics import cut, width
from kg.charts.theme import SMALL_SIZE

_LINE, _SIGN, _GAP = 22, 20, 18


@dataclass(frozen=True)
class Sign:
    """A sign: what it means, and the properties of its mark, such as shape and colour."""

    meaning: str
    mark: dict[str, Any]


def legend(context: ChartContext, signs: Sequence[Sign]) -> tuple[list[Layer], float]:
    """The legend from 0 down, and how high it is."""
    layers, data = list[Layer](), []
    x, y = 0.0, _LINE / 2
    for sign in signs:
        whole = _SIGN + width(sign.meaning, SMALL_SIZE)
        if x and x + whole > context.room:
            x, y = 0.0, y + _LINE
        layers += points([{"x": round(x + 7, 1), "y": y}], **sign.mark)
        data.append({"x": round(x + _SIGN, 1), "y": y, "text": cut(sign.meaning, context.room - _SIGN, SMALL_SIZE)})
        x += whole + _GAP
    return [*layers, *texts(data, align="left", fontSize=SMALL_SIZE, color=context.palette.quiet)], y + _LINE / 2
