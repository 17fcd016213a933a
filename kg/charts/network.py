"""Networks: nodes on a ring or on two sides, and the links between them; a stronger link is a thicker line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kg.charts.chart import SMALL_SIZE, TEXT_SIZE, Chart, mix
from kg.charts.context import ChartContext, Kind, extremes
from kg.charts.layout import Datum, Layer, frame, layer, leads, lines_at, place, points, texts
from kg.charts.network_layout import GAP, TOP, Curve, Link, Links, NodeLayout, Spots, links_of, places_of
from kg.charts.text_metrics import lead, wrap
from kg.charts.texts import listed
from kg.core.number_format import amount
from kg.engine import Term

MOST_THINGS, MOST_LINKS = 50, 200

_THIN, _THICK = 1.5, 9.0
_MOST_FIGURES, _APART = 24, 18  # links whose strength is written, and how far these figures keep from each other
_STEPS = 10  # between the places on a straight line where a figure may be written


def draw(context: ChartContext) -> Chart | None:
    """Draw the strongest links."""
    links = links_of(context)
    if not links.links:
        return None
    shown = links.first(MOST_THINGS, MOST_LINKS)
    places = places_of(context, shown)
    spots, height = places.spots, places.height
    layers = [*_lines(context, shown, places), *_things(context, shown, spots), *_heads(context, shown, places.beside)]
    left_out = len(links.links) - len(shown.links)
    notes = [context.say("links part", shown=len(shown.links), n=len(links.links))] if left_out else []
    sentences = [*_widths(context, shown), *_leads(context, shown), *notes]
    return frame(context, layers, height=height, text=context.sentences(_text(context, links), *notes), notes=sentences)


def _lines(context: ChartContext, links: Links, places: NodeLayout) -> list[Layer]:
    curves = [places.curve(link) for link in links.links]
    low, high = (float(end(link.weight for link in links.links)) for end in (min, max))
    data: list[Datum] = []
    for number, (link, curve) in enumerate(zip(links.links, curves, strict=True)):
        tip = f"{_pair(context, links, link)}{context.say('colon')}{amount(link.weight, context.language)}"
        datum = {"link": number, "weight": float(link.weight), "tip": tip}
        data += [{**datum, "step": step, "x": x, "y": y} for step, (x, y) in enumerate(curve)]
    # a link twice as strong is twice as wide, unless that exceeds the widest line
    thick = min(_THICK, _THIN * high / low) if low > 0 else _THICK  # in proportion, as far as there is room
    scale = {"domain": [low, high if high > low else low + 1], "range": [_THIN, thick if high > low else _THIN]}
    # Vega joins the points with one ``detail`` to a line, in the order of ``step``
    encoding = {
        "x": place("x"),
        "y": place("y"),
        "detail": {"field": "link", "type": "nominal"},
        "order": {"field": "step", "type": "quantitative"},
        "strokeWidth": {"field": "weight", "type": "quantitative", "scale": scale, "legend": None},
    }
    colour = mix(context.palette.paper, context.palette.accent, 0.65)
    lines = layer(data, "line", encoding, color=colour, strokeCap="round")
    written = low < high and len(curves) <= _MOST_FIGURES
    return [*lines, *(_figures(context, links, curves, places.spots) if written else [])]


def _figures(context: ChartContext, links: Links, curves: Sequence[Curve], spots: Spots) -> list[Layer]:
    """Return the strength of each link on its line, at the place farthest from other figures and nodes."""
    taken = [(spot.x, spot.y) for spot in spots.values()]
    data: list[Datum] = []
    for link, curve in zip(links.links, curves, strict=True):
        places = curve if len(curve) > 2 else _between(*curve)
        nearest_middle_first = sorted(places, key=lambda spot: abs(places.index(spot) - (len(places) - 1) / 2))
        # a distance beyond ``_APART`` is as good as any, so the place nearest the middle wins among those
        x, y = max(
            nearest_middle_first, key=lambda spot: min(_APART, *(math.dist(spot, place_taken) for place_taken in taken))
        )
        taken.append((x, y))
        data.append({"x": x, "y": y, "text": amount(link.weight, context.language)})
    # a wide outline in the colour of the paper keeps figures readable on the lines
    halo = {"fontSize": SMALL_SIZE, "stroke": context.palette.paper, "strokeWidth": 4, "strokeJoin": "round"}
    return [
        *texts(data, align="center", **halo),
        *texts(data, align="center", fontSize=SMALL_SIZE, color=context.palette.ink),
    ]


def _between(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    parts = [n / _STEPS for n in range(1, _STEPS)]
    return [(round(start[0] + (end[0] - start[0]) * t, 1), round(start[1] + (end[1] - start[1]) * t, 1)) for t in parts]


def _things(context: ChartContext, links: Links, spots: Spots) -> list[Layer]:
    palette = context.palette
    right, left, dots, squares = list[Datum](), list[Datum](), list[Datum](), list[Datum]()
    for thing, spot in spots.items():
        tip = _tooltip(context, links, thing)
        (squares if links.sides and spot.on_right else dots).append({"x": spot.x, "y": spot.y, "tip": tip})
        shift = GAP if spot.on_right else -GAP
        (right if spot.on_right else left).extend(lines_at(spot.lines, spot.x + shift, spot.y, TEXT_SIZE, tip=tip))
    mark = {"size": 120, "fill": palette.accent, "stroke": palette.paper, "strokeWidth": 1.5}
    return [
        *points(dots, shape="circle", **mark),
        *points(squares, shape="square", **mark),
        *texts(right, align="left", fontSize=TEXT_SIZE, color=palette.ink),
        *texts(left, align="right", fontSize=TEXT_SIZE, color=palette.ink),
    ]


def _heads(context: ChartContext, links: Links, beside: float) -> list[Layer]:
    if links.sides is None:
        return []
    style, middle = {"fontSize": SMALL_SIZE, "color": context.palette.quiet}, context.room / 2
    beside += GAP
    heads = [lines_at(_head(context, "from", beside), middle - beside, TOP / 2, SMALL_SIZE)]
    heads.append(lines_at(_head(context, "to", beside), middle + beside, TOP / 2, SMALL_SIZE))
    return [*texts(heads[0], align="right", **style), *texts(heads[1], align="left", **style)]


def _head(context: ChartContext, field: str, beside: float) -> tuple[str, ...]:
    return wrap(context.heading(field), context.room / 2 - beside, SMALL_SIZE)


def _leads(context: ChartContext, links: Links) -> list[str]:
    if links.sides is None:
        return []
    starts = [lead([links.names[thing] for thing in side]) for side in links.sides]
    return leads(context, dict(zip(("from", "to"), starts, strict=True)))


def _pair(context: ChartContext, links: Links, link: Link) -> str:
    return context.say("pair", one=links.names[link.source], other=links.names[link.target])


def _tooltip(context: ChartContext, links: Links, thing: Term) -> str:
    others = [links.names[link.target if link.source == thing else link.source] for link in links.of(thing)]
    return f"{links.names[thing]}{context.say('colon')}{context.say('comma').join(others)}"


def _widths(context: ChartContext, links: Links) -> list[str]:
    """Return the meaning of the width of a line, if it has one."""
    if not context.has("weight") and all(link.weight == 1 for link in links.links):
        return []
    low, high = (amount(end(link.weight for link in links.links), context.language) for end in (min, max))
    what = context.heading("weight") if context.has("weight") else context.say("rows")
    return [context.say("width same" if low == high else "width", what=what, low=low, high=high)]


def _text(context: ChartContext, links: Links) -> str:
    most = max(len(links.of(thing)) for thing in links.names)
    who = [name for thing, name in links.names.items() if len(links.of(thing)) == most]
    return context.sentences(
        context.say("network", things=len(links.names), links=len(links.links)),
        extremes([(_pair(context, links, link), link.weight) for link in links.links], context.language),
        context.say("most links", who=listed(who, context.language), n=most),
    )


KIND = Kind(needs=("from", "to"), may=("weight",), draw=draw)
