"""The SPARQL 1.1 Protocol: from method, headers, arguments and body to a question. Pure: no Flask, no store.

Clause numbers are those of https://www.w3.org/TR/sparql11-protocol/. The method QUERY is that of
https://datatracker.ietf.org/doc/draft-ietf-httpbis-safe-method-w-body/: a safe request whose body is the query.
Parameters that we do not know are no error, such as the ``version`` of SPARQL 1.2, in the URL or of a media type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import NamedNode
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from kg.core.errors import FormUnavailable, MediaTypeUnsupported, QueryRefused, QueryTooLarge, RequestInvalid
from kg.core.media_types import FORMS, GRAPH_FORMS, RESULT_FORMS, Form
from kg.core.messages import Message
from kg.core.names import ROOT
from kg.engine import Question
from kg.sparql.lexer import kind_of
from server.core.sparql_protocol.urlencoded import fields_of

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

ENDPOINT = "/sparql"
METHODS = ("GET", "POST", "QUERY")
"""How a query may come; HEAD and OPTIONS go without saying."""

_WITH_BODY = ("POST", "QUERY")
# what a request says of the page that it wants of the endpoint itself
_OF_THE_PAGE = ("format", "lang")

_UPDATES_REFUSED = Message("This endpoint only answers questions: updates are refused.")


@dataclass(frozen=True)
class Request:
    """What the protocol looks at: the method, the query string, two headers, and the body."""

    method: str
    query_string: bytes
    accept: str = ""
    content_type: str = ""
    body: bytes = b""


def read_question(request: Request, max_bytes: int) -> Question:
    """The question of a request, by GET, by either POST (sections 2.1.1 to 2.1.3), or by QUERY.

    Raises:
        RequestInvalid: not exactly one query, or a dataset that is no IRI.
        QueryRefused: an update.
        MediaTypeUnsupported: a body of another media type.
        QueryTooLarge: the text has more than ``max_bytes`` bytes of UTF-8.
        FormUnavailable: no acceptable form fits the kind of the query.
    """
    return question_of(read_fields(request), request.accept, max_bytes)


def question_of(fields: Sequence[tuple[str, str]], accept: str, max_bytes: int) -> Question:
    """The question that the fields of a request ask; see ``read_question``."""
    if any(key == "update" for key, _ in fields):
        raise QueryRefused(_UPDATES_REFUSED)
    text = _only_query([value for key, value in fields if key == "query"])
    if len(text.encode("utf-8")) > max_bytes:
        raise QueryTooLarge(
            Message("The query is longer than %(most)s bytes; shorten it or download a dump.", most=max_bytes)
        )
    return Question(
        text,
        choose_form(kind_of(text).makes_graph, accept, wanted_ending(fields)),
        _iris(fields, "default-graph-uri"),
        _iris(fields, "named-graph-uri"),
    )


def has_query(request: Request) -> bool:
    """Whether a request is one at all for an answer: without a field of a query it asks for the endpoint itself."""
    return request.method in _WITH_BODY or any(key not in _OF_THE_PAGE for key, _ in url_fields(request))


def wanted_ending(fields: Sequence[tuple[str, str]]) -> str | None:
    """The form named by ``format``, the last that we have if there are several; it goes before the Accept header."""
    formats = [value for key, value in fields if key == "format"]
    known = [value for value in formats if any(form.goes_by(value) for form in FORMS.values())]
    return next(reversed(known or formats), None)


def read_fields(request: Request) -> list[tuple[str, str]]:
    """The fields of the address and of the body, whose text is the field ``query`` if it is no form.

    Raises:
        As ``read_question``.
    """
    fields = url_fields(request)
    if request.method not in _WITH_BODY:
        return fields
    if request.method == "QUERY" and not request.content_type.strip():
        raise RequestInvalid(Message("Say what the body is: Content-Type: %(media_type)s.", media_type=QUERY_TYPE))
    media_type, options = parse_options_header(request.content_type.lower())
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
    """The parameters of the URL of a request; see ``fields_of_url``."""
    return fields_of_url(request.query_string)


def fields_of_url(query_string: bytes) -> list[tuple[str, str]]:
    """The fields of a query string, in order, decoded once.

    Raises:
        RequestInvalid: it is no UTF-8, as sent or behind its percent signs.
    """
    return _pairs(_decoded(query_string, "query string"))


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return fields_of(text)
    except UnicodeDecodeError as error:
        raise RequestInvalid(Message("A percent-encoded value is no UTF-8.")) from error


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
    """The graph that a parameter names.

    Raises:
        RequestInvalid: it is no absolute IRI.
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
    """The best acceptable form: ``ending`` (?format=) wins over the Accept header; our first form when neither decides.

    Raises:
        FormUnavailable: nothing that we have is acceptable; lists what there is.
    """
    forms = GRAPH_FORMS if makes_graph else RESULT_FORMS
    if ending is not None:
        chosen = next((form for form in forms if form.goes_by(ending)), None)
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


@lru_cache(maxsize=256)  # clients say one of a few things
def _acceptable(accept: str, *, makes_graph: bool) -> Form | None:
    return negotiate_form(accept, GRAPH_FORMS if makes_graph else RESULT_FORMS)


def negotiate_form(accept: str, forms: Sequence[Form]) -> Form | None:
    """The best acceptable form, if there is one."""
    by_type = types_of(forms, accept)
    best = negotiate(accept, list(by_type))
    return by_type[best] if best is not None else None


def types_of(forms: Sequence[Form], accept: str) -> dict[str, Form]:
    """The forms by the media types that they go by.

    A further name counts only where it is written out: ``text/*`` asks for CSV, not for XML by its old name.
    """
    by_type = {form.media_type: form for form in forms}
    return by_type | {further: form for form in forms for further in form.also if further in accept.lower()}


def negotiate(accept: str, offered: list[str]) -> str | None:
    """The best of our media types for an Accept header (RFC 9110, section 12.5.1); the first for an empty one."""
    if not accept.strip():
        return offered[0]
    parsed = parse_accept_header(_without_parameters(accept), MIMEAccept)
    return parsed.best_match(offered)


def _without_parameters(accept: str) -> str:
    """Drop parameters other than q: werkzeug takes ``text/csv; charset=utf-8`` for another type than ``text/csv``."""
    ranges = []
    for part in accept.split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        # Java's URLConnection sends "*; q=.2"
        kept = [piece.lower().replace("=.", "=0.") for piece in parameters if piece.lower().startswith("q=")]
        ranges.append(";".join(["*/*" if media_range == "*" else media_range, *kept]))
    return ",".join(ranges)


def _offer(forms: Sequence[Form]) -> str:
    return ", ".join(f"{form.media_type} (format={form.ending})" for form in forms)
