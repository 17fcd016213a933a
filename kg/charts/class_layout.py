"""The rows of a diagram of classes, one under the other, and the lanes beside them on which properties lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.charts.text_metrics import LINE, clean, width, wrap
from kg.charts.texts import say
from kg.charts.theme import MARGIN, SMALL_SIZE, TEXT_SIZE
from kg.graph.ontology import Diagram, Edge

Names = Mapping[NamedNode, str]
"""The labels of classes, properties and individuals in the language of the diagram."""

WIDTH = 360
ROOM = WIDTH - 2 * MARGIN
STEP, PAD, GAP, LANE = 14, 5, 6, 7
_LEAST_ROOM = 170
_MOST_LINES = 20


@dataclass(frozen=True)
class Row:
    """A class, a property or a list of individuals: its lines of text, where they begin, and how high it stands."""

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
        """Where a line may begin or end: beside the box of a class, or the first line of a property."""
        shown = self.lines if self.is_class else self.lines[:1]
        return self.x + max(width(line, self.size) for line in shown) + 2 * PAD


def name_of(node: NamedNode | None, names: Names, language: str) -> str:
    """What a class is called, or the end of a property that declares none."""
    return say("anything", language) if node is None else clean(names[node])


def rows_of(
    diagram: Diagram, names: Names, language: str, lanes: Mapping[NamedNode | None, int]
) -> tuple[list[Row], float]:
    """The rows of a diagram beside its lanes, and how high they are together."""
    room = max(_LEAST_ROOM, ROOM - LANE * (1 + max(lanes.values(), default=-1)))
    rows, y, depths = list[Row](), 0.0, dict[NamedNode | None, int]()

    def add(row: Row, pad: float) -> None:
        nonlocal y
        high = len(row.lines) * row.size * LINE + 2 * pad
        rows.append(replace(row, y=y + high / 2))
        y += high

    for node in diagram.nodes:
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
        for edge in filter(diagram.is_led, diagram.edges):
            if edge.start == node:
                lines = _arrow(edge, names, language, room - x - STEP - PAD)
                add(Row(lines, x + STEP, node=node, edge=edge), 1)
        if isinstance(node, NamedNode) and node in diagram.individuals:
            words = say("comma", language).join(clean(names[one]) for one in diagram.individuals[node])
            lines = wrap(words, room - x - STEP - PAD, SMALL_SIZE, _MOST_LINES)
            add(Row(lines, x + STEP, node=node), 1)
        y += GAP
    return rows, y


def _arrow(edge: Edge, names: Names, language: str, room: float) -> Sequence[str]:
    """What leads from a class to another, in one line if there is room, else with the arrow at the head of a line."""
    label = say("kind of", language) if edge.property is None else clean(names[edge.property])
    end = f"→ {name_of(edge.end, names, language)}"
    whole = f"{label} {end}"
    return (
        (whole,) if width(whole, SMALL_SIZE) <= room else (*wrap(label, room, SMALL_SIZE), *wrap(end, room, SMALL_SIZE))
    )


def lanes_of(diagram: Diagram) -> dict[NamedNode | None, int]:
    """The lane of each class that properties lead to; those that do not meet on the way share one."""
    places = {node: place for place, node in enumerate(diagram.nodes)}
    spans: dict[NamedNode | None, tuple[int, int]] = {}
    for edge in filter(diagram.is_led, diagram.edges):
        ends = (places[edge.start], places[edge.end], *spans.get(edge.end, ()))
        spans[edge.end] = (min(ends), max(ends))
    lanes, full = dict[NamedNode | None, int](), list[int]()
    for node, (first, last) in sorted(spans.items(), key=lambda item: (item[1], places[item[0]])):
        free = next((lane for lane, until in enumerate(full) if until < first), len(full))
        full[free : free + 1] = [last]
        lanes[node] = free
    return lanes
