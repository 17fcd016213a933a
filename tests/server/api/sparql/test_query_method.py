"""The method QUERY, and the parameter ``version`` of SPARQL 1.2."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kg.core.errors import KgError, MediaTypeUnsupported, QueryRefused, RequestInvalid
from kg.core.names import graph
from server.core.sparql_protocol.protocol import FORM_TYPE, QUERY_TYPE, UPDATE_TYPE, Request, has_query, parse

LIMIT = 1000


def query(body: bytes, content_type: str = QUERY_TYPE, query_string: bytes = b"") -> Request:
    return Request("QUERY", query_string, content_type=content_type, body=body)


@pytest.mark.parametrize(
    "request_",
    [
        query(b"ASK {}"),
        query(b"ASK {}", f"{QUERY_TYPE}; charset=UTF-8"),
        query(b"ASK {}", f"{QUERY_TYPE};version=1.2"),
        query(b"ASK {}", query_string=b"version=1.2"),
        query(b"query=ASK+%7B%7D", FORM_TYPE),
        query(b"query=ASK+%7B%7D&version=1.2", f"{FORM_TYPE};charset=utf-8"),
        Request("GET", b"query=ASK+%7B%7D&version=1.1"),
        Request("POST", b"", content_type=f"{QUERY_TYPE};version=1.2-basic", body=b"ASK {}"),
    ],
)
def test_the_query_is_read_from_the_body(request_: Request) -> None:
    assert has_query(request_)
    assert parse(request_, LIMIT).text == "ASK {}"


def test_the_dataset_is_read_from_the_url() -> None:
    question = parse(query(b"ASK {}", query_string=b"default-graph-uri=" + graph("a").value.encode()), LIMIT)
    assert question.default_graphs == (graph("a"),)


@pytest.mark.parametrize(
    ("request_", "error", "words"),
    [
        (query(b"ASK {}", ""), RequestInvalid, f"Content-Type: {QUERY_TYPE}"),
        (query(b"ASK {}", "text/plain"), MediaTypeUnsupported, "not as text/plain"),
        (query(b"CLEAR ALL", UPDATE_TYPE), QueryRefused, "updates are refused"),
        (query(b"update=CLEAR+ALL", FORM_TYPE), QueryRefused, "updates are refused"),
        (query(b"ASK {}", query_string=b"query=ASK{}"), RequestInvalid, "exactly one"),
        (query(b"ASK {}", f"{QUERY_TYPE};charset=utf-16"), MediaTypeUnsupported, "UTF-8"),
    ],
)
def test_what_is_no_query_is_refused_in_words(request_: Request, error: type[KgError], words: str) -> None:
    with pytest.raises(error, match=words):
        parse(request_, LIMIT)


def test_the_endpoint_answers_the_method_and_says_so(client: FlaskClient) -> None:
    response = client.open("/sparql", method="QUERY", data=b"ASK {}", content_type=QUERY_TYPE)
    assert response.status_code == 200
    assert response.json == {"head": {}, "boolean": True}
    for any_response in (response, client.get("/sparql"), client.options("/sparql")):
        assert any_response.headers["Accept-Query"] == f"{QUERY_TYPE}, {FORM_TYPE}"
    assert "QUERY" in client.options("/sparql").headers["Allow"].split(", ")
    assert "Accept-Query" not in client.get("/sparql/form").headers


def test_a_version_in_accept_is_read_over(client: FlaskClient) -> None:
    accept = "application/sparql-results+json;version=1.2, text/csv;q=0.5"
    response = client.get("/sparql?query=ASK{}", headers={"Accept": accept})
    assert response.mimetype == "application/sparql-results+json"
