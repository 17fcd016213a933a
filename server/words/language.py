"""The language of a page: the one that the address names, else the best for the reader's browser."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from urllib.parse import parse_qsl

import flask_babel
from flask import Flask, Response, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from kg.errors import ParameterInvalid
from kg.names import LANGUAGES

FIELD = "lang"
NAMES = {"en": "English", "de": "Deutsch", "zh": "中文"}
"""What each language calls itself."""

_LONGEST_READ = 1_000


def register(app: Flask) -> None:
    """Let the words of the pages be those of the reader's language; templates have ``page_language`` for its code.

    To be called after what tags and packs responses: Flask calls last what was registered first.
    """
    flask_babel.Babel(app, default_locale=LANGUAGES[0], locale_selector=language_here)
    app.jinja_env.globals["page_language"] = language_here
    app.jinja_env.globals["language_names"] = NAMES
    app.after_request(_say_which)


def language_here() -> str:
    """The language of the page at hand.

    One that we have not is passed over: the page that says so is in a language, too.
    """
    return named_here() or preferred(request.headers.get("Accept-Language", ""))


def named_here() -> str:
    """The language that the address names, in a field or in its path; empty where it leaves that to the browser."""
    fields = dict(parse_qsl(request.query_string.decode("utf-8", "replace")))
    in_path = (request.view_args or {}).get("language")
    return next((one for one in (fields.get(FIELD), in_path) if one in LANGUAGES), "") or ""


def gettext(text: str, **values: object) -> str:
    """A text of ours in the language of the page; ``%(name)s`` in it stands for a value."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """As ``gettext``, for a number of things, which ``%(num)d`` stands for."""
    return str(flask_babel.ngettext(one, many, num, **values))


def N_(text: str) -> str:  # noqa: N802 - the name that extractors of texts know
    """Mark a text that is said later, by ``gettext``."""
    return text


def speaking(language: str) -> AbstractContextManager[None]:
    """Say texts in a language, whatever the page is in: of data, which follow no browser."""
    spoken: AbstractContextManager[None] = flask_babel.force_locale(language)
    return spoken


def _say_which(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", language_here())
        if not named_here():
            response.vary.add("Accept-Language")
    return response


def language_of(fields: Sequence[tuple[str, str]], accept_language: str) -> tuple[str, bool]:
    """The language of a page, and whether the address names it.

    Raises:
        ParameterInvalid: it names one that we have not.
    """
    named = [value for key, value in fields if key == FIELD]
    if not named:
        return preferred(accept_language), False
    if named[-1] not in LANGUAGES:
        raise ParameterInvalid(FIELD, f"{named[-1]!r} is not known; choose {' or '.join(LANGUAGES)}.")
    return named[-1], True


def preferred(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, section 12.5.4); the first one by default."""
    parsed = parse_accept_header(accept_language[:_LONGEST_READ], LanguageAccept)
    ranked = sorted(enumerate(parsed), key=lambda one: (-one[1][1], one[0]))
    for _, (written, quality) in ranked:
        primary = written.partition("-")[0].lower()
        if quality > 0 and primary in LANGUAGES:
            return primary
    return LANGUAGES[0]
