"""Comunica over fragments: alone, with graphs, over several pages, and together with other sources."""

from __future__ import annotations

import json
import re

import pytest

from kg.core.names import sparql_prologue
from kg.core.settings import PROJECT
from tests.clients.conftest import TITLES
from tests.clients.test_comunica import JOIN, TURTLE, rows_of

pytestmark = [pytest.mark.server, pytest.mark.comunica]

_PROLOGUE = sparql_prologue("fyp", "id", "skos", "graph")
OBJECTIVES = (
    _PROLOGUE
    + """SELECT ?element ?label {
  ?element fyp:mentionsTechnology id:technology-industrial-internet ; a fyp:Objective ; skos:prefLabel ?label .
  FILTER(LANG(?label) = 'zh')
}"""
)
PASSAGES = _PROLOGUE + "SELECT ?passage { ?passage a fyp:Passage }"


@pytest.fixture(scope="module")
def fragments(endpoint: str) -> dict[str, str]:
    return {"value": endpoint.replace("/sparql", "/fragments")}


def values(rows: list[dict[str, dict[str, str]]]) -> list[tuple[str, ...]]:
    return sorted(tuple(row[key]["value"] for key in sorted(row)) for row in rows)


@pytest.mark.parametrize("query", [OBJECTIVES, PASSAGES], ids=["a join", "several pages"])
def test_fragments_alone_give_what_the_endpoint_gives(endpoint: str, fragments: dict[str, str], query: str) -> None:
    answers = values(rows_of(query, fragments))
    assert answers
    assert answers == values(rows_of(query, {"type": "sparql", "value": endpoint}))


def test_the_pages_of_a_pinned_release_lead_on_within_it(endpoint: str, release_id: str) -> None:
    pinned = endpoint.replace("/sparql", f"/release/{release_id}/fragments")
    assert len(rows_of(PASSAGES, {"value": pinned})) == len(rows_of(PASSAGES, {"type": "sparql", "value": endpoint}))


def test_fragments_of_quads_know_the_graphs(fragments: dict[str, str], titles: list[str]) -> None:
    rows = rows_of(TITLES, {"value": fragments["value"] + "/quads"})
    assert [row["title"]["value"] for row in rows] == titles


def test_fragments_of_quads_answer_for_the_union_and_for_any_graph(fragments: dict[str, str]) -> None:
    quads = {"value": fragments["value"] + "/quads"}
    assert values(rows_of(OBJECTIVES, quads)) == values(rows_of(OBJECTIVES, fragments))
    (row,) = rows_of(_PROLOGUE + "SELECT ?graph { GRAPH ?graph { id:ict-t1 fyp:measuredBy ?indicator } }", quads)
    assert row["graph"]["value"].endswith("/graph/plan-ict")


def test_fragments_are_joined_with_a_turtle_file(fragments: dict[str, str]) -> None:
    local = {"type": "serialized", "mediaType": "text/turtle", "value": TURTLE, "baseIRI": "https://example.org/"}
    (row,) = rows_of(JOIN, fragments, local)
    assert row["technology"]["value"].endswith("/technology-artificial-intelligence")
    assert (row["label"]["value"], row["since"]["value"]) == ("人工智能", "1956")


def test_fragments_are_joined_with_another_server(fragments: dict[str, str], other: str) -> None:
    """The labels come from one server, and what they are labels of from the other."""
    (row,) = rows_of(JOIN, fragments, {"value": other})
    assert (row["label"]["value"], row["since"]["value"]) == ("人工智能", "1956")


def test_the_example_of_the_documentation_has_the_answer_that_it_shows(fragments: dict[str, str]) -> None:
    page = (PROJECT / "docs" / "reference" / "fragments.md").read_text("utf-8")
    ((query, shown),) = re.findall(r"```sparql\n(.*?)```.*?```\n(\[\n.*?\])\n```", page, re.DOTALL)
    rows = rows_of(query, fragments)
    assert sorted(row["label"]["value"] for row in rows) == sorted(
        literal[1:-4] for literal in map(_label, json.loads(shown))
    )


def _label(row: dict[str, str]) -> str:
    return row["label"]
