"""The state of the service: ``/health`` for its operators, ``/metrics`` for Prometheus."""

from __future__ import annotations

import math
import time
from hmac import compare_digest

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import Forbidden, Unauthorized

import kg
from kg.core.errors import N_, KgError, ReleaseBroken
from kg.core.media_types import FORMS
from kg.core.settings import Settings
from kg.engine import Question
from kg.engine.observer import PoolStatus
from kg.release.replication.fetch import State, read_state
from server.core.context import LOCAL, RequestContext, request_context
from server.core.http.freshness import NO_STORE
from server.core.http.problem_document import folders_of, hide_folders
from server.core.integrity import integrity_here
from server.core.metrics import CONTENT_TYPE, Metrics


def blueprint(metrics: Metrics) -> Blueprint:
    """Return the two views, over these metrics."""
    made = Blueprint("status", __name__)

    @made.get("/health")
    def health() -> Response:
        """Return 200 if the engine answers the shortest query and the release is intact, else 503 with the reason."""
        health_json = _health(request_context(), metrics.pool_status())
        response = jsonify(health_json)
        response.status_code = 200 if health_json["status"] == "ok" else 503
        response.headers["Cache-Control"] = NO_STORE
        return response

    @made.get("/metrics")
    def read_metrics() -> Response:
        """Return the metrics in the text format of Prometheus, for the operator.

        Raises:
            Forbidden: 403, the client is another machine, and no token is set.
            Unauthorized: 401, the client is another machine and did not send the token.
        """
        service = request_context()
        _refuse_unknown(service.settings.metrics_token)
        response = Response(metrics.text(service.engine.release_id, _followed(service)), content_type=CONTENT_TYPE)
        response.headers["Cache-Control"] = NO_STORE
        return response

    return made


def _refuse_unknown(token: str) -> None:
    """Refuse a client that is neither on this machine nor sends the token. A client behind a proxy is not."""
    if request.environ.get(LOCAL):
        return
    if not token:
        raise Forbidden(
            N_(
                "The metrics are read on the machine of the service. "
                "To read them from elsewhere, set KG_METRICS_TOKEN and send it as Authorization: Bearer <token>."
            )
        )
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    # compare_digest() takes the same time wherever the texts differ, so that nobody can guess the token in steps.
    # It refuses texts beyond ASCII, hence the bytes
    if scheme.lower() != "bearer" or not compare_digest(sent.strip().encode("utf-8"), token.encode("utf-8")):
        raise Unauthorized(N_("Send the token of the operator (KG_METRICS_TOKEN) as Authorization: Bearer <token>."))


def _health(service: RequestContext, pool_status: PoolStatus) -> dict[str, object]:
    """Return the state of the engine, with its running and waiting questions."""
    failing: dict[str, object] = {}
    try:
        service.engine.answer(Question("ASK {}", FORMS["csv"]))
    except KgError as error:
        # anybody may read this page, so the paths of folders are removed
        failing = {"kind": type(error).__name__, "detail": hide_folders(str(error), folders_of(service.settings))}
    # the error of the engine replaces kind and detail of broken files; the list of files stays
    failing = {**_broken(service.engine.release_id), **failing}
    return {
        "status": "failing" if failing else "ok",
        "release": service.engine.release_id,
        "version": kg.__version__,
        "workers": {"idle": pool_status.idle, "running": sum(pool_status.running.values())},
        "waiting": sum(pool_status.waiting.values()),
        **_following(service.settings),
        **failing,
        **({"replicas": pool_status.replicas} if pool_status.replicas else {}),
    }


def _broken(release_id: str) -> dict[str, object]:
    """Return the problems of the files of the release; empty if there are none."""
    integrity = integrity_here()
    detail = integrity.detail(release_id)
    if not detail:
        return {}
    files = [{"name": problem.name, "problem": problem.problem} for problem in integrity.problems(release_id)]
    return {"kind": ReleaseBroken.__name__, "detail": detail, "files": files}


def _state(settings: Settings) -> State | None:
    """Return the state of the follower, or None if no publication is followed."""
    return None if settings.follow is None else read_state(settings.home)


def _followed(service: RequestContext) -> float | None:
    """Return the seconds since the last successful fetch of a publication; infinity if none succeeded."""
    state = _state(service.settings)
    if state is None:
        return None
    seconds = state.seconds_ago(time.time())
    # infinity exceeds every limit, so that an alert on the age works before the first fetch
    return math.inf if seconds is None else seconds


def _following(settings: Settings) -> dict[str, object]:
    """Return the public state of the follower. The address and details of failures are only for the operator."""
    state = _state(settings)
    if state is None:
        return {}
    seconds = state.seconds_ago(time.time())
    following: dict[str, object] = {
        "release": state.release_id or None,
        "seconds_ago": None if seconds is None else round(seconds, 1),
        "problem": state.problem or None,
        "verified": not settings.follow_insecure,
    }
    # without verification the expiry is only a claim of the server
    if state.expires_at is not None and not settings.follow_insecure:
        following["expires_in"] = round(state.expires_at - time.time(), 1)
    return {"following": following}
