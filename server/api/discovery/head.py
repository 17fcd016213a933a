"""Links in the head of a page, for machines: its canonical address, its other forms, and whether to index it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from flask import Flask, request

from kg.core.names import LANGUAGES
from server.api.discovery.signposting import Link, given_here, landing_page_here
from server.core import urls
from server.core.context import pin
from server.core.i18n.language import FIELD, named_here
from server.core.question_params import QuestionParams
from server.core.urls import pinned_address


def register(app: Flask) -> None:
    """Give the templates these functions under the name ``head``."""
    app.jinja_env.globals["head"] = {
        "canonical": canonical,
        "forms": forms,
        "languages": languages,
        "hidden": hidden,
        "switched": switched,
    }


def canonical() -> str:
    """Return the canonical address of this page for search engines: absolute, without a pinned release.

    It keeps only the values of a question and the language. All other parameters change the presentation.
    """
    return _absolute(named_here())


def languages() -> dict[str, str]:
    """Return the addresses of this page by language; ``x-default`` leaves the choice to the browser."""
    return {**{language: _absolute(language) for language in LANGUAGES}, "x-default": _absolute("")}


def switched(language: str) -> str:
    """Return a relative address of this page in another language. It keeps all fields, even invalid ones."""
    pairs = parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True)
    return "?" + urlencode([*((key, value) for key, value in pairs if key != FIELD), (FIELD, language)], safe=":")


def forms() -> list[Link]:
    """Return the other forms of this page for programs. Metadata of an answer is not another form of it."""
    landing = landing_page_here()
    if landing is None:
        return []
    described = [link if request.endpoint == "canned.page" else _other(link) for link in landing.metadata]
    return [*described, *map(_other, landing.items)]


def _other(link: Link) -> Link:
    return replace(link, rel="alternate")


def hidden() -> bool:
    """Return True for pages that search engines should skip: pinned releases, and pages with parameters."""
    return pin() is not None or any(key != FIELD for key in _fields())


def _fields() -> dict[str, str]:
    """Return the fields of the address. Invalid UTF-8 is replaced, so that no page fails because of it."""
    return dict(parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True))


def _absolute(language: str) -> str:
    out = pinned_address()
    root = out.root if out is not None else request.script_root
    chosen = [(FIELD, language)] if language else []
    return urls.same(root, [*QuestionParams(values=given_here()).fields(), *chosen])
