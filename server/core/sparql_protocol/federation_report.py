"""The report on the calls of a query to other endpoints."""

from __future__ import annotations

from flask import Response, jsonify

from kg.engine import CancellableEngine, Question
from kg.engine.federation.engine import FederatingEngine
from kg.sparql.guard import refuse_danger
from server.core.context import request_context, waiting


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
