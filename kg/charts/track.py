"""The track of a bullet: the way from the start to the target, what was reached, and where the target stands."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kg.charts.context import ChartContext
from kg.charts.marks import Datum, Layer, boxes, points, rules, texts
from kg.charts.rows import Rows
from kg.charts.targets import Target, written
from kg.charts.theme import SMALL_SIZE, Palette, mix

POST, FRAME = "M-0.25,-1H0.25V1H-0.25Z", "M-0.45,-1H0.45V1H-0.45Z"
"""The shapes of a target as the plan has it, and as it is printed elsewhere."""

_ABOVE = 9
_MOST_SHARE, _LEAST_SHARE = 150.0, -25.0  # per cent; what lies beyond is written, and an arrow points to it


class Track:
    """From per cent of the way to pixels; the same for all rows, from the start at 0 to the target at 100."""

    def __init__(self, targets: Sequence[Target], left: float, right: float) -> None:
        self._left, self._right = left, right
        shares = [float(target.share) for target in targets if target.share is not None]
        self.low = max(_LEAST_SHARE, min([0.0, *shares]))
        self.high = min(_MOST_SHARE, max([110.0, *shares]))

    def _x(self, share: float) -> float:
        inside = max(self.low, min(self.high, share))
        return round(self._left + (inside - self.low) / (self.high - self.low) * (self._right - self._left), 1)

    def _beyond(self, share: float) -> bool:
        return not self.low <= share <= self.high

    def layers(self, context: ChartContext, placed: Sequence[tuple[Target, float]], rows: Rows) -> list[Layer]:
        """The tracks of targets, each with the middle of its height, and above the first what their ends are."""
        return [
            *self._axis(context, rows),
            *self._tracks(context.palette, placed),
            *self._outcomes(context, placed),
            *self._aims(context, placed),
        ]

    def _axis(self, context: ChartContext, rows: Rows) -> list[Layer]:
        y = (min(rows.top, rows.sections[0].top) if rows.sections else rows.top) - _ABOVE
        start = [{"x": self._x(0), "y": y, "text": context.say("start")}]
        end = [{"x": self._x(100), "y": y, "text": context.say("target")}]
        style = {"fontSize": SMALL_SIZE, "color": context.palette.quiet}
        return [*texts(start, align="left", **style), *texts(end, align="center", **style)]

    def _tracks(self, palette: Palette, placed: Sequence[tuple[Target, float]]) -> list[Layer]:
        """The way from start to target: filled where its start is known, a dashed outline where it is not."""
        ways = [
            (target, {"x": self._x(0), "x2": self._x(100), "y": middle - 7, "y2": middle + 7})
            for target, middle in placed
        ]
        known = [way for target, way in ways if target.way_to(target.aim) is not None]
        unknown = [way for target, way in ways if target.way_to(target.aim) is None]
        starts = [{"x": way["x"], "x2": way["x"], "y": way["y"] - 3, "y2": way["y2"] + 3} for way in known]
        return [
            *boxes(known, fill=mix(palette.paper, palette.quiet, 0.22)),
            *boxes(unknown, fill=None, stroke=palette.quiet, strokeWidth=1, strokeDash=[3, 3]),
            *rules(starts, color=palette.quiet, strokeWidth=1.5),
        ]

    def _outcomes(self, context: ChartContext, placed: Sequence[tuple[Target, float]]) -> list[Layer]:
        bars, arrows = list[Datum](), list[Datum]()
        for target, middle in placed:
            if target.share is None:
                continue
            share = float(target.share)
            tip = f"{target.label}{context.say('colon')}{of_the_way(context, target.share)}"
            ends = {"x": min(self._x(0), self._x(share)), "x2": max(self._x(0), self._x(share))}
            bars.append({"share": share, **ends, "y": middle - 4, "y2": middle + 4, "tip": tip})
            if self._beyond(share):
                arrows.append({"x": self._x(share) + (5 if share > 0 else -5), "y": middle, "angle": share > 0})
        palette = context.palette
        right, left = ([one for one in arrows if one["angle"] == way] for way in (True, False))
        return [
            *boxes(bars, fill=palette.achieved),
            *points(right, shape="triangle-right", size=140, fill=palette.achieved, stroke=None),
            *points(left, shape="triangle-left", size=140, fill=palette.achieved, stroke=None),
        ]

    def _aims(self, context: ChartContext, placed: Sequence[tuple[Target, float]]) -> list[Layer]:
        palette = context.palette
        printed = [
            {"x": self._x(float(at)), "y": middle, "tip": _tip(context, "printed", target)}
            for target, middle in placed
            if target.printed is not None and (at := _place_of(target, target.printed)) is not None
        ]
        official = [
            {"x": self._x(100), "y": middle, "tip": _tip(context, "official", target)}
            for target, middle in placed
            if target.official is not None
        ]
        return [
            *points(official, shape=POST, size=420, fill=palette.official, stroke=None),
            *points(printed, shape=FRAME, size=520, fill=None, stroke=palette.stated, strokeWidth=1.5),
        ]


def _place_of(target: Target, value: Decimal) -> Decimal | None:
    """Where a value stands; what equals the target stands there even if the way to it is unknown."""
    return Decimal(100) if value == target.aim else target.way_to(value)


def _tip(context: ChartContext, field: str, target: Target) -> str:
    return f"{target.label}{context.say('colon')}{context.heading(field)} {written(context, field, target)}"


def of_the_way(context: ChartContext, share: Decimal) -> str:
    """How much of the way from the start to the target is covered, in words."""
    return context.say("of the way", share=f"{share:.0f}".replace("-", "−"))
