"""The gateway and the Flask view of the endpoint give the same response to a query."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from kg.core.errors import (
    AnswerTooLarge,
    ClientBusy,
    EngineBusy,
    EngineLost,
    EnginePanicked,
    EngineUnreachable,
    FederationFailed,
    QueryFailed,
    QuestionTooHeavy,
    QuestionTooLong,
    ReleaseBroken,
)
from kg.core.media_types import GRAPH_FORMS, RESULT_FORMS, Form
from kg.core.settings import Settings
from kg.engine import Answer, AsyncEngine, Question
from kg.engine.embedded import EmbeddedEngine
from kg.engine.federation import Call, FederatedAnswer
from kg.engine.limits import CancellationToken
from kg.engine.registry import CurrentEngine
from server.app import create_app
from server.core.metrics import Metrics
from server.core.response_cache import Cache
from server.gateway import handler
from server.gateway.handler import Gateway
from server.gateway.request_record import AccessLog
from server.gateway.sparql import QueryHandler
from tests.server.rsgi import Protocol, Scope, scope

TABLE = "SELECT ?plan ?label { ?plan a fyp:SectoralPlan ; skos:prefLabel ?label } ORDER BY ?plan ?label # "
GRAPH = "CONSTRUCT { ?plan skos:prefLabel ?label } { ?plan a fyp:SectoralPlan ; skos:prefLabel ?label } # "
PREFIXES = "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
BROWSER = ("accept", "text/html,*/*;q=0.1")
CODINGS = ["", "gzip", "br", "zstd", "gzip;q=0, identity"]
SPILLED = b"0123456789" * 500_000


class ScriptedEngine(AsyncEngine):
    """An engine that an event loop may wait for. It counts its questions, and returns or raises ``outcome``, if any."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self.engine, self.release_id, self.questions = engine, engine.release_id, 0
        self.outcome: Callable[[Question], Answer] | Exception | None = None

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        self.questions += 1
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome(question) if self.outcome is not None else self.engine.answer(question, cancellation)

    async def answer_soon(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Answer:
        del threads
        return self.answer(question, cancellation)

    def close(self) -> None:
        """Nothing."""


@dataclass
class Stage:
    """A gateway that answers queries itself (True), and one that leaves them to Flask (False), over one engine."""

    engine: ScriptedEngine
    app: Flask
    gateways: dict[bool, Gateway] = field(default_factory=dict)
    dispatched: int = 0

    def ask(self, asked: Scope, *, body: bytes = b"", here: bool = True) -> Protocol:
        protocol = Protocol((body,) if body else ())
        asyncio.run(asyncio.wait_for(self.gateways[here].__rsgi__(asked, protocol), 20))
        return protocol

    def both(self, asked: Scope, *, body: bytes = b"") -> Protocol:
        """Return the response of the gateway, after a look whether it is that of Flask, and made without Flask."""
        theirs, before = self.ask(asked, body=body, here=False), self.dispatched
        assert before > 0
        ours = self.ask(asked, body=body)
        assert self.dispatched == before
        assert (ours.status, ours.headers, timeless(ours)) == (theirs.status, theirs.headers, timeless(theirs))
        return ours


@pytest.fixture(scope="module")
def make_stage(engine: EmbeddedEngine, settings: Settings) -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def make(**changed: Any) -> Stage:
        chosen = replace(settings, cache_bytes=0, **changed)
        scripted = ScriptedEngine(engine)
        lending = CurrentEngine(lambda: scripted.release_id, lambda: scripted)
        app = create_app(chosen, lending)
        stage = Stage(scripted, app)
        dispatch = app.wsgi_app

        def count(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            stage.dispatched += 1
            return dispatch(environ, start)

        app.wsgi_app = count  # type: ignore[assignment, method-assign]
        for here in (True, False):
            sparql = QueryHandler(app, chosen) if here else None
            stage.gateways[here] = Gateway(
                app, chosen, lending, cache=Cache(0), metrics=Metrics(), log=AccessLog("off"), sparql=sparql
            )
        stages.append(stage)
        return stage

    yield make
    for stage in stages:
        for gateway in stage.gateways.values():
            asyncio.run(end(gateway))


@pytest.fixture(scope="module")
def shared_stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage()


@pytest.fixture
def stage(shared_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(handler, "_REFUSED_SECONDS", 0)
    monkeypatch.setattr(shared_stage.app.logger, "disabled", True)
    shared_stage.engine.outcome = None
    return shared_stage


async def end(gateway: Gateway) -> None:
    gateway.__rsgi_del__(asyncio.get_running_loop())


def query(text: str, *headers: tuple[str, str], more: str = "", method: str = "GET") -> Scope:
    return scope(method, "/sparql", f"query={quote(PREFIXES + text)}{more}", *headers)


def posted(content_type: str, body: bytes, *headers: tuple[str, str], method: str = "POST") -> tuple[Scope, bytes]:
    stated = [("content-type", content_type)] if content_type else []
    return scope(method, "/sparql", "", *stated, ("content-length", str(len(body))), *headers), body


def timeless(response: Protocol) -> bytes:
    """Return the body without the time and the system in the head of gzip (RFC 1952, section 2.3)."""
    body = response.body or b""
    return body[:4] + body[10:] if response.headers.get("content-encoding") == "gzip" else body


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("form", RESULT_FORMS + GRAPH_FORMS, ids=lambda form: form.ending)
def test_each_form_in_each_coding(stage: Stage, form: Form, coding: str) -> None:
    text = TABLE if form in RESULT_FORMS else GRAPH
    headers = [("accept", form.media_type), *([("accept-encoding", coding)] if coding else [])]
    response = stage.both(query(f"{text} {coding}", *headers))
    assert response.status == 200
    assert response.headers["content-type"].startswith(form.media_type)
    packed = response.headers.get("content-encoding")
    assert packed == (coding if coding and "identity" not in coding else None)
    head = stage.both(query(f"{text} {coding}", *headers, method="HEAD"))
    assert (head.body, head.headers) == (None, response.headers)


@pytest.mark.parametrize("coding", CODINGS[:4])
def test_a_large_answer_in_each_coding(stage: Stage, coding: str) -> None:
    def spill(question: Question) -> Answer:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        file.write(SPILLED)
        return Answer(b"", question.form, file, len(SPILLED))

    stage.engine.outcome = spill
    response = stage.both(query(TABLE, *([("accept-encoding", coding)] if coding else [])))
    assert response.status == 200
    assert int(response.headers["content-length"]) == len(response.body or b"")
    assert coding or response.body == SPILLED


@pytest.mark.parametrize("method", ["POST", "QUERY"])
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/sparql-query", (PREFIXES + TABLE).encode(), 200),
        ("application/sparql-query", (PREFIXES + TABLE + "x" * 70_000).encode(), 200),
        ("application/x-www-form-urlencoded", ("query=" + quote(PREFIXES + TABLE)).encode(), 200),
        ("application/x-www-form-urlencoded", b"update=CLEAR+ALL", 403),
        ("application/x-www-form-urlencoded", b"", 400),
        ("application/sparql-query", b"ASK {", 400),
        ("application/sparql-query", b"\xff", 400),
        ("application/sparql-update", b"CLEAR ALL", 403),
        ("application/sparql-query; charset=latin-1", b"ASK {}", 415),
        ("text/plain", b"ASK {}", 415),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", BROWSER[1]])
def test_queries_in_a_body(stage: Stage, method: str, content_type: str, body: bytes, status: int, accept: str) -> None:
    asked, body = posted(content_type, body, ("accept", accept), method=method)
    assert stage.both(asked, body=body).status == status


@pytest.mark.parametrize("more", ["", "&lang=de"])
@pytest.mark.parametrize(("accept_language", "language"), [("de", "de"), ("zh-CN;q=0.9, fr", "zh"), ("fr", "en")])
@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/sparql-results+json", BROWSER[1]])
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("SELECT * { ?s ?p }", 400),
        ("SELECT * { ?s foo:bar ?o }", 400),
        ("SELEC * { ?s ?p ?o }", 400),
        ("SELECT * { SERVICE <urn:x> { ?s ?p ?o } }", 403),
        ("SELECT * {" + 200 * "{" + 200 * "}" + "}", 400),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", 403),
        (TABLE + "x" * 2_000_000, 413),
    ],
    ids=["syntax", "prefix", "keyword", "service", "depth", "update", "length"],
)
def test_errors_of_the_query(
    stage: Stage, text: str, status: int, accept: str, accept_language: str, language: str, more: str
) -> None:
    response = stage.both(query(text, ("accept", accept), ("accept-language", accept_language), more=more))
    assert response.status == status
    if accept == BROWSER[1]:
        assert response.headers["content-language"] == ("de" if more else language)


@pytest.mark.parametrize("accept", ["*/*", "application/json", BROWSER[1]])
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AnswerTooLarge("Too large."), 413),
        (ClientBusy("Too many."), 429),
        (EngineBusy("Busy."), 503),
        (EngineLost("Lost."), 503),
        (EnginePanicked("Panic."), 501),
        (EngineUnreachable("Away.", 7.2), 503),
        (FederationFailed("Failed.", [{"url": "urn:x", "status": 500}]), 502),
        (QueryFailed("Failed."), 400),
        (QuestionTooHeavy("Too heavy."), 422),
        (QuestionTooLong("Too long."), 504),
        (ReleaseBroken("Broken."), 503),
        (RuntimeError("A fault of the program."), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_errors_of_the_engine(stage: Stage, error: Exception, status: int, accept: str) -> None:
    stage.engine.outcome = error
    response = stage.both(query(TABLE, ("accept", accept), ("accept-language", "de")))
    assert response.status == status
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (query(TABLE, more="&query=ASK{}"), 400),
        (query(TABLE, more="&update=CLEAR+ALL"), 403),
        (query(TABLE, more="&default-graph-uri=no"), 400),
        (query(TABLE, more="&format=ttl"), 406),
        (query(TABLE, more="&format=csv"), 200),
        (query(TABLE, ("accept", "image/png")), 406),
        (query(TABLE, ("accept-datetime", "Thu, 01 Jan 2026 00:00:00 GMT")), 200),
        (query(TABLE + "x" * 70_000), 200),
        (query("SELECT (BNODE() AS ?node) {} LIMIT 0"), 200),
        (query("SELECT (NOW() AS ?now) {} LIMIT 0"), 200),
        (scope("GET", "/sparql", "update=CLEAR"), 403),
    ],
)
def test_other_queries(stage: Stage, asked: Scope, status: int) -> None:
    assert stage.both(asked).status == status


