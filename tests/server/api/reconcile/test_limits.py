"""Limits of one request to the reconciliation service and to search, and until when it is worked on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.core.settings import Settings
from kg.engine.limits import CancellationToken
from server.api.reconcile.parser import BATCH_SIZE, MOST_COMPARISONS
from server.core.context import CANCELLATION

PLAIN = {"query": "industrial internet platform"}
QUERIES = {"queries": json.dumps({"q": {**PLAIN, "properties": [{"pid": "plan", "v": "ICT"}]}})}
VALUES = {"extend": json.dumps({"ids": ["plan-ict"], "properties": [{"id": "plan"}]})}
WORK: dict[str, tuple[str, str, dict[str, str]]] = {
    "batch": ("POST", "/reconcile", QUERIES),
    "batch by its properties": (
        "POST",
        "/reconcile",
        {"queries": json.dumps({"q": {"properties": [{"pid": "plan", "v": "ICT"}]}})},
    ),
    "values": ("POST", "/reconcile", VALUES),
    "things": ("GET", "/reconcile/suggest/entity?prefix=indus", {}),
    "types": ("GET", "/reconcile/suggest/type?prefix=plan", {}),
    "properties": ("GET", "/reconcile/suggest/property?prefix=plan", {}),
    "preview": ("GET", "/reconcile/preview?id=plan-ict", {}),
    "search": ("GET", "/search?q=industrial+internet", {}),
    "search as data": ("GET", "/search.json?q=industrial+internet", {}),
    "start of an exploration": ("GET", "/explore?q=industrial", {}),
}


def send(client: FlaskClient, work: str, cancellation: CancellationToken) -> TestResponse:
    method, address, fields = WORK[work]
    return client.open(address, method=method, data=fields or None, environ_overrides={CANCELLATION: cancellation})


@pytest.mark.parametrize("work", WORK)
def test_work_in_time_is_answered(client: FlaskClient, work: str) -> None:
    assert send(client, work, CancellationToken()).status_code == 200


@pytest.mark.parametrize("work", WORK)
def test_work_past_its_deadline_gives_504(client: FlaskClient, settings: Settings, work: str) -> None:
    cancellation = CancellationToken()
    cancellation.began -= settings.max_seconds
    assert send(client, work, cancellation).status_code == 504


@pytest.mark.parametrize("work", WORK)
def test_work_whose_client_has_gone_is_not_done(client: FlaskClient, work: str) -> None:
    cancellation = CancellationToken()
    cancellation.cancel()
    assert send(client, work, cancellation).status_code == 499


def batch(client: FlaskClient, queries: dict[str, Any]) -> TestResponse:
    return client.post("/reconcile", data={"queries": json.dumps(queries)}, headers={"Accept": "application/json"})


def test_a_batch_that_took_twenty_seconds_is_refused(client: FlaskClient) -> None:
    values = [[f"digital platform {n} {place}" for place in range(50)] for n in range(150)]
    conditions = [{"pid": "plan", "v": some} for some in values]
    response = batch(client, {f"q{n}": {**PLAIN, "properties": conditions[3 * n : 3 * n + 3]} for n in range(50)})
    assert response.status_code == 413
    assert response.json is not None
    assert response.json["type"].endswith("BatchTooLarge")
    assert f"more than {MOST_COMPARISONS} comparisons" in response.json["detail"]


def test_the_largest_batch_that_openrefine_sends_is_answered(client: FlaskClient) -> None:
    def query(n: int) -> dict[str, Any]:
        values = {"plan": f"plan for sector {n}", "year": 2020 + n % 9, "unitOfValue": "percent", "otherName": f"n {n}"}
        listed = [{"pid": key, "v": value} for key, value in values.items()]
        return {"query": f"industrial platform {n}", "type": "Target", "type_strict": "should", "properties": listed}

    response = batch(client, {f"q{n}": query(n) for n in range(BATCH_SIZE)})
    assert response.status_code == 200
    assert response.json is not None
    assert len(response.json) == BATCH_SIZE


def test_values_that_are_too_many_are_refused(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.api.reconcile.MOST_VALUES", 3)
    sent = {"ids": ["plan-ict", "plan-bd"], "properties": [{"id": "nameEn"}, {"id": "nameDe"}, {"id": "nameZh"}]}
    response = client.post("/reconcile", data={"extend": json.dumps(sent)})
    assert response.status_code == 413
    assert "more than 3 values" in response.text
