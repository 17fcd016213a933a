"""``/health`` and ``/metrics``."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import kg
from kg.core.errors import EngineLost
from kg.core.settings import Settings
from kg.engine import Answer, Engine, Question
from kg.engine.limits import CancellationToken
from kg.release.replication.fetch import STATE_FILE
from server.app import create_app


@dataclass
class LostEngine:
    """An engine that answers nothing."""

    release_id: str = "r1"

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        del question, cancellation
        raise EngineLost("No worker process can be started.")


def test_a_healthy_service_tells_release_version_and_workers(client: FlaskClient, engine: object) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json == {
        "status": "ok",
        "release": engine.release_id,  # type: ignore[attr-defined]
        "version": kg.__version__,
        "workers": {"idle": 0, "running": 0},
        "waiting": 0,
    }


def test_a_service_that_cannot_answer_says_why(settings: Settings) -> None:
    response = create_app(settings, LostEngine()).test_client().get("/health")
    assert response.status_code == 503
    assert response.json is not None
    assert response.json["status"] == "failing"
    assert response.json["kind"] == "EngineLost"
    assert response.json["detail"] == "No worker process can be started."


def test_metrics_are_in_the_format_of_prometheus(client: FlaskClient) -> None:
    response = client.get("/metrics")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "# TYPE fyp_questions_total counter" in response.text or "fyp_questions" in response.text
    assert f'fyp_release_info{{release="{response.headers["FYP-Release"]}"}} 1.0' in response.text


@pytest.mark.parametrize("path", ["/health", "/metrics"])
def test_nobody_keeps_what_is_true_for_a_moment(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_two_applications_do_not_share_their_metrics(app: Flask, settings: Settings) -> None:
    other = create_app(settings, LostEngine())
    assert 'release="r1"' in other.test_client().get("/metrics").text
    assert 'release="r1"' not in app.test_client().get("/metrics").text


def test_a_service_that_follows_nothing_tells_nothing_of_it(client: FlaskClient) -> None:
    assert "fyp_followed" not in client.get("/metrics").text


def test_a_service_that_follows_tells_how_that_goes_and_not_where(
    settings: Settings, tmp_path: Path, engine: Engine
) -> None:
    following = replace(settings, home=tmp_path, follow="http://secret.example/releases")
    client = create_app(following, engine).test_client()
    nothing = {"release": None, "seconds_ago": None, "problem": None, "verified": True}
    assert (client.get("/health").json or {})["following"] == nothing
    assert "\nfyp_followed_seconds_ago +Inf\n" in client.get("/metrics").text  # so that an alarm rings
    state = {"release_id": "0123456789abcdef", "succeeded_at": time.time() - 50, "problem": "CopyFailed"}
    (tmp_path / STATE_FILE).write_text(json.dumps(state), encoding="utf-8")
    response = client.get("/health")
    following_state = (response.json or {})["following"]
    assert (response.status_code, following_state["release"], following_state["problem"]) == (
        200,
        "0123456789abcdef",
        "CopyFailed",
    )
    assert 50 <= following_state["seconds_ago"] < 100
    assert "expires_in" not in following_state
    (tmp_path / STATE_FILE).write_text(json.dumps({**state, "expires_at": time.time() + 500}), encoding="utf-8")
    assert 400 < (client.get("/health").json or {})["following"]["expires_in"] <= 500
    assert "secret" not in response.text
    (line,) = [
        text_line
        for text_line in client.get("/metrics").text.splitlines()
        if text_line.startswith("fyp_followed_seconds_ago ")
    ]
    assert 50 <= float(line.rpartition(" ")[2]) < 100


def test_a_service_that_follows_without_a_key_says_so(settings: Settings, tmp_path: Path, engine: Engine) -> None:
    following = replace(settings, home=tmp_path, follow="http://example.org/releases", follow_insecure=True)
    state = {"release_id": "0123456789abcdef", "succeeded_at": time.time(), "problem": "", "expires_at": 7}
    (tmp_path / STATE_FILE).write_text(json.dumps(state), encoding="utf-8")
    following_state = (create_app(following, engine).test_client().get("/health").json or {})["following"]
    assert following_state["verified"] is False
    assert "expires_in" not in following_state
