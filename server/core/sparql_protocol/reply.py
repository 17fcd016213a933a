"""From a question or an answer to a response."""

from __future__ import annotations

from flask import Response

from kg.engine import Answer, Question
from server.core.context import request_context
from server.core.http.freshness import NO_STORE, edition_here, max_age, unchanged
from server.core.http.validators import tag_of_answer
from server.core.sparql_protocol.federation_report import show_calls


def reply_to(question: Question) -> Response:
    """Ask the question, unless the client has its answer already (304); the answer bears its entity tag.

    Raises:
        As ``Engine.answer``.
    """
    engine = request_context().engine
    tag = tag_of_answer(engine.release_id, question, edition_here())
    known = unchanged(tag)
    if known is not None:
        return known
    answer = engine.answer(question)
    response = show_calls(reply(answer, release_id=engine.release_id), answer)
    response.headers["Cache-Control"] = max_age() if tag else NO_STORE
    if tag:
        response.headers["ETag"] = tag
    return response


def reply(answer: Answer, *, release_id: str) -> Response:
    """A 200 with the whole answer, its media type, and the release that it comes from."""
    content_type = answer.form.media_type + ("; charset=utf-8" if answer.form.is_text else "")
    response = Response(answer.chunks() if answer.spill else answer.body, content_type=content_type)
    response.content_length = answer.size
    response.headers["Vary"] = "Accept"
    response.headers["FYP-Release"] = release_id
    return response