@pytest.mark.parametrize("method", ["GET", "HEAD", "QUERY", "POST"])
@pytest.mark.parametrize("match", ["plain", "coded", "weak", "*", '"x"', "listed"])
def test_conditional_requests(stage: Stage, method: str, match: str) -> None:
    packed = ("accept-encoding", "gzip")
    plain, with_coding = stage.ask(query(TABLE)).headers["etag"], stage.ask(query(TABLE, packed)).headers["etag"]
    tags = {"plain": plain, "coded": with_coding, "weak": f"W/{plain}", "listed": f'"x", {with_coding}'}
    condition, questions = ("if-none-match", tags.get(match, match)), stage.engine.questions
    if method in ("GET", "HEAD"):
        response = stage.both(query(TABLE, packed, condition, method=method))
    else:
        asked, body = posted("application/sparql-query", (PREFIXES + TABLE).encode(), packed, condition, method=method)
        response = stage.both(asked, body=body)
    assert response.status == (200 if method == "POST" or match == '"x"' else 304)
    is_asked = response.status == 200 or match == "*"
    assert stage.engine.questions - questions == (2 if is_asked else 0)


def test_an_answer_from_other_endpoints_lists_its_calls(stage: Stage) -> None:
    calls = [Call("https://example.org/sparql", "ASK {}", silent=False)]
    stage.engine.outcome = lambda question: FederatedAnswer(b"{}", question.form, None, 0, calls)
    assert "example.org" in stage.both(query(TABLE)).headers["fyp-federation"]


