"""Bullet charts: a target and what was reached, each row on its own scale, so that units never share an axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pyoxigraph import NamedNode

from kg.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, Palette, mix
from kg.charts.context import ChartContext, Kind, extremes
from kg.charts.layout import (
    Datum,
    Layer,
    Rows,
    Sign,
    boxes,
    frame,
    in_sections,
    labels,
    leads,
    legend,
    lines_at,
    points,
    rules,
    stack,
    texts,
)
from kg.charts.text_metrics import LINE, cut, distinct, lead, width, wrap
from kg.charts.texts import listed
from kg.core.names import name
from kg.engine import Term
from kg.graph.targets import TargetFigures, is_fall, sign_of, start_of
from kg.questions.result import Row


@dataclass(frozen=True)
class Target(TargetFigures):
    """The target in a row of a result."""

    label: str
    group: str
    state: Term | None
    row: Row


def targets_of(context: ChartContext) -> list[Target]:
    """Return the rows that have a target, each once, in the order of the result."""
    targets: dict[object, Target] = {}
    for row in context.result.rows:
        target = _target(context, row)
        if target.aim is not None:
            # several sources may support one target with a row each; equal names and figures are one target
            places = (context.term("label", row), context.term("group", row))
            targets.setdefault((places, target.printed, target.official, target.latest), target)
    return list(targets.values())


def count_without_target(context: ChartContext, rows: Iterable[Row]) -> int:
    """Count the rows that have no target."""
    return sum(_target(context, row).aim is None for row in rows)


def written(context: ChartContext, field: str, target: Target, *, bare: bool = False) -> str:
    """Return a target with its sign, such as *−18%* for a fall by 18%, or *< 1.3*; ``bare`` without a long unit."""
    row = target.row
    # a fall is stored as a positive number with a direction, and is shown as a negative one
    falls = is_fall(context.term("basis", row), context.term("direction", row))
    figure = (context.bare if bare else context.amount)(field, row, sign=-1 if falls else 1)
    sign = sign_of(context.term(f"{field}Comparator", row), falls=falls)
    return f"{sign}\u00a0{figure}" if sign and figure else figure


def _target(context: ChartContext, row: Row) -> Target:
    target = Target(
        label=context.words("label", row),
        group=context.words("group", row),
        start=start_of(context.term("basis", row), context.term("direction", row), context.number("baseline", row)),
        printed=context.number("printed", row),
        official=context.number("official", row),
        latest=context.number("latest", row),
        share=context.number("share", row),
        state=context.term("progress", row),
        row=row,
    )
    # an answer that tells shares leaves one out where it would mislead
    return target if context.has("share") else replace(target, share=target.share_of_way(target.latest))


POST, FRAME = "M-0.25,-1H0.25V1H-0.25Z", "M-0.45,-1H0.45V1H-0.45Z"
"""The shapes of a target of the plan and of one of the briefing."""

_ABOVE = 9
_MOST_SHARE, _LEAST_SHARE = 150.0, -25.0  # per cent; what lies beyond is written, and an arrow points to it


class Track:
    """The scale from per cent of the way to pixels; the same for all rows, from the start at 0 to the target at 100."""

    def __init__(self, targets: Sequence[Target], left: float, right: float) -> None:
        self._left, self._right = left, right
        shares = [float(target.share) for target in targets if target.share is not None]
        self.low = max(_LEAST_SHARE, min([0.0, *shares]))
        # 110, so that the mark of a target that nobody has passed is not at the very edge
        self.high = min(_MOST_SHARE, max([110.0, *shares]))

    def _x(self, share: float) -> float:
        # a value beyond an end is drawn at that end, where an arrow shows that it continues
        inside = max(self.low, min(self.high, share))
        return round(self._left + (inside - self.low) / (self.high - self.low) * (self._right - self._left), 1)

    def _is_off_scale(self, share: float) -> bool:
        return not self.low <= share <= self.high

    def layers(self, context: ChartContext, placed: Sequence[tuple[Target, float]], rows: Rows) -> list[Layer]:
        """Return the tracks of targets, each at its height, and above the first the names of its ends."""
        return [
            *self._axis(context, rows),
            *self._tracks(context.palette, placed),
            *self._outcomes(context, placed),
            *self._aims(context, placed),
        ]

    def _axis(self, context: ChartContext, rows: Rows) -> list[Layer]:
        # a heading of a section may be above the first row, and the names must not cover it
        y = (min(rows.top, rows.sections[0].top) if rows.sections else rows.top) - _ABOVE
        start = [{"x": self._x(0), "y": y, "text": context.say("start")}]
        end = [{"x": self._x(100), "y": y, "text": context.say("target")}]
        style = {"fontSize": SMALL_SIZE, "color": context.palette.quiet}
        return [*texts(start, align="left", **style), *texts(end, align="center", **style)]

    def _tracks(self, palette: Palette, placed: Sequence[tuple[Target, float]]) -> list[Layer]:
        """Return the way from start to target: filled if its start is known, else a dashed outline."""
        # the track of every row has the same ends: the scale is per cent of the way, not the unit
        ways = [
            (target, {"x": self._x(0), "x2": self._x(100), "y": middle - 7, "y2": middle + 7})
            for target, middle in placed
        ]
        # a way exists only if a start is known and differs from the target
        with_start = [way for target, way in ways if target.share_of_way(target.aim) is not None]
        without_start = [way for target, way in ways if target.share_of_way(target.aim) is None]
        starts = [{"x": way["x"], "x2": way["x"], "y": way["y"] - 3, "y2": way["y2"] + 3} for way in with_start]
        return [
            *boxes(with_start, fill=mix(palette.paper, palette.quiet, 0.22)),
            *boxes(without_start, fill=None, stroke=palette.quiet, strokeWidth=1, strokeDash=[3, 3]),
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
            if self._is_off_scale(share):
                arrows.append({"x": self._x(share) + (5 if share > 0 else -5), "y": middle, "angle": share > 0})
        palette = context.palette
        right, left = ([arrow for arrow in arrows if arrow["angle"] == way] for way in (True, False))
        return [
            *boxes(bars, fill=palette.achieved),
            *points(right, shape="triangle-right", size=140, fill=palette.achieved, stroke=None),
            *points(left, shape="triangle-left", size=140, fill=palette.achieved, stroke=None),
        ]

    def _aims(self, context: ChartContext, placed: Sequence[tuple[Target, float]]) -> list[Layer]:
        palette = context.palette
        printed = [
            {"x": self._x(float(at)), "y": middle, "tip": _tooltip(context, "printed", target)}
            for target, middle in placed
            if target.printed is not None and (at := _place_of(target, target.printed)) is not None
        ]
        official = [
            {"x": self._x(100), "y": middle, "tip": _tooltip(context, "official", target)}
            for target, middle in placed
            if target.official is not None
        ]
        return [
            *points(official, shape=POST, size=420, fill=palette.official, stroke=None),
            *points(printed, shape=FRAME, size=520, fill=None, stroke=palette.stated, strokeWidth=1.5),
        ]


def _place_of(target: Target, value: Decimal) -> Decimal | None:
    """Return the place of a value in per cent; 100 for the target even if its start is unknown."""
    return Decimal(100) if value == target.aim else target.share_of_way(value)


def _tooltip(context: ChartContext, field: str, target: Target) -> str:
    return f"{target.label}{context.say('colon')}{context.heading(field)} {written(context, field, target)}"


def of_the_way(context: ChartContext, share: Decimal) -> str:
    """Return the covered share of the way from the start to the target, in words."""
    return context.say("of the way", share=f"{share:.0f}".replace("-", "−"))


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
    bars = [(placed_row.words.target, placed_row.bar) for placed_row in placed]
    layers = [
        *head,
        *labels(rows, context, names, x=0),
        *Track(shown, columns.left, columns.right).layers(context, bars, rows),
        *_states(context, placed, columns.state),
        *_figures(context, placed, columns.left),
    ]
    notes = [context.say("part", shown=len(shown), n=len(targets))] if len(targets) > MOST else []
    without = count_without_target(context, context.result.rows)
    notes += [context.say("aimless", n=without)] if without else []
    sentences = [*leads(context, {"group": lead(groups)} if context.has("group") else {}), *notes]
    return frame(
        context, layers, height=rows.bottom, text=context.sentences(_text(context, targets), *notes), notes=sentences
    )


@dataclass(frozen=True)
class _Columns:
    """The horizontal places of the parts of a row, and their room, in pixels.

    If ``is_stacked``, the track, the state and the figures are below the label, one under the other.
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
    """A target with the lines of its state, and those of its figures."""

    target: Target
    state: Sequence[str]
    figures: Sequence[str]


