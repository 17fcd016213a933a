"""The kinds of charts; a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from kg.charts import bars, bullet, matrix, multiples, network, timeline, vega
from kg.charts.chart import SMALL_SIZE, Chart, Theme, Width
from kg.charts.context import ChartContext, Kind
from kg.charts.layout import frame
from kg.core.errors import HeaderInvalid
from kg.questions.catalogue import CannedQuestion
from kg.questions.result import QuestionResult

KINDS: Mapping[str, Kind] = {
    "bars": bars.KIND,
    "matrix": matrix.KIND,
    "bullet": bullet.KIND,
    "network": network.KIND,
    "timeline": timeline.KIND,
    "multiples": multiples.KIND,
    "vega-lite": vega.KIND,
}


def chart_of(result: QuestionResult, theme: Theme = "light", width: Width = "wide") -> Chart | None:
    """Return the chart of a result; None if its question has no chart, or there is nothing to draw."""
    chart = result.question.chart
    if chart is None or not result.rows:
        return None
    return KINDS[chart["kind"]].draw(ChartContext(result, chart, theme, width))


def empty_chart(result: QuestionResult, theme: Theme = "light", width: Width = "wide") -> Chart:
    """Return a chart with the reason why there is none: no rows, or nothing in them to draw."""
    context = ChartContext(result, result.question.chart or {}, theme, width)
    why = context.say("nothing drawn" if result.rows else "empty why")
    return frame(context, [], height=2 * SMALL_SIZE, text=why, notes=[why])


def check_chart(question: CannedQuestion) -> None:
    """Refuse a chart that could not be drawn; a question without one is right.

    Raises:
        HeaderInvalid: the kind is unknown, a field is missing or unknown, or names no column of the question.
    """
    if question.chart is None:
        return
    problem = _problem(question)
    if problem:
        raise HeaderInvalid(f"{question.slug}.rq: chart: {problem}.")


def _problem(question: CannedQuestion) -> str:
    chart = question.chart or {}
    kind = KINDS.get(chart.get("kind", ""))
    if kind is None:
        return f"kind is {chart.get('kind')!r}; it must be one of {', '.join(KINDS)}"
    fields = {key: value for key, value in chart.items() if key != "kind" and key not in kind.besides}
    if missing := [field for field in kind.needs if field not in fields]:
        return f"{chart['kind']} needs {', '.join(missing)}"
    if strange := [field for field in fields if field not in kind.needs + kind.may]:
        allowed = kind.needs + kind.may + kind.besides
        return f"{chart['kind']} has no field {', '.join(strange)}; it may have {', '.join(allowed)}"
    columns = [column.name for column in question.columns]
    if lost := [str(value) for value in fields.values() if value not in columns]:
        return f"{', '.join(lost)} is no column; there are {', '.join(columns)}"
    return kind.wrong(question)
