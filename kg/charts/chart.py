"""What a picture is: a specification with its data, and what it shows in words."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

Theme = Literal["light", "dark"]
Width = Literal["wide", "narrow"]  # for a page, and for the screen of a phone
Spec = dict[str, Any]

_MOST_PIXELS = 4_000_000


@dataclass(frozen=True)
class Chart:
    """A complete Vega-Lite specification, and its text alternative in the language of the answer.

    ``width`` and ``height`` are the size of the whole picture in CSS pixels, margins included.
    """

    spec: Spec
    title: str
    text: str
    language: str
    width: int
    height: int

    @property
    def scale(self) -> float:
        """How many pixels of a PNG a CSS pixel gets: two, but fewer if the file would be too large."""
        return max(1.0, min(2.0, sqrt(_MOST_PIXELS / (self.width * self.height))))
