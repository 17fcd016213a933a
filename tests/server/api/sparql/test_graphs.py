"""Graphs at their addresses: read in every form, refused to writers."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, Triple
from werkzeug.test import TestResponse

from kg.core.errors import RequestInvalid
from kg.core.media_types import GRAPH_FORMS, Form
from kg.core.names import graph
from kg.core.settings import Settings
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from server.api.sparql.graphs import read_graph
from server.app import create_app
from server.core.sparql_protocol.protocol import Request

PLAN = graph("plan-ii")


def triples(response: TestResponse, form: Form) -> set[Triple]:
    assert isinstance(form.format, RdfFormat)
    return {quad.triple for quad in pyoxigraph.parse(response.data, format=form.format)}


@pytest.mark.parametrize("form", GRAPH_FORMS, ids=lambda form: form.ending)
@pytest.mark.parametrize("path", ["/graph/plan-ii?", f"/graph-store?graph={quote(PLAN.value, safe='')}&"])
def test_a_graph_is_whole_in_every_form(client: FlaskClient, store: Store, path: str, form: Form) -> None:
    expected = {quad.triple for quad in store.graph(PLAN)}
    by_ending = client.get(f"{path}format={form.ending}", headers={"Accept": "image/png"})
    for response in (client.get(path, headers={"Accept": f"{form.media_type};charset=utf-8"}), by_ending):
        assert response.status_code == 200
        assert response.mimetype == form.media_type
        assert (response.mimetype_params == {"charset": "utf-8"}) == form.media_type.startswith("text/")
        assert "Accept" in response.headers["Vary"]
        assert triples(response, form) == expected


def test_without_a_preference_a_graph_is_turtle(client: FlaskClient) -> None:
    assert client.get("/graph/plan-ii").content_type == "text/turtle; charset=utf-8"


def test_the_default_graph_is_the_union_of_all(client: FlaskClient, store: Store) -> None:
    for path in ("/graph-store?default", "/graph-store?default=", "/graph-store?default&other=1"):
        response = client.get(path, headers={"Accept": "application/n-triples"})
        assert triples(response, GRAPH_FORMS[1]) == {quad.triple for quad in store}


@pytest.mark.parametrize(
    "path",
    [
        "/graph/plan-xx",
        "/graph/plan/ii",
        "/graph/plan%20ii",
        "/graph/%3E",
        f"/graph-store?graph={PLAN.value}x",
        "/graph-store?graph=http://example.org/%253E",
        "/graph-store?graph=urn:x",
    ],
)
def test_an_unknown_graph_is_not_found(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "There is no graph" in response.text
    assert "/.well-known/void" in response.text


@pytest.mark.parametrize(
    ("query_string", "words"),
    [
        (b"", "Name one graph"),
        (b"Graph=urn:x", "Name one graph"),
        (b"default&graph=urn:x", "Name one graph"),
        (b"graph=urn:x&graph=urn:y", "Name one graph"),
        (b"graph=", "no absolute IRI"),
        (b"graph=plan-ii", "no absolute IRI"),
        (b"graph=http://a%20b", "no absolute IRI"),
        (b"graph=%FF", "no UTF-8"),
    ],
)
def test_what_names_no_graph_is_refused_in_words(client: FlaskClient, query_string: bytes, words: str) -> None:
    with pytest.raises(RequestInvalid, match=words):
        read_graph(Request("GET", query_string))
    assert client.get("/graph-store?" + query_string.decode("ascii")).status_code == 400


@pytest.mark.parametrize(
    ("query_string", "iri"),
    [
        (b"graph=http://example.org/%31", "http://example.org/1"),
        (b"graph=http://example.org/%2531", "http://example.org/%31"),
        (b"graph=http%3A%2F%2Fexample.org%2F%3Fa%3D1%26b", "http://example.org/?a=1&b"),
        ("graph=http://example.org/中".encode(), "http://example.org/中"),
    ],
)
def test_the_name_of_a_graph_is_decoded_once(query_string: bytes, iri: str) -> None:
    assert read_graph(Request("GET", query_string)) == NamedNode(iri)


def test_a_form_that_a_graph_cannot_have_is_refused(client: FlaskClient) -> None:
    for response in (
        client.get("/graph/plan-ii", headers={"Accept": "text/csv"}),
        client.get("/graph/plan-ii?format=csv"),
        client.get("/graph/nowhere", headers={"Accept": "image/png"}),
    ):
        assert response.status_code == 406
        assert "text/turtle (format=ttl)" in response.text


@pytest.mark.parametrize(
    "path", ["/graph/plan-ii", "/graph/nowhere", "/graph-store?default", "/graph-store?graph=urn:x"]
)
def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.data == b""
    assert (head.status_code, head.headers["Content-Type"]) == (got.status_code, got.headers["Content-Type"])
    assert head.headers.get("Content-Length") == got.headers.get("Content-Length")


@pytest.mark.parametrize("path", ["/graph/plan-ii", "/graph/new", "/graph-store", "/graph-store?default"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_every_write_is_refused_in_words(client: FlaskClient, store: Store, path: str, method: str) -> None:
    before = len(store)
    body = b"<urn:a> <urn:b> 1 ." if method != "DELETE" else b""
    response = client.open(path, method=method, data=body, content_type="text/turtle")
    assert response.status_code == 403
    assert response.text.startswith(f"{method} is refused: ")
    refusal = client.open(path, method=method, headers={"Accept": "application/problem+json"})
    assert refusal.json is not None
    assert refusal.json["type"].endswith("/WriteRefused")
    assert len(store) == before


def test_options_name_the_methods_that_read(client: FlaskClient) -> None:
    for path in ("/graph/plan-ii", "/graph-store"):
        response = client.options(path)
        assert response.status_code == 200
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_graph_of_a_foreign_name_is_read_indirectly(settings: Settings) -> None:
    iri = NamedNode("http://example.org/graph?a=1&b=%2F")
    engine = EmbeddedEngine(Store([pyoxigraph.Quad(iri, iri, iri, iri)]), "release", 10)
    client = create_app(settings, engine).test_client()
    response = client.get(f"/graph-store?graph={quote(iri.value, safe='')}")
    assert triples(response, GRAPH_FORMS[0]) == {Triple(iri, iri, iri)}
    assert response.headers["FYP-Release"] == "release"
