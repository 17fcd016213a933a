"""The view of the SPARQL endpoint. Browsers without a query get the editor."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request, url_for

from kg.core.media_types import GRAPH_FORMS, RESULT_FORMS
from server.core.context import request_context
from server.core.parameters import reads
from server.core.sparql_protocol.hints import explain_empty, remember, report_calls
from server.core.sparql_protocol.protocol import (
    ENDPOINT,
    METHODS,
    Request,
    asked,
    fields_of_url,
    has_query,
    negotiate,
    parse,
)
from server.core.sparql_protocol.reply import answer_query
from server.core.sparql_protocol.response import ACCEPT_QUERY
from server.pages.dataset import describe_service
from server.pages.editor import editor_page

blueprint = Blueprint("sparql", __name__)

_PARAMETERS = (
    *("query", "update", "default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"),
    *("format", "explain", "lang"),
)


@blueprint.route(ENDPOINT, methods=METHODS)
@reads(*_PARAMETERS, verbatim=True, needs=("query", "update"))
def endpoint() -> Response | str:
    """Answer ``query`` in the form that the client accepts. Without a query, return a description of the endpoint."""
    wanted = asked()
    if not has_query(wanted):
        return _itself(wanted)
    explained = request.args.get("explain")
    if explained not in ("empty", "federation"):
        return answer_query(wanted)
    if explained == "empty":
        wanted = replace(wanted, accept="")  # Accept applies to the explanation, not to the answer
    question = parse(wanted, request_context().settings.max_question_bytes)
    remember(question.text)
    return explain_empty(question) if explained == "empty" else report_calls(question)


@blueprint.after_request
def accept_query(response: Response) -> Response:
    """Add the media types for the method QUERY to all responses of the endpoint, also to errors."""
    if request.script_root + request.path == url_for("sparql.endpoint"):
        response.headers.update([ACCEPT_QUERY])
    return response


def _itself(wanted: Request) -> Response | str:
    """Return the service description, or the editor for browsers."""
    results = [form.media_type for form in RESULT_FORMS]
    best = negotiate(wanted.accept, [*(form.media_type for form in GRAPH_FORMS), "text/html", *results])
    if "format" not in request.args and best == "text/html":
        return editor_page()[0]
    if best in results:  # the client wants a result table, so the query is missing: parse raises the error
        parse(wanted, request_context().settings.max_question_bytes)
    return describe_service()


@blueprint.get("/sparql/form")
@reads("query", "lang")
def form() -> tuple[str, int]:
    """Show a query in the editor, with its answer or its error."""
    return editor_page(dict(fields_of_url(request.query_string)).get("query", ""))
