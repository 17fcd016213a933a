"""The language of a page: from its address, else from the Accept-Language header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from urllib.parse import parse_qsl

from flask import Flask, Response, has_request_context, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from kg.core.errors import Message, ParameterInvalid, choice
from kg.core.names import LANGUAGES

FIELD = "lang"
NAMES = {"en": "English", "de": "Deutsch", "zh": "中文"}
"""The name of each language in that language."""

_LONGEST_READ = 1_000
_CATALOGUES = Path(__file__).parents[2] / "translations"
_CHOSEN = "fyp.language"
_forced: ContextVar[str | None] = ContextVar("forced language", default=None)


def register(app: Flask) -> None:
    """Register translations and ``page_language`` for the templates.

    Call this after the functions that tag and compress responses, because Flask runs handlers in reverse order.
    """
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Functions and not a catalogue, because the language differs by request. The extension adds this method when it is
    # loaded, so mypy does not know it.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _translations().gettext(text),
        ngettext=lambda singular, plural, num: _translations().ngettext(singular, plural, num),
        pgettext=lambda context, text: _translations().pgettext(context, text),
        npgettext=lambda context, singular, plural, num: _translations().npgettext(context, singular, plural, num),
        newstyle=True,
    )
    app.jinja_env.globals["page_language"] = language_here
    app.jinja_env.globals["language_names"] = NAMES
    app.after_request(_set_language_headers)


def language_here() -> str:
    """Return the language of this page.

    An unknown language in the address is ignored, because the page about that error needs a language too.
    """
    return named_here() or preferred(request.headers.get("Accept-Language", ""))


def named_here() -> str:
    """Return the language that the address names in a field or in its path; empty if it names none."""
    fields = dict(parse_qsl(request.query_string.decode("utf-8", "replace")))
    in_path = (request.view_args or {}).get("language")
    return next((code for code in (fields.get(FIELD), in_path) if code in LANGUAGES), "") or ""


def gettext(text: str, **values: object) -> str:
    """Return a text in the language of the page, with the values of its ``%(name)s`` fields."""
    translated = _translations().gettext(text) if text else ""  # the empty text gives the header of the catalogue
    return translated % values if values else translated


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Return a text for a number in the language of the page, with the number as ``%(num)d``."""
    return _translations().ngettext(singular, plural, num) % {"num": num, **values}


def translate(message: Message | str) -> str:
    """Return a message in the language of the page. A plain text stays as it is."""
    return message.text(gettext) if isinstance(message, Message) else message


def translate_to(message: Message | str, language: str) -> str:
    """Return a message in a language, also outside of a request."""
    return message.text(_catalogue(language).gettext) if isinstance(message, Message) else message


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Set the language of all texts inside this context, for data that do not depend on the browser."""
    token = _forced.set(language)
    try:
        yield
    finally:
        _forced.reset(token)


def _translations() -> NullTranslations:
    """Return the translations for the language of ``speaking``, or of the page. Outside of a request there are none."""
    forced = _forced.get()
    if forced is not None:
        return _catalogue(forced)
    if not has_request_context():
        return NullTranslations()
    # a page has hundreds of texts, so the language is determined once for each request
    language: str | None = request.environ.get(_CHOSEN)
    if language is None:
        language = request.environ[_CHOSEN] = language_here()
    return _catalogue(language)


@cache
def _catalogue(language: str) -> NullTranslations:
    """Return the catalogue of a language. English has none, because the message ids are English."""
    return translation("messages", _CATALOGUES, [language], fallback=True)


def _set_language_headers(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", language_here())
        if not named_here():
            response.vary.add("Accept-Language")
    return response


def language_of(fields: Sequence[tuple[str, str]], accept_language: str) -> tuple[str, bool]:
    """Return the language of a page, and True if the address names it.

    Raises:
        ParameterInvalid: the address names an unknown language.
    """
    named = [value for key, value in fields if key == FIELD]
    if not named:
        return preferred(accept_language), False
    if named[-1] not in LANGUAGES:
        raise ParameterInvalid(
            FIELD,
            Message("%(value)s is not known; choose %(offered)s.", value=repr(named[-1]), offered=choice(LANGUAGES)),
        )
    return named[-1], True


def preferred(accept_language: str) -> str:
    """Return the best language for an Accept-Language header (RFC 9110, section 12.5.4); English by default."""
    parsed = parse_accept_header(accept_language[:_LONGEST_READ], LanguageAccept)
    # the position breaks ties, so that of equal weights the first in the header wins
    ranked = sorted(enumerate(parsed), key=lambda entry: (-entry[1][1], entry[0]))
    for _, (written, quality) in ranked:
        primary = written.partition("-")[0].lower()
        if quality > 0 and primary in LANGUAGES:
            return primary
    return LANGUAGES[0]
