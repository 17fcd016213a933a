"""Rows one under the other, each with a label beside it or above it, some of them under the heading of a section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.charts.context import ChartContext
from kg.charts.marks import Datum, Layer, lines_at, texts
from kg.charts.text_metrics import LINE, lead, wrap
from kg.charts.theme import SMALL_SIZE, TEXT_SIZE

BOLD = 1.12
"""How much wider than plain letters bold ones are, at most."""

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
    """Where rows stand: the middle and the height of each in pixels; ``named`` are the middles of the labels."""

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

    A row is so high as its label needs in ``room`` pixels, but at least 24 pixels, or what ``least`` says of it; the
    heading of a section has ``whole`` pixels. With ``below`` the labels stand above the rows, which are so high.
    """
    start, wrapped = lead(sections), [wrap(label, room, TEXT_SIZE, lines) for label in labels]
    tall = [TEXT_SIZE * LINE * len(label) for label in wrapped]
    asked = least or [_LEAST] * len(labels)
    heights = below or [max(one, high + _ROW_SPACE) for one, high in zip(asked, tall, strict=True)]
    y, before = top, ""
    named, middles, headings = [], [], []
    for section, height, high in zip(sections, heights, tall, strict=True):
        if section != before:
            head = wrap(section.removeprefix(start), whole / BOLD, TEXT_SIZE, lines)
            deep = TEXT_SIZE * LINE * len(head)
            y += _SECTION_SPACE if before else 0
            headings.append(Section(head, y + deep / 2))
            y, before = y + deep + _ROW_SPACE / 2, section
        named.append(round(y + (high if below else height) / 2, 1))
        y += high if below else 0
        middles.append(round(y + height / 2, 1))
        y += height + (_ROW_SPACE if below else 0)
    return Rows(wrapped, named, middles, heights, headings, round(y, 1))


def in_sections(sections: Sequence[str]) -> list[int]:
    """The numbers of the rows in order of their sections, which come in the order of their first rows."""
    first: dict[str, int] = {}
    for section in sections:
        first.setdefault(section, len(first))
    return sorted(range(len(sections)), key=lambda row: first[sections[row]])


def labels(rows: Rows, context: ChartContext, full: Sequence[str], *, x: float, align: str = "left") -> list[Layer]:
    """The labels, with the whole text for a pointer where it was cut, and the headings of the sections."""
    data: list[Datum] = []
    for lines, middle, whole in zip(rows.labels, rows.named, full, strict=True):
        data += lines_at(lines, x, middle, TEXT_SIZE, tip=whole)
    headings = [one for section in rows.sections for one in lines_at(section.lines, 0, section.middle, TEXT_SIZE)]
    return [
        *texts(data, align=align, fontSize=TEXT_SIZE, color=context.palette.ink),
        *texts(headings, align="left", fontSize=TEXT_SIZE, fontWeight="bold", color=context.palette.ink),
    ]


def leads(context: ChartContext, starts: Mapping[str, str]) -> list[str]:
    """For each field the words with which all its labels begin and that are left out there, if there are any."""
    return [led(context, field, start) for field, start in starts.items() if start]


def led(context: ChartContext, field: str, start: str) -> str:
    """The heading of a field, with the words with which all its labels begin."""
    return f"{context.heading(field)}{context.say('colon')}{start}…" if start else context.heading(field)


def heads_height(heads: Sequence[Head]) -> float:
    """How high the headings of columns are, with a gap below them."""
    return max(SMALL_SIZE * LINE * len(wrap(text, room, SMALL_SIZE)) for text, _, room in heads) + _HEAD_GAP


def column_heads(context: ChartContext, heads: Sequence[Head]) -> list[Layer]:
    """The headings of columns, from 0 down, on one lower edge."""
    bottom, data = heads_height(heads) - _HEAD_GAP, list[Datum]()
    for text, x, room in heads:
        lines = wrap(text, room, SMALL_SIZE)
        data += lines_at(lines, x, bottom - SMALL_SIZE * LINE * len(lines) / 2, SMALL_SIZE)
    return texts(data, align="left", fontSize=SMALL_SIZE, color=context.palette.quiet)
