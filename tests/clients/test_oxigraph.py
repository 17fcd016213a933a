"""A second Oxigraph server whose queries come here by SERVICE, and join what they find with triples there."""

from __future__ import annotations

import httpx2
import pytest

from kg.core.names import name, sparql_prologue
from tests.oxigraph import oxigraph_of

pytestmark = pytest.mark.server

THERE = '<http://www.wikidata.org/entity/Q11660> <https://example.org/since> "1956" .'
QUERY = (
    sparql_prologue("fyp", "skos")
    + """
SELECT ?technology ?label ?since {
  ?item <https://example.org/since> ?since .
  SERVICE <@> { ?technology a fyp:Technology ; skos:exactMatch ?item ; skos:prefLabel ?label }
  FILTER(LANG(?label) = 'zh')
}"""
)


def test_a_query_there_joins_what_is_here(endpoint: str) -> None:
    with oxigraph_of(THERE) as there, httpx2.Client(trust_env=False, timeout=60) as client:
        response = client.post(
            f"http://{there}/query",
            data={"query": QUERY.replace("@", endpoint)},
            headers={"Accept": "application/sparql-results+json"},
        )
    (row,) = response.raise_for_status().json()["results"]["bindings"]
    assert row["technology"]["value"] == name("id:technology-artificial-intelligence").value
    assert row["label"] == {"type": "literal", "value": "人工智能", "xml:lang": "zh"}
    assert row["since"]["value"] == "1956"


def test_a_refusal_here_reaches_who_asks_there_with_its_reason(endpoint: str) -> None:
    with oxigraph_of(THERE) as there, httpx2.Client(trust_env=False, timeout=60) as client:
        inner = "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"
        query = f"SELECT * {{ SERVICE <{endpoint}> {{ {inner} }} }}"
        response = client.post(f"http://{there}/query", data={"query": query})
    assert "403 Forbidden" in response.text
    assert "this endpoint calls no other" in response.text
