"""rdflib's SPARQLStore: the endpoint as an rdflib graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import ResultRow

from kg.core.names import graph, name
from kg.engine.store import Store
from tests.clients.conftest import TITLES

pytestmark = pytest.mark.server

FYP = Namespace(name("fyp:").value)


@pytest.fixture
def whole(endpoint: str) -> Iterator[Graph]:
    """The union of all graphs."""
    store = SPARQLStore(endpoint)
    yield Graph(store)
    store.close()


def test_select_gives_terms(whole: Graph, titles: list[str]) -> None:
    rows = [row for row in whole.query(TITLES) if isinstance(row, ResultRow)]
    assert [row.title for row in rows] == [Literal(title, lang="zh") for title in titles]


def test_triples_match_a_pattern(whole: Graph) -> None:
    triples = list(whole.triples((None, RDF.type, FYP.SectoralPlan)))
    assert len(triples) == 6
    assert triples[0] in whole
    assert (triples[0][0], RDF.type, Literal("no class")) not in whole


def test_the_length_is_the_number_of_triples(whole: Graph, store: Store) -> None:
    assert len(whole) == len({quad.triple for quad in store})


def test_a_context_is_a_named_graph(endpoint: str, store: Store) -> None:
    plan = graph("plan-ii")
    part = Graph(SPARQLStore(endpoint), URIRef(plan.value))
    size = sum(1 for quad in store if quad.graph_name == plan)
    assert len(part) == size > 0
    assert len(list(part.triples((None, None, None)))) == size
    assert len(list(part.triples((None, RDF.type, FYP.SectoralPlan)))) == 1


def test_contexts_are_the_named_graphs(endpoint: str, store: Store) -> None:
    contexts = {str(context) for context in SPARQLStore(endpoint).contexts()}
    assert contexts == {quad.graph_name.value for quad in store if isinstance(quad.graph_name, NamedNode)}
