"""Layout in pixels: marks, rows with labels, the legend, and the frame with title and origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.charts.chart import FONTS, MARGIN, SMALL_SIZE, TEXT_SIZE, TITLE_FONTS, TITLE_SIZE, WIDTHS, Chart, Spec, config
from kg.charts.context import ChartContext
from kg.charts.text_metrics import LINE, cut, is_chinese, lead, width, wrap

Layer = dict[str, Any]
Datum = Mapping[str, Any]


def place(field: str) -> dict[str, Any]:
    """Return an encoding that takes the value of a field as pixels."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def layer(data: Iterable[Datum], mark: str, encoding: Mapping[str, Any], **properties: Any) -> list[Layer]:
    """Return a layer with its own data, or no layer without data.

    The ``tip`` of a datum is its tooltip and its text for screen readers; marks without a tip have neither.
    """
    values = [dict(datum) for datum in data]
    if not values:
        return []
    has_tips = any("tip" in datum for datum in values)
    tips = {"tooltip": {"field": "tip"}, "description": {"field": "tip"}} if has_tips else {}
    # opacity, because Vega-Lite makes some marks translucent by default
    marked = {"type": mark, "aria": has_tips, "tooltip": None, "clip": False, "opacity": 1, **properties}
    return [{"data": {"values": values}, "mark": marked, "encoding": {**encoding, **tips}}]


def texts(data: Iterable[Datum], **properties: Any) -> list[Layer]:
    """Return texts (``text``) whose middle is at ``y`` and whose left end, or what ``align`` names, is at ``x``.

    Chinese ones take a Chinese font in every picture: left alone, vl-convert takes any that has the signs.
    """
    encoding = {"x": place("x"), "y": place("y"), "text": {"field": "text"}}
    apart: tuple[list[Datum], list[Datum]] = ([], [])
    # a font is a property of a layer, so Chinese texts need a layer of their own
    for datum in data:
        apart[is_chinese(datum["text"])].append(datum)
    chinese = {"font": FONTS["zh"], **properties}
    return [*layer(apart[False], "text", encoding, **properties), *layer(apart[True], "text", encoding, **chinese)]


def rules(data: Iterable[Datum], **properties: Any) -> list[Layer]:
    """Return lines from ``x``, ``y`` to ``x2``, ``y2``."""
    return layer(data, "rule", _box(), **properties)


def boxes(data: Iterable[Datum], **properties: Any) -> list[Layer]:
    """Return rectangles from ``x``, ``y`` to ``x2``, ``y2``."""
    return layer(data, "rect", _box(), **properties)


def points(data: Iterable[Datum], **properties: Any) -> list[Layer]:
    """Return symbols whose middle is at ``x``, ``y``."""
    return layer(data, "point", {"x": place("x"), "y": place("y")}, **properties)


def _box() -> dict[str, Any]:
    ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return {"x": place("x"), "y": place("y"), **ends}


def lines_at(lines: Sequence[str], x: float, y: float, size: float, **more: Any) -> list[Datum]:
    """Return the data of a text of several lines, whose middle is at ``y``."""
    step = size * LINE
    top = y - step * (len(lines) - 1) / 2
    return [{"x": round(x, 1), "y": round(top + step * n, 1), "text": line, **more} for n, line in enumerate(lines)]


BOLD = 1.12
"""The greatest ratio of the widths of bold and plain letters."""

_SECTION_SPACE = 14  # above the heading of a section
_LEAST = 24
_ROW_SPACE = 6
_HEAD_GAP = 4

Head = tuple[str, float, float]  # the heading of a column, its left edge, and how much room it has


@dataclass(frozen=True)
class Section:
    """The heading of a section: its lines, and the middle of their height in pixels from above."""

    lines: Sequence[str]
    middle: float

    @property
    def top(self) -> float:
        """The upper edge of its first line."""
        return self.middle - TEXT_SIZE * LINE * len(self.lines) / 2


@dataclass(frozen=True)
class Rows:
    """The places of rows: the middle and the height of each in pixels; ``named`` are the middles of the labels."""

    labels: Sequence[Sequence[str]]
    named: Sequence[float]
    middles: Sequence[float]
    heights: Sequence[float]
    sections: Sequence[Section]
    bottom: float

    @property
    def top(self) -> float:
        """The upper edge of the first row, with its label."""
        label = self.named[0] - TEXT_SIZE * LINE * len(self.labels[0]) / 2
        return min(label, self.middles[0] - self.heights[0] / 2)


