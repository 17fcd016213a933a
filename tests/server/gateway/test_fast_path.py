"""A plain query is answered as Flask would answer it, asked once, and without Flask where that has shown the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from kg.core.errors import QuestionTooLong
from kg.core.media_types import GRAPH_FORMS, RESULT_FORMS, Form
from kg.core.settings import Settings
from kg.engine import Answer, Awaited, Question
from kg.engine.cancellation import CancellationToken
from kg.engine.embedded import EmbeddedEngine
from kg.engine.federation import FederatedAnswer
from kg.engine.hot_swap import CurrentEngine
from server.app import create_app
from server.core.context import Foreseen
from server.core.http.freshness import edition_of
from server.core.metrics import Metrics
from server.core.response_cache import Cache
from server.gateway.access_log import AccessLog
from server.gateway.fast_path import FastPath
from server.gateway.handler import Gateway
from tests.server.rsgi import Protocol, Scope, scope

TABLE = "SELECT ?plan ?label { ?plan a fyp:SectoralPlan ; skos:prefLabel ?label } ORDER BY ?plan ?label # "
GRAPH = "CONSTRUCT { ?plan skos:prefLabel ?label } { ?plan a fyp:SectoralPlan ; skos:prefLabel ?label } # "
PREFIXES = "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


class CountingEngine(Awaited):
    """An engine that a loop may wait for, and that counts what it is asked."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self.engine, self.release_id, self.asked = engine, engine.release_id, 0
        self.ends_late = self.breaks = False

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        self.asked += 1
        if self.breaks:
            raise RuntimeError("Nobody foresaw this.")
        if self.ends_late:
            raise QuestionTooLong("It took too long.")
        return self.engine.answer(question, cancellation)

    async def answer_soon(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Answer:
        del threads
        return self.answer(question, cancellation)

    def close(self) -> None:
        """Nothing."""


@dataclass
class Stage:
    """A front that asks plain queries itself, and one that leaves all to Flask, over one engine."""

    engine: CountingEngine
    app: Flask
    plain: FastPath
    fronts: dict[bool, Gateway] = field(default_factory=dict)
    dispatched: int = 0

    def ask(self, asked: Scope, *, body: bytes = b"", plainly: bool = True) -> Protocol:
        protocol = Protocol((body,) if body else ())
        asyncio.run(asyncio.wait_for(self.fronts[plainly].__rsgi__(asked, protocol), 20))
        return protocol


@pytest.fixture(scope="module")
def make_stage(engine: EmbeddedEngine, settings: Settings) -> Iterator[Callable[..., Stage]]:
    stages: list[Stage] = []

    def make(**changed: Any) -> Stage:
        chosen = replace(settings, cache_bytes=0, **changed)
        counting = CountingEngine(engine)
        lending = CurrentEngine(lambda: counting.release_id, lambda: counting)
        app = create_app(chosen, lending)
        stage = Stage(counting, app, FastPath(lending, chosen, edition_of(app)))
        dispatch = app.wsgi_app

        def count(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            stage.dispatched += 1
            return dispatch(environ, start)

        app.wsgi_app = count  # type: ignore[assignment, method-assign]
        for plainly in (True, False):
            parts = {"cache": Cache(0), "metrics": Metrics(), "log": AccessLog("off")}
            plain = stage.plain if plainly else None
            stage.fronts[plainly] = Gateway(app, chosen, lending, plain=plain, **parts)  # type: ignore[arg-type]
        stages.append(stage)
        return stage

    yield make
    for stage in stages:
        for front in stage.fronts.values():
            asyncio.run(end(front))


@pytest.fixture(scope="module")
def stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage()


async def end(front: Gateway) -> None:
    front.__rsgi_del__(asyncio.get_running_loop())


def query(text: str, *headers: tuple[str, str], more: str = "", method: str = "GET") -> Scope:
    return scope(method, "/sparql", f"query={quote(PREFIXES + text)}{more}", *headers)


def same(one: Protocol, other: Protocol) -> bool:
    return (one.status, one.headers, timeless(one)) == (other.status, other.headers, timeless(other))


def timeless(answered: Protocol) -> bytes:
    """The body, without the time and the system in the head of gzip (RFC 1952, section 2.3)."""
    body = answered.body or b""
    return body[:4] + body[10:] if answered.headers.get("content-encoding") == "gzip" else body


@pytest.mark.parametrize("coding", ["", "gzip", "br", "zstd", "gzip;q=0, identity"])
@pytest.mark.parametrize("form", RESULT_FORMS + GRAPH_FORMS, ids=lambda form: form.ending)
def test_each_form_in_each_coding_is_told_as_flask_tells_it_and_without_it(
    stage: Stage, form: Form, coding: str
) -> None:
    text = TABLE if form in RESULT_FORMS else GRAPH
    headers = [("accept", form.media_type), *([("accept-encoding", coding)] if coding else [])]
    stage.ask(query(text + "the mould", *headers))
    asked = query(f"{text} {coding}", *headers)
    theirs, before = stage.ask(asked, plainly=False), stage.dispatched
    ours = stage.ask(asked)
    assert same(ours, theirs)
    assert ours.status == 200
    assert stage.dispatched == before
    packed = ours.headers.get("content-encoding")
    assert packed == (coding if coding and "identity" not in coding else None)


def test_a_posted_query_is_plain_too(stage: Stage) -> None:
    for content_type, body in (
        ("application/sparql-query", PREFIXES + TABLE),
        ("application/x-www-form-urlencoded", "query=" + quote(PREFIXES + TABLE)),
    ):
        asked = scope("POST", "/sparql", "", ("content-type", content_type), ("content-length", str(len(body))))
        stage.ask(asked, body=body.encode() + b" 1")
        before = stage.dispatched
        ours = stage.ask(asked, body=body.encode() + b" 2")
        assert stage.dispatched == before
        assert same(ours, stage.ask(asked, body=body.encode() + b" 2", plainly=False))


def test_a_dataset_of_its_own_is_asked(stage: Stage) -> None:
    nowhere = "&default-graph-uri=urn:nothing"
    stage.ask(query(TABLE))
    before, ours = stage.dispatched, stage.ask(query(TABLE, more=nowhere))
    assert stage.dispatched == before
    assert ours.body == b'{"head":{"vars":["plan","label"]},"results":{"bindings":[]}}'
    assert ours.headers["etag"] != stage.ask(query(TABLE)).headers["etag"]


@pytest.mark.parametrize(
    "asked",
    [
        query(TABLE, method="HEAD"),
        query(TABLE, method="QUERY"),
        query(TABLE, more="&explain=empty"),
        query(TABLE, more="&lang=de"),
        query(TABLE, more="&query=ASK{}"),
        query(TABLE, more="&update=CLEAR+ALL"),
        query(TABLE, ("if-none-match", '"x"')),
        query(TABLE, ("accept-datetime", "Thu, 01 Jan 2026 00:00:00 GMT")),
        query(TABLE, ("accept", "image/png")),
        query("INSERT DATA { <urn:a> <urn:b> 1 }"),
        scope("GET", "/sparql"),
        scope("GET", "/sparql", "query=%FF"),
        scope("GET", "/sparql/form", "query=ASK{}"),
        replace(query(TABLE), authority="exa mple.org"),
        query(TABLE + "x" * 70_000),
    ],
)
def test_what_is_not_plain_is_left_to_flask(stage: Stage, asked: Scope) -> None:
    stage.ask(query(TABLE))
    before = stage.dispatched
    ours = stage.ask(asked)
    assert stage.dispatched == before + 1
    assert same(ours, stage.ask(asked, plainly=False))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("SELECT * { ?s ?p }", 400),
        ("SELECT * { SERVICE <urn:x> { ?s ?p ?o } }", 403),
        ("SELECT * {" + 200 * "{" + 200 * "}" + "}", 400),
        ("SELECT (NOW() AS ?now) {}", 200),
        ("SELECT * { ?s ?p ?o } LIMIT 3000", 200),
    ],
)
def test_errors_and_large_or_changing_answers_are_flasks_to_tell_but_asked_once(
    stage: Stage, text: str, status: int
) -> None:
    stage.ask(query(TABLE))
    dispatched, asked = stage.dispatched, stage.engine.asked
    ours = stage.ask(query(text))
    assert (ours.status, stage.dispatched - dispatched, stage.engine.asked - asked) == (status, 1, 1)


