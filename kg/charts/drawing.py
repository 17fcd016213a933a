"""From an answered question to its picture."""

from __future__ import annotations

from kg.charts.chart import Picture, Theme, Width
from kg.charts.context import Sheet
from kg.charts.frame import frame
from kg.charts.kinds import KINDS
from kg.charts.theme import SMALL_SIZE
from kg.questions.result import Answered


def picture_of(answered: Answered, theme: Theme = "light", width: Width = "wide") -> Picture | None:
    """The picture of an answer; none if its question has no chart, or there is nothing to draw."""
    chart = answered.question.chart
    if chart is None or not answered.rows:
        return None
    return KINDS[chart["kind"]].draw(Sheet(answered, chart, theme, width))


def empty_picture(answered: Answered, theme: Theme = "light", width: Width = "wide") -> Picture:
    """A picture that says why there is none: the answer has no rows, or nothing in them can be drawn."""
    sheet = Sheet(answered, answered.question.chart or {}, theme, width)
    why = sheet.say("nothing drawn" if answered.rows else "empty why")
    return frame(sheet, [], height=2 * SMALL_SIZE, text=why, notes=[why])
