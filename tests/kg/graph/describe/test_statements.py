"""Statements about a thing: the first of each property, with the whole number of them."""

from __future__ import annotations

import pytest

from kg.core.names import graph, name, sparql_prologue, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.graph.describe import Property, describe, statements_of
from kg.graph.describe.statements import MOST_AT_ONCE
from tests.graphs import engine_over

LARGE = " ".join(f"id:hub fyp:concerns id:x-{number} . id:y-{number} fyp:concerns id:hub ." for number in range(400))


def test_of_each_property_the_first_statements_come_with_the_number_of_all(engine: EmbeddedEngine) -> None:
    whole, part = describe(engine, thing("plan-ict")), describe(engine, thing("plan-ict"), 3)
    assert whole is not None
    assert part is not None
    assert part.properties == whole.properties
    for one in part.properties:
        mine = [kept for kept in part.all if (kept.property, kept.inverse) == (one.iri, one.inverse)]
        every = [kept for kept in whole.all if (kept.property, kept.inverse) == (one.iri, one.inverse)]
        assert len(every) == one.count
        assert mine == every[:3]


def test_a_large_thing_is_read_property_by_property_and_tells_the_same() -> None:
    engine = engine_over(f"graph:plan-x {{ id:hub a fyp:Technology . {LARGE} }}")
    found = describe(engine, thing("hub"), 5)
    assert found is not None
    assert sum(one.count for one in found.properties) == 801 > MOST_AT_ONCE
    assert [one.count for one in found.properties] == [1, 400, 400]
    assert len(found.statements) == 6
    assert len(found.inverse) == 5
    assert found.classes == (name("fyp:Technology"),)


def test_the_statements_of_a_property_come_in_pages() -> None:
    engine = engine_over(f"graph:plan-x {{ {LARGE} }}")
    property_ = Property(name("fyp:concerns"), inverse=True, count=400)
    pages = [statements_of(engine, thing("hub"), property_, 150, start) for start in (0, 150, 300, 450)]
    assert [len(page) for page in pages] == [150, 150, 100, 0]
    assert len({one.other for page in pages for one in page}) == 400


def test_what_questions_about_the_graph_say_is_told_of_their_own_parts_only() -> None:
    engine = engine_over(
        "graph:vocabulary { id:technology-a a fyp:Technology . } "
        "graph:questions { id:question-a-b a sh:Parameter ; sh:defaultValue id:technology-a . "
        "id:question-a a fyp:CannedQuestion ; sh:parameter id:question-a-b . }"
    )
    technology, parameter = (describe(engine, thing(slug)) for slug in ("technology-a", "question-a-b"))
    assert technology is not None
    assert technology.inverse == ()
    assert parameter is not None
    assert [one.other for one in parameter.inverse] == [thing("question-a")]


def test_what_follows_by_rule_is_told_of_the_subject_only() -> None:
    engine = engine_over("graph:inferred { id:a fyp:partOf id:b . } graph:plan-x { id:a fyp:position 1 . }")
    first, second = (describe(engine, thing(slug)) for slug in ("a", "b"))
    assert first is not None
    assert {one.graph for one in first.statements} == {graph("inferred"), graph("plan-x")}
    assert second is None


def test_no_statement_of_questions_is_told_of_any_other_thing(engine: EmbeddedEngine) -> None:
    text = sparql_prologue("graph") + (
        "SELECT DISTINCT ?thing { GRAPH graph:questions { ?question ?property ?thing } FILTER(isIRI(?thing)) "
        "FILTER NOT EXISTS { GRAPH graph:questions { ?thing a ?class } } GRAPH graph:vocabulary { ?thing a ?kind } }"
    )
    things = select(engine, text).column("thing")
    assert things
    for one in things:
        found = describe(engine, one)  # type: ignore[arg-type]
        assert found is not None
        assert graph("questions") not in {kept.graph for kept in found.inverse}


@pytest.mark.parametrize("most", [None, 3])
def test_of_what_is_not_there_nothing_is_told(engine: EmbeddedEngine, most: int | None) -> None:
    assert describe(engine, thing("nowhere"), most) is None
