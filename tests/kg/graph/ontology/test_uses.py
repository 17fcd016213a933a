"""Uses of terms are counted in the graph at hand, and each count is the number of rows of a query."""

from __future__ import annotations

import pytest
from pyoxigraph import Quad

from kg.core.names import graph, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.graph.ontology import Uses, ontology_version_of, query_of, uses_of
from kg.graph.ontology.uses import terms_query
from tests.kg.graph.ontology.small import fyp, triples, vocabulary


@pytest.fixture(scope="module")
def uses(engine: EmbeddedEngine) -> Uses:
    return uses_of(engine, ontology_version_of(engine).vocabulary.terms.values())


def test_every_count_is_the_number_of_rows_of_its_query(engine: EmbeddedEngine, uses: Uses) -> None:
    terms = ontology_version_of(engine).vocabulary.terms
    assert set(uses.counts) == set(terms)
    for iri in list(terms)[::9]:
        assert uses.counts[iri] == len(select(engine, query_of(terms[iri])).rows), iri
    assert uses.counts[fyp("Objective")] == 46


def test_examples_are_things_that_use_the_term(engine: EmbeddedEngine, uses: Uses) -> None:
    terms = ontology_version_of(engine).vocabulary.terms
    for iri in list(terms)[::9]:
        using = set(select(engine, query_of(terms[iri])).column("thing"))
        assert set(uses.examples[iri]) <= using
    assert len(uses.examples[fyp("Plan")]) == 2


def test_the_query_for_terms_gives_them_all(engine: EmbeddedEngine) -> None:
    column = set(select(engine, terms_query()).column("term"))
    assert column == set(ontology_version_of(engine).vocabulary.terms)


def test_a_statement_of_two_graphs_counts_once_and_an_unused_term_not_at_all() -> None:
    text = triples("id:a a fyp:A ; fyp:p id:b .")
    quads = [Quad(item.subject, item.predicate, item.object, graph(name)) for item in text for name in ("one", "two")]
    read = vocabulary("fyp:A a owl:Class . fyp:p a owl:ObjectProperty . fyp:q a owl:ObjectProperty .")
    uses = uses_of(EmbeddedEngine(Store(quads), "small", 9), read.terms.values())
    assert uses.counts == {fyp("A"): 1, fyp("p"): 1, fyp("q"): 0}
    assert uses.examples == {fyp("A"): (thing("a"),), fyp("p"): (thing("a"),), fyp("q"): ()}
