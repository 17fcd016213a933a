"""The SPARQL 1.1 Protocol: a request is parsed to a question. It needs no store.

Clause numbers are those of https://www.w3.org/TR/sparql11-protocol/. The method QUERY follows
https://datatracker.ietf.org/doc/draft-ietf-httpbis-safe-method-w-body/: a safe request whose body is the query. Unknown
parameters are ignored, such as the ``version`` of SPARQL 1.2, in the URL or of a media type.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import unquote

from flask import Flask, Response, g, request
from pyoxigraph import NamedNode
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from kg.core.errors import FormUnavailable, MediaTypeUnsupported, Message, QueryRefused, QueryTooLarge, RequestInvalid
from kg.core.media_types import FORMS, GRAPH_FORMS, RESULT_FORMS, Form
from kg.core.names import LANGUAGES, ROOT
from kg.engine import Question
from kg.sparql.lexer import kind_of
from server.core.http.codings import IDENTITY, choose_coding
from server.core.i18n.language import language_here, named_here

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

ENDPOINT = "/sparql"
METHODS = ("GET", "POST", "QUERY")
"""The methods that carry a query; HEAD and OPTIONS are answered as well."""

_WITH_BODY = ("POST", "QUERY")
# fields that apply to the page of the endpoint, not to a query
_PAGE_FIELDS = ("format", "lang")
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")

_UPDATES_REFUSED = Message("This endpoint only answers questions: updates are refused.")


@dataclass(frozen=True)
class Request:
    """The parts of a request that a response of the endpoint depends on.

    Attributes:
        coding: the content coding that Accept-Encoding chooses.
        language: the language of an error page.
        names_language: True if the URL names the language.
    """

    method: str
    query_string: bytes
    accept: str = ""
    content_type: str = ""
    body: bytes = b""
    coding: str = IDENTITY
    if_none_match: str = ""
    language: str = LANGUAGES[0]
    names_language: bool = False

    @cached_property
    def url_fields(self) -> list[tuple[str, str]]:
        """The fields of the URL, decoded once; raises as ``fields_of_url``."""
        return fields_of_url(self.query_string)


def parse(request: Request, max_bytes: int) -> Question:
    """Return the question of a request, by GET, by either POST (sections 2.1.1 to 2.1.3), or by QUERY.

    Raises:
        RequestInvalid: there is not exactly one query, or a dataset is not an IRI.
        QueryRefused: the request is an update.
        MediaTypeUnsupported: the body has another media type.
        QueryTooLarge: the text has more than ``max_bytes`` bytes of UTF-8.
        FormUnavailable: no acceptable form fits the kind of the query.
    """
    fields = read_fields(request)
    if any(key == "update" for key, _ in fields):
        raise QueryRefused(_UPDATES_REFUSED)
    text = _only_query([value for key, value in fields if key == "query"])
    if len(text.encode("utf-8")) > max_bytes:
        raise QueryTooLarge(
            Message("The query is longer than %(most)s bytes; shorten it or download a dump.", most=max_bytes)
        )
    return Question(
        text,
        choose_form(kind_of(text).makes_graph, request.accept, wanted_ending(fields)),
        _iris(fields, "default-graph-uri"),
        _iris(fields, "named-graph-uri"),
    )


def has_query(request: Request) -> bool:
    """Return True if a request contains a query. Otherwise it asks for the page of the endpoint."""
    return request.method in _WITH_BODY or any(key not in _PAGE_FIELDS for key, _ in request.url_fields)


def wanted_ending(fields: Sequence[tuple[str, str]]) -> str | None:
    """Return the value of ``format``, which overrides the Accept header. Of several, the last known one counts."""
    formats = [value for key, value in fields if key == "format"]
    ours = [value for value in formats if any(form.has_name(value) for form in FORMS.values())]
    return next(reversed(ours or formats), None)


def read_fields(request: Request) -> list[tuple[str, str]]:
    """Return the fields of the URL and of the body. A body that is not a form becomes the field ``query``.

    Raises:
        As ``parse``.
    """
    fields = url_fields(request)
    if request.method not in _WITH_BODY:
        return fields
    if request.method == "QUERY" and not request.content_type.strip():
        raise RequestInvalid(Message("Say what the body is: Content-Type: %(media_type)s.", media_type=QUERY_TYPE))
    media_type, options = parse_options_header(request.content_type.lower())
    # ASCII is a subset of UTF-8, so such a body can be decoded in the same way
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise MediaTypeUnsupported(Message("The body must be UTF-8."))
    if media_type == FORM_TYPE:
        if any(key in ("query", "update") for key, _ in fields):
            raise RequestInvalid(Message("Send the query in the body or in the URL, not in both."))
        return fields + _pairs(_decoded(request.body, "body"))
    if media_type == QUERY_TYPE:
        return [*fields, ("query", _decoded(request.body, "body"))]
    if media_type == UPDATE_TYPE:
        raise QueryRefused(_UPDATES_REFUSED)
    raise MediaTypeUnsupported(
        Message(
            "Send the query as %(form)s or %(query)s, not as %(media_type)s.",
            form=FORM_TYPE,
            query=QUERY_TYPE,
            media_type=media_type or Message("an unnamed type"),
        )
    )


def url_fields(request: Request) -> list[tuple[str, str]]:
    """Return a copy of the fields of the URL; see ``fields_of_url``."""
    return list(request.url_fields)


def fields_of_url(query_string: bytes) -> list[tuple[str, str]]:
    """Return the fields of a query string, in order, decoded once.

    Raises:
        RequestInvalid: the query string or a decoded value is not UTF-8.
    """
    return _pairs(_decoded(query_string, "query string"))


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return fields_of(text)
    except UnicodeDecodeError as error:
        raise RequestInvalid(Message("A percent-encoded value is no UTF-8.")) from error


def fields_of(text: str) -> list[tuple[str, str]]:
    """Return the fields of ``application/x-www-form-urlencoded`` in order. A name without a value has an empty one.

    Raises:
        UnicodeDecodeError: a value is not UTF-8.
    """
    named = (part.partition("=") for part in text.split("&") if part)
    return [(unescaped(name.replace("+", " ")), unescaped(value.replace("+", " "))) for name, _, value in named]


def unescaped(text: str) -> str:
    """Decode percent escapes as ``urllib.parse.unquote`` does. A sign without an escape stays as it is.

    A query in a URL is mostly escapes, and Python's own decoding took as long as the worker. Quoted-printable escapes
    in the same way with another sign (RFC 2045, section 6.7), and is decoded in C.

    Raises:
        UnicodeDecodeError: the result is not UTF-8.
    """
    if "%" not in text:
        return text
    if _BROKEN_ESCAPE.search(text):
        return unquote(text, errors="strict")
    # the equals sign is escaped first, as it becomes the sign of the escapes afterwards
    return a2b_qp(text.replace("=", "=3D").replace("%", "=").encode("utf-8")).decode("utf-8")


def _decoded(sent: bytes, part: str) -> str:
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestInvalid(
            Message(
                "The %(part)s is no UTF-8: %(reason)s at byte %(start)s.",
                part=part,
                reason=error.reason,
                start=error.start,
            )
        ) from error


def _only_query(queries: Sequence[str]) -> str:
    if len(queries) != 1:
        raise RequestInvalid(
            Message("Give exactly one query.") if queries else Message("Give a query: /sparql?query=SELECT ...")
        )
    return queries[0]


def _iris(fields: Sequence[tuple[str, str]], key: str) -> tuple[NamedNode, ...]:
    return tuple(read_iri(key, value) for name, value in fields if name == key)


def read_iri(key: str, value: str) -> NamedNode:
    """Return the graph that a parameter names.

    Raises:
        RequestInvalid: the value is not an absolute IRI.
    """
    try:
        return NamedNode(value)
    except ValueError as error:
        raise RequestInvalid(
            Message(
                "%(key)s=%(value)s is no absolute IRI, such as %(root)sgraph/plan-ii.",
                key=key,
                value=repr(value),
                root=ROOT,
            )
        ) from error


def choose_form(makes_graph: bool, accept: str, ending: str | None = None) -> Form:  # noqa: FBT001 - a plain fact
    """Return the best acceptable form: by ``ending`` (?format=), else by the Accept header, else the first one.

    Raises:
        FormUnavailable: no form is acceptable. The message lists all forms.
    """
    forms = GRAPH_FORMS if makes_graph else RESULT_FORMS
    if ending is not None:
        chosen = next((form for form in forms if form.has_name(ending)), None)
        if chosen is not None:
            return chosen
        raise FormUnavailable(
            Message(
                "format=%(ending)s is not to be had for this query. There is: %(offered)s.",
                ending=repr(ending),
                offered=_offer(forms),
            )
        )
    best = _acceptable(accept, makes_graph=makes_graph)
    if best is None:
        raise FormUnavailable(
            Message(
                "Nothing acceptable for Accept: %(accept)s. There is: %(offered)s.",
                accept=accept,
                offered=_offer(forms),
            )
        )
    return best


@lru_cache(maxsize=256)  # clients send few different values
def _acceptable(accept: str, *, makes_graph: bool) -> Form | None:
    return negotiate_form(accept, GRAPH_FORMS if makes_graph else RESULT_FORMS)


def negotiate_form(accept: str, forms: Sequence[Form]) -> Form | None:
    """Return the best acceptable form, or None."""
    by_type = types_of(forms, accept)
    best = negotiate(accept, list(by_type))
    return by_type[best] if best is not None else None


def types_of(forms: Sequence[Form], accept: str) -> dict[str, Form]:
    """Return the forms by their media types.

    An alternative media type counts only if the header names it: ``text/*`` matches CSV, not the old name of XML.
    """
    by_type = {form.media_type: form for form in forms}
    return by_type | {further: form for form in forms for further in form.also if further in accept.lower()}


def negotiate(accept: str, offered: list[str]) -> str | None:
    """Return the best offered media type for an Accept header (RFC 9110, section 12.5.1); the first if it is empty."""
    if not accept.strip():
        return offered[0]
    parsed = parse_accept_header(_without_parameters(accept), MIMEAccept)
    return parsed.best_match(offered)


def _without_parameters(accept: str) -> str:
    """Drop parameters other than q, because werkzeug treats ``text/csv; charset=utf-8`` as another type than CSV."""
    ranges = []
    for part in accept.split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        # Java's URLConnection sends "*; q=.2"
        weights = [piece.lower().replace("=.", "=0.") for piece in parameters if piece.lower().startswith("q=")]
        ranges.append(";".join(["*/*" if media_range == "*" else media_range, *weights]))
    return ",".join(ranges)


