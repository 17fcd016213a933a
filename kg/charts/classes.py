"""A diagram of classes: one under the other, each below the one above it, with the properties that lead from it.

A line for each class that properties lead to runs down the right side, so that the drawing is as narrow as a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from kg.charts.chart import Chart, Spec, Theme
from kg.charts.class_layout import GAP, LANE, PAD, ROOM, STEP, WIDTH, Names, Row, lanes_of, name_of, rows_of
from kg.charts.frame import SCHEMA
from kg.charts.marks import Datum, Layer, boxes, lines_at, points, rules, texts
from kg.charts.text_metrics import LINE
from kg.charts.texts import say
from kg.charts.theme import LOOKS, MARGIN, SMALL_SIZE, TEXT_SIZE, Palette, config, mix
from kg.graph.ontology import Diagram


def draw(diagram: Diagram, names: Names, language: str, theme: Theme = "light") -> Chart:
    """Draw a diagram; its text alternative says every edge."""
    palette, part = LOOKS[theme], diagram.module.labels.get(language, diagram.module.slug)
    lanes = lanes_of(diagram)
    rows, height = rows_of(diagram, names, language, lanes)
    layers = [*_tree(diagram, rows, palette), *_ways(rows, lanes, palette), *_written(diagram, rows, palette)]
    if any(not diagram.is_own(node) for node in diagram.nodes):
        height += SMALL_SIZE * LINE + GAP
        note = [{"x": 0, "y": height - SMALL_SIZE / 2, "text": say("elsewhere", language)}]
        layers += texts(note, align="left", fontSize=SMALL_SIZE - 1, color=palette.quiet)
    title = say("diagram", language, part=part, n=sum(map(diagram.is_own, diagram.nodes)))
    text = say("stop", language).join(told(diagram, names, language)) + say("stop", language).strip()
    spec: Spec = {
        "$schema": SCHEMA,
        "description": title,
        "config": config(palette, language),
        "width": ROOM,
        "height": round(height),
        "autosize": {"type": "none"},
        "padding": MARGIN,
        "layer": layers,
    }
    return Chart(spec, title, text, language, WIDTH, round(height) + 2 * MARGIN)


def told(diagram: Diagram, names: Names, language: str) -> list[str]:
    """The diagram in words, an edge after the other."""
    said = []
    for edge in diagram.edges:
        one, other = (name_of(end, names, language) for end in (edge.start, edge.end))
        if edge.property is None:
            said.append(say("is below", language, one=one, other=other))
        else:
            said.append(say("joins", language, one=one, other=other, property=names[edge.property]))
    comma = say("comma", language)
    for cls, individuals in diagram.individuals.items():
        said.append(say("one of", language, one=names[cls], what=comma.join(names[one] for one in individuals)))
    return said


def _tree(diagram: Diagram, rows: Sequence[Row], palette: Palette) -> list[Layer]:
    """From each class down to those below it."""
    at = {row.node: row for row in rows if row.is_class}
    lines: list[Datum] = []
    for edge in diagram.edges:
        if diagram.is_led(edge):
            continue
        child, parent = at[edge.start], at[edge.end]
        x = parent.x + STEP / 2
        lines.append({"x": x, "x2": x, "y": _foot(parent), "y2": child.y})
        lines.append({"x": x, "x2": child.x, "y": child.y, "y2": child.y})
    return rules(lines, color=palette.quiet, strokeWidth=1)


def _foot(row: Row) -> float:
    return row.y + len(row.lines) * TEXT_SIZE * LINE / 2 + PAD


def _ways(rows: Sequence[Row], lanes: Mapping[NamedNode | None, int], palette: Palette) -> list[Layer]:
    """From each property along the lane of the class that it leads to, with an arrow there."""
    at = {row.node: row for row in rows if row.is_class}
    lines, heads, starts = list[Datum](), list[Datum](), list[Datum]()
    for row in rows:
        if row.edge is None:
            continue
        x = ROOM - LANE * lanes[row.edge.end]
        y = row.y - (len(row.lines) - 1) * SMALL_SIZE * LINE / 2
        lines.append({"x": row.right, "x2": x, "y": y, "y2": y})
        lines.append({"x": x, "x2": x, "y": y, "y2": at[row.edge.end].y})
        starts.append({"x": x, "y": y})
    for node, lane in lanes.items():
        end = at[node].right + PAD
        lines.append({"x": end, "x2": ROOM - LANE * lane, "y": at[node].y, "y2": at[node].y})
        heads.append({"x": end, "y": at[node].y})
    colour = mix(palette.paper, palette.accent, 0.55)
    arrow = {"shape": "triangle-left", "fill": palette.accent, "stroke": None, "size": 45}
    return [
        *rules(lines, color=colour, strokeWidth=1),
        *points(starts, shape="circle", fill=palette.accent, stroke=None, size=10),
        *points(heads, **arrow),
    ]


def _written(diagram: Diagram, rows: Sequence[Row], palette: Palette) -> list[Layer]:
    own, others, classes, properties, individuals = (list[Datum]() for _ in range(5))
    for row in rows:
        data = lines_at(row.lines, row.x + PAD, row.y, row.size)
        (classes if row.is_class else properties if row.edge else individuals).extend(data)
        if row.is_class:
            high = len(row.lines) * TEXT_SIZE * LINE / 2 + PAD - 1
            box = {"x": row.x, "x2": row.right, "y": row.y - high, "y2": row.y + high}
            (own if diagram.is_own(row.node) else others).append(box)
    plain = {"fill": palette.paper, "strokeWidth": 1, "cornerRadius": 4}
    return [
        *boxes(own, stroke=palette.accent, **plain),
        *boxes(others, stroke=palette.quiet, strokeDash=[3, 3], **plain),
        *texts(classes, align="left", fontSize=TEXT_SIZE, color=palette.ink),
        *texts(properties, align="left", fontSize=SMALL_SIZE, color=palette.quiet),
        *texts(individuals, align="left", fontSize=SMALL_SIZE, color=palette.ink),
    ]
