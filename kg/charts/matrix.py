"""Heat maps: a number for each pair, as a shade and in figures; pairs without a number stay visible."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, contrast, mix
from kg.charts.context import ChartContext, Entry, Kind, aggregate, extremes, value_heading
from kg.charts.layout import Datum, Layer, boxes, frame, labels, layer, leads, lines_at, place, stack, texts
from kg.charts.text_metrics import LINE, distinct, lead, width, wrap
from kg.core.number_format import amount
from kg.engine import Term

MOST_DOWN, MOST_ACROSS = 60, 16

_LABEL_ROOM, _HEAD_ROOM, _GAP = 220, 240, 10
_WIDEST, _NARROWEST, _ROW = 64, 18, 28
_LEVEL, _WIDEST_LEVEL = 118, 150  # level headings need so wide a column
_TWO_LINES = 52  # a heading of two lines needs so wide a column
_INKS = ("#000000", "#ffffff")
_RISING, _UPRIGHT = 45, 90  # degrees
_SLOPE = math.sqrt(0.5)  # of what rises at 45 degrees


@dataclass(frozen=True)
class _Side:
    """One side of the matrix: its field, its terms in the order of the result, and their names."""

    field: str
    things: Sequence[Term]
    names: Sequence[str]

    @property
    def start(self) -> str:
        return lead(self.names)

    @property
    def short(self) -> list[str]:
        return [name.removeprefix(self.start) for name in self.names]

    def first(self, most: int) -> _Side:
        return _Side(self.field, self.things[:most], self.names[:most])


Cells = Mapping[tuple[Term, Term], Decimal]


def draw(context: ChartContext) -> Chart | None:
    """Draw the matrix; its longer side goes down, where labels have room and stay level."""
    entries = aggregate(context, ("x", "y"))
    x, y = (_side(field, entries, at) for at, field in enumerate(("x", "y")))
    turned = len(x.things) > len(y.things)
    down, across = (x, y) if turned else (y, x)
    cells = _cells(entries, turned=turned)
    if not cells:
        return None
    shown_down, shown_across = down.first(MOST_DOWN), across.first(MOST_ACROSS)
    notes = [*_left_out(context, down, shown_down), *_left_out(context, across, shown_across)]
    layers, height = _layers(context, shown_down, shown_across, cells)
    sentences = [
        context.say("cells", what=value_heading(context)),
        *leads(context, {shown_down.field: shown_down.start, shown_across.field: shown_across.start}),
    ]
    text = context.sentences(_text(context, down, across, cells), *notes)
    return frame(context, layers, height=height, text=text, notes=[*sentences, *notes])


def _side(field: str, entries: Iterable[Entry], at: int) -> _Side:
    names: dict[Term, str] = {}
    for entry in entries:
        term = entry.terms[at]
        if term is not None:
            names.setdefault(term, entry.words[at])
    return _Side(field, list(names), distinct(list(names.values())))


def _left_out(context: ChartContext, side: _Side, shown: _Side) -> list[str]:
    if len(shown.things) == len(side.things):
        return []
    part = context.say("part", shown=len(shown.things), n=len(side.things))
    return [f"{context.heading(side.field)}{context.say('colon')}{part}"]


def _cells(entries: Iterable[Entry], *, turned: bool) -> dict[tuple[Term, Term], Decimal]:
    """Return the numbers by row and column; several numbers of one pair are added up."""
    cells: dict[tuple[Term, Term], Decimal] = {}
    for entry in entries:
        across, down = reversed(entry.terms) if turned else entry.terms
        if across is not None and down is not None and entry.number is not None:
            cells[down, across] = cells.get((down, across), Decimal(0)) + entry.number
    return cells


def _layers(context: ChartContext, down: _Side, across: _Side, cells: Cells) -> tuple[list[Layer], float]:
    count, whole = len(down.short), context.room
    high = [float(_ROW)] * count
    if context.is_narrow:  # labels are above their squares, and the headings rise steeper
        head = _head(across.short, 0, whole)
        rows = stack(down.short, [""] * count, top=head.height, room=whole, whole=whole, below=high)
    else:
        room = min(_LABEL_ROOM, max(width(name, TEXT_SIZE) for name in down.short))
        head = _head(across.short, room + _GAP, whole)
        rows = stack(down.short, [""] * count, top=head.height, room=room, whole=whole, least=high)
    data = _squares(context, down, across, cells, list(zip(rows.middles, rows.heights, strict=True)), head)
    return [
        *_heads(context, head, across.names),
        *labels(rows, context, down.names, x=0),
        *_shades(context, data),
    ], rows.bottom


@dataclass(frozen=True)
class _Head:
    """The headings of the columns: their lines, the width of a column, and their angle."""

    lines: Sequence[Sequence[str]]
    left: float
    column: float
    height: float
    degrees: int

    def centre(self, n: int) -> float:
        return round(self.left + self.column * (n + 0.5), 1)


def _head(names: Sequence[str], left: float, whole: float) -> _Head:
    """Return level headings if columns can be wide enough, else rising ones, of two lines if columns allow.

    They are upright if the columns would be too narrow otherwise, as rising ones extend beyond the last column.
    """
    widest = (whole - left) / len(names)
    if widest >= _LEVEL:
        column = min(widest, _WIDEST_LEVEL)
        lines = [wrap(name, column - _GAP, SMALL_SIZE, 4) for name in names]
        return _Head(lines, left, column, max(map(len, lines)) * SMALL_SIZE * LINE + _GAP, 0)
    return _sloping(names, left, whole, 2 if widest > _TWO_LINES else 1)


def _sloping(names: Sequence[str], left: float, whole: float, most: int) -> _Head:
    """Return headings of a number of lines at most; of one line if those of two would overlap."""
    widest = (whole - left) / len(names)
    lines = [wrap(name, _HEAD_ROOM, SMALL_SIZE, most) for name in names]
    longest = [max(width(line, SMALL_SIZE) for line in name_lines) * _SLOPE for name_lines in lines]
    # two columns are always wide enough for level headings, so there are three at least. The last heading rises beyond
    # the last column, and the one before it may do so if it is longer.
    overhang = max(longest[-1], longest[-2] - _TWO_LINES / 2)
    column = min((whole - left - overhang) / len(names), _WIDEST)
    # rising lines are as far apart as the column is wide, times the sine of the slope
    if most > 1 and column * _SLOPE < SMALL_SIZE * LINE * most:
        return _sloping(names, left, whole, most=1)
    if column >= _NARROWEST:
        return _Head(lines, left, column, max(longest) + SMALL_SIZE * LINE * most, _RISING)
    return _Head(lines, left, widest, max(longest) / _SLOPE + _GAP, _UPRIGHT)


def _heads(context: ChartContext, head: _Head, full: Sequence[str]) -> list[Layer]:
    data: list[Datum] = []
    # Vega turns texts clockwise, so a rising text has a negative angle
    slope = {"angle": (360 - head.degrees) % 360, "align": "left" if head.degrees else "center"}
    sine, cosine = math.sin(math.radians(head.degrees)), math.cos(math.radians(head.degrees))
    for n, (lines, name) in enumerate(zip(head.lines, full, strict=True)):
        if not head.degrees:
            middle = head.height - _GAP / 2 - SMALL_SIZE * LINE * len(lines) / 2
            data += lines_at(lines, head.centre(n), middle, SMALL_SIZE, tip=name)
            continue
        for at, line in enumerate(lines):
            beside = SMALL_SIZE * LINE * (at - (len(lines) - 1) / 2)
            foot = head.height - (8 * len(lines) if head.degrees == _RISING else _GAP / 2)
            spot = {"x": round(head.centre(n) + beside * sine, 1), "y": round(foot + beside * cosine, 1)}
            data.append({**spot, "text": line, "tip": name})
    return texts(data, fontSize=SMALL_SIZE, color=context.palette.ink, **slope)


def _squares(
    context: ChartContext,
    down: _Side,
    across: _Side,
    cells: Cells,
    rows: Sequence[tuple[float, float]],
    head: _Head,
) -> list[Datum]:
    data: list[Datum] = []
    for thing, name, (middle, height) in zip(down.things, down.names, rows, strict=True):
        for n, (other, other_name) in enumerate(zip(across.things, across.names, strict=True)):
            number = cells.get((thing, other))
            # a dot differs from a zero: the answer has no number for this pair
            written = "·" if number is None else amount(number, context.language)
            centre, half = head.centre(n), head.column / 2 - 1
            box = {"x": centre - half, "x2": centre + half, "y": middle - height / 2 + 1, "y2": middle + height / 2 - 1}
            named = {down.field: name, across.field: other_name, "value": None if number is None else float(number)}
            words = context.say("none") if number is None else written
            tip = f"{name}{context.say('comma')}{other_name}{context.say('colon')}{words}"
            data.append({**named, **box, "centre": centre, "middle": middle, "text": written, "tip": tip})
    return data


def _shades(context: ChartContext, data: Sequence[Datum]) -> list[Layer]:
    palette = context.palette
    full = [datum for datum in data if datum["value"] is not None]
    empty = [datum for datum in data if datum["value"] is None]
    # the scale begins at 0, so that a light shade is a small number and not only the smallest
    numbers = [datum["value"] for datum in full]
    low = min([0.0, *numbers])
    high = max(numbers, default=low)
    high = high if high > low else low + 1
    # Vega shades the squares; the same shade is computed here to choose the ink of the figure
    shades = [mix(palette.fewest, palette.most, (datum["value"] - low) / (high - low)) for datum in full]
    scale = {"domain": [low, high], "range": [palette.fewest, palette.most], "interpolate": "rgb", "nice": False}
    fill = {"field": "value", "type": "quantitative", "scale": scale, "legend": None}
    box = {"x": place("x"), "y": place("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    figure = {"x": place("centre"), "y": place("middle"), "text": {"field": "text"}}
    return [
        *boxes(empty, fill=palette.paper, stroke=palette.line, strokeWidth=1),
        *layer(empty, "text", figure, align="center", fontSize=SMALL_SIZE, color=palette.quiet),
        *layer(full, "rect", {**box, "fill": fill}),
        *(
            figures
            for ink in _INKS
            for figures in layer(
                (datum for datum, shade in zip(full, shades, strict=True) if readable(shade) == ink),
                "text",
                figure,
                align="center",
                fontSize=SMALL_SIZE,
                color=ink,
            )
        ),
    ]


def readable(shade: str) -> str:
    """Return black or white, whichever has more contrast on a shade: 4.5 or more on any colour."""
    return max(_INKS, key=lambda ink: contrast(ink, shade))


def _text(context: ChartContext, down: _Side, across: _Side, cells: Cells) -> str:
    names = {
        (side.field, thing): name
        for side in (down, across)
        for thing, name in zip(side.things, side.names, strict=True)
    }
    shown = [
        (context.say("pair", one=names[down.field, row_thing], other=names[across.field, other]), number)
        for (row_thing, other), number in cells.items()
    ]
    kind = context.say(
        "matrix",
        value=value_heading(context),
        down=context.heading(down.field),
        rows=len(down.things),
        across=context.heading(across.field),
        columns=len(across.things),
    )
    empty = context.say("matrix empty", full=len(cells), n=len(down.things) * len(across.things))
    return context.sentences(kind, empty, extremes(shown, context.language))


KIND = Kind(needs=("x", "y"), may=("value", "count"), draw=draw)
