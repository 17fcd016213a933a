"""How the calls of a query to other endpoints went: a header on its answer, or the whole report in its stead."""

from __future__ import annotations

import json

from flask import Response, jsonify

from kg.engine import Answer, CancellableEngine, Question
from kg.engine.federation import FederatedAnswer
from kg.engine.federation.engine import FederatingEngine
from kg.sparql.guard import refuse_danger
from server.core.context import request_context, waiting

CALLS = "FYP-Federation"
"""The header that tells of each call its url, status, ms and rows, as a list in JSON."""


def show_calls(response: Response, answer: Answer) -> Response:
    """Tell the calls of an answer that rests on other endpoints, which nobody may keep."""
    if isinstance(answer, FederatedAnswer):
        response.headers[CALLS] = json.dumps([call.brief() for call in answer.calls], separators=(",", ":"))
        response.headers["Cache-Control"] = "no-store"
    return response


def report_calls(question: Question) -> Response:
    """The report on the calls of a query, which are made; its local part is not asked.

    Raises:
        QueryRefused: this endpoint calls nobody, or not the one that the query names.
    """
    service = request_context()
    asker = service.engine
    engine, cancellation = (asker.engine, asker.cancellation) if isinstance(asker, CancellableEngine) else (asker, None)
    if not isinstance(engine, FederatingEngine):
        refuse_danger(question.text, service.settings.max_nesting)
        return jsonify({"calls": []})
    with waiting():
        calls = engine.explain(question.text, cancellation)
    response = jsonify({"calls": [call.report() for call in calls]})
    response.headers["Cache-Control"] = "no-store"
    return response
