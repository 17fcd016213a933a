"""SPARQLWrapper, the Python client that most tutorials show."""

from __future__ import annotations

from typing import Any

import pytest
from rdflib import Graph, URIRef
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.core.names import name
from tests.clients.conftest import TITLES

pytestmark = pytest.mark.server

PLAN = name("fyp:SectoralPlan")


def converted(endpoint: str, query: str, form: str, method: str = GET) -> Any:
    client = SPARQLWrapper(endpoint)
    client.setQuery(query)
    client.setReturnFormat(form)
    client.setMethod(method)
    return client.queryAndConvert()


@pytest.mark.parametrize("method", [GET, POST])
def test_select_gives_the_rows(endpoint: str, titles: list[str], method: str) -> None:
    rows = converted(endpoint, TITLES, JSON, method)["results"]["bindings"]
    assert len(titles) == 6
    assert [row["title"] for row in rows] == [{"type": "literal", "value": title, "xml:lang": "zh"} for title in titles]


@pytest.mark.parametrize("form", [XML, CSV, TSV])
def test_select_comes_in_every_other_form(endpoint: str, titles: list[str], form: str) -> None:
    answer = converted(endpoint, TITLES, form)
    text = answer.toxml() if form == XML else answer.decode("utf-8")
    assert all(title in text for title in titles)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # for SPARQLWrapper to fix
@pytest.mark.parametrize("form", [XML, RDFXML, TURTLE, N3, JSONLD])
def test_construct_gives_a_graph(endpoint: str, form: str) -> None:
    answer = converted(endpoint, f"CONSTRUCT WHERE {{ ?plan a {PLAN} }}", form)
    if form in (TURTLE, N3):
        answer = Graph().parse(data=answer, format="turtle")
    assert isinstance(answer, Graph)
    assert set(answer.objects()) == {URIRef(PLAN.value)}
    assert len(answer) == 6


@pytest.mark.parametrize(("pattern", "holds"), [(f"?plan a {PLAN}", True), ("?plan a <urn:nothing>", False)])
def test_ask_gives_a_truth_value(endpoint: str, pattern: str, *, holds: bool) -> None:
    assert converted(endpoint, f"ASK {{ {pattern} }}", JSON)["boolean"] is holds


def test_a_syntax_error_is_a_bad_query_and_says_where(endpoint: str) -> None:
    with pytest.raises(QueryBadFormed, match="line 1"):
        converted(endpoint, "SELECT * { ?s ?p }", JSON)
