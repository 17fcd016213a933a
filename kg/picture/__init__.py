"""The pictures of answered questions: Vega-Lite specifications with a text alternative, and how they are rendered."""

from kg.picture.check import check_chart
from kg.picture.drawing import empty_picture, picture_of
from kg.picture.kinds import KINDS
from kg.picture.picture import Picture, Theme, Width

__all__ = ["KINDS", "Picture", "Theme", "Width", "check_chart", "empty_picture", "picture_of"]
