"""The home page: its numbers are those of the graph, its doors are open."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient

from kg.catalogue import read_catalogue
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.names import sparql_prologue
from tests.server.pages import Page

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


def test_every_number_is_counted_in_the_graph(client: FlaskClient, engine: EmbeddedEngine) -> None:
    shown = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", client.get("/").text))
    assert {word: int(count) for word, count in shown.items()} == {
        word: number_of(engine, pattern) for word, pattern in WORDS.items()
    }
    assert all(int(count) > 0 for count in shown.values())


def test_every_plan_is_listed_with_its_objectives_and_targets(client: FlaskClient, engine: EmbeddedEngine) -> None:
    page = client.get("/")
    text = sparql_prologue("fyp") + "SELECT ?plan { ?plan fyp:summarisedIn ?document }"
    for (plan,) in select(engine, text).rows:
        assert f'href="/page/{str(plan).rpartition("/")[2].rstrip(">")}"' in page.text
    rows = re.findall(r'<td data-heading="Objectives" class="number">(\d+)</td>', page.text)
    assert sum(map(int, rows)) == number_of(engine, "?thing a fyp:Objective")


def test_the_page_names_its_release_and_all_questions(client: FlaskClient, engine: EmbeddedEngine) -> None:
    page = Page(client.get("/").text)
    assert engine.release_id in page.text
    assert f"All {len(read_catalogue().questions)} questions" in page.text
    assert len([link for link in page.links if link.startswith("/q/")]) == 6


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
