"""The page ``/look``: the design system of the site, read from the style sheet and shown live."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app, render_template

from kg.core.messages import N_
from server.core.parameters import reads
from server.pages.design_tokens import SHAPE, TEXT, Contrast, colours, compared, read_tokens

blueprint = Blueprint("look", __name__)

USES = {  # token: what it is for
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
    """Every token with its value and its contrast, and every component."""
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
    """The style sheet that the pages load."""
    return Path(str(current_app.static_folder)) / "style.css"


def contrasts() -> list[Contrast]:
    """The contrast of each pair of roles that meet on a page."""
    roles = colours(read_tokens(style_sheet()))
    return [compared(roles, *pair) for pair in PAIRS]
