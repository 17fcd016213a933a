"""A chart as a specification with its text alternative, and the look that all charts share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

Theme = Literal["light", "dark"]
Width = Literal["wide", "narrow"]  # for a page, and for the screen of a phone
Spec = dict[str, Any]

# two pixels for each CSS pixel suit a dense screen; a tall chart gets fewer, or its file would be too large
_MOST_PIXELS = 4_000_000


@dataclass(frozen=True)
class Chart:
    """A complete Vega-Lite specification, and its text alternative in the language of the answer.

    ``width`` and ``height`` are the size of the whole chart in CSS pixels, margins included.
    """

    spec: Spec
    title: str
    text: str
    language: str
    width: int
    height: int

    @property
    def scale(self) -> float:
        """The pixels of a PNG for each CSS pixel: two, but fewer if the file would be too large."""
        return max(1.0, min(2.0, sqrt(_MOST_PIXELS / (self.width * self.height))))


# System fonts come first. Latin fonts come before Chinese ones, but not in a Chinese chart: there one font draws all.
# vl-convert draws with the fonts of its machine, such as Debian's fonts-noto-cjk.
_CHINESE = '"PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei"'
_LATIN = '"Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial'
FONTS = {
    "en": f"system-ui, {_LATIN}, {_CHINESE}, sans-serif",
    "de": f"system-ui, {_LATIN}, {_CHINESE}, sans-serif",
    "zh": f"system-ui, {_CHINESE}, {_LATIN}, sans-serif",
}
_SERIF = 'Charter, "Bitstream Charter", "Source Serif 4", Georgia, "Liberation Serif"'
_CHINESE_SERIF = '"Songti SC", "Noto Serif CJK SC", "Source Han Serif SC"'
TITLE_FONTS = {
    "en": f"{_SERIF}, {_CHINESE_SERIF}, serif",
    "de": f"{_SERIF}, {_CHINESE_SERIF}, serif",
    "zh": f"{_CHINESE_SERIF}, {_SERIF}, serif",
}

# Okabe and Ito, "Color Universal Design" (2008), in their order; black, the first, is the ink of the theme
CATEGORIES = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
# each colour comes with a shape of its own, so that nothing hangs on the colour
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")

TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 18, 14, 13
MARGIN = 16
# in CSS pixels; a narrow one is about as wide as the column of a phone, so that its letters keep their size
WIDTHS: Mapping[Width, int] = {"wide": 640, "narrow": 344}


@dataclass(frozen=True)
class Palette:
    """The colours of a theme by their role; ``fewest`` and ``most`` are the ends of the single hue for numbers."""

    paper: str
    ink: str
    quiet: str
    line: str
    accent: str
    stated: str
    official: str
    achieved: str
    fewest: str
    most: str


LOOKS: Mapping[Theme, Palette] = {
    "light": Palette(
        paper="#ffffff",
        ink="#1b2230",
        quiet="#5a6272",
        line="#dcd8cf",
        accent="#0a5c8f",
        stated="#3b4a66",
        official="#0a5c8f",
        achieved="#1f7a4d",
        fewest="#d9e8f3",
        most="#0a5c8f",
    ),
    "dark": Palette(
        paper="#1c2027",
        ink="#e7e9ee",
        quiet="#a3abb9",
        line="#303743",
        accent="#6cb8ee",
        stated="#a9b7d1",
        official="#6cb8ee",
        achieved="#63c793",
        fewest="#24384a",
        most="#6cb8ee",
    ),
}


def config(palette: Palette, language: str) -> dict[str, Any]:
    """Return the configuration of Vega-Lite for a theme and a language."""
    axis = {
        "domain": False,
        "ticks": False,
        "gridColor": palette.line,
        "labelColor": palette.ink,
        "labelFontSize": SMALL_SIZE,
        "titleColor": palette.quiet,
        "titleFontSize": SMALL_SIZE,
        "titleFontWeight": "normal",
    }
    return {
        "font": FONTS[language],
        "background": palette.paper,
        "view": {"stroke": None},
        "axis": axis,
        "legend": {"labelColor": palette.ink, "titleColor": palette.quiet, "titleFontWeight": "normal"},
        "title": {"color": palette.ink, "font": TITLE_FONTS[language], "fontSize": TITLE_SIZE, "anchor": "start"},
        "mark": {"color": palette.accent},
        "text": {"color": palette.ink, "fontSize": TEXT_SIZE, "baseline": "middle"},
        "range": {
            "category": list(CATEGORIES),
            "ramp": [palette.fewest, palette.most],
            "heatmap": [palette.fewest, palette.most],
        },
    }


def mix(start: str, end: str, share: float) -> str:
    """Return the colour at a share (0 to 1) of the way between two colours, both as ``#rrggbb``."""
    ends = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (start, end)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(*ends, strict=True))


def contrast(colour: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    # the two branches are those of the sRGB transfer function, and the factors weigh the three colours for the eye
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
