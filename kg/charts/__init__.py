"""The pictures of answered questions: Vega-Lite specifications with a text alternative, and how they are rendered."""

from kg.charts.chart import Chart, Theme, Width
from kg.charts.kinds import KINDS, chart_of, check_chart, empty_chart

__all__ = ["KINDS", "Chart", "Theme", "Width", "chart_of", "check_chart", "empty_chart"]
