"""The endpoint and the dataset describe themselves, in agreement with each other and with the data."""

from __future__ import annotations

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple
from werkzeug.test import TestResponse

from kg.core.media_types import GRAPH_FORMS, RESULT_FORMS, Form
from kg.core.names import graph, name
from kg.core.settings import Settings
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.metadata import DATASET
from server.app import create_app

VOID = "/.well-known/void"


def told(response: TestResponse, form: Form = GRAPH_FORMS[0]) -> set[Triple]:
    assert response.status_code == 200
    assert response.mimetype == form.media_type
    assert isinstance(form.format, RdfFormat)
    return {quad.triple for quad in pyoxigraph.parse(response.data, format=form.format)}


@pytest.mark.parametrize("form", GRAPH_FORMS, ids=lambda form: form.ending)
@pytest.mark.parametrize("path", ["/sparql", VOID])
def test_each_form_says_the_same(client: FlaskClient, path: str, form: Form) -> None:
    expected = told(client.get(path))
    assert told(client.get(path, headers={"Accept": form.media_type}), form) == expected
    assert told(client.get(f"{path}?format={form.ending}", headers={"Accept": "text/html"}), form) == expected


def test_the_service_description_names_the_address_that_was_asked(client: FlaskClient) -> None:
    triples = told(client.get("/sparql", headers={"Host": "example.org:8080"}))
    endpoint = NamedNode("http://example.org:8080/sparql")
    assert Triple(NamedNode(f"{endpoint.value}#service"), name("sd:endpoint"), endpoint) in triples
    assert Triple(DATASET, name("void:sparqlEndpoint"), endpoint) in triples


@pytest.mark.parametrize("host", ["", "a b", "a>b", "a\\b"])
def test_a_host_that_is_none_is_refused(client: FlaskClient, host: str) -> None:
    response = client.get("/sparql", headers={"Host": host})
    assert response.status_code == 400
    assert "Host" in response.text


def test_both_descriptions_and_the_data_agree(client: FlaskClient, store: Store) -> None:
    service, void = told(client.get("/sparql")), told(client.get(VOID))
    sizes = {triple for triple in service if triple.predicate == name("void:triples")}
    assert sizes <= void
    for graph_name in {quad.graph_name for quad in store}:
        size = Literal(str(len(list(store.graph(graph_name)))), datatype=name("xsd:integer"))  # type: ignore[arg-type]
        assert Triple(graph_name, name("void:triples"), size) in sizes  # type: ignore[arg-type]
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    answer = client.get("/sparql", query_string={"query": query, "format": "csv"}).text.split()
    assert Triple(DATASET, name("void:triples"), Literal(answer[1], datatype=name("xsd:integer"))) in sizes


def test_each_graph_that_is_described_can_be_read(client: FlaskClient) -> None:
    triples = told(client.get(VOID))
    graphs = [triple.object for triple in triples if triple.predicate == name("sd:namedGraph")]
    assert graphs
    for iri in graphs:
        assert isinstance(iri, NamedNode)
        size = len(told(client.get(f"/graph/{iri.value.removeprefix(graph('').value)}")))
        assert Triple(iri, name("void:triples"), Literal(str(size), datatype=name("xsd:integer"))) in triples


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("application/rdf+xml, text/turtle;q=0.5", "application/rdf+xml"),
        ("application/json", "application/ld+json"),
        ("text/turtle; version=1.2", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html;q=0.1, text/turtle", "text/turtle"),
    ],
)
def test_without_a_query_the_accept_header_chooses_the_description(
    client: FlaskClient, accept: str, media_type: str
) -> None:
    response = client.get("/sparql", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.mimetype == media_type


@pytest.mark.parametrize("form", RESULT_FORMS, ids=lambda form: form.ending)
def test_who_accepts_only_a_table_gets_the_error_that_the_query_is_missing(client: FlaskClient, form: Form) -> None:
    response = client.get("/sparql", headers={"Accept": form.media_type})
    assert response.status_code == 400
    assert "Give a query" in response.text


@pytest.mark.parametrize("query_string", ["Query=ASK{}", "default-graph-uri=urn:x", "q=1&format=ttl"])
def test_a_misspelt_parameter_does_not_ask_for_the_description(client: FlaskClient, query_string: str) -> None:
    response = client.get(f"/sparql?{query_string}")
    assert response.status_code == 400
    assert "Give a query" in response.text


def test_a_form_that_a_description_cannot_have_is_refused(client: FlaskClient) -> None:
    for response in (
        client.get("/sparql", headers={"Accept": "image/png"}),
        client.get("/sparql?format=csv"),
        client.get(VOID, headers={"Accept": "image/png"}),
    ):
        assert response.status_code == 406


@pytest.mark.parametrize("path", [VOID, "/catalog"])
@pytest.mark.parametrize("accept", ["text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"])
def test_browsers_are_led_from_a_description_to_its_page(client: FlaskClient, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert (response.status_code, response.headers["Location"]) == (303, "/dataset")
    assert "Accept" in response.headers["Vary"]
    for accepted in ("", "*/*", "application/rdf+xml", "text/html;q=0.1, text/turtle"):
        assert client.get(path, headers={"Accept": accepted}).status_code == 200


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    for path in ("/sparql", VOID):
        got, head = client.get(path), client.head(path)
        assert head.data == b""
        assert head.headers.get("Content-Length") == got.headers.get("Content-Length")


def test_a_new_release_is_counted_again(settings: Settings) -> None:
    engine = EmbeddedEngine(Store(), "first", 10)
    client = create_app(settings, engine).test_client()
    assert Triple(DATASET, name("owl:versionInfo"), Literal("first")) in told(client.get(VOID))
    engine.release_id = "second"
    assert Triple(DATASET, name("owl:versionInfo"), Literal("second")) in told(client.get(VOID))
