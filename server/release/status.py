"""The service about itself: ``/health`` for those who keep it running, ``/metrics`` for Prometheus."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

import kg
from kg.engine import Question
from kg.errors import KgError
from kg.forms import FORMS
from server.front.metrics import CONTENT_TYPE, Metrics
from server.here import here
from server.http.freshness import NO_STORE


def blueprint(metrics: Metrics) -> Blueprint:
    """The two addresses, over these metrics."""
    made = Blueprint("status", __name__)

    @made.get("/health")
    def health() -> Response:
        """200 when the engine answers the shortest question, 503 when it does not, with the reason."""
        engine, staff = here().engine, metrics.staff()
        status, detail = "ok", {}
        try:
            engine.answer(Question("ASK {}", FORMS["csv"]))
        except KgError as error:
            status, detail = "failing", {"kind": type(error).__name__, "detail": str(error)}
        workers = {"idle": staff.idle, "running": sum(staff.running.values())}
        response = jsonify(
            {
                "status": status,
                "release": engine.release_id,
                "version": kg.__version__,
                "workers": workers,
                "waiting": sum(staff.waiting.values()),
                **detail,
            }
        )
        response.status_code = 200 if status == "ok" else 503
        response.headers["Cache-Control"] = NO_STORE
        return response

    @made.get("/metrics")
    def read_metrics() -> Response:
        """The metrics in the text format of Prometheus."""
        response = Response(metrics.text(here().engine.release_id), content_type=CONTENT_TYPE)
        response.headers["Cache-Control"] = NO_STORE
        return response

    return made
