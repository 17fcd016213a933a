"""The pictures of answered questions: Vega-Lite specifications with a text alternative, and how they are rendered."""

from kg.charts.chart import Chart, Theme, Width
from kg.charts.check import check_chart
from kg.charts.drawing import chart_of, empty_chart
from kg.charts.kinds import KINDS

__all__ = ["KINDS", "Chart", "Theme", "Width", "chart_of", "check_chart", "empty_chart"]