def stack(
    labels: Sequence[str],
    sections: Sequence[str],
    *,
    top: float,
    room: float,
    whole: float,
    least: Sequence[float] = (),
    below: Sequence[float] = (),
    lines: int = 2,
) -> Rows:
    """Put rows under each other from ``top`` on; one whose section is another than that before it begins a new one.

    A row has the height of its label in ``room`` pixels, but at least 24 pixels, or its value in ``least``. The
    heading of a section has ``whole`` pixels. With ``below`` the labels are above the rows, and it has their heights.
    """
    start, wrapped = lead(sections), [wrap(label, room, TEXT_SIZE, lines) for label in labels]
    tall = [TEXT_SIZE * LINE * len(label) for label in wrapped]
    least_heights = least or [_LEAST] * len(labels)
    heights = below or [
        max(least_height, high + _ROW_SPACE) for least_height, high in zip(least_heights, tall, strict=True)
    ]
    y, before = top, ""
    named, middles, headings = [], [], []
    for section, height, high in zip(sections, heights, tall, strict=True):
        # rows of one section follow each other, so a change of the name begins the next section
        if section != before:
            head = wrap(section.removeprefix(start), whole / BOLD, TEXT_SIZE, lines)
            deep = TEXT_SIZE * LINE * len(head)
            y += _SECTION_SPACE if before else 0
            headings.append(Section(head, y + deep / 2))
            y, before = y + deep + _ROW_SPACE / 2, section
        # with ``below`` the label comes first and the row is under it; else both share one middle
        named.append(round(y + (high if below else height) / 2, 1))
        y += high if below else 0
        middles.append(round(y + height / 2, 1))
        y += height + (_ROW_SPACE if below else 0)
    return Rows(wrapped, named, middles, heights, headings, round(y, 1))


def in_sections(sections: Sequence[str]) -> list[int]:
    """Return the numbers of the rows by section; sections come in the order of their first rows."""
    first: dict[str, int] = {}
    for section in sections:
        first.setdefault(section, len(first))
    # the sort is stable, so rows keep the order of the result within their section
    return sorted(range(len(sections)), key=lambda row: first[sections[row]])


def labels(rows: Rows, context: ChartContext, full: Sequence[str], *, x: float, align: str = "left") -> list[Layer]:
    """Return the labels, with the whole text as tooltip, and the headings of the sections."""
    data: list[Datum] = []
    for lines, middle, whole in zip(rows.labels, rows.named, full, strict=True):
        data += lines_at(lines, x, middle, TEXT_SIZE, tip=whole)
    headings = [datum for section in rows.sections for datum in lines_at(section.lines, 0, section.middle, TEXT_SIZE)]
    return [
        *texts(data, align=align, fontSize=TEXT_SIZE, color=context.palette.ink),
        *texts(headings, align="left", fontSize=TEXT_SIZE, fontWeight="bold", color=context.palette.ink),
    ]


def leads(context: ChartContext, starts: Mapping[str, str]) -> list[str]:
    """Return the common beginning of the labels for each field where the labels leave it out."""
    return [heading_with_start(context, field, start) for field, start in starts.items() if start]


def heading_with_start(context: ChartContext, field: str, start: str) -> str:
    """Return the heading of a field, with the common beginning of its labels."""
    return f"{context.heading(field)}{context.say('colon')}{start}…" if start else context.heading(field)


def heads_height(heads: Sequence[Head]) -> float:
    """Return the height of the headings of columns, with a gap below them."""
    return max(SMALL_SIZE * LINE * len(wrap(text, room, SMALL_SIZE)) for text, _, room in heads) + _HEAD_GAP


def column_heads(context: ChartContext, heads: Sequence[Head]) -> list[Layer]:
    """Return the headings of columns, from 0 down, on one lower edge."""
    bottom, data = heads_height(heads) - _HEAD_GAP, list[Datum]()
    for text, x, room in heads:
        lines = wrap(text, room, SMALL_SIZE)
        data += lines_at(lines, x, bottom - SMALL_SIZE * LINE * len(lines) / 2, SMALL_SIZE)
    return texts(data, align="left", fontSize=SMALL_SIZE, color=context.palette.quiet)


_LEGEND_LINE, _LEGEND_SIGN, _LEGEND_GAP = 22, 20, 18


@dataclass(frozen=True)
class Sign:
    """A sign of the legend: its meaning, and the properties of its mark, such as shape and colour."""

    meaning: str
    mark: dict[str, Any]


