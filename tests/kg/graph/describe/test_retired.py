"""Retired things say what became of them."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.core.names import sparql_prologue, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.graph.describe import retirement_of
from tests.graphs import engine_over

SMALL = """graph:editorial-retired {
  id:old owl:deprecated true ; dcterms:isReplacedBy id:new ; skos:editorialNote "Merged."@en , "Vereint."@de .
  id:gone owl:deprecated true .
  id:lives owl:deprecated false .
}
graph:vocabulary { id:new a fyp:Country . id:lives a fyp:Country . }"""


def test_a_retired_thing_names_its_successor_and_the_reason() -> None:
    found = retirement_of(engine_over(SMALL), thing("old"))
    assert found is not None
    assert found.successors == (thing("new"),)
    assert found.reason == "Merged."


def test_a_retired_thing_may_have_no_successor() -> None:
    found = retirement_of(engine_over(SMALL), thing("gone"))
    assert found is not None
    assert (found.successors, found.reason) == ((), "")


def test_what_lives_is_not_retired() -> None:
    engine = engine_over(SMALL)
    assert [retirement_of(engine, thing(slug)) for slug in ("new", "lives", "nowhere")] == [None, None, None]


def test_every_retired_slug_of_the_graph_gives_its_reason_in_all_languages(engine: EmbeddedEngine) -> None:
    text = sparql_prologue("owl", "skos") + (
        "SELECT ?thing (GROUP_CONCAT(LANG(?reason)) AS ?languages) { ?thing owl:deprecated true . "
        "OPTIONAL { ?thing skos:editorialNote ?reason } } GROUP BY ?thing"
    )
    rows = select(engine, text).rows
    assert rows
    for one, languages in rows:
        assert isinstance(languages, Literal)
        assert sorted(languages.value.split()) == ["de", "en", "zh"]
        assert isinstance(one, NamedNode)
        assert retirement_of(engine, one) is not None
