"""The pictures of answered questions: Vega-Lite specifications with a text alternative, and how they are rendered."""

from kg.charts.chart import Picture, Theme, Width
from kg.charts.check import check_chart
from kg.charts.drawing import empty_picture, picture_of
from kg.charts.kinds import KINDS

__all__ = ["KINDS", "Picture", "Theme", "Width", "check_chart", "empty_picture", "picture_of"]
