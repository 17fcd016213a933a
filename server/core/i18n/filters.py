"""Filters of the templates: Markdown, numbers, messages, and language marks for Chinese text."""

from __future__ import annotations

import re

from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from kg.core.errors import Message
from server.core.i18n.language import language_here, translate
from server.core.i18n.numbers import number

# A run begins with a Chinese character, perhaps after an opening bracket. It goes on over characters and their
# full-width punctuation, but not over blanks or Latin letters.
_CHINESE = re.compile(
    r"[《〈「『（]?[\u3400-\u9fff](?:[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]*[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])?"
)
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_TAG = re.compile(r"(<[^>]*>)")


def register(app: Flask) -> None:
    """Give the templates the filters ``prose``, ``runs``, ``numeral`` and ``translated``."""
    app.jinja_env.filters["prose"] = prose
    app.jinja_env.filters["runs"] = runs
    app.jinja_env.filters["numeral"] = numeral
    app.jinja_env.filters["translated"] = translated_or_empty


def translated_or_empty(message: Message | str) -> str:
    """Return a message in the language of the page; empty if it has no translation, so that the page can mark it."""
    return "" if isinstance(message, str) and language_here() != "en" else translate(message)


def prose(text: str) -> Markup:
    """Return a line of Markdown as HTML. HTML in the text is escaped."""
    return Markup(_MARKDOWN.renderInline(text))  # noqa: S704 - markdown-it escapes all HTML of the text


def runs(text: str, language: str = "") -> Markup:
    """Return a text in which each run of Chinese has a ``lang`` attribute, for fonts and screen readers.

    Chinese texts stay unchanged, and so does HTML. ``language`` is that of the page by default.
    """
    written = escape(text)
    if (language or language_here()) == "zh" or not _CHINESE.search(written):
        return written
    parts = _TAG.split(written)  # odd items are tags
    # only text between tags is marked, as a span inside of an attribute would break the tag
    parts[::2] = [_CHINESE.sub(r'<span lang="zh">\g<0></span>', part) for part in parts[::2]]
    return Markup("".join(parts))  # noqa: S704 - escaped above


def numeral(count: int) -> str:
    """Return a number in the format of the page language: ``12.345`` in German."""
    return number(str(count), language_here())
