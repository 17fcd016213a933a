"""The tokens of the style sheet, as it says them: their values, and how well one colour can be read on another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TEXT, SHAPE = 4.5, 3.0
"""The least contrast of text, and of shapes that must be seen (WCAG 2.2, criteria 1.4.3 and 1.4.11)."""

_ROOT = re.compile(r":root \{(.*?)\n\}", re.DOTALL)
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_PAIR = re.compile(r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")


@dataclass(frozen=True)
class Colour:
    """A role with its colour in the light and in the dark theme."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True)
class Contrast:
    """How well ``ink`` can be read or seen on ``paper`` in both themes, and how well it must."""

    ink: str
    paper: str
    least: float
    light: float
    dark: float

    @property
    def holds(self) -> bool:
        """Whether it is enough in both themes."""
        return min(self.light, self.dark) >= self.least


def read_tokens(style: Path) -> dict[str, str]:
    """The custom properties of a style sheet's first ``:root``, by name, in its order."""
    found = _ROOT.search(style.read_text("utf-8"))
    return dict(_TOKEN.findall(found[1])) if found is not None else {}


def colours(tokens: Mapping[str, str]) -> dict[str, Colour]:
    """The tokens that are roles of colours."""
    pairs = {name: _PAIR.fullmatch(value) for name, value in tokens.items()}
    return {name: Colour(name, pair[1], pair[2]) for name, pair in pairs.items() if pair is not None}


def contrast(one: str, other: str) -> float:
    """The ratio of two colours such as ``#0a5c8f``, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def compared(roles: Mapping[str, Colour], ink: str, paper: str, least: float) -> Contrast:
    """The contrast of two roles."""
    above, below = roles[ink], roles[paper]
    return Contrast(ink, paper, least, contrast(above.light, below.light), contrast(above.dark, below.dark))


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2); the parts are red, green and blue."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
