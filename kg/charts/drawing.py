"""From an answered question to its picture."""

from __future__ import annotations

from kg.charts.chart import Chart, Theme, Width
from kg.charts.context import ChartContext
from kg.charts.frame import frame
from kg.charts.kinds import KINDS
from kg.charts.theme import SMALL_SIZE
from kg.questions.result import QuestionResult


def chart_of(answered: QuestionResult, theme: Theme = "light", width: Width = "wide") -> Chart | None:
    """The picture of an answer; none if its question has no chart, or there is nothing to draw."""
    chart = answered.question.chart
    if chart is None or not answered.rows:
        return None
    return KINDS[chart["kind"]].draw(ChartContext(answered, chart, theme, width))


def empty_chart(answered: QuestionResult, theme: Theme = "light", width: Width = "wide") -> Chart:
    """A picture that says why there is none: the answer has no rows, or nothing in them can be drawn."""
    context = ChartContext(answered, answered.question.chart or {}, theme, width)
    why = context.say("nothing drawn" if answered.rows else "empty why")
    return frame(context, [], height=2 * SMALL_SIZE, text=why, notes=[why])