@dataclass(frozen=True)
class _Placed:
    """The words of a row, and the vertical middles of its track, its state and its figures."""

    words: _Words
    bar: float
    state: float
    figures: float


def _placed(
    columns: _Columns,
    names: Sequence[str],
    groups: Sequence[str],
    words_of_rows: Sequence[_Words],
    *,
    top: float,
    whole: float,
) -> tuple[Rows, list[_Placed]]:
    """Return the rows; each bar is as high as the longest of all states, if these are beside it."""
    # beside the tracks, all rows keep the height of the longest state, so that the tracks look alike
    beside = 0.0 if columns.is_stacked else TEXT_SIZE * LINE * max(len(row_words.state) for row_words in words_of_rows)
    bar = max(_BAR_HEIGHT, beside)
    stated = [TEXT_SIZE * LINE * len(row_words.state) if columns.is_stacked else 0.0 for row_words in words_of_rows]
    blocks = [
        bar + state + _LINE * len(row_words.figures) for row_words, state in zip(words_of_rows, stated, strict=True)
    ]
    spaced = [block + _SPACE for block in blocks]
    where = {"below": spaced} if columns.is_stacked else {"least": spaced}
    rows = stack(names, groups, top=top, room=columns.label, whole=whole, lines=3, **where)
    placed = []
    for row_words, middle, block, state in zip(words_of_rows, rows.middles, blocks, stated, strict=True):
        # a block is centred on its row, and its parts follow from its upper edge: track, state, figures
        start = middle - block / 2
        track = start + bar / 2
        figures_at = start + bar + state + _LINE * len(row_words.figures) / 2
        placed.append(_Placed(row_words, track, start + bar + state / 2 if state else track, figures_at))
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
    """Return the state of a target and the covered share of its way, in two lines if there is no room for one."""
    state, room = context.words("progress", target.row) or context.say("unknown"), columns.state_room
    if target.share is None:
        return wrap(state, room, TEXT_SIZE)
    share = of_the_way(context, target.share)
    whole = f"{state} · {share}"
    return (whole,) if width(whole, TEXT_SIZE) <= room else (cut(state, room, TEXT_SIZE), cut(share, room, TEXT_SIZE))


