"""The style guide at ``/look``: the design tokens and the components of the pages, shown live."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, current_app, render_template

from kg.core.errors import N_
from server.core.parameters import reads

TEXT, SHAPE = 4.5, 3.0
"""The least contrast of text, and of necessary shapes (WCAG 2.2, criteria 1.4.3 and 1.4.11)."""

# a brace at the start of a line ends the block, because inner braces are indented
_ROOT = re.compile(r":root \{(.*?)\n\}", re.DOTALL)
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_PAIR = re.compile(r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")


@dataclass(frozen=True)
class Colour:
    """A colour role, with its colour in the light and in the dark theme."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True)
class Contrast:
    """The contrast of ``ink`` on ``paper`` in both themes, and the least contrast."""

    ink: str
    paper: str
    least: float
    light: float
    dark: float

    @property
    def holds(self) -> bool:
        """True if the contrast is sufficient in both themes."""
        return min(self.light, self.dark) >= self.least


def read_tokens(style: Path) -> dict[str, str]:
    """Return the custom properties of a style sheet's first ``:root``, by name, in its order."""
    match = _ROOT.search(style.read_text("utf-8"))
    return dict(_TOKEN.findall(match[1])) if match is not None else {}


def colours(tokens: Mapping[str, str]) -> dict[str, Colour]:
    """Return the tokens that are colour roles."""
    pairs = {name: _PAIR.fullmatch(value) for name, value in tokens.items()}
    return {name: Colour(name, pair[1], pair[2]) for name, pair in pairs.items() if pair is not None}


def contrast(colour: str, other: str) -> float:
    """Return the ratio of two colours such as ``#0a5c8f``, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    # the summand of 0.05 is part of the definition; it also prevents a division by zero for black
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def compared(roles: Mapping[str, Colour], ink: str, paper: str, least: float) -> Contrast:
    """Return the contrast of two roles."""
    above, below = roles[ink], roles[paper]
    return Contrast(ink, paper, least, contrast(above.light, below.light), contrast(above.dark, below.dark))


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    # how: scale the channels to 0..1, undo the gamma curve of sRGB, then weigh them as the definition says
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


blueprint = Blueprint("look", __name__)

USES = {  # the use of each token
    "paper": N_("The page"),
    "raised": N_("Cards, tables, fields, the editor"),
    "ink": N_("Text"),
    "quiet": N_("Captions, units, labels"),
    "line": N_("Hairlines only; no boxes in boxes"),
    "accent": N_("Links, focus, the one primary action"),
    "on-accent": N_("Text on a filled shape"),
    "tint": N_("What is chosen or under the pointer"),
    "stated": N_("What the source prints"),
    "official": N_("What the plan or a ministry says"),
    "achieved": N_("What was measured"),
    "editorial": N_("Our note, a correction"),
    "wrong": N_("A problem"),
    "text-s": N_("Captions, labels, code"),
    "text-table": N_("Tables and lists of facts: half a step"),
    "text-m": N_("Text"),
    "text-l": N_("The first sentence of a page, headings of the third level"),
    "text-xl": N_("Headings of the second level"),
    "text-xxl": N_("Titles on small screens, counts"),
    "text-xxxl": N_("Titles"),
    "space-1": N_("Within a line"),
    "space-2": N_("Within a component"),
    "space-3": N_("Between paragraphs, in cells"),
    "space-4": N_("Around components"),
    "space-5": N_("Between columns"),
    "space-6": N_("Between parts"),
    "space-7": N_("Before a heading"),
    "space-8": N_("At the end of a page"),
    "radius": N_("Corners of fields, buttons and cards"),
    "shadow": N_("The one shadow, of what lies above the page"),
    "motion": N_("The longest change; none where less motion is asked for"),
    "measure": N_("The longest line of text"),
    "page": N_("The widest page"),
    "sans": N_("Interface and tables"),
    "chinese": N_("Chinese text"),
    "serif": N_("Questions and titles"),
    "chinese-serif": N_("Questions and titles in Chinese"),
    "mono": N_("Queries and identifiers"),
}

PAIRS = (  # ink, paper, least contrast
    *((ink, paper, TEXT) for ink in ("ink", "quiet", "accent", "wrong") for paper in ("paper", "raised", "tint")),
    *((ink, paper, TEXT) for ink in ("stated", "editorial") for paper in ("paper", "raised")),
    *(("on-accent", paper, TEXT) for paper in ("accent", "official", "achieved")),
    *((ink, paper, SHAPE) for ink in ("official", "achieved") for paper in ("paper", "raised")),
)


@blueprint.get("/look")
@reads("lang")
def page() -> str:
    """Return the style guide: each token with its value and contrast, and each component."""
    tokens = read_tokens(style_sheet())
    roles = colours(tokens)
    groups = {
        start: {name: value for name, value in tokens.items() if name.startswith(start)}
        for start in ("text-", "space-")
    }
    rest = {name: value for name, value in tokens.items() if name not in roles and not name.startswith(tuple(groups))}
    return render_template(
        "look.html",
        roles=roles,
        steps=groups["text-"],
        spaces=groups["space-"],
        rest=rest,
        uses=USES,
        contrasts=contrasts(),
    )


def style_sheet() -> Path:
    """Return the style sheet that the pages load."""
    return Path(str(current_app.static_folder)) / "style.css"


def contrasts() -> list[Contrast]:
    """Return the contrast of each pair of roles that meet on a page."""
    roles = colours(read_tokens(style_sheet()))
    return [compared(roles, *pair) for pair in PAIRS]
