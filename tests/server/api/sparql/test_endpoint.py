"""The endpoint as a client meets it: every form by every way, whole and faithful; and what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple
from werkzeug.test import TestResponse

from kg.core.media_types import FORMS, GRAPH_FORMS, RESULT_FORMS, Form
from kg.core.names import graph, name, sparql_prologue, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from server.core.sparql_protocol.protocol import FORM_TYPE, QUERY_TYPE, UPDATE_TYPE
from tests.server.page import Page

Ask = Callable[..., TestResponse]

S, P = NamedNode("http://example.org/中?a=1&b=2"), NamedNode("http://example.org/p")
TERMS: list[Literal | NamedNode] = [
    Literal("中文", language="zh"),
    Literal("Straße", language="de-at"),
    Literal("2021-11-30", datatype=name("xsd:date")),
    Literal("1.5", datatype=name("xsd:decimal")),
    Literal('"quoted", <b>&amp;\n\ttwo lines\\', language="en"),
    Literal("plain"),
    Literal(""),
    NamedNode("http://example.org/a%20b?x=%E4%B8%AD"),
]
VALUES = "VALUES ?o { " + " ".join(map(str, TERMS)) + " }"
SELECT = f"SELECT ?s ?o ?none {{ BIND({S} AS ?s) {VALUES} }}"
CONSTRUCT = f"CONSTRUCT {{ {S} {P} ?o }} {{ {VALUES} }}"
EXPECTED_ROWS = [(S, term, None) for term in TERMS]
EXPECTED_TRIPLES = {Triple(S, P, term) for term in TERMS}


@pytest.fixture(params=["GET", "form", "direct"])
def ask(request: pytest.FixtureRequest, client: FlaskClient) -> Ask:
    """Ask by one of the three ways of the protocol."""

    def by(text: str, accept: str = "", **more: str) -> TestResponse:
        headers = {"Accept": accept} if accept else {}
        if request.param == "GET":
            return client.get("/sparql", query_string={"query": text, **more}, headers=headers)
        if request.param == "form":
            return client.post("/sparql", data={"query": text, **more}, headers=headers)
        body = text.encode("utf-8")
        return client.post("/sparql", data=body, query_string=more, content_type=QUERY_TYPE, headers=headers)

    return by


def rows(response: TestResponse, form: Form) -> list[tuple[object, ...]]:
    assert isinstance(form.format, QueryResultsFormat)
    solutions = pyoxigraph.parse_query_results(response.data, format=form.format)
    assert isinstance(solutions, QuerySolutions)
    return [tuple(solution[variable] for variable in solutions.variables) for solution in solutions]


def triples(response: TestResponse, form: Form) -> set[Triple]:
    assert isinstance(form.format, RdfFormat)
    return {quad.triple for quad in pyoxigraph.parse(response.data, format=form.format)}


def ways(form: Form) -> list[dict[str, str]]:
    accepts = (form.media_type, *form.also)
    return [{"accept": accept} for accept in accepts] + [{"format": form.ending, "accept": "image/png"}]


@pytest.mark.parametrize("form", RESULT_FORMS, ids=lambda form: form.ending)
def test_a_table_is_faithful_in_every_form(ask: Ask, form: Form) -> None:
    for way in ways(form):
        response = ask(SELECT, **way)
        assert response.status_code == 200
        assert response.mimetype == form.media_type
        assert "accept" in response.vary.as_set()
        assert (response.mimetype_params == {"charset": "utf-8"}) == form.media_type.startswith("text/")
        if form.ending == "csv":  # a CSV has neither languages nor datatypes
            assert response.text.startswith("s,o,none\r\n")
            assert '""quoted"", <b>&amp;\n\ttwo lines' in response.text
            assert response.text.count(S.value) == len(TERMS)
        else:
            assert rows(response, form) == EXPECTED_ROWS


@pytest.mark.parametrize("form", GRAPH_FORMS, ids=lambda form: form.ending)
def test_a_graph_is_faithful_in_every_form(ask: Ask, form: Form) -> None:
    for way in ways(form):
        response = ask(CONSTRUCT, **way)
        assert response.status_code == 200
        assert response.mimetype == form.media_type
        assert "accept" in response.vary.as_set()
        assert triples(response, form) == EXPECTED_TRIPLES


@pytest.mark.parametrize("form", RESULT_FORMS, ids=lambda form: form.ending)
@pytest.mark.parametrize(("text", "answer"), [("ASK {}", True), ("ASK { FILTER(false) }", False)])
def test_a_truth_value_is_reported_in_every_form(ask: Ask, form: Form, text: str, answer: bool) -> None:
    response = ask(text, form.media_type)
    assert response.mimetype == form.media_type
    assert isinstance(form.format, QueryResultsFormat)
    if form.ending == "csv":
        assert response.text == str(answer).lower()
        return
    boolean = pyoxigraph.parse_query_results(response.data, format=form.format)
    assert isinstance(boolean, QueryBoolean)
    assert bool(boolean) is answer


def test_describe_tells_what_a_thing_is(ask: Ask, store: Store) -> None:
    response = ask(f"DESCRIBE {thing('plan-ii')}", "application/n-triples")
    description = triples(response, FORMS["nt"])
    assert description == {quad.triple for quad in store if quad.subject == thing("plan-ii")}
    assert description


def test_without_a_preference_a_table_is_json_and_a_graph_is_turtle(ask: Ask) -> None:
    assert ask(SELECT).content_type == "application/sparql-results+json"
    assert ask(CONSTRUCT).content_type == "text/turtle; charset=utf-8"


def test_an_answer_names_its_release(ask: Ask, engine: EmbeddedEngine) -> None:
    assert ask("ASK {}").headers["FYP-Release"] == engine.release_id


def test_labels_of_the_graph_keep_their_languages(ask: Ask) -> None:
    text = sparql_prologue("id", "skos") + "SELECT ?label { id:plan-ii skos:prefLabel ?label }"
    bindings = json.loads(ask(text).data)["results"]["bindings"]
    assert {binding["label"]["xml:lang"] for binding in bindings} == {"en", "de", "zh"}


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def count(response: TestResponse) -> int:
    return int(json.loads(response.data)["results"]["bindings"][0]["n"]["value"])


def test_a_question_without_a_dataset_sees_every_graph_as_one(ask: Ask, store: Store) -> None:
    assert count(ask(COUNT)) == len({quad.triple for quad in store})


@pytest.mark.parametrize("names", [["plan-ii"], ["plan-ii", "plan-bd"], ["nowhere"]])
def test_default_graphs_restrict_a_question(client: FlaskClient, store: Store, names: list[str]) -> None:
    graphs = [graph(slug) for slug in names]
    expected = len({quad.triple for graph_name in graphs for quad in store.graph(graph_name)})
    asked = {"query": COUNT, "default-graph-uri": [graph_name.value for graph_name in graphs]}
    assert count(client.get("/sparql", query_string=asked)) == expected
    assert count(client.post("/sparql", data=asked)) == expected
    clauses = "".join(f"FROM {graph_name} " for graph_name in graphs)
    assert count(client.get("/sparql", query_string={"query": COUNT.replace("{", clauses + "{")})) == expected


def test_named_graphs_restrict_a_question(client: FlaskClient, store: Store) -> None:
    text = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    asked = {"query": text, "named-graph-uri": graph("plan-ii").value}
    assert count(client.get("/sparql", query_string=asked)) == len(list(store.graph(graph("plan-ii"))))
    assert count(client.get("/sparql", query_string={**asked, "query": COUNT})) == 0


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    for path in ("/sparql?query=ASK{}", "/sparql?query=SELECT", "/sparql", "/nowhere", "/", "/page/plan-ii"):
        got, head = client.get(path), client.head(path)
        assert head.data == b""
        assert (head.status_code, head.headers) == (got.status_code, got.headers)


def test_options_name_the_methods(client: FlaskClient) -> None:
    response = client.options("/sparql")
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST", "QUERY"}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused_with_those_that_there_are(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql?query=ASK{}", method=method, headers={"Accept": "application/json"})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST, QUERY"
    assert response.mimetype == "application/problem+json"


BROKEN = "SELECT * {\n  ?s ?p ?o .\n  FILTRE(true)\n}"


@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.8", "application/json", "application/problem+json, */*", "*/*"])
def test_a_syntax_error_tells_its_line_and_column(ask: Ask, accept: str) -> None:
    response = ask(BROKEN, accept)
    assert response.status_code == 400
    place = re.search(r"line 3, column (\d+): the query does not parse", response.text)
    assert place is not None
    if "json" in accept:
        assert response.json is not None
        assert (response.json["line"], response.json["column"]) == (3, int(place[1]))
        assert response.json["type"].endswith("/QueryInvalid")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { ?s plan:x ?o }", "add a PREFIX line"),
        ("SELECT * { ?s <http://a b> ?o }", "line 1, column"),
        ("", "does not parse"),
        ("中文", "does not parse"),
        ("SELECT", "does not parse"),
    ],
)
def test_what_is_no_query_is_reported_with_a_remedy(ask: Ask, text: str, words: str) -> None:
    response = ask(text)
    assert response.status_code == 400
    assert words in response.text


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <http://a> <http://b> 1 }",
        "PREFIX : <http://a> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "CLEAR ALL",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "select * { service silent ?where { ?s ?p ?o } }",
    ],
)
def test_updates_and_calls_of_other_services_are_refused(ask: Ask, text: str) -> None:
    response = ask(text)
    assert response.status_code == 403
    assert "refused" in response.text


def test_an_update_is_refused_by_every_door(client: FlaskClient, store: Store) -> None:
    before = len(store)
    for response in (
        client.get("/sparql?update=CLEAR+ALL"),
        client.post("/sparql", data={"update": "CLEAR ALL"}),
        client.post("/sparql", data=b"CLEAR ALL", content_type=UPDATE_TYPE),
        client.post("/sparql?update=CLEAR+ALL", data=b"ASK {}", content_type=QUERY_TYPE),
        client.get("/sparql/form?query=CLEAR+ALL"),
    ):
        assert response.status_code == 403
    assert len(store) == before


@pytest.mark.parametrize("text", ["SELECT * " + "{" * 129 + "}" * 129, "ASK { FILTER(" + "!" * 1000 + "true) }"])
def test_deep_nesting_is_refused(ask: Ask, text: str) -> None:
    response = ask(text)
    assert response.status_code == 400
    assert "flatten it" in response.text


def test_too_long_a_body_is_refused(client: FlaskClient) -> None:
    for content_type in (QUERY_TYPE, FORM_TYPE):
        response = client.post("/sparql", data=b" " * (4 * 1_048_576 + 1), content_type=content_type)
        assert response.status_code == 413


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        ("SELECT ('a\\u0001b' AS ?x) {}", "application/sparql-results+xml"),
        ("CONSTRUCT { <urn:s> <urn:p> 'a\\u0001b' } {}", "application/rdf+xml"),
        ("CONSTRUCT { <urn:s> <urn:1> 1 } {}", "application/rdf+xml"),
        ("CONSTRUCT { <urn:s> <urn:p> <<( <urn:a> <urn:b> 1 )>> } {}", "application/ld+json"),
    ],
)
def test_what_a_form_cannot_hold_is_refused_and_not_written_broken(ask: Ask, text: str, accept: str) -> None:
    response = ask(text, accept)
    assert response.status_code == 400
    assert "Take another" in response.text
    assert ask(text).status_code == 200


def test_the_terms_of_the_graph_can_be_written_as_xml(ask: Ask) -> None:
    response = ask("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "application/rdf+xml")
    assert response.status_code == 200
    assert ET.fromstring(response.data).tag.endswith("}RDF")


def test_a_browser_without_a_query_gets_a_form_with_the_first_example(client: FlaskClient) -> None:
    page = Page(client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"}).text)
    assert "http://localhost/sparql" in page.text
    assert "?plan a fyp:SectoralPlan ; fyp:issuedBy ?ministry ." in page.text
    assert "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#>" in page.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT (4300000000000.0 AS ?x) {}", "4,300,000,000,000"),
        ("SELECT * { FILTER(false) }", "No row"),
        ("ASK {}", "Yes (true)"),
        ("ASK { FILTER(false) }", "No (false)"),
        ("CONSTRUCT { <urn:s> <urn:p> '<b>中' } {}", '<urn:s> <urn:p> "<b>中" .'),
        ("CONSTRUCT {} {}", "No statement"),
        ("SELECT (<<( <urn:a> <urn:b> 1 )>> AS ?x) {}", "<urn:a> <urn:b>"),
        ('SELECT ("1E999999999"^^<http://www.w3.org/2001/XMLSchema#integer> AS ?x) {}', "1E999999999"),
    ],
)
def test_the_form_shows_an_answer_of_every_kind(client: FlaskClient, text: str, words: str) -> None:
    response = client.get("/sparql/form", query_string={"query": text})
    assert response.status_code == 200
    page = Page(response.text)
    assert page.problems == []
    assert words in page.text
    assert text in page.text


def test_the_form_tells_at_the_query_what_is_wrong_with_it(client: FlaskClient) -> None:
    response = client.get("/sparql/form", query_string={"query": BROKEN + "</textarea><script>"})
    assert response.status_code == 400
    page = Page(response.text)
    assert page.problems == []
    assert [textarea["aria-describedby"] for textarea in page.all("textarea") if textarea["id"] == "query"] == [
        "problem"
    ]
    assert "line 3, column" in page.text


def test_the_form_and_the_endpoint_know_each_other(client: FlaskClient, engine: EmbeddedEngine) -> None:
    text = sparql_prologue("id", "skos") + "SELECT ?l { id:plan-ii skos:prefLabel ?l } ORDER BY ?l"
    page = Page(client.get("/sparql/form", query_string={"query": text}).text)
    buttons = {button.get("value"): button.get("formaction") for button in page.all("button")}
    assert (buttons["csv"], buttons["srj"]) == ("/sparql", "/sparql")
    answer = client.get("/sparql", query_string={"query": text, "format": "csv"}).text.splitlines()
    assert answer[1:] == [cell.value for cell in select(engine, text).column("l") if isinstance(cell, Literal)]
