"""The pure functions of the SPARQL protocol as Flask views use them."""

from __future__ import annotations

from flask import Response as FlaskResponse

from kg.core.errors import KgError
from kg.engine import Answer, Question
from server.core.context import request_context
from server.core.http.freshness import edition_here, max_age
from server.core.problems import folders_here, note_error, render_problem
from server.core.sparql_protocol.hints import remember, terms_here
from server.core.sparql_protocol.protocol import Request, asked, parse
from server.core.sparql_protocol.response import (
    Response,
    Service,
    answer_response,
    respond,
    respond_unchanged,
    unchanged_response,
)


def answer_query(request: Request) -> FlaskResponse:
    """Return the response of the endpoint to the query of a request, errors included."""
    context, service = request_context(), service_here()
    question: Question | None = None
    try:
        question = parse(request, context.settings.max_question_bytes)
        remember(question.text)
        response = respond_unchanged(question, request, service)
        if response is None:
            response = respond(question, context.engine.answer(question), request, service)
    except KgError as error:
        note_error(error)
        response = respond(question, error, request, service)
    return _mounted(response)


def reply_to(question: Question) -> FlaskResponse:
    """Return the response of a view to one question, or a 304 before the query runs.

    Raises:
        As ``Engine.answer``.
    """
    request, service = asked(), service_here()
    response = unchanged_response(question, request, service)
    if response is None:
        response = answer_response(question, request_context().engine.answer(question), request, service)
    return _mounted(response)


def service_here() -> Service:
    """Return everything besides the request that the response to it depends on."""
    release_id = request_context().engine.release_id
    return Service(release_id, edition_here(), max_age(), folders_here(), terms_here, render_problem)


def reply(answer: Answer, *, release_id: str) -> FlaskResponse:
    """Return a 200 with an answer that was not made by an engine."""
    content_type = answer.form.media_type + ("; charset=utf-8" if answer.form.is_text else "")
    return FlaskResponse(answer.body, content_type=content_type, headers={"Vary": "Accept", "FYP-Release": release_id})


def _mounted(response: Response) -> FlaskResponse:
    headers = list(response.headers)
    mounted = FlaskResponse(response.chunks or response.body, response.status, headers)
    if not any(name == "content-type" for name, _ in headers):
        del mounted.headers["Content-Type"]  # a 304 has no body, and the default type would mark it as a page
    return mounted
