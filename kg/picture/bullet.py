"""Bullets: a target and what was reached, each row on its own scale, so that unlike units never share an axis."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pyoxigraph import NamedNode

from kg.engine import Term
from kg.names import name
from kg.picture.extremes import extremes
from kg.picture.frame import ROOM, frame
from kg.picture.kind import Kind
from kg.picture.legend import Sign, legend
from kg.picture.lettering import LINE, cut, distinct, lead, width, wrap
from kg.picture.look import SMALL_SIZE, TEXT_SIZE, Look, mix
from kg.picture.marks import Datum, Layer, boxes, lines_at, points, rules, texts
from kg.picture.picture import Picture
from kg.picture.rows import Rows, in_sections, labels, leads, stack
from kg.picture.sheet import Sheet
from kg.picture.target import Target, aimless, targets_of, written
from kg.picture.words import listed

MOST = 60  # targets

_LABEL_ROOM, _LEFT, _RIGHT, _STATE = 206, 216, 410, 428
_BAR_HEIGHT, _SPACE = 26, 10
_LINE = SMALL_SIZE * LINE
_AXIS, _AXIS_ABOVE = 26, 9
_MOST_SHARE, _LEAST_SHARE = 150.0, -25.0  # per cent; what lies beyond is written, and an arrow points to it
_MOST_NAMED = 20
_SIGN = 18  # the room of the sign of a state, before its words

_BAR = {"shape": "M-1,-0.35H1V0.35H-1Z", "size": 130}
_POST = {"shape": "M-0.25,-1H0.25V1H-0.25Z", "size": 200}
_WAY = "M-1,-0.6H1V0.6H-1Z"
_FRAME = {"shape": "M-0.45,-1H0.45V1H-0.45Z", "size": 200}


def draw(sheet: Sheet) -> Picture | None:
    """Draw the first targets of the answer, under headings if they have groups."""
    targets = targets_of(sheet)
    if not targets:
        return None
    first = targets[:MOST]
    shown = [first[row] for row in in_sections([target.group for target in first])]
    groups = [target.group for target in shown]
    names = distinct([target.label for target in shown], groups)
    head, height = legend(sheet, _signs(sheet))
    said = [wrap(figures(sheet, target), ROOM - _LEFT, SMALL_SIZE) for target in shown]
    states = [_state(sheet, target) for target in shown]
    bar = max(_BAR_HEIGHT, TEXT_SIZE * LINE * max(map(len, states)))  # the same for all rows
    blocks = [bar + _LINE * len(lines) for lines in said]
    least = [block + _SPACE for block in blocks]
    rows = stack(names, groups, top=height + _AXIS, room=_LABEL_ROOM, whole=ROOM, least=least, lines=3)
    bars = [middle - (block - bar) / 2 for middle, block in zip(rows.middles, blocks, strict=True)]
    placed = list(zip(shown, bars, strict=True))
    layers = [
        *head,
        *labels(rows, sheet, names, x=0),
        *_Scale(shown).layers(sheet, placed, rows),
        *_states(sheet, placed, states),
        *_figures(sheet, placed, said, below=bar / 2),
    ]
    notes = [sheet.say("part", shown=len(shown), n=len(targets))] if len(targets) > MOST else []
    without = aimless(sheet, sheet.answered.rows)
    notes += [sheet.say("aimless", n=without)] if without else []
    told = [*leads(sheet, {"group": lead(groups)} if sheet.has("group") else {}), *notes]
    return frame(sheet, layers, height=rows.bottom, text=sheet.sentences(_text(sheet, targets), *notes), notes=told)


def _signs(sheet: Sheet) -> list[Sign]:
    look = sheet.look
    marks: dict[str, dict[str, Any]] = {
        "official": {**_POST, "fill": look.official, "stroke": None},
        "printed": {**_FRAME, "fill": None, "stroke": look.stated, "strokeWidth": 1.5},
        "latest": {**_BAR, "fill": look.achieved, "stroke": None},
    }
    signs = [Sign(sheet.heading(field), mark) for field, mark in marks.items() if sheet.has(field)]
    dashed = {"shape": _WAY, "size": 200, "fill": None, "stroke": look.quiet, "strokeWidth": 1, "strokeDash": [3, 3]}
    return [*signs, Sign(sheet.say("start unknown"), dashed)]


class _Scale:
    """From per cent of the way to pixels; the same for all rows, from the start at 0 to the target at 100."""

    def __init__(self, targets: Sequence[Target]) -> None:
        shares = [float(target.share) for target in targets if target.share is not None]
        self.low = max(_LEAST_SHARE, min([0.0, *shares]))
        self.high = min(_MOST_SHARE, max([110.0, *shares]))

    def x(self, share: float) -> float:
        inside = max(self.low, min(self.high, share))
        return round(_LEFT + (inside - self.low) / (self.high - self.low) * (_RIGHT - _LEFT), 1)

    def beyond(self, share: float) -> bool:
        return not self.low <= share <= self.high

    def layers(self, sheet: Sheet, placed: Sequence[tuple[Target, float]], rows: Rows) -> list[Layer]:
        return [
            *self._axis(sheet, rows),
            *self._tracks(sheet.look, placed),
            *self._outcomes(sheet, placed),
            *self._aims(sheet, placed),
        ]

    def _axis(self, sheet: Sheet, rows: Rows) -> list[Layer]:
        y = (min(rows.top, rows.sections[0].top) if rows.sections else rows.top) - _AXIS_ABOVE
        start = [{"x": self.x(0), "y": y, "text": sheet.say("start")}]
        end = [{"x": self.x(100), "y": y, "text": sheet.say("target")}]
        style = {"fontSize": SMALL_SIZE, "color": sheet.look.quiet}
        return [*texts(start, align="left", **style), *texts(end, align="center", **style)]

    def _tracks(self, look: Look, placed: Sequence[tuple[Target, float]]) -> list[Layer]:
        """The way from start to target: filled where its start is known, a dashed outline where it is not."""
        ways = [
            (target, {"x": self.x(0), "x2": self.x(100), "y": middle - 7, "y2": middle + 7})
            for target, middle in placed
        ]
        known = [way for target, way in ways if target.way_to(target.aim) is not None]
        unknown = [way for target, way in ways if target.way_to(target.aim) is None]
        starts = [{"x": way["x"], "x2": way["x"], "y": way["y"] - 3, "y2": way["y2"] + 3} for way in known]
        return [
            *boxes(known, fill=mix(look.paper, look.quiet, 0.22)),
            *boxes(unknown, fill=None, stroke=look.quiet, strokeWidth=1, strokeDash=[3, 3]),
            *rules(starts, color=look.quiet, strokeWidth=1.5),
        ]

    def _outcomes(self, sheet: Sheet, placed: Sequence[tuple[Target, float]]) -> list[Layer]:
        bars, arrows = list[Datum](), list[Datum]()
        for target, middle in placed:
            if target.share is None:
                continue
            share = float(target.share)
            tip = f"{target.label}{sheet.say('colon')}{_share(sheet, target.share)}"
            ends = {"x": min(self.x(0), self.x(share)), "x2": max(self.x(0), self.x(share))}
            bars.append({"share": share, **ends, "y": middle - 4, "y2": middle + 4, "tip": tip})
            if self.beyond(share):
                arrows.append({"x": self.x(share) + (5 if share > 0 else -5), "y": middle, "angle": share > 0})
        look = sheet.look
        right, left = ([one for one in arrows if one["angle"] == way] for way in (True, False))
        return [
            *boxes(bars, fill=look.achieved),
            *points(right, shape="triangle-right", size=140, fill=look.achieved, stroke=None),
            *points(left, shape="triangle-left", size=140, fill=look.achieved, stroke=None),
        ]

    def _aims(self, sheet: Sheet, placed: Sequence[tuple[Target, float]]) -> list[Layer]:
        look = sheet.look
        printed = [
            {"x": self.x(float(at)), "y": middle, "tip": _tip(sheet, "printed", target)}
            for target, middle in placed
            if target.printed is not None and (at := _place_of(target, target.printed)) is not None
        ]
        official = [
            {"x": self.x(100), "y": middle, "tip": _tip(sheet, "official", target)}
            for target, middle in placed
            if target.official is not None
        ]
        return [
            *points(official, shape=_POST["shape"], size=420, fill=look.official, stroke=None),
            *points(printed, shape=_FRAME["shape"], size=520, fill=None, stroke=look.stated, strokeWidth=1.5),
        ]


def _place_of(target: Target, value: Decimal) -> Decimal | None:
    """Where a value stands; what equals the target stands there even if the way to it is unknown."""
    return Decimal(100) if value == target.aim else target.way_to(value)


def _tip(sheet: Sheet, field: str, target: Target) -> str:
    return f"{target.label}{sheet.say('colon')}{sheet.heading(field)} {written(sheet, field, target)}"


def _share(sheet: Sheet, share: Decimal) -> str:
    return sheet.say("of the way", share=f"{share:.0f}".replace("-", "−"))


def _state(sheet: Sheet, target: Target) -> tuple[str, ...]:
    """How a target stands and how much of the way is covered, in two lines if there is no room for one."""
    said, room = sheet.words("progress", target.row) or sheet.say("unknown"), ROOM - _STATE - _SIGN
    if target.share is None:
        return wrap(said, room, TEXT_SIZE)
    share = _share(sheet, target.share)
    whole = f"{said} · {share}"
    return (whole,) if width(whole, TEXT_SIZE) <= room else (cut(said, room, TEXT_SIZE), cut(share, room, TEXT_SIZE))


def _states(sheet: Sheet, placed: Sequence[tuple[Target, float]], states: Sequence[Sequence[str]]) -> list[Layer]:
    """How it stands, as a shape and in words."""
    look = sheet.look
    found: dict[Term | None, list[Datum]] = {}
    words = list[Datum]()
    for (target, middle), lines in zip(placed, states, strict=True):
        found.setdefault(target.state, []).append({"x": _STATE + 6, "y": middle})
        words += lines_at(lines, _STATE + _SIGN, middle, TEXT_SIZE)
    marks = [one for state, data in found.items() for one in points(data, **_mark_of(look, state))]
    return [*marks, *texts(words, align="left", fontSize=TEXT_SIZE, color=look.ink)]


def _mark_of(look: Look, state: Term | None) -> dict[str, Any]:
    """The shape of a state; the word beside it says the same."""
    filled = {"fill": look.achieved, "stroke": None, "size": 110}
    open_ = {"fill": None, "stroke": look.quiet, "strokeWidth": 1.5, "size": 90}
    shapes: dict[NamedNode, dict[str, Any]] = {
        name("fyp:met"): {"shape": "circle", **filled},
        name("fyp:onTrack"): {"shape": "triangle-right", **filled},
        name("fyp:behind"): {"shape": "triangle-down", **open_},
    }
    dashed = {"shape": "circle", **open_, "strokeDash": [2, 2]}
    return shapes.get(state, dashed) if isinstance(state, NamedNode) else dashed


def _figures(
    sheet: Sheet, placed: Sequence[tuple[Target, float]], said: Sequence[Sequence[str]], *, below: float
) -> list[Layer]:
    data = list[Datum]()
    for (target, middle), lines in zip(placed, said, strict=True):
        center = middle + below + _LINE * len(lines) / 2
        data += lines_at(lines, _LEFT, center, SMALL_SIZE, tip=figures(sheet, target))
    return texts(data, align="left", fontSize=SMALL_SIZE, color=sheet.look.quiet)


def figures(sheet: Sheet, target: Target) -> str:
    """The numbers of a row in words: from where to where, and how far it came."""
    row = target.row
    aim = written(sheet, "official" if target.official is not None else "printed", target)
    aim += _in_brackets(sheet, sheet.words("year", row))
    begins = target.start is not None and target.start == sheet.number("baseline", row)
    parts = [
        sheet.say("way", start=sheet.bare("baseline", row), target=aim) if begins else sheet.say("aim", target=aim)
    ]
    if target.printed is not None and target.printed != target.aim:
        parts.append(sheet.say("printed", printed=written(sheet, "printed", target, bare=True)))
    if target.latest is None:
        parts.append(sheet.say("not observed"))
    else:
        when = _in_brackets(sheet, sheet.words("observed", row))
        parts.append(sheet.say("latest", latest=sheet.bare("latest", row)) + when)
    return sheet.say("gap").join(parts)


def _in_brackets(sheet: Sheet, when: str) -> str:
    return sheet.say("when", what="", when=when) if when else ""


def _text(sheet: Sheet, targets: Sequence[Target]) -> str:
    states: dict[str, int] = {}
    for target in targets:
        state = sheet.words("progress", target.row) or sheet.say("unknown")
        states[state] = states.get(state, 0) + 1
    counts = sheet.say("gap").join(sheet.say("states", state=state, n=n) for state, n in sorted(states.items()))
    met = [target for target in targets if target.state == name("fyp:met")]
    which = listed([_named(sheet, target) for target in met], sheet.language, _MOST_NAMED, mark="gap")
    shares = [(_named(sheet, one), Decimal(round(one.share))) for one in targets if one.share is not None]
    return sheet.sentences(
        sheet.say("bullets", n=len(targets)),
        counts,
        sheet.say("which", state=sheet.words("progress", met[0].row), what=which) if met else "",
        extremes(shares, sheet.language, lambda share: _share(sheet, share)),
    )


def _named(sheet: Sheet, target: Target) -> str:
    return sheet.say("when", what=target.label, when=target.group) if target.group else target.label


KIND = Kind(
    needs=("label",),
    may=(
        *("group", "unit", "basis", "direction", "printedComparator", "officialComparator", "baseline", "printed"),
        *("official", "year", "latest", "observed", "share", "progress"),
    ),
    draw=draw,
)