def legend(context: ChartContext, signs: Sequence[Sign]) -> tuple[list[Layer], float]:
    """Return the legend from 0 down, and its height."""
    layers, data = list[Layer](), []
    x, y = 0.0, _LEGEND_LINE / 2
    for sign in signs:
        whole = _LEGEND_SIGN + width(sign.meaning, SMALL_SIZE)
        if x and x + whole > context.room:
            x, y = 0.0, y + _LEGEND_LINE
        layers += points([{"x": round(x + 7, 1), "y": y}], **sign.mark)
        data.append(
            {
                "x": round(x + _LEGEND_SIGN, 1),
                "y": y,
                "text": cut(sign.meaning, context.room - _LEGEND_SIGN, SMALL_SIZE),
            }
        )
        x += whole + _LEGEND_GAP
    return [*layers, *texts(data, align="left", fontSize=SMALL_SIZE, color=context.palette.quiet)], y + _LEGEND_LINE / 2


SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

_FRAME_GAP = 12
_LINES = {"wide": (2, 3, 1), "narrow": (4, 6, 3)}  # at most, of the title, of what is said below it, of the foot


@dataclass(frozen=True)
class _Block:
    """Lines of text in one font."""

    lines: Sequence[str]
    size: int
    color: str
    font: str | None = None

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE


def frame(
    context: ChartContext, layers: Iterable[Layer], *, height: float, text: str, notes: Iterable[str] = ()
) -> Chart:
    """Put a frame around a drawing of a height in pixels; ``text`` is its alternative without the title."""
    head = _head(context, notes)
    top = MARGIN + sum(block.height for block in head) + _FRAME_GAP
    foot = _foot(context)
    whole = top + height + _FRAME_GAP + foot.height + MARGIN
    # layers have their origin at the upper left of the drawing, so the title has negative heights
    drawn = [*_written(head, MARGIN - top), *layers, *_written([foot], height + _FRAME_GAP)]
    spec: Spec = {
        **spec_head(context, text),
        "width": context.room,
        "height": round(height),
        # Vega would otherwise enlarge the padding for labels outside the view, and the computed places would shift
        "autosize": {"type": "none"},
        "padding": {"left": MARGIN, "right": MARGIN, "top": round(top), "bottom": round(whole - top - height)},
        "layer": drawn,
    }
    # the sum of the rounded parts, since that is the height that Vega draws
    size = spec["padding"]["top"] + spec["height"] + spec["padding"]["bottom"]
    return Chart(spec, context.title, description(context, text), context.language, WIDTHS[context.width], size)


def spec_head(context: ChartContext, text: str) -> Spec:
    """Return the members that every specification has."""
    return {
        "$schema": SCHEMA,
        "description": description(context, text),
        "usermeta": {"question": context.result.question.slug, "release": context.result.release_id},
        "config": config(context.palette, context.language),
    }


def description(context: ChartContext, text: str) -> str:
    """Return the text alternative: the title, the values of the parameters, and what the chart shows."""
    return context.sentences(context.title, context.conditions(), text)


def _head(context: ChartContext, notes: Iterable[str]) -> list[_Block]:
    palette, language = context.palette, context.language
    most, most_said, _ = _LINES[context.width]
    title = _Block(wrap(context.title, context.room, TITLE_SIZE, most), TITLE_SIZE, palette.ink, TITLE_FONTS[language])
    conditions = context.conditions()
    sentences = [conditions, *notes] if conditions else list(notes)
    return [
        title,
        *(
            _Block(wrap(sentence, context.room, SMALL_SIZE, most_said), SMALL_SIZE, palette.quiet)
            for sentence in sentences
        ),
    ]


def _foot(context: ChartContext) -> _Block:
    origin = context.say("origin", question=context.result.question.slug, release=context.result.release_id)
    glued = origin.replace(" ·", "\u00a0·")  # no line begins with the dot
    lines = [
        line.replace("\u00a0", " ") for line in wrap(glued, context.room, SMALL_SIZE - 1, _LINES[context.width][2])
    ]
    return _Block(lines, SMALL_SIZE - 1, context.palette.quiet)


def _written(blocks: Iterable[_Block], y: float) -> list[Layer]:
    """Return the blocks one under the other, the upper edge of the first at ``y``."""
    layers: list[Layer] = []
    for block in blocks:
        data: list[Datum] = lines_at(block.lines, 0, y + block.height / 2, block.size)
        weight = "bold" if block.font else "normal"
        font = {"font": block.font} if block.font else {}
        layers += texts(data, align="left", fontSize=block.size, fontWeight=weight, color=block.color, **font)
        y += block.height
    return layers
