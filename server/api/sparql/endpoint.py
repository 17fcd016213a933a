"""The SPARQL endpoint; browsers that come without a query get the editor."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request, url_for

from kg.core.media_types import GRAPH_FORMS, RESULT_FORMS
from server.core.context import request_context
from server.core.parameters import reads
from server.core.sparql_protocol.empty_answer import explain_empty
from server.core.sparql_protocol.federation_report import report_calls
from server.core.sparql_protocol.hints import remember
from server.core.sparql_protocol.protocol import (
    ENDPOINT,
    FORM_TYPE,
    METHODS,
    QUERY_TYPE,
    Request,
    fields_of_url,
    has_query,
    negotiate,
    read_question,
)
from server.core.sparql_protocol.reply import reply_to
from server.core.sparql_protocol.request import asked
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
    """Answer ``query`` in the form that the client accepts; without one the endpoint describes itself."""
    wanted = asked()
    if not has_query(wanted):
        return _itself(wanted)
    explained = request.args.get("explain")
    if explained == "empty":
        wanted = replace(wanted, accept="")  # which is about the explanation, not about an answer
    question = read_question(wanted, request_context().settings.max_question_bytes)
    remember(question.text)
    if explained == "empty":
        return explain_empty(question)
    if explained == "federation":
        return report_calls(question)
    return reply_to(question)


@blueprint.after_request
def accept_query(response: Response) -> Response:
    """Say that queries may come by the method QUERY, and as what (section 3 of its draft)."""
    if request.script_root + request.path == url_for("sparql.endpoint"):
        response.headers["Accept-Query"] = f"{QUERY_TYPE}, {FORM_TYPE}"
    return response


def _itself(wanted: Request) -> Response | str:
    """The service description, or for browsers the editor."""
    results = [form.media_type for form in RESULT_FORMS]
    best = negotiate(wanted.accept, [*(form.media_type for form in GRAPH_FORMS), "text/html", *results])
    if "format" not in request.args and best == "text/html":
        return editor_page()[0]
    if best in results:  # who wants a table has forgotten the query
        read_question(wanted, request_context().settings.max_question_bytes)
    return describe_service()


@blueprint.get("/sparql/form")
@reads("query", "lang")
def form() -> tuple[str, int]:
    """Show a query in the editor, with its answer or what is wrong with it."""
    return editor_page(dict(fields_of_url(request.query_string)).get("query", ""))
