"""From an answer to a response."""

from __future__ import annotations

from flask import Response

from kg.engine import Answer


def reply(answer: Answer, *, release_id: str) -> Response:
    """A 200 with the whole answer, its media type, and the release that it comes from."""
    content_type = answer.form.media_type + ("; charset=utf-8" if answer.form.is_text else "")
    response = Response(answer.body, content_type=content_type)
    response.headers["Vary"] = "Accept"
    response.headers["FYP-Release"] = release_id
    return response
