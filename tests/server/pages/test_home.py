"""The home page: its numbers are those of the graph, its picture says what is so, its doors are open."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from kg.core.names import sparql_prologue
from kg.core.settings import Settings
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from server.app import create_app
from server.pages.home import EXAMPLES, KINDS
from tests.catalogue import project_catalogue
from tests.graphs import engine_over
from tests.server.page import Page
from tests.server.two_releases import Stage

COUNT = re.compile(r'<a href="([^"]+)" rel="nofollow">([^<]+)</a></dt><dd>(\d+)</dd>')
SQUARE = re.compile(r'<td class="shade-(\d)"><a href="([^"]+)"[^>]*>.*?<span class="number">(\d+)</span>', re.DOTALL)
WORDS = {
    "plans described": "?thing fyp:summarisedIn ?document",
    "objectives": "?thing a fyp:Objective",
    "measures": "?thing a fyp:Measure",
    "printed targets": "?thing a fyp:QuantitativeTarget",
    "official targets": "?thing a fyp:OfficialTarget",
    "measurements": "?thing a fyp:Observation",
    "technologies": "?thing a fyp:Technology",
    "places in the source": "?thing a fyp:Passage",
    "cited pages": "?thing a fyp:Citation",
    "editorial notes": "?thing a fyp:EditorialNote",
}


def number_of(engine: EmbeddedEngine, pattern: str) -> int:
    text = sparql_prologue("fyp") + f"SELECT DISTINCT ?thing {{ {pattern} }}"
    return len(select(engine, text).rows)


def query_in(href: str) -> str:
    return parse_qs(urlsplit(unescape(href)).query)["query"][0]


def test_every_number_is_counted_in_the_graph_and_leads_to_what_is_counted(
    client: FlaskClient, engine: EmbeddedEngine
) -> None:
    shown = {word: (href, int(number)) for href, word, number in COUNT.findall(client.get("/").text)}
    assert {word: number for word, (_, number) in shown.items()} == {
        word: number_of(engine, pattern) for word, pattern in WORDS.items()
    }
    for href, number in shown.values():
        assert number > 0
        assert len(select(engine, query_in(href)).rows) == number


def test_a_square_leads_to_as_many_rows_as_it_says(client: FlaskClient) -> None:
    squares = SQUARE.findall(client.get("/").text)
    assert len(squares) > 25
    for _, href, number in squares:
        rows = client.get(unescape(href).replace("?", ".json?", 1)).get_json()
        assert len(rows) == int(number), href


def test_a_square_is_the_darker_the_more_it_says(client: FlaskClient) -> None:
    shades = sorted((int(number), int(shade)) for shade, _, number in SQUARE.findall(client.get("/").text))
    assert [shade for _, shade in shades] == sorted(shade for _, shade in shades)
    assert {shade for _, shade in shades} == {1, 2, 3, 4, 5}


def test_how_sure_it_is_is_counted_by_kind(client: FlaskClient, engine: EmbeddedEngine) -> None:
    text = client.get("/").text
    for kind in KINDS:
        match = re.search(rf'<span class="kind kind-{kind.lower()}">[^<]+</span> (\d+) claims?', text)
        assert match is not None
        pattern = f"GRAPH ?graph {{ ?thing fyp:evidence ?place }} ?graph fyp:statementKind fyp:kind{kind}"
        assert int(match[1]) == number_of(engine, pattern)


def test_every_plan_is_a_line_of_the_picture(client: FlaskClient, engine: EmbeddedEngine) -> None:
    page = client.get("/").text
    text = sparql_prologue("fyp") + "SELECT ?plan { ?plan fyp:summarisedIn ?document }"
    for (plan,) in select(engine, text).rows:
        assert f'href="/plans/{str(plan).rpartition("/")[2].rstrip(">")}"' in page


def test_the_page_names_its_release_and_all_questions(client: FlaskClient, engine: EmbeddedEngine) -> None:
    page = Page(client.get("/").text)
    assert page.problems == []
    assert engine.release_id in page.text
    assert f"All {len(project_catalogue().questions)} questions" in page.text


def test_one_release_alone_is_compared_with_none(client: FlaskClient) -> None:
    assert "No earlier release is kept here" in client.get("/").text


def test_a_release_is_compared_with_the_one_before_it(stage: Stage) -> None:
    client = stage.app.test_client()
    assert "Since the release before it:" in client.get("/").text
    assert "No earlier release is kept here" in client.get(f"/release/{stage.old}/").text


@pytest.mark.parametrize("text", [text for _, text in EXAMPLES])
def test_an_example_has_an_answer(engine: EmbeddedEngine, text: str) -> None:
    assert len(select(engine, text).rows) > 5


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Most widely shared"), ("de", "Am weitesten verbreitet"), ("zh", "提及最广")]
)
def test_it_speaks_the_readers_language(client: FlaskClient, language: str, words: str) -> None:
    for page in (client.get(f"/?lang={language}"), client.get("/", headers={"Accept-Language": language})):
        assert words in page.text
        assert f'<html lang="{language}">' in page.text


def test_the_example_for_the_shell_is_a_request_that_works(client: FlaskClient) -> None:
    example = unescape(client.get("/", base_url="http://example.org:8000").text).partition("<pre>")[2]
    assert "http://example.org:8000/sparql" in example
    accept = re.search(r"'Accept: ([^']+)'", example)
    query = re.search(r"'query=([^']+)'", example)
    assert accept is not None
    assert query is not None
    response = client.post("/sparql", data={"query": query[1]}, headers={"Accept": accept[1]})
    assert response.mimetype == "text/csv"
    assert len(response.text.splitlines()) == 10


def test_plans_that_share_no_technology_have_a_home_page(settings: Settings) -> None:
    mentions = (
        f"id:plan-{plan} a fyp:Plan, fyp:SectoralPlan ; fyp:summarisedIn id:briefing . id:mention-{plan} "
        f"fyp:mentionElement id:plan-{plan} ; fyp:mentionTechnology id:t-{plan} ; "
        "fyp:surfaceForm 'words' ; fyp:mentionPassage id:passage ."
        for plan in ("a", "b")
    )
    client = create_app(settings, engine_over(f"graph:plan-a {{ {' '.join(mentions)} }}")).test_client()
    response = client.get("/")
    assert response.status_code == 200
    assert "Most widely shared" not in response.text
