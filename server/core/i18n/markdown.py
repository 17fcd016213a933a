"""Prose of query files: a line of Markdown as safe HTML."""

from __future__ import annotations

from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def prose(text: str) -> Markup:
    """Emphasis, code and links of a text; HTML in it is shown, not obeyed."""
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704 - markdown-it escapes all HTML of the text


def register(app: Flask) -> None:
    """Give the templates the filter ``prose``."""
    app.jinja_env.filters["prose"] = prose
