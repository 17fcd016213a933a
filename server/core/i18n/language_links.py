"""A chosen language is carried on: a page whose address names one names it in its links to our pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from flask import Flask, Response, request

from kg.core.errors import ParameterInvalid
from kg.core.messages import Message, choice
from kg.core.names import LANGUAGES
from server.core.i18n.language import FIELD, named_here

# what a path of a page begins with; everything else is data, and its addresses are cited as they are
_PAGES = frozenset(
    (
        *("", "compare", "dataset", "dumps", "editor", "explore", "exports", "fragments", "look", "ontology", "page"),
        *("plans", "problem", "q", "releases", "search", "shapes", "sparql", "status"),
    )
)
# where only the first part of a path is a page, and what follows is files
_FOLDERS = frozenset(["dumps", "exports"])
# these show their form with the reason
_TELL_THEMSELVES = frozenset(["canned.page", "canned.embed", "find.page"])

_TAG = re.compile(r"<(?:a|form)\s[^>]*>")
_TARGET = re.compile(r'(?<=\s)(?:href|action)="([/?][^"]*)"')
_NAMES_LANGUAGE = re.compile(r"(?:[?&]|&amp;)lang=")
_PINNED = re.compile(r"/release/[^/]+")


def register(app: Flask) -> None:
    """Refuse languages that we have not, and let each page keep to the one that was chosen."""
    app.before_request(_refuse_unknown)
    app.after_request(_carry)


def is_page(path: str) -> bool:
    """Whether there is a page for readers at a path below the root of the service, rather than a file or data."""
    parts = path.strip("/").split("/")
    if parts == ["reconcile", "about"]:
        return True
    if parts[0] in _FOLDERS and len(parts) > 1:
        return False
    # the last version of the ontology has dots in its name, too
    return parts[0] in _PAGES and ("." not in parts[-1] or (parts[0] in ("ontology", "shapes") and len(parts) == 2))


def with_language(text: str, language: str, root: str = "") -> str:
    """The HTML of a page of ours with the language in every link and form that leads to another one.

    What names a language already, and links that say by ``hreflang`` what they lead to, stay as they are. ``root`` is
    the path of the service.
    """

    def mended(tag: re.Match[str]) -> str:
        match = _TARGET.search(tag[0])
        if match is None or "hreflang=" in tag[0] or _NAMES_LANGUAGE.search(match[1]) or not _leads_to_page(match[1]):
            return tag[0]
        if tag[0].startswith("<form"):
            hidden = f'<input type="hidden" name="{FIELD}" value="{language}">'
            return tag[0] if 'method="post"' in tag[0] else tag[0] + hidden
        address, hash_, anchor = match[1].partition("#")
        address += f"{'&amp;' if '?' in address else '?'}{FIELD}={language}"
        return f"{tag[0][: match.start(1)]}{address}{hash_}{anchor}{tag[0][match.end(1) :]}"

    def _leads_to_page(target: str) -> bool:
        path = re.split("[?#]", target, maxsplit=1)[0]
        if not path:  # the same page with other fields
            return True
        if root and not f"{path}/".startswith(f"{root}/"):
            return False
        return is_page(_PINNED.sub("", path.removeprefix(root), count=1))

    return _TAG.sub(mended, text)


def _refuse_unknown() -> None:
    """Refuse a page in a language that we have not.

    Raises:
        ParameterInvalid: the address names one.
    """
    if not request.query_string or request.endpoint in _TELL_THEMSELVES:
        return
    # any bytes: the view says what is wrong with those that are no UTF-8
    fields = dict(parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True))
    named = fields.get(FIELD, LANGUAGES[0])
    if "query" not in fields and named not in LANGUAGES and is_page(request.path):
        raise ParameterInvalid(
            FIELD,
            Message(
                "%(value)s is not known; choose %(offered)s.",
                value=repr(named[:20]),
                offered=choice(LANGUAGES),
            ),
        )


def _carry(response: Response) -> Response:
    if response.mimetype == "text/html" and not response.direct_passthrough and (language := named_here()):
        root = _PINNED.sub("", request.script_root, count=1)
        response.set_data(with_language(response.get_data(as_text=True), language, root))
    return response
