"""The frame of a picture: title, what was asked for, notes, the drawing, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.charts.chart import Chart, Spec
from kg.charts.context import ChartContext
from kg.charts.marks import Datum, Layer, lines_at, texts
from kg.charts.text_metrics import LINE, wrap
from kg.charts.theme import MARGIN, SMALL_SIZE, TITLE_FONTS, TITLE_SIZE, WIDTHS, config

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

_GAP = 12
_LINES = {"wide": (2, 3, 1), "narrow": (4, 6, 3)}  # at most, of the title, of what is said below it, of the foot


@dataclass(frozen=True)
class _Block:
    """Lines of text in one lettering."""

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
    """Put a frame around a drawing as wide as the sheet and so high; ``text`` is its alternative without the title."""
    head = _head(context, notes)
    top = MARGIN + sum(block.height for block in head) + _GAP
    foot = _foot(context)
    whole = top + height + _GAP + foot.height + MARGIN
    drawn = [*_written(head, MARGIN - top), *layers, *_written([foot], height + _GAP)]
    spec: Spec = {
        **start(context, text),
        "width": context.room,
        "height": round(height),
        "autosize": {"type": "none"},
        "padding": {"left": MARGIN, "right": MARGIN, "top": round(top), "bottom": round(whole - top - height)},
        "layer": drawn,
    }
    size = spec["padding"]["top"] + spec["height"] + spec["padding"]["bottom"]
    return Chart(spec, context.title, told(context, text), context.language, WIDTHS[context.width], size)


def start(context: ChartContext, text: str) -> Spec:
    """What every specification begins with."""
    return {
        "$schema": SCHEMA,
        "description": told(context, text),
        "usermeta": {"question": context.answered.question.slug, "release": context.answered.release_id},
        "config": config(context.palette, context.language),
    }


def told(context: ChartContext, text: str) -> str:
    """The text alternative: the title, what was asked for, and what is to be seen."""
    return context.sentences(context.title, context.conditions(), text)


def _head(context: ChartContext, notes: Iterable[str]) -> list[_Block]:
    palette, language = context.palette, context.language
    most, most_said, _ = _LINES[context.width]
    title = _Block(wrap(context.title, context.room, TITLE_SIZE, most), TITLE_SIZE, palette.ink, TITLE_FONTS[language])
    conditions = context.conditions()
    said = [conditions, *notes] if conditions else list(notes)
    return [title, *(_Block(wrap(one, context.room, SMALL_SIZE, most_said), SMALL_SIZE, palette.quiet) for one in said)]


def _foot(context: ChartContext) -> _Block:
    origin = context.say("origin", question=context.answered.question.slug, release=context.answered.release_id)
    glued = origin.replace(" ·", "\u00a0·")  # no line begins with the dot
    lines = [
        line.replace("\u00a0", " ") for line in wrap(glued, context.room, SMALL_SIZE - 1, _LINES[context.width][2])
    ]
    return _Block(lines, SMALL_SIZE - 1, context.palette.quiet)


def _written(blocks: Iterable[_Block], y: float) -> list[Layer]:
    """The blocks one under the other, the upper edge of the first at ``y``."""
    layers: list[Layer] = []
    for block in blocks:
        data: list[Datum] = lines_at(block.lines, 0, y + block.height / 2, block.size)
        weight = "bold" if block.font else "normal"
        font = {"font": block.font} if block.font else {}
        layers += texts(data, align="left", fontSize=block.size, fontWeight=weight, color=block.color, **font)
        y += block.height
    return layers
