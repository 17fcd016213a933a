from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kg.core.names import PREFIXES
from kg.core.settings import Settings
from kg.engine.pool.pool import PoolEngine
from kg.engine.registry import CurrentEngine
from kg.release.engines import current_engine
from server.app import create_app
from tests.kg.engine.federation.remote import Handler, Remote, Script, says, serving, table

AI = PREFIXES["id"] + "technology-artificial-intelligence"
GOOD = says(table({"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q11660"}}))
PROBLEM_JSON = "application/sparql-results+json, application/problem+json"


def query(remote: Remote, silent: str = "") -> str:
    return (
        f"PREFIX skos: <{PREFIXES['skos']}> SELECT ?technology "
        f"{{ SERVICE {silent} <{remote.url}> {{ ?item ?p ?o }} ?technology skos:exactMatch ?item }}"
    )


class Asking:
    """A client of an application whose workers may call one endpoint."""

    def __init__(self, app: Flask, remote: Remote) -> None:
        self.client, self.remote = app.test_client(), remote

    def get(self, accept: str = "", silent: str = "", **more: str) -> TestResponse:
        parameters = {"query": query(self.remote, silent), **more}
        return self.client.get("/sparql", query_string=parameters, headers={"Accept": accept})


@pytest.fixture
def asking(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Asking]:
    """A client, and the endpoint that answers by the script of the test, or well."""
    script: Script = getattr(request, "param", GOOD)
    with serving(script) as remote:
        chosen = replace(settings, federation_allow=remote.authority, federation_seconds=2.0)
        engine = current_engine(chosen)
        try:
            yield Asking(create_app(chosen, engine), remote)
        finally:
            engine.close()


def test_a_query_joins_our_graph_with_another_endpoint(asking: Asking) -> None:
    response = asking.get("text/csv")
    assert response.status_code == 200
    assert response.text.split() == ["technology", AI]


def test_an_answer_tells_its_calls_and_may_not_be_kept(asking: Asking) -> None:
    response = asking.get()
    (call,) = json.loads(response.headers["FYP-Federation"])
    assert isinstance(call.pop("ms"), int)
    assert call == {"url": asking.remote.url, "status": 200, "rows": 1}
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert "FYP-Federation" in response.headers["Access-Control-Expose-Headers"]


def test_an_answer_without_a_call_has_no_such_header(asking: Asking) -> None:
    response = asking.client.get("/sparql", query_string={"query": "ASK {}"})
    assert response.status_code == 200
    assert "FYP-Federation" not in response.headers


def test_a_report_can_be_asked_for_instead_of_the_answer(asking: Asking) -> None:
    reports = [
        asking.get(explain="federation"),
        asking.client.post("/sparql?explain=federation", data={"query": query(asking.remote)}),
    ]
    for response in reports:
        assert response.mimetype == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        (call,) = json.loads(response.data)["calls"]
        assert call["query"].endswith("SELECT * WHERE { ?item ?p ?o }\nLIMIT 10001")
        assert (call["url"], call["status"], call["rows"], call["error"]) == (asking.remote.url, 200, 1, None)
    nothing = asking.client.get("/sparql", query_string={"query": "ASK {}", "explain": "federation"})
    assert nothing.json == {"calls": []}


@pytest.mark.parametrize("asking", [says(b"Sorry.", "text/plain", 500)], indirect=True)
def test_a_failure_of_the_other_endpoint_is_a_bad_gateway_with_the_report(asking: Asking) -> None:
    response = asking.get(PROBLEM_JSON)
    assert response.status_code == 502
    problem = json.loads(response.data)
    assert problem["type"].endswith("/FederationFailed")
    assert problem["detail"] == f"SERVICE <{asking.remote.url}> failed: the endpoint answers 500: Sorry."
    (call,) = problem["calls"]
    assert (call["status"], call["error"]) == (500, "the endpoint answers 500: Sorry.")
    assert asking.get(PROBLEM_JSON, explain="federation").status_code == 200
    assert asking.get("text/csv", silent="SILENT").status_code == 200
    assert asking.get("text/html, */*").status_code == 502


def test_an_endpoint_that_takes_too_long_is_a_gateway_timeout(settings: Settings) -> None:
    def silence(handler: Handler) -> None:
        handler.rfile.read(1)  # until the caller goes

    with serving(silence) as remote:
        chosen = replace(settings, federation_allow=remote.authority, federation_seconds=0.2)
        engine = current_engine(chosen)
        response = Asking(create_app(chosen, engine), remote).get(PROBLEM_JSON)
        engine.close()
    assert response.status_code == 504
    assert json.loads(response.data)["type"].endswith("/FederationTooSlow")


def test_a_host_that_is_not_listed_is_refused_with_the_list(asking: Asking) -> None:
    text = "SELECT * { SERVICE <https://elsewhere.example/> { ?s ?p ?o } }"
    for explain in ({}, {"explain": "federation"}):
        response = asking.client.get("/sparql", query_string={"query": text, **explain})
        assert response.status_code == 403
        assert f"calls {asking.remote.authority} and no other" in response.text
    assert asking.remote.requests == []


@pytest.fixture
def plain(settings: Settings) -> Iterator[CurrentEngine]:
    """The engine of a service that calls nobody."""
    engine = current_engine(settings)
    yield engine
    engine.close()


@pytest.mark.parametrize("explain", [{}, {"explain": "federation"}])
def test_without_a_list_every_service_is_refused(
    plain: CurrentEngine, settings: Settings, explain: dict[str, str]
) -> None:
    client = create_app(settings, plain).test_client()
    with serving(GOOD) as remote:
        response = client.get("/sparql", query_string={"query": query(remote), **explain})
    assert response.status_code == 403
    assert "this endpoint calls no other" in response.text
    assert remote.requests == []


def test_without_a_list_the_engine_is_the_plain_one(plain: CurrentEngine) -> None:
    with plain.acquire() as engine:
        assert isinstance(engine, PoolEngine)
