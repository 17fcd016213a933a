"""A diagram of classes: one under the other, each below the one above it, with the properties that lead from it.

A line for each class that properties lead to runs down the right side, so that the drawing is as narrow as a phone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.charts.chart import LOOKS, MARGIN, SMALL_SIZE, TEXT_SIZE, Chart, Palette, Spec, Theme, config, mix
from kg.charts.layout import SCHEMA, Datum, Layer, boxes, lines_at, points, rules, texts
from kg.charts.text_metrics import LINE, clean, width, wrap
from kg.charts.texts import say
from kg.graph.ontology import Diagram, Edge

Names = Mapping[NamedNode, str]
"""The labels of classes, properties and individuals in the language of the diagram."""

WIDTH = 360
ROOM = WIDTH - 2 * MARGIN
STEP, PAD, GAP, LINE_COLUMN_WIDTH = 14, 5, 6, 7
_LEAST_ROOM = 170
_MOST_LINES = 20


@dataclass(frozen=True)
class Row:
    """A class, a property or a list of individuals: its lines of text and their place."""

    lines: Sequence[str]
    x: float
    y: float = 0
    node: NamedNode | None = None
    edge: Edge | None = None
    is_class: bool = False

    @property
    def size(self) -> int:
        """The size of its letters."""
        return TEXT_SIZE if self.is_class else SMALL_SIZE

    @property
    def right(self) -> float:
        """The place where a line may begin or end: beside the box of a class, or the first line of a property."""
        shown = self.lines if self.is_class else self.lines[:1]
        return self.x + max(width(line, self.size) for line in shown) + 2 * PAD


def name_of(node: NamedNode | None, names: Names, language: str) -> str:
    """Return the name of a class, or of the missing end of a property."""
    return say("anything", language) if node is None else clean(names[node])


def rows_of(
    diagram: Diagram, names: Names, language: str, columns_of_lines: Mapping[NamedNode | None, int]
) -> tuple[list[Row], float]:
    """Return the rows of a diagram beside the ``columns_of_lines`` of its lines, and their total height."""
    room = max(_LEAST_ROOM, ROOM - LINE_COLUMN_WIDTH * (1 + max(columns_of_lines.values(), default=-1)))
    rows, y, depths = list[Row](), 0.0, dict[NamedNode | None, int]()

    # rows are placed by their middles, as lines and texts of a chart are anchored there
    def add(row: Row, pad: float) -> None:
        nonlocal y
        high = len(row.lines) * row.size * LINE + 2 * pad
        rows.append(replace(row, y=y + high / 2))
        y += high

    for node in diagram.nodes:
        # the order of nodes has a superclass before its subclasses, so its depth is known already
        above = diagram.above(node)
        depths[node] = depths[above] + 1 if above in depths else 0
        x = depths[node] * STEP
        add(
            Row(
                wrap(name_of(node, names, language), room - x - 2 * PAD, TEXT_SIZE),
                x,
                node=node,
                is_class=True,
            ),
            PAD,
        )
        for edge in filter(diagram.is_drawn_as_line, diagram.edges):
            if edge.start == node:
                lines = _arrow(edge, names, language, room - x - STEP - PAD)
                add(Row(lines, x + STEP, node=node, edge=edge), 1)
        if isinstance(node, NamedNode) and node in diagram.individuals:
            words = say("comma", language).join(clean(names[individual]) for individual in diagram.individuals[node])
            lines = wrap(words, room - x - STEP - PAD, SMALL_SIZE, _MOST_LINES)
            add(Row(lines, x + STEP, node=node), 1)
        y += GAP
    return rows, y


def _arrow(edge: Edge, names: Names, language: str, room: float) -> Sequence[str]:
    """Return the text of an edge, in one line if there is room, else with the arrow on a new line."""
    label = say("kind of", language) if edge.property is None else clean(names[edge.property])
    end = f"→ {name_of(edge.end, names, language)}"
    whole = f"{label} {end}"
    return (
        (whole,) if width(whole, SMALL_SIZE) <= room else (*wrap(label, room, SMALL_SIZE), *wrap(end, room, SMALL_SIZE))
    )


def line_columns(diagram: Diagram) -> dict[NamedNode | None, int]:
    """Return the column for lines to each class; classes share a column if their lines do not overlap."""
    places = {node: place for place, node in enumerate(diagram.nodes)}
    # the vertical line to a class spans from its first to its last end, in numbers of rows
    spans: dict[NamedNode | None, tuple[int, int]] = {}
    for edge in filter(diagram.is_drawn_as_line, diagram.edges):
        ends = (places[edge.start], places[edge.end], *spans.get(edge.end, ()))
        spans[edge.end] = (min(ends), max(ends))
    columns_of_lines, full = dict[NamedNode | None, int](), list[int]()
    # intervals are coloured greedily: in order of their first row, each takes the first column that is free
    for node, (first, last) in sorted(spans.items(), key=lambda item: (item[1], places[item[0]])):
        # a column is free if its last line ended above the first row of this one
        free = next((line_column for line_column, until in enumerate(full) if until < first), len(full))
        # the slice replaces the end of an existing column, or appends a new column
        full[free : free + 1] = [last]
        columns_of_lines[node] = free
    return columns_of_lines


def draw(diagram: Diagram, names: Names, language: str, theme: Theme = "light") -> Chart:
    """Draw a diagram; its text alternative says every edge."""
    palette, part = LOOKS[theme], diagram.module.labels.get(language, diagram.module.slug)
    columns_of_lines = line_columns(diagram)
    rows, height = rows_of(diagram, names, language, columns_of_lines)
    layers = [
        *_tree(diagram, rows, palette),
        *_ways(rows, columns_of_lines, palette),
        *_written(diagram, rows, palette),
    ]
    if any(not diagram.is_own(node) for node in diagram.nodes):
        height += SMALL_SIZE * LINE + GAP
        note = [{"x": 0, "y": height - SMALL_SIZE / 2, "text": say("elsewhere", language)}]
        layers += texts(note, align="left", fontSize=SMALL_SIZE - 1, color=palette.quiet)
    title = say("diagram", language, part=part, n=sum(map(diagram.is_own, diagram.nodes)))
    text = say("stop", language).join(edges_in_words(diagram, names, language)) + say("stop", language).strip()
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


def edges_in_words(diagram: Diagram, names: Names, language: str) -> list[str]:
    """Return the diagram in words, edge by edge."""
    sentences = []
    for edge in diagram.edges:
        start, end = (name_of(node, names, language) for node in (edge.start, edge.end))
        if edge.property is None:
            sentences.append(say("is below", language, one=start, other=end))
        else:
            sentences.append(say("joins", language, one=start, other=end, property=names[edge.property]))
    comma = say("comma", language)
    for cls, individuals in diagram.individuals.items():
        sentences.append(
            say("one of", language, one=names[cls], what=comma.join(names[individual] for individual in individuals))
        )
    return sentences


def _tree(diagram: Diagram, rows: Sequence[Row], palette: Palette) -> list[Layer]:
    """Return the lines from each class to those below it."""
    at = {row.node: row for row in rows if row.is_class}
    lines: list[Datum] = []
    for edge in diagram.edges:
        if diagram.is_drawn_as_line(edge):
            continue
        child, parent = at[edge.start], at[edge.end]
        x = parent.x + STEP / 2
        lines.append({"x": x, "x2": x, "y": _foot(parent), "y2": child.y})
        lines.append({"x": x, "x2": child.x, "y": child.y, "y2": child.y})
    return rules(lines, color=palette.quiet, strokeWidth=1)


def _foot(row: Row) -> float:
    return row.y + len(row.lines) * TEXT_SIZE * LINE / 2 + PAD


def _ways(rows: Sequence[Row], columns_of_lines: Mapping[NamedNode | None, int], palette: Palette) -> list[Layer]:
    """Return the lines from each property along the column of its target class, with an arrow at the class."""
    at = {row.node: row for row in rows if row.is_class}
    lines, heads, starts = list[Datum](), list[Datum](), list[Datum]()
    for row in rows:
        if row.edge is None:
            continue
        x = ROOM - LINE_COLUMN_WIDTH * columns_of_lines[row.edge.end]
        y = row.y - (len(row.lines) - 1) * SMALL_SIZE * LINE / 2
        lines.append({"x": row.right, "x2": x, "y": y, "y2": y})
        lines.append({"x": x, "x2": x, "y": y, "y2": at[row.edge.end].y})
        starts.append({"x": x, "y": y})
    for node, line_column in columns_of_lines.items():
        end = at[node].right + PAD
        lines.append({"x": end, "x2": ROOM - LINE_COLUMN_WIDTH * line_column, "y": at[node].y, "y2": at[node].y})
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
