"""``kg ask``: a query from a file, from standard input or from the command line, in every form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from kg.core.media_types import FORMS, GRAPH_FORMS, RESULT_FORMS, Form
from tests.kg.cli.run import kg, told

PREFIX = "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#> PREFIX id: <https://w3id.org/fyp-kg/id/>\n"
PLANS = PREFIX + "SELECT ?plan { ?plan a fyp:SectoralPlan } ORDER BY ?plan"
JSON = {"Accept": "application/sparql-results+json, application/problem+json;q=0.9"}
CONSTRUCT = PREFIX + "CONSTRUCT { ?plan a fyp:SectoralPlan } WHERE { ?plan a fyp:SectoralPlan }"


def test_a_query_comes_from_a_file_from_the_option_or_from_standard_input(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "plans.rq"
    file.write_text(PLANS, encoding="utf-8")
    answers = [
        kg("ask", file, "--home", home),
        kg("ask", "-e", PLANS, "--home", home),
        kg("ask", "-", "--home", home, input=PLANS),
    ]
    assert {answer.exit_code for answer in answers} == {0}
    assert len({answer.stdout for answer in answers}) == 1
    assert "id:plan-bd" in answers[0].stdout
    assert answers[0].stderr == "6 rows\n"


def test_a_byte_order_mark_before_a_query_does_no_harm(home: Path, tmp_path: Path) -> None:
    (tmp_path / "plans.rq").write_text(PLANS, encoding="utf-8-sig")
    assert "id:plan-bd" in kg("ask", tmp_path / "plans.rq", "--home", home).stdout
    assert "id:plan-bd" in kg("ask", "-", "--home", home, input=PLANS.encode("utf-8-sig")).stdout


@pytest.mark.parametrize("form", RESULT_FORMS, ids=lambda form: form.ending)
def test_a_table_comes_in_every_form_for_tables(home: Path, form: Form) -> None:
    body = kg("ask", "-e", PLANS, "--format", form.ending, "--home", home).stdout_bytes
    assert b"https://w3id.org/fyp-kg/id/plan-bd" in body
    assert isinstance(form.format, QueryResultsFormat)
    if form.ending != "csv":  # CSV says too little to be read back
        assert len(list(parse_query_results(body, format=form.format))) == 6  # type: ignore[arg-type]


@pytest.mark.parametrize("form", GRAPH_FORMS, ids=lambda form: form.ending)
def test_a_graph_comes_in_every_form_for_graphs(home: Path, form: Form) -> None:
    body = kg("ask", "-e", CONSTRUCT, "--format", form.ending, "--home", home).stdout_bytes
    assert isinstance(form.format, RdfFormat)
    assert len(list(parse(body, format=form.format))) == 6


@pytest.mark.parametrize("ending", FORMS)
def test_a_form_that_does_not_fit_is_reported(home: Path, ending: str) -> None:
    query = CONSTRUCT if FORMS[ending] in RESULT_FORMS else PLANS
    message = told(kg("ask", "-e", query, "--format", ending, "--home", home))
    assert f"has no form {FORMS[ending].media_type}" in message


def test_without_a_format_a_graph_comes_as_turtle_and_a_truth_value_as_json(home: Path) -> None:
    graph = kg("ask", "-e", CONSTRUCT, "--home", home)
    assert graph.stdout.startswith("@prefix fyp: <https://w3id.org/fyp-kg/ontology#> .\n")
    assert kg("ask", "-e", PREFIX + "DESCRIBE id:plan-ii", "--home", home).stdout.startswith("@prefix ")
    assert json.loads(kg("ask", "-e", "ASK { ?s ?p ?o }", "--home", home).stdout)["boolean"] is True
    assert json.loads(kg("ask", "-e", "ASK { <x:a> ?p ?o }", "--home", home).stdout)["boolean"] is False


def test_a_table_shows_cells_as_they_are(home: Path) -> None:
    query = 'SELECT ("[bold]信息[/bold] :heart:" AS ?text) (1/0 AS ?none) (fyp:Plan AS ?iri) (<urn:x> AS ?other) {}'
    result = kg("ask", "-e", PREFIX + query, "--home", home)
    assert "[bold]信息[/bold] :heart:" in result.stdout
    assert "fyp:Plan" in result.stdout
    assert "urn:x" in result.stdout
    assert result.stderr == "1 row\n"


def test_a_table_in_a_pipe_gives_each_row_one_whole_line(home: Path) -> None:
    words = "word " * 60
    query = f'SELECT ?n ("{words}end" AS ?text) {{ VALUES ?n {{ 1 2 3 }} }}'
    lines = kg("ask", "-e", query, "--home", home).stdout.splitlines()
    assert sum(f"{words}end" in line for line in lines) == 3


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * {\n  ?s ?p }", "line 2, column 9: the query does not parse."),
        ("SELECT * { ?s foo:bar ?o }", "the prefix foo: is not declared; add a PREFIX line for it."),
        ("", "the query does not parse"),
        ("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }", "SERVICE (line 1, column 12) is refused"),
        ("DELETE WHERE { ?s ?p ?o }", "updates are refused"),
        ("SELECT * " + "{" * 200 + "}" * 200, "The text nests deeper than 128 levels at line 1, column"),
    ],
)
def test_a_question_that_cannot_be_answered_is_reported_in_one_message(home: Path, query: str, message: str) -> None:
    assert message in told(kg("ask", "-e", query, "--home", home))


@pytest.mark.parametrize("words", [(), ("query.rq", "-e", "ASK {}")])
def test_either_a_file_or_a_query_is_wanted(words: tuple[str, ...]) -> None:
    result = kg("ask", *words)
    assert result.exit_code == 2
    assert "Give a file with a query, or the query itself after -e." in result.stderr


def test_a_file_that_cannot_be_read_is_reported(home: Path, tmp_path: Path) -> None:
    assert "nowhere.rq cannot be read" in told(kg("ask", tmp_path / "nowhere.rq", "--home", home))
    (tmp_path / "latin.rq").write_bytes("ASK { ?s ?p 'ü' }".encode("latin-1"))
    assert "latin.rq cannot be read: 'utf-8' codec" in told(kg("ask", tmp_path / "latin.rq", "--home", home))
    assert "- cannot be read: 'utf-8' codec" in told(kg("ask", "-", "--home", home, input=b"ASK { ?s ?p '\xfc' }"))


def test_without_a_release_the_remedy_is_reported(tmp_path: Path) -> None:
    assert told(kg("ask", "-e", "ASK {}", "--home", tmp_path)).endswith("Run 'kg build' first.")


def test_the_home_may_come_from_the_environment(home: Path) -> None:
    assert kg("ask", "-e", PLANS, env={"KG_HOME": str(home)}).stderr == "6 rows\n"


def test_a_query_with_a_fault_is_shown_with_a_caret_and_the_lines_that_correct_it(home: Path) -> None:
    message = told(kg("ask", "-e", "SELECT * {\n  ?s a fyp:Plan\n}", "--home", home))
    assert message.splitlines() == [
        "line 2, column 8: the prefix fyp: is not declared; add a PREFIX line for it.",
        "",
        "2 |   ?s a fyp:Plan",
        "           ^",
        "",
        "Add this line at the top:",
        "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#>",
        "",
        "    PREFIX fyp: <https://w3id.org/fyp-kg/ontology#>",
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * { ?s foaf:nme ?o", "Add this line at the top"),
        ("SELEC * { ?s ?p ?o }", "Did you mean SELECT?"),
        ("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }", "Take the SERVICE clause out"),
        ("DELETE WHERE { ?s ?p ?o }", "This service is for reading only."),
    ],
)
def test_the_advice_is_that_of_the_service(home: Path, client: FlaskClient, query: str, words: str) -> None:
    message = told(kg("ask", "-e", query, "--home", home))
    assert words in message
    refused = client.get(
        "/sparql",
        query_string={"query": query},
        headers=JSON,
    )
    assert refused.json is not None
    assert refused.json["remedy"] in message
    assert refused.json["excerpt"] in message