def _states(context: ChartContext, placed: Sequence[_Placed], left: float) -> list[Layer]:
    """Return the states, as shapes and in words."""
    palette = context.palette
    data_by_state: dict[Term | None, list[Datum]] = {}
    words = list[Datum]()
    for placed_row in placed:
        data_by_state.setdefault(placed_row.words.target.state, []).append({"x": left + 6, "y": placed_row.state})
        words += lines_at(placed_row.words.state, left + _SIGN, placed_row.state, TEXT_SIZE)
    marks = [mark for state, data in data_by_state.items() for mark in points(data, **_mark_of(palette, state))]
    return [*marks, *texts(words, align="left", fontSize=TEXT_SIZE, color=palette.ink)]


def _mark_of(palette: Palette, state: Term | None) -> dict[str, Any]:
    """Return the shape of a state; the word beside it has the same meaning."""
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
    for placed_row in placed:
        data += lines_at(
            placed_row.words.figures,
            left,
            placed_row.figures,
            SMALL_SIZE,
            tip=figures(context, placed_row.words.target),
        )
    return texts(data, align="left", fontSize=SMALL_SIZE, color=context.palette.quiet)


def figures(context: ChartContext, target: Target) -> str:
    """Return the numbers of a row in words: start, target and latest value."""
    row = target.row
    aim = written(context, "official" if target.official is not None else "printed", target)
    aim += _in_brackets(context, context.words("year", row))
    # the start of a sum or a change is 0 and not the baseline, so an arrow from the baseline would mislead
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
    shares = [(_named(context, each), Decimal(round(each.share))) for each in targets if each.share is not None]
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
