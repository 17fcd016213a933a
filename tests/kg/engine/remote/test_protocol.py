"""A question becomes a request as the product likes it, and its reply is judged alike."""

from __future__ import annotations

import io
from urllib.parse import parse_qs

import pytest
from pyoxigraph import NamedNode

from kg.engine.remote.client import RemoteResponse
from kg.engine.remote.quirks import PRODUCTS, Product
from kg.engine.remote.responses import ROWS, TRIPLES, is_timeout_reply, is_whole, question
from kg.engine.remote.rewriting import RemoteQuery

G, H = NamedNode("http://g"), NamedNode("http://h")
SENT = RemoteQuery("SELECT * { ?s ?p 'ü+%' }", (G,), (G, H))


def test_a_question_is_a_form_with_its_dataset() -> None:
    request = question("http://engine/query", SENT, PRODUCTS["sparql"], 1.5)
    assert (request.method, request.accept, request.fields) == ("POST", ROWS, ())
    assert parse_qs(request.body.decode()) == {
        "query": [SENT.text],
        "default-graph-uri": ["http://g"],
        "named-graph-uri": ["http://g", "http://h"],
    }


def test_a_product_may_want_it_as_its_own_media_type() -> None:
    request = question("http://engine/query", SENT, Product("other", is_form=False), 1.5)
    assert request.body.decode() == SENT.text
    assert request.media_type == "application/sparql-query"
    assert ("named-graph-uri", "http://h") in request.fields


@pytest.mark.parametrize(
    ("product", "expected"),
    [("virtuoso", "1500"), ("fuseki", "2"), ("qlever", "2s"), ("graphdb", "2"), ("oxigraph", None), ("sparql", None)],
)
def test_a_product_gets_the_time_limit_of_a_question(product: str, expected: str | None) -> None:
    body = question("http://engine/", SENT, PRODUCTS[product], 1.5).body.decode()
    assert parse_qs(body).get("timeout", [None])[0] == expected


def test_a_graph_is_asked_for_as_statements() -> None:
    assert (
        question("http://e", RemoteQuery("CONSTRUCT WHERE { ?s ?p ?o }", (), ()), PRODUCTS["sparql"], 1).accept
        == TRIPLES
    )


def reply(status: int = 200, media_type: str = ROWS, body: str = "", state: str = "") -> RemoteResponse:
    headers = {"x-sql-state": state} if state else {}
    return RemoteResponse(
        status, {"content-type": f"{media_type}; charset=utf-8", **headers}, io.BytesIO(body.encode())
    )


def test_only_a_whole_answer_of_the_right_type_is_one() -> None:
    virtuoso = PRODUCTS["virtuoso"]
    assert is_whole(reply(), ROWS, virtuoso)
    assert not is_whole(reply(), TRIPLES, virtuoso)
    assert not is_whole(reply(media_type="text/html"), ROWS, virtuoso)
    assert not is_whole(reply(206), ROWS, virtuoso)
    assert not is_whole(reply(state="S1TAT"), ROWS, virtuoso)


@pytest.mark.parametrize(
    ("product", "response", "expected"),
    [
        ("sparql", reply(504), True),
        ("sparql", reply(500, "text/plain", "timeout"), False),
        ("virtuoso", reply(500, "text/plain", "Virtuoso S1T00 Error SR171: Transaction timed out"), True),
        ("virtuoso", reply(state="S1TAT"), True),
        ("virtuoso", reply(400, "text/plain", "syntax error"), False),
        ("fuseki", reply(503, "text/plain", "Query timed out"), True),
        ("graphdb", reply(503, "text/plain", "Query evaluation exceeded specified timeout"), True),
        ("fuseki", reply(503, "text/plain", "overloaded"), False),
        ("neptune", reply(500, "application/json", '{"code":"TimeLimitExceededException"}'), True),
    ],
)
def test_a_reply_may_say_that_the_question_ran_too_long(product: str, response: RemoteResponse, expected: bool) -> None:
    assert is_timeout_reply(response, PRODUCTS[product]) is expected


@pytest.mark.parametrize(
    ("product", "url", "store"),
    [
        ("oxigraph", "http://h:7878/query", "http://h:7878/store"),
        ("virtuoso", "http://h:8890/sparql", "http://h:8890/sparql-graph-crud"),
        ("virtuoso", "http://h:8890/sparql/", "http://h:8890/sparql-graph-crud"),
        ("fuseki", "http://h:3030/ds/sparql", "http://h:3030/ds/data"),
        ("fuseki", "http://h:3030/ds/query", "http://h:3030/ds/data"),
        ("qlever", "http://h:7001/", "http://h:7001/"),
        ("graphdb", "http://h:7200/repositories/kg", "http://h:7200/repositories/kg/rdf-graphs/service"),
        ("neptune", "https://h:8182/sparql", "https://h:8182/sparql/gsp/"),
        ("sparql", "http://h/sparql", None),
        ("oxigraph", "http://h/behind/a/proxy", None),
    ],
)
def test_the_graph_store_lies_where_the_product_has_it(product: str, url: str, store: str | None) -> None:
    assert PRODUCTS[product].graph_store_of(url) == store