def test_a_question_that_took_too_long_is_not_asked_again(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.engine.ends_late = True
    late = stage.ask(query(TABLE, ("accept", "text/csv")))
    assert (late.status, stage.engine.asked) == (504, 1)
    assert same(late, stage.ask(query(TABLE, ("accept", "text/csv")), plainly=False))


def test_what_nobody_foresaw_is_told_by_flask(
    make_stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage()
    stage.ask(query(TABLE))
    stage.engine.breaks = True
    monkeypatch.setattr(stage.app.logger, "disabled", True)
    broken = stage.ask(query(TABLE))
    assert broken.status == 500
    assert same(broken, stage.ask(query(TABLE), plainly=False))


def test_a_new_release_has_moulds_of_its_own(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage()
    stage.ask(query(TABLE))
    stage.engine.release_id = "r2"
    new = stage.ask(query(TABLE))
    assert (new.headers["fyp-release"], stage.dispatched) == ("r2", 2)
    assert stage.ask(query(TABLE)).headers == new.headers
    assert stage.dispatched == 2


def test_behind_a_proxy_both_addresses_of_the_endpoint_are_known(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(public_url="https://example.org/kg")
    for path in ("/sparql", "/kg/sparql", "/sparql"):
        assert stage.ask(replace(query(TABLE), path=path)).status == 200
    assert stage.dispatched == 1
    assert stage.ask(replace(query(TABLE), path="/other/sparql")).status == 404


def test_an_answer_that_called_other_endpoints_has_and_makes_no_mould(stage: Stage) -> None:
    question = Question(PREFIXES + TABLE)
    plain = Foreseen(stage.engine.release_id, question, Answer(b"{}", question.form))
    stage.ask(query(TABLE))
    assert stage.plain.fill(plain, "identity") is not None
    assert stage.plain.fill(replace(plain, said=FederatedAnswer(b"{}", question.form)), "identity") is None
