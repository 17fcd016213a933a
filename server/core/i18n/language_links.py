"""Links that keep the chosen language: a page whose address names a language adds it to its links."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from flask import Flask, Response, request

from kg.core.errors import Message, ParameterInvalid, choice
from kg.core.names import LANGUAGES
from server.core.i18n.language import FIELD, named_here

# first parts of the paths of pages; all other paths are data, and their addresses are cited without a language
_PAGES = frozenset(
    (
        *("", "compare", "dataset", "dumps", "editor", "explore", "exports", "fragments", "look", "ontology", "page"),
        *("plans", "problem", "q", "releases", "search", "shapes", "sparql", "status"),
    )
)
# folders whose index is a page, with files below it
_FOLDERS = frozenset(["dumps", "exports"])
# these views refuse an unknown language themselves
_TELL_THEMSELVES = frozenset(["canned.page", "canned.embed", "find.page"])

_TAG = re.compile(r"<(?:a|form)\s[^>]*>")
_TARGET = re.compile(r'(?<=\s)(?:href|action)="([/?][^"]*)"')
_NAMES_LANGUAGE = re.compile(r"(?:[?&]|&amp;)lang=")
_PINNED = re.compile(r"/release/[^/]+")


def register(app: Flask) -> None:
    """Refuse unknown languages, and keep the chosen language in the links of each page."""
    app.before_request(_refuse_unknown)
    app.after_request(_add_language)


def is_page(path: str) -> bool:
    """Return True if a path below the root of the service is a page for readers, not a file or data."""
    parts = path.strip("/").split("/")
    if parts == ["reconcile", "about"]:
        return True
    if parts[0] in _FOLDERS and len(parts) > 1:
        return False
    # the version of an ontology in the path has dots, too
    return parts[0] in _PAGES and ("." not in parts[-1] or (parts[0] in ("ontology", "shapes") and len(parts) == 2))


def with_language(text: str, language: str, root: str = "") -> str:
    """Return the HTML of a page with the language added to every link and form that leads to another page.

    Links that name a language, and links with ``hreflang``, stay unchanged. ``root`` is the path of the service.
    """

    def with_field(tag: re.Match[str]) -> str:
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

    # no parser is needed: the pages are our own, and templates write the targets of links in double quotes
    return _TAG.sub(with_field, text)


def _refuse_unknown() -> None:
    """Refuse a page in an unknown language.

    Raises:
        ParameterInvalid: the address names one.
    """
    if not request.query_string or request.endpoint in _TELL_THEMSELVES:
        return
    # bytes that are not UTF-8 are replaced here, because the view reports them
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


def _add_language(response: Response) -> Response:
    if response.mimetype == "text/html" and not response.direct_passthrough and (language := named_here()):
        root = _PINNED.sub("", request.script_root, count=1)
        response.set_data(with_language(response.get_data(as_text=True), language, root))
    return response
