"""Bullets: a target and what was reached, each row on its own scale, so that unlike units never share an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pyoxigraph import NamedNode

from kg.charts.chart import Chart
from kg.charts.context import ChartContext
from kg.charts.extremes import extremes
from kg.charts.frame import frame
from kg.charts.kind import Kind
from kg.charts.legend import Sign, legend
from kg.charts.marks import Datum, Layer, lines_at, points, texts
from kg.charts.rows import Rows, in_sections, labels, leads, stack
from kg.charts.targets import Target, aimless, targets_of, written
from kg.charts.text_metrics import LINE, cut, distinct, lead, width, wrap
from kg.charts.texts import listed
from kg.charts.theme import SMALL_SIZE, TEXT_SIZE, Palette
from kg.charts.track import FRAME, POST, Track, of_the_way
from kg.core.names import name
from kg.engine import Term

MOST = 60  # targets

_BAR_HEIGHT, _SPACE = 26, 10
_LINE = SMALL_SIZE * LINE
_AXIS = 26
_MOST_NAMED = 20
_SIGN = 18  # the room of the sign of a state, before its words

_BAR = {"shape": "M-1,-0.35H1V0.35H-1Z", "size": 130}
_POST = {"shape": POST, "size": 200}
_WAY = "M-1,-0.6H1V0.6H-1Z"
_FRAME = {"shape": FRAME, "size": 200}


def draw(context: ChartContext) -> Chart | None:
    """Draw the first targets of the answer, under headings if they have groups."""
    targets = targets_of(context)
    if not targets:
        return None
    first = targets[:MOST]
    shown = [first[row] for row in in_sections([target.group for target in first])]
    groups = [target.group for target in shown]
    names = distinct([target.label for target in shown], groups)
    head, height = legend(context, _signs(context))
    columns = _columns(context)
    texts_of = [
        _Words(target, _state(context, target, columns), wrap(figures(context, target), columns.words, SMALL_SIZE))
        for target in shown
    ]
    rows, placed = _placed(columns, names, groups, texts_of, top=height + _AXIS, whole=context.room)
    bars = [(one.words.target, one.bar) for one in placed]
    layers = [
        *head,
        *labels(rows, context, names, x=0),
        *Track(shown, columns.left, columns.right).layers(context, bars, rows),
        *_states(context, placed, columns.state),
        *_figures(context, placed, columns.left),
    ]
    notes = [context.say("part", shown=len(shown), n=len(targets))] if len(targets) > MOST else []
    without = aimless(context, context.answered.rows)
    notes += [context.say("aimless", n=without)] if without else []
    told = [*leads(context, {"group": lead(groups)} if context.has("group") else {}), *notes]
    return frame(
        context, layers, height=rows.bottom, text=context.sentences(_text(context, targets), *notes), notes=told
    )


@dataclass(frozen=True)
class _Columns:
    """Where the parts of a row stand across, and how much room they have, in pixels.

    Under the label stand, if ``is_stacked``, the track, the state and the figures one below the other.
    """

    label: float
    left: float
    right: float
    state: float
    state_room: float
    words: float
    is_stacked: bool


def _columns(context: ChartContext) -> _Columns:
    room = context.room
    if context.is_narrow:
        return _Columns(room, 3, room - 12, 0, room - _SIGN, room - 3, is_stacked=True)
    return _Columns(206, 216, 410, 428, room - 428 - _SIGN, room - 216, is_stacked=False)


@dataclass(frozen=True)
class _Words:
    """A target with the lines that say how it stands, and those of its figures."""

    target: Target
    state: Sequence[str]
    figures: Sequence[str]


@dataclass(frozen=True)
class _Placed:
    """The words of a row, and the middles of its track, its state and its figures."""

    words: _Words
    bar: float
    state: float
    figures: float


def _placed(
    columns: _Columns, names: Sequence[str], groups: Sequence[str], said: Sequence[_Words], *, top: float, whole: float
) -> tuple[Rows, list[_Placed]]:
    """The rows; the bar of each is as high as the longest of all states, if it stands beside it."""
    beside = 0.0 if columns.is_stacked else TEXT_SIZE * LINE * max(len(one.state) for one in said)
    bar = max(_BAR_HEIGHT, beside)
    stated = [TEXT_SIZE * LINE * len(one.state) if columns.is_stacked else 0.0 for one in said]
    blocks = [bar + state + _LINE * len(one.figures) for one, state in zip(said, stated, strict=True)]
    spaced = [block + _SPACE for block in blocks]
    where = {"below": spaced} if columns.is_stacked else {"least": spaced}
    rows = stack(names, groups, top=top, room=columns.label, whole=whole, lines=3, **where)
    placed = []
    for one, middle, block, state in zip(said, rows.middles, blocks, stated, strict=True):
        start = middle - block / 2
        track = start + bar / 2
        figures_at = start + bar + state + _LINE * len(one.figures) / 2
        placed.append(_Placed(one, track, start + bar + state / 2 if state else track, figures_at))
    return rows, placed


def _signs(context: ChartContext) -> list[Sign]:
    palette = context.palette
    marks: dict[str, dict[str, Any]] = {
        "official": {**_POST, "fill": palette.official, "stroke": None},
        "printed": {**_FRAME, "fill": None, "stroke": palette.stated, "strokeWidth": 1.5},
        "latest": {**_BAR, "fill": palette.achieved, "stroke": None},
    }
    signs = [Sign(context.heading(field), mark) for field, mark in marks.items() if context.has(field)]
    dashed = {"shape": _WAY, "size": 200, "fill": None, "stroke": palette.quiet, "strokeWidth": 1, "strokeDash": [3, 3]}
    return [*signs, Sign(context.say("start unknown"), dashed)]


def _state(context: ChartContext, target: Target, columns: _Columns) -> tuple[str, ...]:
    """How a target stands and how much of the way is covered, in two lines if there is no room for one."""
    said, room = context.words("progress", target.row) or context.say("unknown"), columns.state_room
    if target.share is None:
        return wrap(said, room, TEXT_SIZE)
    share = of_the_way(context, target.share)
    whole = f"{said} · {share}"
    return (whole,) if width(whole, TEXT_SIZE) <= room else (cut(said, room, TEXT_SIZE), cut(share, room, TEXT_SIZE))


def _states(context: ChartContext, placed: Sequence[_Placed], left: float) -> list[Layer]:
    """How it stands, as a shape and in words."""
    palette = context.palette
    found: dict[Term | None, list[Datum]] = {}
    words = list[Datum]()
    for one in placed:
        found.setdefault(one.words.target.state, []).append({"x": left + 6, "y": one.state})
        words += lines_at(one.words.state, left + _SIGN, one.state, TEXT_SIZE)
    marks = [one for state, data in found.items() for one in points(data, **_mark_of(palette, state))]
    return [*marks, *texts(words, align="left", fontSize=TEXT_SIZE, color=palette.ink)]


def _mark_of(palette: Palette, state: Term | None) -> dict[str, Any]:
    """The shape of a state; the word beside it says the same."""
    filled = {"fill": palette.achieved, "stroke": None, "size": 110}
    open_ = {"fill": None, "stroke": palette.quiet, "strokeWidth": 1.5, "size": 90}
    shapes: dict[NamedNode, dict[str, Any]] = {
        name("fyp:met"): {"shape": "circle", **filled},
        name("fyp:onTrack"): {"shape": "triangle-right", **filled},
        name("fyp:behind"): {"shape": "triangle-down", **open_},
    }
    dashed = {"shape": "circle", **open_, "strokeDash": [2, 2]}
    return shapes.get(state, dashed) if isinstance(state, NamedNode) else dashed


def _figures(context: ChartContext, placed: Sequence[_Placed], left: float) -> list[Layer]:
    data = list[Datum]()
    for one in placed:
        data += lines_at(one.words.figures, left, one.figures, SMALL_SIZE, tip=figures(context, one.words.target))
    return texts(data, align="left", fontSize=SMALL_SIZE, color=context.palette.quiet)


def figures(context: ChartContext, target: Target) -> str:
    """The numbers of a row in words: from where to where, and how far it came."""
    row = target.row
    aim = written(context, "official" if target.official is not None else "printed", target)
    aim += _in_brackets(context, context.words("year", row))
    begins = target.start is not None and target.start == context.number("baseline", row)
    parts = [
        context.say("way", start=context.bare("baseline", row), target=aim)
        if begins
        else context.say("aim", target=aim)
    ]
    if target.printed is not None and target.printed != target.aim:
        parts.append(context.say("printed", printed=written(context, "printed", target, bare=True)))
    if target.latest is None:
        parts.append(context.say("not observed"))
    else:
        when = _in_brackets(context, context.words("observed", row))
        parts.append(context.say("latest", latest=context.bare("latest", row)) + when)
    return context.say("gap").join(parts)


def _in_brackets(context: ChartContext, when: str) -> str:
    return context.say("when", what="", when=when) if when else ""


def _text(context: ChartContext, targets: Sequence[Target]) -> str:
    states: dict[str, int] = {}
    for target in targets:
        state = context.words("progress", target.row) or context.say("unknown")
        states[state] = states.get(state, 0) + 1
    counts = context.say("gap").join(context.say("states", state=state, n=n) for state, n in sorted(states.items()))
    met = [target for target in targets if target.state == name("fyp:met")]
    which = listed([_named(context, target) for target in met], context.language, _MOST_NAMED, mark="gap")
    shares = [(_named(context, one), Decimal(round(one.share))) for one in targets if one.share is not None]
    return context.sentences(
        context.say("bullets", n=len(targets)),
        counts,
        context.say("which", state=context.words("progress", met[0].row), what=which) if met else "",
        extremes(shares, context.language, lambda share: of_the_way(context, share)),
    )


def _named(context: ChartContext, target: Target) -> str:
    return context.say("when", what=target.label, when=target.group) if target.group else target.label


KIND = Kind(
    needs=("label",),
    may=(
        *("group", "unit", "basis", "direction", "printedComparator", "officialComparator", "baseline", "printed"),
        *("official", "year", "latest", "observed", "share", "progress"),
    ),
    draw=draw,
)