def _offer(forms: Sequence[Form]) -> str:
    return ", ".join(f"{form.media_type} (format={form.ending})" for form in forms)


_READ = "accept_was_read"


def register(app: Flask) -> None:
    """Add ``Vary: Accept`` to each response that depends on Accept (RFC 9110, section 12.5.5)."""

    @app.after_request
    def vary(response: Response) -> Response:
        if _READ in g:
            response.vary.add("Accept")
        return response


def accept_here() -> str:
    """Return the Accept header of this request, and note that the response depends on it."""
    setattr(g, _READ, True)
    return request.headers.get("Accept", "")


def asked() -> Request:
    """Return this request as the protocol reads it."""
    return Request(
        request.method,
        request.query_string,
        accept_here(),
        request.headers.get("Content-Type", ""),
        request.get_data(),
        choose_coding(request.headers.get("Accept-Encoding", "")),
        request.headers.get("If-None-Match", ""),
        language_here(),
        bool(named_here()),
    )


def sent_fields() -> list[tuple[str, str]]:
    """Return the fields of the address and of a form.

    Raises:
        RequestInvalid: the fields cannot be decoded.
        MediaTypeUnsupported: the body is not a form.
    """
    fields = fields_of_url(request.query_string)
    if request.method != "POST":
        return fields
    if request.mimetype != FORM_TYPE:
        raise MediaTypeUnsupported(Message("Send a form: Content-Type: %(media_type)s.", media_type=FORM_TYPE))
    return fields + _pairs(_decoded(request.get_data(), "body"))
