"""Files of answers over HTTP: every ending of every question, as wished, with a name and a tag, or a refusal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat

from kg.core.names import curie, sparql_prologue
from kg.core.settings import Settings
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.output.export import EXPORTS
from kg.questions.catalogue import CannedQuestion, Catalogue, bind
from kg.questions.result import answer_question, narrow, order
from kg.release import Release
from server.app import create_app
from server.core.question_params import PAGE_ROWS
from server.pages.result.files import endings_of
from tests.catalogue import project_catalogue

CATALOGUE = project_catalogue()
QUESTIONS = CATALOGUE.questions
DEFAULT = "/q/objectives-mentioning-technology"
GRAPH = (
    sparql_prologue("fyp", "rdfs", "skos")
    + "CONSTRUCT { ?plan rdfs:label ?label } WHERE { ?plan a fyp:SectoralPlan ; skos:prefLabel ?label }\n"
)

every_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.slug)


def records(body: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"), newline=""), strict=True))


@pytest.fixture(scope="module")
def graph_client(settings: Settings, engine: EmbeddedEngine) -> Iterator[FlaskClient]:
    """A client of an application with a question that makes a graph."""
    app = create_app(settings, engine)
    made = replace(next(iter(QUESTIONS.values())), slug="a-graph", parameters=(), text=GRAPH)
    app.extensions["fyp-kg"] = replace(app.extensions["fyp-kg"], catalogue=Catalogue({"a-graph": made}, {}))
    with app.test_client() as client:
        yield client


@every_question
def test_every_ending_of_a_question_is_a_named_file(
    client: FlaskClient, engine: EmbeddedEngine, question: CannedQuestion
) -> None:
    for ending in endings_of(question):
        response = client.get(f"/q/{question.slug}.{ending}")
        assert response.status_code == 200
        disposition = response.headers["Content-Disposition"]
        assert disposition.endswith(f'; filename="{question.slug}-{engine.release_id}.{ending}"')
        assert disposition.startswith("inline" if ending == "rq" else "attachment")
        assert response.headers["FYP-Release"] == engine.release_id
        assert response.headers["Cache-Control"].startswith("public, max-age=")
        assert response.headers["ETag"]
        if ending in EXPORTS:
            assert response.mimetype == EXPORTS[ending].media_type


@every_question
def test_sparql_json_is_what_the_endpoint_says_to_the_query(
    client: FlaskClient, engine: EmbeddedEngine, question: CannedQuestion
) -> None:
    if question.kind.makes_graph:
        return
    response = client.get(f"/q/{question.slug}.srj")
    query = client.get(f"/q/{question.slug}.rq").text
    assert query == bind(question, {}, engine)
    asked = client.post("/sparql", data={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert response.data == asked.data
    assert response.content_type == asked.content_type
    solutions = pyoxigraph.parse_query_results(response.data, format=QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)
    table = select(engine, query)
    assert [tuple(solution) for solution in solutions] == list(table.rows)


@every_question
def test_files_narrowed_and_in_order_have_the_rows_of_the_page(
    client: FlaskClient, engine: EmbeddedEngine, question: CannedQuestion
) -> None:
    answered = answer_question(engine, question, {}, "zh")
    column = answered.columns[-1].name
    fields = [("lang", "zh"), ("sort", f"-{column}"), ("size", "1"), ("page", "2")]
    expected = order(answered, column, descending=True)
    if question.facets:
        facet = question.facets[0]
        term = next(row[answered.place(facet)] for row in answered.rows if row[answered.place(facet)] is not None)
        written = curie(term) if isinstance(term, NamedNode) else answered.words(term)
        fields.append((f"only.{facet}", written))
        expected = order(narrow(answered, {facet: (written,)}), column, descending=True)
    values = [[cell.value if isinstance(cell, NamedNode | Literal) else "" for cell in row] for row in expected.rows]
    response = client.get(f"/q/{question.slug}.csv", query_string=[*fields, ("bom", "0")])
    exported = records(response.text)
    assert [[record[column.name] for column in expected.columns] for record in exported] == values
    body = client.get(f"/q/{question.slug}.json", query_string=fields).data
    assert [record[column] is None for record in json.loads(body)] == [row[-1] is None for row in expected.rows]
    assert len(json.loads(body)) == len(expected.rows)


def test_a_page_of_rows_is_no_part_of_a_file(client: FlaskClient) -> None:
    whole = client.get("/q/discrepancies.csv")
    assert client.get("/q/discrepancies.csv?page=3&size=10").data == whole.data
    assert len(records(whole.text)) > PAGE_ROWS


def test_csv_has_a_mark_for_excel_unless_it_is_not_wanted(client: FlaskClient) -> None:
    marked, bare = client.get(f"{DEFAULT}.csv?lang=zh"), client.get(f"{DEFAULT}.csv?lang=zh&bom=0")
    assert marked.data == b"\xef\xbb\xbf" + bare.data
    assert "工业互联网".encode() in bare.data
    assert marked.content_type == bare.content_type == "text/csv; charset=utf-8"
    assert marked.headers["ETag"] != bare.headers["ETag"]
    for ending in ("tsv", "json", "xlsx"):
        assert client.get(f"{DEFAULT}.{ending}?bom=0").data == client.get(f"{DEFAULT}.{ending}").data


@pytest.mark.parametrize(
    ("language", "heading", "plan"),
    [
        ("en", "Read me", "Industrial Internet"),
        ("de", "Lies mich", "Industrielles Internet"),
        ("zh", "说明", "工业互联网"),
    ],
)
def test_a_workbook_says_where_it_comes_from(client: FlaskClient, language: str, heading: str, plan: str) -> None:
    fields = "technology=id:technology-industrial-internet&scope=any-element"
    body = client.get(f"{DEFAULT}.xlsx?{fields}&lang={language}&page=1&sort=-plan").data
    book = openpyxl.load_workbook(io.BytesIO(body))
    texts = [row[1].value for row in book[heading].iter_rows()]
    suffix = "" if language == "en" else f"&lang={language}"
    address = (
        f"http://localhost{DEFAULT}?scope=any-element&technology=id:technology-industrial-internet{suffix}&sort=-plan"
    )
    assert address in texts
    assert plan in texts
    assert client.get(address).status_code == 200
    assert any(address in text and "release" in text for text in texts if text != address)


def test_a_workbook_has_the_day_of_its_release_where_it_is_known(
    client: FlaskClient, release: Release, settings: Settings, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    elsewhere = create_app(replace(settings, home=tmp_path), engine).test_client()
    for asked, day in ((client, release.built_on), (elsewhere, None)):
        book = openpyxl.load_workbook(io.BytesIO(asked.get(f"{DEFAULT}.xlsx").data))
        facts = {row[0].value: row[1].value for row in book["Read me"].iter_rows()}
        assert facts.get("Day of the release") == (day.isoformat() if day else None)
        assert (f"release {release.release_id} of {day}." in facts["Suggested citation"]) == (day is not None)


def test_a_file_is_not_sent_again_to_who_has_it(client: FlaskClient) -> None:
    for ending in ("csv", "json", "xlsx", "srj", "rq"):
        first = client.get(f"{DEFAULT}.{ending}")
        again = client.get(f"{DEFAULT}.{ending}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("ending", [*EXPORTS, "srj", "rq"])
def test_head_says_the_same_without_a_body(client: FlaskClient, ending: str) -> None:
    head, get = client.head(f"{DEFAULT}.{ending}"), client.get(f"{DEFAULT}.{ending}")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Disposition", "Content-Length"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("ending", [*EXPORTS, "srj", "rq"])
@pytest.mark.parametrize("fields", ["technology=id:nothing", "nothing=1", "lang=fr", "page=0"])
def test_a_value_that_does_not_fit_is_reported(client: FlaskClient, ending: str, fields: str) -> None:
    response = client.get(f"{DEFAULT}.{ending}?{fields}", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert response.get_json()["type"].endswith("/ParameterInvalid")
    assert "Content-Disposition" not in response.headers


@pytest.mark.parametrize("fields", ["sort=nothing", "only.nothing=x"])
def test_a_column_that_is_not_there_is_reported(client: FlaskClient, fields: str) -> None:
    assert client.get(f"{DEFAULT}.csv?{fields}").status_code == 400
    # the query itself has no order of a reader's, and no facets
    assert client.get(f"{DEFAULT}.srj?{fields}").data == client.get(f"{DEFAULT}.srj").data


@pytest.mark.parametrize("ending", ["ttl", "pdf", "CSV", "xls", "csv.gz"])
def test_an_ending_that_is_not_there_is_answered_with_those_that_are(client: FlaskClient, ending: str) -> None:
    response = client.get(f"{DEFAULT}.{ending}")
    if ending == "csv.gz":
        assert response.status_code == 404
        return
    assert response.status_code == 406
    assert all(f"{DEFAULT}.{ending}" in response.text for ending in ("csv", "tsv", "json", "xlsx", "srj", "rq"))


@pytest.mark.parametrize("ending", ["csv", "pdf", "rq", "srj"])
def test_a_question_that_is_not_there_is_reported_first(client: FlaskClient, ending: str) -> None:
    response = client.get(f"/q/nothing.{ending}")
    assert response.status_code == 404
    assert "nothing" in response.text


def test_a_question_that_makes_a_graph_has_a_graph_and_its_query(graph_client: FlaskClient) -> None:
    response = graph_client.get("/q/a-graph.ttl")
    assert response.status_code == 200
    assert response.mimetype == "text/turtle"
    assert response.headers["Content-Disposition"].endswith('.ttl"')
    triples = list(pyoxigraph.parse(response.data, format=RdfFormat.TURTLE))
    assert len(triples) >= 6
    assert graph_client.get("/q/a-graph.rq").text == GRAPH
    asked = graph_client.post("/sparql", data={"query": GRAPH}, headers={"Accept": "text/turtle"})
    assert response.data == asked.data


def test_a_graph_can_be_had_as_a_table_of_its_statements_too(graph_client: FlaskClient) -> None:
    graph = pyoxigraph.parse(graph_client.get("/q/a-graph.ttl").data, format=RdfFormat.TURTLE)
    expected = sorted((quad.subject.value, quad.predicate.value, quad.object.value) for quad in graph)
    exported = records(graph_client.get("/q/a-graph.csv").text)
    assert sorted((record["subject"], record["property"], record["object"]) for record in exported) == expected
    book = openpyxl.load_workbook(io.BytesIO(graph_client.get("/q/a-graph.xlsx").data))
    assert book.worksheets[0].max_row == len(expected) + 1
    assert len(json.loads(graph_client.get("/q/a-graph.json").data)) == len(expected)
    refused = graph_client.get("/q/a-graph.srj")
    assert refused.status_code == 406
    assert "/q/a-graph.ttl, /q/a-graph.rq" in refused.text


@pytest.mark.parametrize("host", ["", "a b", "a>b", "a\\b"])
def test_a_file_that_would_name_no_host_is_refused(client: FlaskClient, host: str) -> None:
    response = client.get(f"{DEFAULT}.xlsx", headers={"Host": host})
    assert response.status_code == 400
    assert "Host" in response.text


@pytest.mark.parametrize("ending", ["other", "other.json"])
def test_other_views_may_have_endings_of_their_own(settings: Settings, engine: EmbeddedEngine, ending: str) -> None:
    app = create_app(settings, engine)

    @app.get(f"/q/<slug>.{ending}")
    def other(slug: str) -> str:
        return f"another view of {slug}"

    assert app.test_client().get(f"/q/anything.{ending}").text == "another view of anything"


def test_the_query_view_is_ours(app: Flask) -> None:
    endpoint, _ = app.url_map.bind("localhost").match("/q/anything.rq")
    assert endpoint == "exports.query"
