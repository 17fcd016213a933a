"""Small multiples: one panel for each term, all with the same rows and the same scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kg.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart
from kg.charts.context import ChartContext, Kind, aggregate, extremes, value_heading
from kg.charts.layout import Datum, Layer, boxes, frame, leads, lines_at, rules, texts
from kg.charts.text_metrics import LINE, cut, distinct, lead, width, wrap
from kg.core.number_format import amount
from kg.engine import Term

MOST_PANELS, MOST_ROWS = 24, 12

_GUTTER = 28
_LABEL_ROOM, _NARROW_LABEL_ROOM = 150, 190
_GAP, _ROW, _THICK, _BELOW = 8, 20, 12, 24

Numbers = Mapping[tuple[Term | None, Term | None], Decimal]
Named = Mapping[Term | None, str]


def draw(context: ChartContext) -> Chart | None:
    """Draw the first panels, two abreast where there is room; a number that is missing is a dot, not a zero."""
    entries = [entry for entry in aggregate(context, ("panel", "category")) if entry.number is not None]
    if not entries:
        return None
    numbers: dict[tuple[Term | None, Term | None], Decimal] = {}
    for entry in entries:
        numbers[entry.terms[0], entry.terms[1]] = numbers.get((entry.terms[0], entry.terms[1]), Decimal(0)) + (
            entry.number or 0
        )
    panels, categories = (_named([(entry.terms[at], entry.words[at]) for entry in entries]) for at in (0, 1))
    shown, rows = _first(panels, MOST_PANELS), _first(categories, MOST_ROWS)
    layers, height = _layers(context, shown, rows, numbers)
    notes = _left_out(context, "panel", panels, shown) + _left_out(context, "category", categories, rows)
    sentences = [value_heading(context), *leads(context, {"panel": lead(shown.values())}), *notes]
    text = context.sentences(_text(context, panels, categories, numbers), *notes)
    return frame(context, layers, height=height, text=text, notes=sentences)


def _named(cells: Sequence[tuple[Term | None, str]]) -> Named:
    # reversed, so that the first of several names of a term is the one that stays
    names = dict(reversed(cells))
    ordered = list(dict.fromkeys(term for term, _ in cells))
    return dict(zip(ordered, distinct([names[term] for term in ordered]), strict=True))


def _first(things: Named, most: int) -> Named:
    return dict(list(things.items())[:most])


def _left_out(context: ChartContext, field: str, things: Named, shown: Named) -> list[str]:
    if len(shown) == len(things):
        return []
    part = context.say("part", shown=len(shown), n=len(things))
    return [f"{context.heading(field)}{context.say('colon')}{part}"]


def _layers(context: ChartContext, panels: Named, categories: Named, numbers: Numbers) -> tuple[list[Layer], float]:
    start, across = lead(panels.values()), 1 if context.is_narrow else 2
    panel_room = (context.room - _GUTTER * (across - 1)) / across
    # titles are bold, and bold letters are wider than the estimate for plain ones
    heads = [wrap(name.removeprefix(start), panel_room * 0.88, TEXT_SIZE, 3) for name in panels.values()]
    # negative, as the first line of panels has no panel above it
    bottom = -float(_BELOW)
    titles, scale = list[Datum](), _Scale(context, panels, categories, numbers, panel_room)
    placed = list(zip(panels, heads, strict=True))
    for abreast in (placed[at : at + across] for at in range(0, len(placed), across)):
        top = bottom + _BELOW + max(len(lines) for _, lines in abreast) * TEXT_SIZE * LINE + 4
        for number, (panel, lines) in enumerate(abreast):
            left = number * (panel_room + _GUTTER)
            titles += lines_at(lines, left, top - 4 - TEXT_SIZE * LINE * len(lines) / 2, TEXT_SIZE, tip=panels[panel])
            scale.add(panel, left, top)
        bottom = top + _ROW * len(categories)
    layers = texts(titles, align="left", fontSize=TEXT_SIZE, fontWeight="bold", color=context.palette.ink)
    return [*layers, *scale.layers()], bottom


class _Scale:
    """The rows of all panels, on one scale from the lowest number, or 0, to the highest."""

    def __init__(self, context: ChartContext, panels: Named, categories: Named, numbers: Numbers, room: float) -> None:
        self._room = room
        self._sheet, self._panels, self._categories, self._numbers = context, panels, categories, numbers
        shown = [float(n) for (panel, category), n in numbers.items() if panel in panels and category in categories]
        self._low, self._high = min([0.0, *shown]), max([0.0, *shown])
        self._labels = min(
            _NARROW_LABEL_ROOM if context.is_narrow else _LABEL_ROOM,
            max(width(name, SMALL_SIZE) for name in categories.values()),
        )
        self._figures = max(width(amount(n, context.language), SMALL_SIZE) for n in numbers.values()) + 6
        self._bars, self._words, self._written, self._axes = (list[Datum]() for _ in range(4))

    def add(self, panel: Term | None, left: float, top: float) -> None:
        """Add the rows of a panel whose first row begins at ``top``."""
        context, bottom = self._sheet, top + _ROW * len(self._categories)
        zero = self._x(left, 0.0)
        self._axes.append({"x": zero, "x2": zero, "y": top, "y2": bottom})
        for n, (category, name) in enumerate(self._categories.items()):
            y = top + _ROW * (n + 0.5)
            number = self._numbers.get((panel, category))
            written = "·" if number is None else amount(number, context.language)
            tip = f"{self._panels[panel]}{context.say('comma')}{name}{context.say('colon')}"
            tip += context.say("none") if number is None else written
            end = self._x(left, float(number or 0))
            if number is not None:
                box = {"x": min(zero, end), "x2": max(zero, end), "y": y - _THICK / 2, "y2": y + _THICK / 2}
                self._bars.append({**box, "value": float(number), "tip": tip})
            self._words.append({"x": left, "y": y, "text": cut(name, self._labels, SMALL_SIZE), "tip": tip})
            self._written.append({"x": max(zero, end) + 5, "y": y, "text": written})

    def _x(self, left: float, number: float) -> float:
        start, room = left + self._labels + _GAP, self._room - self._labels - _GAP - self._figures
        return round(start + (number - self._low) / ((self._high - self._low) or 1) * room, 1)

    def layers(self) -> list[Layer]:
        """Return all that was added."""
        palette = self._sheet.palette
        return [
            *boxes(self._bars, fill=palette.accent),
            *rules(self._axes, color=palette.quiet, strokeWidth=1),
            *texts(self._words, align="left", fontSize=SMALL_SIZE, color=palette.ink),
            *texts(self._written, align="left", fontSize=SMALL_SIZE, color=palette.ink),
        ]


def _text(context: ChartContext, panels: Named, categories: Named, numbers: Numbers) -> str:
    shown = [
        (context.say("pair", one=panels[panel], other=categories[category]), number)
        for (panel, category), number in numbers.items()
    ]
    kind = context.say(
        "multiples",
        value=value_heading(context),
        category=context.heading("category"),
        panel=context.heading("panel"),
        n=len(panels),
    )
    return context.sentences(kind, extremes(shown, context.language))


KIND = Kind(needs=("panel", "category"), may=("value", "count"), draw=draw)
