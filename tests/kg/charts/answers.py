"""Answers made by hand, so that a picture can be tested without a graph."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.charts import Chart
from kg.charts.layout import BOLD
from kg.charts.text_metrics import width
from kg.core.names import LANGUAGES, name, thing
from kg.engine import Term
from kg.graph.labels import Label
from kg.questions.catalogue import CannedQuestion, Column
from kg.questions.result import QuestionResult

Cell = Term | str | int | float | None

HOSTILE = (
    '<script>alert("1")</script>',
    "a & b ]]> &amp; '\"",
    "line\nbreak\ttab\x00\x07",
    "\u202eright to left\u202c",
    "__proto__",
    "constructor",
    "datum['x'] {curly} %s {0}",
    "x" * 400,
    "工业互联网" * 40,
    "🙂 e\u0301" * 30,
)


def cell(value: Cell) -> Term | None:
    """A value of Python as a term: numbers as numbers, texts as plain literals."""
    if isinstance(value, int | float):
        return Literal(str(value), datatype=name("xsd:decimal"))
    return Literal(value) if isinstance(value, str) else value


def question(chart: Mapping[str, Any] | None, columns: Sequence[str]) -> CannedQuestion:
    """A question with such columns, headed by their names."""
    texts = {language: f"Title {language}" for language in LANGUAGES}
    shown = tuple(Column(column, {tag: f"{column} {tag}" for tag in LANGUAGES}, "text") for column in columns)
    return CannedQuestion("words", texts, texts, texts, texts, (), shown, (), "", "plans", chart=chart)


def answer(
    chart: Mapping[str, Any] | None,
    columns: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    language: str = "en",
    labels: Mapping[str, str] | None = None,
) -> QuestionResult:
    """An answer; ``labels`` name items by their slugs, in the language of the answer."""
    canned_question = question(chart, columns)
    named = {thing(slug): {language: Label(text, language)} for slug, text in (labels or {}).items()}
    terms = tuple(tuple(cell(value) for value in row) for row in rows)
    return QuestionResult(
        canned_question, {}, {}, "", "r1", language, canned_question.columns, terms, named, {}, {}, {}, len(rows), {}
    )


def data_of(picture: Chart, mark: str) -> list[dict[str, Any]]:
    """The data of every layer with a mark of this type."""
    return [datum for found_layer in layers_of(picture, mark) for datum in found_layer["data"]["values"]]


def layers_of(picture: Chart, mark: str) -> Iterator[dict[str, Any]]:
    """The layers with a mark of this type."""
    return (layer for layer in picture.spec["layer"] if layer["mark"]["type"] == mark)


def words_of(picture: Chart) -> set[str]:
    """All that is written in the picture."""
    return {datum["text"] for datum in data_of(picture, "text")}


Box = tuple[str, float, float, float, float]


def written(picture: Chart) -> Iterator[Box]:
    """Every text at a place in pixels, with the left, upper, right and lower end of what it takes; risen ones a box."""
    seen: dict[Box, None] = {}
    for layer in layers_of(picture, "text"):
        mark = layer["mark"]
        size, slope = mark["fontSize"], math.radians(-mark.get("angle", 0))
        for datum in layer["data"]["values"]:
            wide = width(datum["text"], size) * (BOLD if mark.get("fontWeight") == "bold" else 1)
            x, y = (datum.get(key, datum.get(other)) for key, other in (("x", "centre"), ("y", "middle")))
            if x is None:  # a scale of Vega-Lite has the place
                continue
            x -= {"left": 0, "center": wide / 2, "right": wide}[mark["align"]]
            high, across, up = size * 0.4, wide * math.cos(slope), wide * math.sin(slope)
            seen[datum["text"], x, y - abs(up) - high, x + across, y + high] = None
    yield from seen


def strings(value: Any) -> Iterator[str]:
    """Every text in a specification, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in strings(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in strings(part))


def strict_json(picture: Chart) -> str:
    """The specification as JSON without NaN and Infinity."""
    return json.dumps(picture.spec, allow_nan=False)


def things(count: int) -> tuple[list[NamedNode], dict[str, str]]:
    """Return so many items, and their labels."""
    slugs = [f"t{n}" for n in range(count)]
    return [thing(slug) for slug in slugs], {slug: f"Thing {n}" for n, slug in enumerate(slugs)}
