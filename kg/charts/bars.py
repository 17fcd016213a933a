"""Bar charts: a number for each category, in the order of the result; with ``group``, under headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.charts.chart import TEXT_SIZE, Chart
from kg.charts.context import ChartContext, Entry, Kind, aggregate, extremes, value_heading
from kg.charts.layout import (
    Datum,
    Head,
    Layer,
    Rows,
    column_heads,
    frame,
    heading_with_start,
    heads_height,
    in_sections,
    labels,
    layer,
    leads,
    place,
    rules,
    stack,
)
from kg.charts.text_metrics import distinct, lead, width

MOST = 60  # bars; more are no picture, and the table has them

_LABEL_ROOM, _LEAST_ROOM, _GAP = 250, 120, 10
_THICK, _ROW = 14, 20


def draw(context: ChartContext) -> Chart | None:
    """Draw the first bars of the answer."""
    entries = aggregate(context, ("category", "group"))
    if all(entry.number is None for entry in entries):
        return None
    # the cut comes before the sorting by section, so that the first rows of the answer are drawn
    shown = [entries[:MOST][row] for row in in_sections([_group(entry) for entry in entries[:MOST]])]
    groups = [_group(entry) for entry in shown]
    names = distinct([entry.words[0] for entry in shown], groups)
    # a common beginning is removed from every label and written once, above the column
    start = lead(names)
    heads, left, rows = (_under if context.is_narrow else _beside)(context, names, start, groups)
    layers = [
        *column_heads(context, heads),
        *labels(rows, context, names, x=0),
        *_bars(context, shown, rows, left=left),
    ]
    notes = [context.say("part", shown=len(shown), n=len(entries))] if len(entries) > MOST else []
    starts = {"category": start} if context.is_narrow else {}
    sentences = [*leads(context, {**starts, "group": lead(groups)}), *notes]
    return frame(context, layers, height=rows.bottom, text=_text(context, entries, notes), notes=sentences)


_Placed = tuple[Sequence[Head], float, Rows]  # the headings of the columns, where bars begin, and the rows


def _beside(context: ChartContext, names: Sequence[str], start: str, groups: Sequence[str]) -> _Placed:
    """Return the layout with labels to the left of the bars."""
    short = [name.removeprefix(start) for name in names]
    room = min(_LABEL_ROOM, max(_LEAST_ROOM, *(width(name, TEXT_SIZE) for name in short)))
    left = room + _GAP
    heads = [
        (heading_with_start(context, "category", start), 0.0, room),
        (value_heading(context), left, context.room - left),
    ]
    return heads, left, stack(short, groups, top=heads_height(heads), room=room, whole=context.room)


def _under(context: ChartContext, names: Sequence[str], start: str, groups: Sequence[str]) -> _Placed:
    """Return the layout with each label above its bar, so that both have the whole width."""
    short, room = [name.removeprefix(start) for name in names], context.room
    heads = [(value_heading(context), 0.0, room)]
    below = [float(_ROW)] * len(names)
    return heads, 0.0, stack(short, groups, top=heads_height(heads), room=room, whole=room, below=below, lines=3)


def _group(entry: Entry) -> str:
    return "".join(entry.words[1:])


def _bars(context: ChartContext, shown: Sequence[Entry], rows: Rows, left: float) -> list[Layer]:
    palette, unknown = context.palette, context.say("unknown")
    # an unknown number counts as 0 for the scale only; its bar is not drawn
    numbers = [float(entry.number or 0) for entry in shown]
    margin = max(width(entry.written or unknown, TEXT_SIZE) for entry in shown) + 6
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    ends = [left + (margin if low < 0 else 0), context.room - margin]
    # a scale needs two different ends, even if every number is 0
    domain = [low, high if high > low else low + 1]
    x: dict[str, Any] = {"field": "value", "type": "quantitative", "axis": None}
    x["scale"] = {"domain": domain, "range": ends, "nice": False, "zero": False}
    data: list[Datum] = [
        {
            "category": entry.words[0],
            "value": number,
            "text": entry.written or unknown,
            "y": middle - _THICK / 2,
            "y2": middle + _THICK / 2,
            "middle": middle,
            "tip": f"{context.say('comma').join(entry.words)}{context.say('colon')}{entry.written or unknown}",
        }
        for entry, number, middle in zip(shown, numbers, rows.middles, strict=True)
    ]
    zero = ends[0] + (0 - low) / (domain[1] - low) * (ends[1] - ends[0])
    with_number = [datum for datum, entry in zip(data, shown, strict=True) if entry.number is not None]
    written = {"x": x, "y": place("middle"), "text": {"field": "text"}}
    heights = zip(rows.middles, rows.heights, strict=True)
    # one piece of the zero line for each row, so that the headings of sections stay free of it
    axis = [{"x": zero, "x2": zero, "y": middle - high / 2, "y2": middle + high / 2} for middle, high in heights]
    box = {"x": x, "x2": {"datum": 0}, "y": place("y"), "y2": {"field": "y2"}}
    over, under = ([bar for bar in data if (bar["value"] < 0) == negative] for negative in (False, True))
    return [
        *layer(with_number, "rect", box, fill=palette.accent),
        *rules(axis, color=palette.quiet, strokeWidth=1),
        *layer(over, "text", written, align="left", dx=6, fontSize=TEXT_SIZE, color=palette.ink),
        *layer(under, "text", written, align="right", dx=-6, fontSize=TEXT_SIZE, color=palette.ink),
    ]


def _text(context: ChartContext, entries: Sequence[Entry], notes: Sequence[str]) -> str:
    shown = [(entry.words[0], entry.number) for entry in entries if entry.number is not None]
    kind = context.say("bars", value=value_heading(context), category=context.heading("category"), n=len(entries))
    return context.sentences(kind, extremes(shown, context.language), *notes)


KIND = Kind(needs=("category",), may=("value", "count", "group", "unit"), draw=draw)
