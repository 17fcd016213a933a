"""A network: things on a ring, or on two sides, and the links between them; a stronger link is a thicker line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.engine import Term
from kg.picture.amount import amount
from kg.picture.extremes import extremes
from kg.picture.frame import ROOM, frame
from kg.picture.kind import Kind
from kg.picture.lettering import LINE, lead, wrap
from kg.picture.links import Link, Links, around, facing, links_of
from kg.picture.look import SMALL_SIZE, TEXT_SIZE, mix
from kg.picture.marks import Datum, Layer, layer, lines_at, place, points, texts
from kg.picture.picture import Picture
from kg.picture.rows import leads
from kg.picture.sheet import Sheet
from kg.picture.words import listed

MOST_THINGS, MOST_LINKS = 50, 200

_HALF, _BESIDE, _GAP = 130, 100, 12  # half the width of the ring, of the space between two sides; before a label
_CLOSE, _TOP, _LEAST_TALL = 8, 30, 150.0
_THIN, _THICK = 1.5, 9.0
_MOST_FIGURES, _APART = 24, 18  # links whose strength is written, and how far these figures keep from each other
_STEPS = 10  # of a curve
_LEAST_PULL, _MOST_PULL = 0.25, 0.9  # how far a link bends to the middle, by its length


@dataclass(frozen=True)
class _Spot:
    """Where a thing stands, and its label, which lies to the right of it or to the left."""

    x: float
    y: float
    lines: Sequence[str]
    on_right: bool


Spots = Mapping[Term, _Spot]


def draw(sheet: Sheet) -> Picture | None:
    """Draw the strongest links."""
    links = links_of(sheet)
    if not links.links:
        return None
    shown = links.first(MOST_THINGS, MOST_LINKS)
    spots, height = _on_ring(shown) if shown.sides is None else _on_sides(shown, shown.sides)
    layers = [*_lines(sheet, shown, spots, height), *_things(sheet, shown, spots), *_heads(sheet, shown)]
    left_out = len(links.links) - len(shown.links)
    notes = [sheet.say("links part", shown=len(shown.links), n=len(links.links))] if left_out else []
    said = [*_widths(sheet, shown), *_leads(sheet, shown), *notes]
    return frame(sheet, layers, height=height, text=sheet.sentences(_text(sheet, links), *notes), notes=said)


def _on_ring(links: Links) -> tuple[Spots, float]:
    """On a ring, clockwise from above; level labels to its left and right need no more room than their height."""
    ring = around(links)
    half = math.ceil(len(ring) / 2)
    sides = ((ring[:half], True), (ring[half:][::-1], False))
    lines = {thing: wrap(links.names[thing], ROOM / 2 - _HALF - _GAP, TEXT_SIZE) for thing in ring}
    tall = max(_LEAST_TALL, *(_tall(lines, side) for side, _ in sides))
    spots: dict[Term, _Spot] = {}
    for side, on_right in sides:
        for thing, y in zip(side, _middles(lines, side, tall), strict=True):
            across = _HALF * math.sqrt(max(0.0, 1 - ((y - tall / 2) / (tall / 2 + _CLOSE)) ** 2))
            x = ROOM / 2 + (across if on_right else -across)
            spots[thing] = _Spot(round(x, 1), y, lines[thing], on_right)
    return spots, tall


def _on_sides(links: Links, sides: tuple[Sequence[Term], Sequence[Term]]) -> tuple[Spots, float]:
    """On two sides, each thing near to what it is linked with."""
    room = ROOM / 2 - _BESIDE - _GAP
    ordered = facing(links, sides)
    lines: dict[Term, Sequence[str]] = {}
    for side in ordered:
        start = lead([links.names[thing] for thing in side])
        lines.update({thing: wrap(links.names[thing].removeprefix(start), room, TEXT_SIZE, 3) for thing in side})
    tall = max(_tall(lines, side) for side in ordered)
    spots: dict[Term, _Spot] = {}
    for side, on_right in zip(ordered, (False, True), strict=True):
        x = ROOM / 2 + (_BESIDE if on_right else -_BESIDE)
        for thing, y in zip(side, _middles(lines, side, tall), strict=True):
            spots[thing] = _Spot(x, round(_TOP + y, 1), lines[thing], on_right)
    return spots, _TOP + tall


def _tall(lines: Mapping[Term, Sequence[str]], side: Sequence[Term]) -> float:
    return sum(len(lines[thing]) * TEXT_SIZE * LINE + _CLOSE for thing in side)


def _middles(lines: Mapping[Term, Sequence[str]], side: Sequence[Term], tall: float) -> list[float]:
    """The middles of labels one under the other, with what is left of the height shared among them."""
    spare = (tall - _tall(lines, side)) / max(len(side), 1)
    y, middles = 0.0, list[float]()
    for thing in side:
        high = len(lines[thing]) * TEXT_SIZE * LINE + _CLOSE + spare
        middles.append(round(y + high / 2, 1))
        y += high
    return middles


def _curve(one: _Spot, other: _Spot, middle: tuple[float, float], *, bent: bool) -> list[tuple[float, float]]:
    """Places along a link; on a ring it bends to the middle, so that it does not run over the things between."""
    if not bent:
        return [(one.x, one.y), (other.x, other.y)]
    x, y = (one.x + other.x) / 2, (one.y + other.y) / 2
    pull = min(_MOST_PULL, _LEAST_PULL + math.dist((one.x, one.y), (other.x, other.y)) / (2 * middle[1]))
    x, y = x + (middle[0] - x) * pull, y + (middle[1] - y) * pull / 4
    steps = (n / _STEPS for n in range(_STEPS + 1))
    return [
        (
            round((1 - t) ** 2 * one.x + 2 * t * (1 - t) * x + t**2 * other.x, 1),
            round((1 - t) ** 2 * one.y + 2 * t * (1 - t) * y + t**2 * other.y, 1),
        )
        for t in steps
    ]


def _lines(sheet: Sheet, links: Links, spots: Spots, height: float) -> list[Layer]:
    bent = links.sides is None
    curves = [_curve(spots[one.one], spots[one.other], (ROOM / 2, height / 2), bent=bent) for one in links.links]
    low, high = (float(end(link.weight for link in links.links)) for end in (min, max))
    data: list[Datum] = []
    for number, (link, curve) in enumerate(zip(links.links, curves, strict=True)):
        tip = f"{_pair(sheet, links, link)}{sheet.say('colon')}{amount(link.weight, sheet.language)}"
        one = {"link": number, "weight": float(link.weight), "tip": tip}
        data += [{**one, "step": step, "x": x, "y": y} for step, (x, y) in enumerate(curve)]
    thick = min(_THICK, _THIN * high / low) if low > 0 else _THICK  # in proportion, as far as there is room
    scale = {"domain": [low, high if high > low else low + 1], "range": [_THIN, thick if high > low else _THIN]}
    encoding = {
        "x": place("x"),
        "y": place("y"),
        "detail": {"field": "link", "type": "nominal"},
        "order": {"field": "step", "type": "quantitative"},
        "strokeWidth": {"field": "weight", "type": "quantitative", "scale": scale, "legend": None},
    }
    colour = mix(sheet.look.paper, sheet.look.accent, 0.65)
    lines = layer(data, "line", encoding, color=colour, strokeCap="round")
    written = low < high and len(curves) <= _MOST_FIGURES
    return [*lines, *(_figures(sheet, links, curves, spots) if written else [])]


def _figures(sheet: Sheet, links: Links, curves: Sequence[Sequence[tuple[float, float]]], spots: Spots) -> list[Layer]:
    """The strength of each link on its line, where no other figure and no thing is near."""
    taken = [(spot.x, spot.y) for spot in spots.values()]
    data: list[Datum] = []
    for link, curve in zip(links.links, curves, strict=True):
        places = curve if len(curve) > 2 else _between(*curve)
        nearest_middle_first = sorted(places, key=lambda spot: abs(places.index(spot) - (len(places) - 1) / 2))
        x, y = max(nearest_middle_first, key=lambda spot: min(_APART, *(math.dist(spot, one) for one in taken)))
        taken.append((x, y))
        data.append({"x": x, "y": y, "text": amount(link.weight, sheet.language)})
    halo = {"fontSize": SMALL_SIZE, "stroke": sheet.look.paper, "strokeWidth": 4, "strokeJoin": "round"}
    return [
        *texts(data, align="center", **halo),
        *texts(data, align="center", fontSize=SMALL_SIZE, color=sheet.look.ink),
    ]


def _between(one: tuple[float, float], other: tuple[float, float]) -> list[tuple[float, float]]:
    parts = [n / _STEPS for n in range(1, _STEPS)]
    return [(round(one[0] + (other[0] - one[0]) * t, 1), round(one[1] + (other[1] - one[1]) * t, 1)) for t in parts]


def _things(sheet: Sheet, links: Links, spots: Spots) -> list[Layer]:
    look = sheet.look
    right, left, dots, squares = list[Datum](), list[Datum](), list[Datum](), list[Datum]()
    for thing, spot in spots.items():
        tip = _tip(sheet, links, thing)
        (squares if links.sides and spot.on_right else dots).append({"x": spot.x, "y": spot.y, "tip": tip})
        shift = _GAP if spot.on_right else -_GAP
        (right if spot.on_right else left).extend(lines_at(spot.lines, spot.x + shift, spot.y, TEXT_SIZE, tip=tip))
    mark = {"size": 120, "fill": look.accent, "stroke": look.paper, "strokeWidth": 1.5}
    return [
        *points(dots, shape="circle", **mark),
        *points(squares, shape="square", **mark),
        *texts(right, align="left", fontSize=TEXT_SIZE, color=look.ink),
        *texts(left, align="right", fontSize=TEXT_SIZE, color=look.ink),
    ]


def _heads(sheet: Sheet, links: Links) -> list[Layer]:
    if links.sides is None:
        return []
    style = {"fontSize": SMALL_SIZE, "color": sheet.look.quiet}
    left = [{"x": ROOM / 2 - _BESIDE - _GAP, "y": _TOP / 2, "text": sheet.heading("from")}]
    right = [{"x": ROOM / 2 + _BESIDE + _GAP, "y": _TOP / 2, "text": sheet.heading("to")}]
    return [*texts(left, align="right", **style), *texts(right, align="left", **style)]


def _leads(sheet: Sheet, links: Links) -> list[str]:
    if links.sides is None:
        return []
    starts = [lead([links.names[thing] for thing in side]) for side in links.sides]
    return leads(sheet, dict(zip(("from", "to"), starts, strict=True)))


def _pair(sheet: Sheet, links: Links, link: Link) -> str:
    return sheet.say("pair", one=links.names[link.one], other=links.names[link.other])


def _tip(sheet: Sheet, links: Links, thing: Term) -> str:
    others = [links.names[link.other if link.one == thing else link.one] for link in links.of(thing)]
    return f"{links.names[thing]}{sheet.say('colon')}{sheet.say('comma').join(others)}"


def _widths(sheet: Sheet, links: Links) -> list[str]:
    """What the width of a line tells, if it tells anything."""
    if not sheet.has("weight") and all(link.weight == 1 for link in links.links):
        return []
    low, high = (amount(end(link.weight for link in links.links), sheet.language) for end in (min, max))
    what = sheet.heading("weight") if sheet.has("weight") else sheet.say("rows")
    return [sheet.say("width same" if low == high else "width", what=what, low=low, high=high)]


def _text(sheet: Sheet, links: Links) -> str:
    most = max(len(links.of(thing)) for thing in links.names)
    who = [name for thing, name in links.names.items() if len(links.of(thing)) == most]
    return sheet.sentences(
        sheet.say("network", things=len(links.names), links=len(links.links)),
        extremes([(_pair(sheet, links, link), link.weight) for link in links.links], sheet.language),
        sheet.say("most links", who=listed(who, sheet.language), n=most),
    )


KIND = Kind(needs=("from", "to"), may=("weight",), draw=draw)
