"""The messages about a broken query and an empty answer, in each form, over the application."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kg.core.names import PROBLEM, sparql_prologue
from tests.examples import examples

JSON, TEXT, HTML = "application/json", "*/*", "text/html,*/*;q=0.8"
BROKEN = "SELECT * {\n  ?s a fyp:Plan }"
CORRECTED = sparql_prologue("fyp") + BROKEN
EMPTY = sparql_prologue("fyp") + 'SELECT * {\n  ?p a fyp:SectorPlan ;\n    fyp:planStartYear "2021" }'
PLANS = sparql_prologue("fyp") + "SELECT * { ?p a fyp:SectoralPlan }"


def asked(client: FlaskClient, text: str, accept: str, **more: str) -> TestResponse:
    return client.get("/sparql", query_string={"query": text, **more}, headers={"Accept": accept})


def links(response: TestResponse, words: str) -> list[str]:
    """Where the links with these words lead."""
    return [unescape(href) for href in re.findall(rf'<a href="([^"]*)">{words}</a>', response.text)]


def query_in(href: str) -> str:
    return parse_qs(urlsplit(href).query)["query"][0]


def test_a_program_gets_line_column_excerpt_remedy_and_correction(client: FlaskClient) -> None:
    response = asked(client, BROKEN, JSON)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert response.json == {
        "type": PROBLEM + "QueryInvalid",
        "title": "Bad Request",
        "status": 400,
        "detail": "line 2, column 8: the prefix fyp: is not declared; add a PREFIX line for it.",
        "line": 2,
        "column": 8,
        "cause": "undeclared-prefix",
        "excerpt": "2 |   ?s a fyp:Plan }\n           ^",
        "remedy": "Add this line at the top:\n" + sparql_prologue("fyp").strip(),
        "mend": {"insert": sparql_prologue("fyp"), "line": 1, "column": 1, "delete": 0, "sure": True},
    }


def test_a_terminal_gets_the_line_with_a_caret_and_the_remedy(client: FlaskClient) -> None:
    response = asked(client, BROKEN, TEXT)
    assert response.mimetype == "text/plain"
    assert "\n2 |   ?s a fyp:Plan }\n           ^\n" in response.text
    assert response.text.endswith(f"Add this line at the top:\n{sparql_prologue('fyp')}")


@pytest.mark.parametrize("path", ["/sparql", "/sparql/form"])
def test_a_reader_gets_the_line_and_a_link_to_the_corrected_query(client: FlaskClient, path: str) -> None:
    response = client.get(path, query_string={"query": BROKEN}, headers={"Accept": HTML})
    assert response.status_code == 400
    assert '<pre class="excerpt"' in response.text
    assert "2 |   ?s a fyp:Plan }\n           ^" in unescape(response.text)
    (link,) = links(response, "Use this line")
    assert query_in(link) == CORRECTED
    assert client.get(link).status_code == 200


@pytest.mark.parametrize("path", ["/sparql", "/sparql/form"])
def test_a_query_with_html_in_it_is_shown_and_not_obeyed(client: FlaskClient, path: str) -> None:
    text = "SELECT * {\n<a b></pre><script>alert(1)</script> ?p ?o }"
    response = client.get(path, query_string={"query": text}, headers={"Accept": HTML})
    assert response.status_code == 400
    assert "<script>" not in response.text
    assert "<script>alert(1)</script>" in unescape(response.text)


def test_a_corrected_query_too_long_for_an_address_has_no_link(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": BROKEN + " #" + "x" * 9000}, headers={"Accept": HTML})
    assert response.status_code == 400
    assert links(response, "Use this line") == []
    assert '<pre class="excerpt"' in response.text


def test_an_update_is_refused_with_what_to_do_instead(client: FlaskClient) -> None:
    response = asked(client, "INSERT { ?s a <x:y> } WHERE { ?s a <x:z> }", JSON)
    assert response.status_code == 403
    assert response.json is not None
    assert response.json["cause"] == "update"
    assert response.json["mend"]["insert"] == "CONSTRUCT"


def test_an_error_that_is_not_the_querys_has_no_advice(client: FlaskClient) -> None:
    problem = asked(client, "ASK {}", "application/json", format="nonsense").json
    assert problem is not None
    assert set(problem) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize("word", ["Plan", "planStartYear"])
def test_names_of_the_ontology_are_found_in_the_release(client: FlaskClient, word: str) -> None:
    problem = asked(client, f"SELECT * {{ ?s {word} ?o }}", JSON).json
    assert problem is not None
    assert problem["remedy"].startswith(f"A name of the ontology has its prefix: fyp:{word}")


def test_a_program_gets_the_explanation_as_json(client: FlaskClient) -> None:
    response = asked(client, EMPTY, JSON, explain="empty")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.json is not None
    assert [finding["cause"] for finding in response.json["findings"]] == ["unknown-class", "literal"]
    assert [(step["line"], step["alone"], step["joined"]) for step in response.json["steps"]] == [
        (3, False, False),
        (4, False, False),
    ]
    assert response.json["complete"] is True
    assert 0 < response.json["questions"] <= 40
    assert response.headers["FYP-Release"]
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("accept", [TEXT, "text/plain", ""])
def test_a_terminal_gets_the_explanation_as_text(client: FlaskClient, accept: str) -> None:
    response = asked(client, EMPTY, accept, explain="empty")
    assert response.mimetype == "text/plain"
    assert "- Line 3, column 8: The graph has no class fyp:SectorPlan; did you mean fyp:SectoralPlan?" in response.text
    assert "nothing / nothing  ?p a fyp:SectorPlan" in response.text


def test_a_reader_gets_the_explanation_as_a_page(client: FlaskClient) -> None:
    response = asked(client, EMPTY, HTML, explain="empty")
    assert (response.status_code, response.mimetype) == (200, "text/html")
    corrected = [query_in(link) for link in links(response, "Use the corrected query")]
    assert corrected[0] == EMPTY.replace("SectorPlan", "SectoralPlan")
    assert corrected[1] == EMPTY.replace('"2021"', "2021")
    assert query_in(links(response, "Open it in the editor")[0]) == EMPTY


@pytest.mark.parametrize("way", ["get", "post", "direct"])
def test_an_explanation_can_be_asked_for_in_every_way(client: FlaskClient, way: str) -> None:
    headers = {"Accept": JSON}
    if way == "get":
        response = asked(client, EMPTY, JSON, explain="empty")
    elif way == "post":
        response = client.post("/sparql?explain=empty", data={"query": EMPTY}, headers=headers)
    else:
        response = client.post(
            "/sparql?explain=empty", data=EMPTY, content_type="application/sparql-query", headers=headers
        )
    assert response.json is not None
    assert response.json["findings"]


def test_an_explanation_keeps_to_the_dataset_of_the_request(client: FlaskClient) -> None:
    graph = "https://w3id.org/fyp-kg/graph/nowhere"
    explanation = asked(client, PLANS, JSON, explain="empty", **{"default-graph-uri": graph}).json
    assert explanation is not None
    assert [finding["cause"] for finding in explanation["findings"]] == ["unknown-graph", "dataset"]


@pytest.mark.parametrize(("text", "status"), [("SELECT", 400), ("CLEAR ALL", 403), (EMPTY, 200), (PLANS, 200)])
def test_to_ask_for_an_explanation_changes_no_status(client: FlaskClient, text: str, status: int) -> None:
    for accept in (JSON, TEXT, HTML):
        assert asked(client, text, accept, explain="empty").status_code == status
        assert asked(client, text, accept).status_code == status


@pytest.mark.parametrize(
    "text",
    [
        EMPTY,
        EMPTY.replace("SELECT *", "ASK"),
        EMPTY.replace("SELECT *", "CONSTRUCT WHERE"),
    ],
)
def test_the_form_leads_from_an_empty_answer_to_its_reason(client: FlaskClient, text: str) -> None:
    response = client.get("/sparql/form", query_string={"query": text})
    assert response.status_code == 200
    (link,) = links(response, "Why is it empty\\?")
    assert query_in(link) == text
    assert "fyp:SectoralPlan" in client.get(link, headers={"Accept": HTML}).text
    assert query_in(links(response, "Use the corrected query")[0]) == text.replace("SectorPlan", "SectoralPlan")


def test_the_form_says_nothing_of_emptiness_under_an_answer(client: FlaskClient) -> None:
    for text in (PLANS, PLANS.replace("SELECT *", "ASK"), PLANS.replace("SELECT *", "CONSTRUCT WHERE")):
        assert "Why is it empty?<" not in client.get("/sparql/form", query_string={"query": text}).text


def test_a_canned_page_without_rows_leads_to_the_reason(client: FlaskClient) -> None:
    chosen = {"technology": ["id:technology-big-data", "id:technology-basic-software"]}
    response = client.get("/q/plans-covering-technologies", query_string=chosen)
    (link,) = links(response, "Why is it empty\\?")
    explained = client.get(link, headers={"Accept": HTML})
    assert explained.status_code == 200
    assert "matches nothing" in explained.text or "leaves nothing" in explained.text


@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40), inside=st.booleans(), accept=st.sampled_from([JSON, TEXT, HTML]))
def test_no_text_makes_advice_or_explanation_fail(app: Flask, text: str, inside: bool, accept: str) -> None:
    client = app.test_client()
    query = f"ASK {{ ?s ?p ?o . {text}" if inside else text
    plain = client.get("/sparql", query_string={"query": query}, headers={"Accept": "*/*"}).status_code
    response = client.get("/sparql", query_string={"query": query, "explain": "empty"}, headers={"Accept": accept})
    assert plain in (200, 400, 403)
    assert response.status_code == plain
