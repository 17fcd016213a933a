"""Charts whose whole specification is in the header; the data, the theme and the title are added."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from kg.charts.chart import MARGIN, WIDTHS, Chart, Spec
from kg.charts.context import ChartContext, Kind
from kg.charts.layout import spec_head
from kg.charts.text_metrics import clean
from kg.core.names import LANGUAGES
from kg.questions.catalogue import CannedQuestion
from kg.questions.result import number_of

_USUAL_HEIGHT = 360
_FIT = {"type": "fit", "contains": "padding"}
_SEVERAL = {"facet", "repeat", "concat", "hconcat", "vconcat"}


def draw(context: ChartContext) -> Chart | None:
    """Complete the specification: each row is a datum, with numbers as numbers and all else in words."""
    text = clean(context.chart["text"][context.language])
    # a copy, as titles are added below and the header is shared by all requests
    begun, own = spec_head(context, text), deepcopy(dict(context.chart["spec"]))
    _name(own, {column.name: clean(column.labels[context.language]) for column in context.result.columns})
    conditions = context.conditions()
    title = {"text": context.title, **({"subtitle": conditions} if conditions else {})}
    usual = WIDTHS[context.width]
    # a chart of several views has no size of its own
    size = {} if _SEVERAL & own.keys() else {"width": usual, "height": _USUAL_HEIGHT, "autosize": _FIT}
    # later parts win: the chart may set its title and its size, but not the schema or the description
    spec: Spec = {"title": title, "padding": MARGIN, **size, **own, **begun}
    spec["config"] = {**begun["config"], **own.get("config", {})}
    spec["data"] = {"values": list(_data(context))}
    width, height = (_pixels(spec.get(side), pixels) for side, pixels in (("width", usual), ("height", _USUAL_HEIGHT)))
    return Chart(spec, context.title, begun["description"], context.language, width, height)


def _pixels(size: Any, usual: int) -> int:
    return round(size) if isinstance(size, int | float) else usual


def _name(value: Any, labels: dict[str, str]) -> None:
    """Give each channel of an encoding without a title the heading of its column."""
    for part in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        _name(part, labels)
    encoding = value.get("encoding") if isinstance(value, dict) else None
    for channel in encoding.values() if isinstance(encoding, dict) else ():
        for part in channel if isinstance(channel, list) else [channel]:
            if isinstance(part, dict) and part.get("field") in labels:
                part.setdefault("title", labels[part["field"]])


def _data(context: ChartContext) -> Iterator[dict[str, float | str | None]]:
    names = [column.name for column in context.result.columns]
    for row in context.result.rows:
        numbers = [number_of(term) for term in row]
        words = [None if term is None else clean(context.result.words(term)) for term in row]
        yield {
            name: word if number is None else float(number)
            for name, number, word in zip(names, numbers, words, strict=True)
        }


def wrong(question: CannedQuestion) -> str:
    """Return the fault of a chart: its texts, a field that no column and no transform makes, an address; or empty."""
    chart = question.chart or {}
    text, spec = chart.get("text"), chart.get("spec")
    if not isinstance(text, dict) or any(not text.get(language) for language in LANGUAGES):
        return f"text must say in each of {', '.join(LANGUAGES)} what the picture shows"
    if not isinstance(spec, dict):
        return "spec must be a Vega-Lite specification"
    pairs = list(_fields(spec))
    if any(key in ("url", "href") for key, _ in pairs):
        return "spec must not load anything; the rows of the answer are its data"
    # a transform names its new fields with ``as``, and these may be used like columns
    made = {value for key, value in pairs if key == "as"}
    names = {column.name for column in question.columns} | made
    strange = sorted({value for key, value in pairs if key == "field"} - names)
    return f"spec names {', '.join(strange)}, which is no column" if strange else ""


def _fields(value: Any) -> Iterator[tuple[str, str]]:
    """Yield every pair of a key and a text in a specification, at any depth; a list of texts gives a pair for each."""
    if isinstance(value, list):
        for part in value:
            yield from _fields(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from ((key, text) for text in (part if isinstance(part, list) else [part]) if isinstance(text, str))
            yield from _fields(part)


KIND = Kind(needs=(), may=(), draw=draw, besides=("spec", "text"), wrong=wrong)
