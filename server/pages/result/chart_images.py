"""Stills: a picture as a page shows it, with a file for each theme, and for screens that are wide or narrow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kg.charts import Chart, Theme, Width

NARROW = "(max-width: 560px)"
"""The screens that get the narrow drawing; server/static/style.css knows them, too."""

_DARK = "(prefers-color-scheme: dark)"


@dataclass(frozen=True)
class Source:
    """A file, the size of the drawing in it in CSS pixels, and when it is taken, as a media query."""

    address: str
    width: int
    height: int
    media: str = ""


@dataclass(frozen=True)
class ChartImage:
    """A picture with its text alternative; the first of the sources that fits is taken, else the usual one."""

    title: str
    text: str
    usual: Source
    sources: tuple[Source, ...]


def chart_image_of(
    draw: Callable[[Theme, Width], Chart | None], address: Callable[[Theme, Width], str]
) -> ChartImage | None:
    """What a page shows of a picture, given how it is drawn and where its files are; None if there is nothing."""
    wide, narrow = draw("light", "wide"), draw("light", "narrow")
    if wide is None or narrow is None:
        return None
    asked: tuple[tuple[Chart, Width, Theme, str], ...] = (
        (narrow, "narrow", "dark", f"{NARROW} and {_DARK}"),
        (narrow, "narrow", "light", NARROW),
        (wide, "wide", "dark", _DARK),
        (wide, "wide", "light", ""),
    )
    *sources, usual = (
        Source(address(theme, width), one.width, one.height, media) for one, width, theme, media in asked
    )
    return ChartImage(wide.title, wide.text, usual, tuple(sources))
