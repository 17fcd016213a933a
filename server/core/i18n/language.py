"""The language of a page: the one that the address names, else the best for the reader's browser."""

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

from kg.core.errors import ParameterInvalid
from kg.core.messages import Message, choice
from kg.core.names import LANGUAGES

FIELD = "lang"
NAMES = {"en": "English", "de": "Deutsch", "zh": "中文"}
"""What each language calls itself."""

_LONGEST_READ = 1_000
_CATALOGUES = Path(__file__).parents[2] / "translations"
_CHOSEN = "fyp.language"
_forced: ContextVar[str | None] = ContextVar("forced language", default=None)


def register(app: Flask) -> None:
    """Let the words of the pages be those of the reader's language; templates have ``page_language`` for its code.

    To be called after what tags and packs responses: Flask calls last what was registered first.
    """
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _translations().gettext(text),
        ngettext=lambda singular, plural, num: _translations().ngettext(singular, plural, num),
        pgettext=lambda context, text: _translations().pgettext(context, text),
        npgettext=lambda context, singular, plural, num: _translations().npgettext(context, singular, plural, num),
        newstyle=True,
    )
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
    return next((code for code in (fields.get(FIELD), in_path) if code in LANGUAGES), "") or ""


def gettext(text: str, **values: object) -> str:
    """Return a text in the language of the page, with the values of its ``%(name)s`` fields."""
    translated = _translations().gettext(text) if text else ""  # the catalogue has its head at the empty text
    return translated % values if values else translated


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Return a text for a number in the language of the page, with the number as ``%(num)d``."""
    return _translations().ngettext(singular, plural, num) % {"num": num, **values}


def translate(message: Message | str) -> str:
    """Return a message in the language of the page; a plain text has no translation and stays as it is."""
    return message.text(gettext) if isinstance(message, Message) else message


def translate_to(message: Message | str, language: str) -> str:
    """Return a message in a language, also outside of a request."""
    return message.text(_catalogue(language).gettext) if isinstance(message, Message) else message


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say texts in a language, whatever the page is in: of data, which follow no browser."""
    token = _forced.set(language)
    try:
        yield
    finally:
        _forced.reset(token)


def _translations() -> NullTranslations:
    """Return the translations of the language of ``speaking``, else of the page; outside a request, none."""
    forced = _forced.get()
    if forced is not None:
        return _catalogue(forced)
    if not has_request_context():
        return NullTranslations()
    # a page has hundreds of texts: the headers of its request are parsed for the first of them only
    language: str | None = request.environ.get(_CHOSEN)
    if language is None:
        language = request.environ[_CHOSEN] = language_here()
    return _catalogue(language)


@cache
def _catalogue(language: str) -> NullTranslations:
    """Read the catalogue of a language; the texts themselves are in the first of our languages, which has none."""
    return translation("messages", _CATALOGUES, [language], fallback=True)


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
        raise ParameterInvalid(
            FIELD,
            Message("%(value)s is not known; choose %(offered)s.", value=repr(named[-1]), offered=choice(LANGUAGES)),
        )
    return named[-1], True


def preferred(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, section 12.5.4); the first one by default."""
    parsed = parse_accept_header(accept_language[:_LONGEST_READ], LanguageAccept)
    ranked = sorted(enumerate(parsed), key=lambda entry: (-entry[1][1], entry[0]))
    for _, (written, quality) in ranked:
        primary = written.partition("-")[0].lower()
        if quality > 0 and primary in LANGUAGES:
            return primary
    return LANGUAGES[0]
