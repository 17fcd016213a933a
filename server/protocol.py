"""The SPARQL 1.1 Protocol: from method, headers, arguments and body to a question. Pure: no Flask, no store.

Clause numbers are those of https://www.w3.org/TR/sparql11-protocol/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header, parse_options_header

from kg.engine import Question
from kg.errors import FormUnavailable, MediaTypeUnsupported, QueryRefused, QueryTooLarge, RequestInvalid
from kg.forms import FORMS, GRAPH_FORMS, RESULT_FORMS, Form
from kg.lexer import kind_of
from kg.names import ROOT

FORM_TYPE = "application/x-www-form-urlencoded"
QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"

_UPDATES_REFUSED = "This endpoint only answers questions: updates are refused."


@dataclass(frozen=True)
class Request:
    """What the protocol looks at: the method, the query string, two headers, and the body."""

    method: str
    query_string: bytes
    accept: str = ""
    content_type: str = ""
    body: bytes = b""


def read_question(request: Request, max_bytes: int) -> Question:
    """The question of a request, by GET or by either POST (sections 2.1.1 to 2.1.3).

    Raises:
        RequestInvalid: not exactly one query, or a dataset that is no IRI.
        QueryRefused: an update.
        MediaTypeUnsupported: a body of another media type.
        QueryTooLarge: the text has more than ``max_bytes`` bytes of UTF-8.
        FormUnavailable: no acceptable form fits the kind of the query.
    """
    fields = _fields(request)
    if any(key == "update" for key, _ in fields):
        raise QueryRefused(_UPDATES_REFUSED)
    text = _only_query([value for key, value in fields if key == "query"])
    if len(text.encode("utf-8")) > max_bytes:
        raise QueryTooLarge(f"The query is longer than {max_bytes} bytes; shorten it or take a dump.")
    formats = [value for key, value in fields if key == "format"]
    return Question(
        text,
        choose_form(kind_of(text).makes_graph, request.accept, formats[-1] if formats else None),
        _iris(fields, "default-graph-uri"),
        _iris(fields, "named-graph-uri"),
    )


def has_query(request: Request) -> bool:
    """Whether a GET carries a query at all: without one it asks for the endpoint itself."""
    return request.method == "POST" or any(key in ("query", "update") for key, _ in fields_of_url(request.query_string))


def fields_of_url(query_string: bytes) -> list[tuple[str, str]]:
    """The fields of a query string, in order.

    Raises:
        RequestInvalid: it is no UTF-8, as sent or behind its percent signs.
    """
    return _pairs(_decoded(query_string, "query string"))


def _fields(request: Request) -> list[tuple[str, str]]:
    fields = fields_of_url(request.query_string)
    if request.method != "POST":
        return fields
    media_type, options = parse_options_header(request.content_type.lower())
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise MediaTypeUnsupported("The body must be UTF-8.")
    if media_type == FORM_TYPE:
        if any(key in ("query", "update") for key, _ in fields):
            raise RequestInvalid("The query stands in the body or in the URL, not in both.")
        return fields + _pairs(_decoded(request.body, "body"))
    if media_type == QUERY_TYPE:
        return [*fields, ("query", _decoded(request.body, "body"))]
    if media_type == UPDATE_TYPE:
        raise QueryRefused(_UPDATES_REFUSED)
    raise MediaTypeUnsupported(
        f"Send the query as {FORM_TYPE} or {QUERY_TYPE}, not as {media_type or 'an unnamed type'}."
    )


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise RequestInvalid("A percent-encoded value is no UTF-8.") from error
    except ValueError as error:
        raise RequestInvalid(f"The parameters cannot be read: {error}.") from error


def _decoded(sent: bytes, part: str) -> str:
    try:
        return sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestInvalid(f"The {part} is no UTF-8: {error.reason} at byte {error.start}.") from error


def _only_query(queries: Sequence[str]) -> str:
    if len(queries) != 1:
        raise RequestInvalid("Give exactly one query." if queries else "Give a query: /sparql?query=SELECT ...")
    return queries[0]


def _iris(fields: Sequence[tuple[str, str]], key: str) -> tuple[NamedNode, ...]:
    found = []
    for name, value in fields:
        if name != key:
            continue
        try:
            found.append(NamedNode(value))
        except ValueError as error:
            raise RequestInvalid(f"{key}={value!r} is no absolute IRI, such as {ROOT}graph/plan-ii.") from error
    return tuple(found)


def choose_form(makes_graph: bool, accept: str, ending: str | None = None) -> Form:  # noqa: FBT001 - a plain fact
    """The best acceptable form: ``ending`` (?format=) wins over the Accept header; our first form when neither decides.

    Raises:
        FormUnavailable: nothing that we have is acceptable; lists what there is.
    """
    forms = GRAPH_FORMS if makes_graph else RESULT_FORMS
    if ending is not None:
        chosen = FORMS.get(ending) or next((form for form in forms if ending in (form.media_type, *form.also)), None)
        if chosen in forms and chosen is not None:
            return chosen
        raise FormUnavailable(f"format={ending!r} is not to be had for this query. {_offer(forms)}")
    # a further name counts only where it is written out: text/* asks for CSV, not for XML by its old name
    by_type = {form.media_type: form for form in forms}
    by_type |= {further: form for form in forms for further in form.also if further in accept.lower()}
    best = negotiate(accept, list(by_type))
    if best is None:
        raise FormUnavailable(f"Nothing acceptable for Accept: {accept}. {_offer(forms)}")
    return by_type[best]


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
    return "There is: " + ", ".join(f"{form.media_type} (format={form.ending})" for form in forms) + "."
