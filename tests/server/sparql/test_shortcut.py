"""The shortcut and Flask's own way give the same response, to the last header, and the engine is asked once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kg.engine import Answer, Question
from kg.engine.ticket import Ticket
from kg.errors import AnswerTooLarge, ClientBusy, EngineBusy, KgError, QueryFailed, QuestionTooHeavy, QuestionTooLong
from kg.settings import Settings
from server import create_app
from server.front.gateway import ROUTE, environ_of, give_body, run
from server.here import TICKET
from server.sparql import shortcut

ASK = "ASK { ?s ?p ?o }"
SELECT = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 40"
QUERIES = [
    *(ASK, SELECT, "SELECT * { ?s ?p ?o } LIMIT 0", "SELECT (BNODE() AS ?b) {}", "DESCRIBE <https://w3id.org/fyp-kg/id/plan-ict>"),
    *("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 9", "CONSTRUCT { [] a ?o } { VALUES ?o { <x:> } }"),
    *("SELECT * { ?s ?p }", "SELECT * { fyp:x a ?t }", "SELECT * { foo:x a ?t }", "INSERT DATA { <x:> <x:> 1 }", ""),
    *("SELECT * { SERVICE <http://127.0.0.1/> { } }", "ASK {" + "{" * 200 + "}" * 200 + "}"),
    *("SELECT (1/0 AS ?x) {}", "中文"),
]  # fmt: skip
ACCEPTS = ["", "*/*", "text/csv", "application/json", "text/html", "text/turtle;q=0.5, text/csv", "image/png", "a"]
CODINGS = ["", "gzip", "br;q=0.5, gzip;q=0", "identity", "zstd, gzip", "*", "nonsense;q=x"]
MORE = [
    *("", "&format=csv", "&format=ttl", "&format=x", "&lang=de", "&lang=xx", "&explain=empty", "&query=ASK%7B%7D"),
    *("&default-graph-uri=https://w3id.org/fyp-kg/graph/plan-ict", "&named-graph-uri=a", "&x=%FF", "&update=", "&a"),
]
TYPES = ["application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update", "text/plain", ""]
HOSTS = ["localhost", "example.org:8000", "[::1]:80", "", "a b", "evil/../x", "localhost:999999"]


class _Scope:
    """A request, as granian tells of it."""

    scheme, server, http_version, authority = "http", "127.0.0.1:8000", "1.1", None

    def __init__(self, method: str, query_string: str, headers: dict[str, str], path: str = "/sparql") -> None:
        self.method, self.query_string, self.path = method, query_string, path
        self.headers = {key: value for key, value in headers.items() if value}


def environ(method: str, query_string: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    sent = {"host": "localhost", **{key.replace("_", "-"): value for key, value in headers.items()}}
    made = environ_of(_Scope(method, query_string, sent), client="127.0.0.1", public_url=None)
    give_body(made, body)
    return made | {TICKET: Ticket("127.0.0.1")}


def told(app: Flask, made: dict[str, Any]) -> tuple[object, ...]:
    """All of a response that does not differ from one time to the next by the nature of the question."""
    finished = run(app.wsgi_app, made)
    steady = not finished.header("etag").startswith("W/")
    return finished.status, sorted(finished.headers), finished.body if steady else len(finished.body), made.get(ROUTE)


def both(app: Flask, make: Callable[[], dict[str, Any]]) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """The response by the shortcut, if there is one, and by Flask alone."""
    quickly = told(app, make())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shortcut, "is_plain", lambda _: False)
        return quickly, told(app, make())


@given(
    method=st.sampled_from(["GET", "POST", "QUERY", "HEAD", "OPTIONS", "PUT"]),
    query=st.sampled_from(QUERIES) | st.text(max_size=20),
    accept=st.sampled_from(ACCEPTS),
    coding=st.sampled_from(CODINGS),
    more=st.sampled_from(MORE),
    content_type=st.sampled_from(TYPES),
    known=st.sampled_from(["", "*", '"x"', 'W/"x"']),
    host=st.sampled_from(HOSTS),
    in_url=st.booleans(),
    behind_front=st.booleans(),
)
@hypothesis_settings(deadline=None, max_examples=300)
def test_any_request_is_answered_alike_by_both_ways(
    app: Flask,
    method: str,
    query: str,
    accept: str,
    coding: str,
    more: str,
    content_type: str,
    known: str,
    host: str,
    in_url: bool,  # noqa: FBT001 - hypothesis names it
    behind_front: bool,  # noqa: FBT001 - as above
) -> None:
    def make() -> dict[str, Any]:
        field = "query=" + "".join(f"%{byte:02X}" for byte in query.encode("utf-8"))
        body = query if content_type == "application/sparql-query" else field
        made = environ(
            method,
            (field if in_url else "") + more,
            b"" if method == "GET" else body.encode("utf-8"),
            accept=accept,
            accept_encoding=coding,
            content_type=content_type,
            if_none_match=known,
            host=host,
        )
        if not behind_front:
            del made[TICKET]
        return made

    quickly, wholly = both(app, make)
    assert quickly == wholly


@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize("method", ["GET", "QUERY"])
def test_who_has_an_answer_is_told_so_by_both_ways(app: Flask, method: str, coding: str) -> None:
    def make(known: str = "") -> dict[str, Any]:
        more = {"content_type": "application/sparql-query"} if method == "QUERY" else {}
        field = "" if method == "QUERY" else "query=" + SELECT.replace(" ", "+")
        return environ(method, field, SELECT.encode(), accept_encoding=coding, if_none_match=known, **more)

    tag = run(app.wsgi_app, make()).header("etag")
    quickly, wholly = both(app, lambda: make(tag))
    assert quickly == wholly
    assert quickly[0] == 304


def test_a_plain_query_takes_the_shortcut(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "full_dispatch_request", None)  # which Flask could not do without
    finished = run(app.wsgi_app, environ("GET", "query=ASK+%7B%7D"))
    assert (finished.status, finished.route) == (200, "/sparql")


@pytest.mark.parametrize(
    "query_string", ["", "query=ASK+%7B%7D&explain=empty", "query=ASK+%7B%7D&lang=de", "query=%FF"]
)
def test_anything_else_does_not(query_string: str) -> None:
    assert not shortcut.is_plain(environ("GET", query_string))
    assert shortcut.is_plain(environ("GET", "query=ASK+%7B%7D"))


class _Failing:
    """An engine that fails at each question, and counts them."""

    release_id = "r1"

    def __init__(self, error: KgError | OSError) -> None:
        self.error, self.asked = error, 0

    def answer(self, question: Question, ticket: Ticket | None = None) -> Answer:
        del question, ticket
        self.asked += 1
        raise self.error


FAILURES = [
    *(QuestionTooLong("long"), ClientBusy("busy"), EngineBusy("full"), QuestionTooHeavy("heavy")),
    *(AnswerTooLarge("large"), QueryFailed("failed")),
]


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_fails_is_asked_once_and_told_alike(settings: Settings, error: KgError, method: str) -> None:
    engine = _Failing(error)
    app = create_app(settings, engine)

    def make() -> dict[str, Any]:
        content_type = TYPES[0] if method == "POST" else ""
        place = ("", b"query=ASK+%7B%7D") if method == "POST" else ("query=ASK+%7B%7D", b"")
        return environ(method, *place, accept="application/json", content_type=content_type)

    quickly = told(app, make())
    assert engine.asked == 1
    assert quickly == both(app, make)[1]
