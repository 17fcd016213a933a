"""Timelines: events from top to bottom, each as precise as its date, with labels that do not overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.charts.chart import CATEGORIES, SHAPES, SMALL_SIZE, TEXT_SIZE, Chart
from kg.charts.context import ChartContext, Kind
from kg.charts.layout import BOLD, Datum, Layer, Sign, frame, leads, legend, lines_at, points, rules, texts
from kg.charts.text_metrics import LINE, lead, width, wrap
from kg.charts.texts import listed
from kg.core.partial_date import PartialDate, partial_date

MOST = 80  # events

_GAP, _SPACE = 12, 8
_EMPTY_YEAR, _EMPTY_YEARS = 20, 3  # pixels; longer runs of empty years are drawn as one break
_LEAST_YEAR = 36


@dataclass(frozen=True)
class _Columns:
    """The horizontal places of the axis, the bend of a line, the sign, the date and the label.

    ``above`` is how much room the date has above the label, if it is not before it.
    """

    axis: float
    turn: float
    sign: float
    date: float
    label: float
    room: float
    above: float = 0.0


@dataclass(frozen=True)
class Event:
    """An event, with its date if that is known."""

    moment: PartialDate | None
    label: str
    group: str


@dataclass(frozen=True)
class Band:
    """A year, a run of empty years, or the unknown dates, from ``top`` to ``bottom``."""

    name: str
    top: float
    bottom: float
    events: Sequence[Event]


def draw(context: ChartContext) -> Chart | None:
    """Draw the first events in time; a year is as high as its events need, so the axis is even within years only."""
    events = _events(context)
    if not events:
        return None
    shown = events[:MOST]
    groups = list(dict.fromkeys(event.group for event in events if event.group))
    signs = _signs(context, groups)
    head, top = legend(context, [Sign(group, signs[group]) for group in groups]) if groups else ([], 0.0)
    dates = max(width(_when(context, event), SMALL_SIZE) for event in shown)
    start = lead([event.label for event in shown])
    columns = _columns(context, shown, dates)
    most = 4 if context.is_narrow else 2
    lines = {event: wrap(event.label.removeprefix(start), columns.room, TEXT_SIZE, most) for event in shown}
    heights = {event: _SPACE + columns.above + len(label) * TEXT_SIZE * LINE for event, label in lines.items()}
    bands = _bands(context, shown, heights, top)
    layers = [*head, *_years(context, bands, columns), *_marks(context, bands, heights, lines, signs, columns)]
    notes = [context.say("part", shown=len(shown), n=len(events))] if len(events) > MOST else []
    sentences = [*leads(context, {"label": start}), *notes]
    text = context.sentences(_text(context, events, groups), *notes)
    return frame(context, layers, height=bands[-1].bottom, text=text, notes=sentences)


def _columns(context: ChartContext, events: Sequence[Event], dates: float) -> _Columns:
    undated = any(event.moment is None for event in events)
    named = BOLD * width(context.say("unknown"), TEXT_SIZE) + _GAP / 2 if undated else 0.0
    if context.is_narrow:
        axis = float(round(max(48, named)))
        label = axis + 32
        return _Columns(axis, axis + 8, axis + 20, label, label, context.room - label, above=SMALL_SIZE * LINE)
    axis = float(round(max(62, named)))
    label = axis + 44 + dates + _GAP
    return _Columns(axis, axis + 14, axis + 30, axis + 44, label, context.room - label)


def _events(context: ChartContext) -> list[Event]:
    """Return the events in time, each once; those without a date at the end."""
    events: dict[Event, None] = {}
    for row in context.result.rows:
        events[
            Event(partial_date(context.term("date", row)), context.words("label", row), context.words("group", row))
        ] = None
    dated = [event for event in events if event.moment is not None]
    return sorted(dated, key=_in_time) + [event for event in events if event.moment is None]


def _in_time(event: Event) -> tuple[int, float]:
    return (0, 0.0) if event.moment is None else (event.moment.year, event.moment.middle)


def _bands(context: ChartContext, events: Sequence[Event], heights: Mapping[Event, float], top: float) -> list[Band]:
    # the events are in order, so the years come in order, and unknown dates last
    by_year: dict[int | None, list[Event]] = {}
    for event in events:
        by_year.setdefault(event.moment.year if event.moment else None, []).append(event)
    bands, before = list[Band](), None
    for year, here in by_year.items():
        for name, high in _empty(before, year):
            bands.append(Band(name, top, top + high, []))
            top += high
        high = max(_LEAST_YEAR, sum(heights[event] for event in here) + _SPACE)
        bands.append(Band(context.say("unknown") if year is None else str(year), top, top + high, here))
        top, before = top + high, year
    return bands


def _empty(before: int | None, year: int | None) -> list[tuple[str, float]]:
    """Return the years between two that have events, with their heights; a long run is one break."""
    if before is None or year is None:
        return []
    between = range(before + 1, year)
    return (
        [("⋮", _EMPTY_YEAR)]
        if len(between) > _EMPTY_YEARS
        else [(str(empty_year), _EMPTY_YEAR) for empty_year in between]
    )


def _years(context: ChartContext, bands: Sequence[Band], columns: _Columns) -> list[Layer]:
    palette, axis_at = context.palette, columns.axis
    edges = [{"x": 0, "x2": context.room, "y": band.top, "y2": band.top} for band in bands]
    axis = [{"x": axis_at, "x2": axis_at, "y": band.top, "y2": band.bottom} for band in bands if band.name != "⋮"]
    broken = [{"x": axis_at, "x2": axis_at, "y": band.top, "y2": band.bottom} for band in bands if band.name == "⋮"]
    named = [
        {"x": 0, "y": band.top + _EMPTY_YEAR / 2 + 1, "text": band.name, "full": bool(band.events)} for band in bands
    ]
    full, empty = ([label for label in named if label["full"] == way] for way in (True, False))
    return [
        *rules(edges, color=palette.line, strokeWidth=1),
        *rules(axis, color=palette.quiet, strokeWidth=1),
        *rules(broken, color=palette.quiet, strokeWidth=1, strokeDash=[2, 4]),
        *texts(full, align="left", fontSize=TEXT_SIZE, fontWeight="bold", color=palette.ink),
        *texts(empty, align="left", fontSize=SMALL_SIZE, color=palette.quiet),
    ]


def _marks(
    context: ChartContext,
    bands: Sequence[Band],
    heights: Mapping[Event, float],
    lines: Mapping[Event, Sequence[str]],
    signs: dict[str, dict[str, Any]],
    columns: _Columns,
) -> list[Layer]:
    palette, axis, turn, above = context.palette, columns.axis, columns.turn, columns.above
    spans, dots, turns, words, when = (list[Datum]() for _ in range(5))
    at: dict[str, list[Datum]] = {group: [] for group in signs}
    for band in bands:
        for event, y in zip(band.events, _spread(band, heights), strict=True):
            tip = _tooltip(context, event)
            if event.moment is not None:
                start, end = (round(band.top + (band.bottom - band.top) * share, 1) for share in event.moment.span)
                true = (start + end) / 2
                spans.append({"x": axis, "x2": axis, "y": start, "y2": end, "tip": tip})
                dots.append({"x": axis, "y": true, "tip": tip, "day": event.moment.day is not None})
                turns.append({"x": axis, "x2": turn, "y": true, "y2": y})
                turns.append({"x": turn, "x2": columns.sign, "y": y, "y2": y})
            at[event.group].append({"x": columns.sign, "y": y, "tip": tip})
            rise = len(lines[event]) * TEXT_SIZE * LINE / 2 if above else 0
            when.append({"x": columns.date, "y": round(y - rise, 1), "text": _when(context, event)})
            words += lines_at(lines[event], columns.label, y + above / 2, TEXT_SIZE, tip=tip)
    return [
        *rules(turns, color=palette.line, strokeWidth=1),
        *rules(spans, color=palette.quiet, strokeWidth=4),
        *points([dot for dot in dots if dot["day"]], shape="circle", size=45, fill=palette.ink, stroke=None),
        *(mark for group, data in at.items() for mark in points(data, **signs[group])),
        *texts(when, align="left", fontSize=SMALL_SIZE, color=palette.quiet),
        *texts(words, align="left", fontSize=TEXT_SIZE, color=palette.ink),
    ]


def _spread(band: Band, heights: Mapping[Event, float]) -> list[float]:
    """Return the places of the labels of a band: near their dates, in order, without overlap."""
    halves = [heights[event] / 2 for event in band.events]
    wanted = [event.moment.middle if event.moment else 0.0 for event in band.events]
    # two passes: downwards each label keeps below the one before it, upwards each keeps above the one after it. The
    # band is high enough for all of them, so the second pass never leaves it at the top.
    ys, least = list[float](), band.top + _SPACE / 2
    for half, share in zip(halves, wanted, strict=True):
        ys.append(max(band.top + (band.bottom - band.top) * share, least + half))
        least = ys[-1] + half
    most = band.bottom - _SPACE / 2
    for n in reversed(range(len(ys))):
        ys[n] = min(ys[n], most - halves[n])
        most = ys[n] - halves[n]
    return [round(y, 1) for y in ys]


def _signs(context: ChartContext, groups: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return a shape and a colour for each group; events without a group, or beyond the last shape, have a dot."""
    palette = context.palette
    plain = {"shape": "circle", "size": 60, "fill": palette.quiet, "stroke": None}
    signs: dict[str, dict[str, Any]] = dict.fromkeys(("", *groups), plain)
    for group, shape, colour in zip(groups, SHAPES, CATEGORIES, strict=False):
        signs[group] = {"shape": shape, "size": 90, "fill": colour, "stroke": palette.ink, "strokeWidth": 0.75}
    return signs


def _when(context: ChartContext, event: Event) -> str:
    return context.say("unknown") if event.moment is None else event.moment.written(context.language)


def _tooltip(context: ChartContext, event: Event) -> str:
    words = context.say("when", what=event.label, when=event.group) if event.group else event.label
    return f"{_when(context, event)}{context.say('colon')}{words}"


def _text(context: ChartContext, events: Sequence[Event], groups: Sequence[str]) -> str:
    dated = [event for event in events if event.moment is not None]
    counts = [context.say("states", state=group, n=sum(event.group == group for event in events)) for group in groups]
    ends = []
    for key, end in (("earliest", dated[:1]), ("latest event", dated[-1:])):
        ends += [
            context.say(key, what=context.say("when", what=event.label, when=_when(context, event))) for event in end
        ]
    undated = len(events) - len(dated)
    return context.sentences(
        context.say("timeline", n=len(events)),
        listed(counts, context.language, len(counts)),
        *(ends if len(dated) > 1 else ends[:1]),
        context.say("undated", n=undated) if undated else "",
    )


KIND = Kind(needs=("date", "label"), may=("group",), draw=draw)
