"""Charts of results: Vega-Lite specifications with a text alternative, and their rendering."""

from kg.charts.chart import Chart, Theme, Width
from kg.charts.kinds import KINDS, chart_of, check_chart, empty_chart

__all__ = ["KINDS", "Chart", "Theme", "Width", "chart_of", "check_chart", "empty_chart"]