def test_a_dataset_of_its_own_has_its_own_tag(stage: Stage) -> None:
    response = stage.both(query(TABLE, more="&default-graph-uri=urn:nothing"))
    assert response.body == b'{"head":{"vars":["plan","label"]},"results":{"bindings":[]}}'
    assert response.headers["etag"] != stage.ask(query(TABLE)).headers["etag"]


@pytest.mark.parametrize(
    "asked",
    [
        query(TABLE, more="&explain=empty"),
        query(TABLE, more="&lang=fr"),
        query(TABLE, method="OPTIONS"),
        query(TABLE, method="DELETE"),
        scope("GET", "/sparql"),
        scope("GET", "/sparql", "query=%FF"),
        scope("GET", "/sparql/form", "query=ASK{}"),
        replace(query(TABLE), authority="exa mple.org"),
    ],
)
def test_requests_for_more_or_less_than_an_answer_are_for_flask(stage: Stage, asked: Scope) -> None:
    before = stage.dispatched
    ours = stage.ask(asked)
    assert stage.dispatched == before + 1
    theirs = stage.ask(asked, here=False)
    assert (ours.status, ours.headers, ours.body) == (theirs.status, theirs.headers, theirs.body)


@pytest.mark.parametrize("error", [QuestionTooLong("Too long."), RuntimeError("A fault.")])
def test_a_query_that_fails_is_not_asked_again(stage: Stage, error: Exception) -> None:
    stage.engine.outcome, before = error, stage.engine.questions
    stage.ask(query(TABLE))
    assert stage.engine.questions == before + 1


def test_an_error_page_that_cannot_be_made_is_a_fault_of_the_program(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise LookupError("There is no template.")

    monkeypatch.setattr("server.gateway.sparql.render_problem", fail)
    response = stage.ask(query("SELECT", BROWSER))
    assert response.status == 500
    assert b"operator" in (response.body or b"")


def test_a_new_release_is_named(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    first = stage.both(query(TABLE))
    stage.engine.release_id = "r2"
    second = stage.both(query(TABLE))
    assert second.headers["fyp-release"] == "r2"
    assert second.headers["etag"] != first.headers["etag"]


def test_behind_a_proxy_both_addresses_of_the_endpoint_are_known(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(public_url="https://example.org/kg")
    for path in ("/sparql", "/kg/sparql"):
        assert stage.both(replace(query(TABLE), path=path)).status == 200
        assert b"/kg/static/" in (stage.both(replace(query("SELECT", BROWSER, more="&lang=de"), path=path)).body or b"")
    assert stage.ask(replace(query(TABLE), path="/other/sparql")).status == 404
