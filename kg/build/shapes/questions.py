"""The questions that a shapes graph asks of the data: each row of an answer is a result of the validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.build.shapes.constraints import ClassesBelow, Constraints
from kg.build.shapes.graph import ShapesGraph, Subject
from kg.core.errors import ShapeUnknown

_PROLOGUE = "SELECT DISTINCT ?this ?value WHERE {\n"


@dataclass(frozen=True)
class Question:
    """A SELECT of ``?this``, a resource that breaks a shape, and ``?value``, the value at fault if it is one."""

    shape: Subject
    text: str


def questions(graph: ShapesGraph, below: ClassesBelow) -> Iterator[Question]:
    """Yield the questions of all named shapes with a target; ``below`` gives a class and those below it.

    Raises:
        ShapeUnknown: a shape says something for which there is no question yet.
    """
    for shape in graph.named("sh:NodeShape"):
        for target in _targets(graph, shape, below):
            for source in (shape, *graph.nodes(shape, "sh:property")):
                for pattern in Constraints(graph, below).broken(source, "?this"):
                    value = f" BIND ({pattern.value} AS ?value)" if pattern.value and pattern.value != "?value" else ""
                    yield Question(source, f"{pattern.prologue}{_PROLOGUE}{target}\n{pattern.where}{value}\n}}")


def _targets(graph: ShapesGraph, shape: Subject, below: Callable[[NamedNode], Sequence[NamedNode]]) -> list[str]:
    """Return patterns that find the targets of a shape (SHACL, section 2.1.3)."""
    classes = [below(cls) for cls in graph.nodes(shape, "sh:targetClass") if isinstance(cls, NamedNode)]
    targets = [
        f"{{ SELECT DISTINCT ?this {{ VALUES ?class {{ {' '.join(map(str, some))} }} ?this a ?class }} }}"
        for some in classes
    ]
    targets += [
        f"{{ SELECT DISTINCT ?this {{ ?this {property_} ?any }} }}"
        for property_ in graph.nodes(shape, "sh:targetSubjectsOf")
    ]
    if other := {"sh:targetNode", "sh:targetObjectsOf", "sh:target"} & set(graph.said(shape)):
        raise ShapeUnknown(
            f"ontology/shapes.ttl: {shape} has {', '.join(sorted(other))}; use sh:targetClass or sh:targetSubjectsOf."
        )
    return targets
