"""The position of a resource in the hierarchy."""

from __future__ import annotations

import pytest

from kg.core.names import slug_of, thing
from kg.engine.embedded import EmbeddedEngine
from kg.graph.hierarchy import MOST_BELOW, tree_of
from tests.graphs import engine_over


def ways(engine: EmbeddedEngine, slug: str) -> list[list[str]]:
    return [[str(slug_of(item)) for item in way] for way in tree_of(engine, thing(slug)).above]


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("ict-t1", [["plan-ict"]]),
        ("ict-m1", [["plan-ict", "ict-o1", "ict-o1-1"]]),
        ("mention-5g-5051", [["plan-ict", "ict-o1", "ict-o1-1", "ict-m1"]]),
        ("quantity-ict-t1-eur", [["plan-ict", "ict-t1", "quantity-ict-t1"]]),
        ("technology-big-data", [["scheme-technology", "technology-new-generation-it"]]),
        ("official-gr-systems-1", [["plan-gr", "official-gr-structure", "official-gr-systems"]]),
        ("section-bd", [["source-policy-update"]]),
        ("passage-9987-10035", [["source-policy-update", "section-bd"]]),
        ("group-standardisation", [["organisation-sgscc"]]),
        ("plan-ict", []),
        ("note-gr-t5-magnitude", []),
    ],
)
def test_the_way_down_to_a_thing_leaves_out_no_step_and_has_no_short_cut(
    engine: EmbeddedEngine, slug: str, expected: list[list[str]]
) -> None:
    result = ways(engine, slug)
    assert [way[-1] for way in result] == [way[-1] for way in expected]
    assert [way[0] for way in result] == [way[0] for way in expected]
    assert [len(way) for way in result] == [len(way) for way in expected]


def test_what_has_several_parents_has_several_ways(engine: EmbeddedEngine) -> None:
    assert ways(engine, "technology-5g") == [
        ["scheme-technology", "technology-communication-technology", "technology-mobile-communication"],
        ["scheme-technology", "technology-network-technology"],
    ]


def test_siblings_are_the_resources_with_the_same_parent_in_reading_order(engine: EmbeddedEngine) -> None:
    tree = tree_of(engine, thing("ict-m2"))
    assert [slug_of(beside.thing) for beside in tree.beside] == ["ict-m1", "ict-m2", "ict-m3", "ict-m4", "ict-m5"]
    assert tree.beside_count == 5


def test_below_a_plan_is_its_first_level_and_no_deeper_one(engine: EmbeddedEngine) -> None:
    below = {slug_of(below.thing) for below in tree_of(engine, thing("plan-ict")).below}
    assert {"ict-o1", "ict-t1", "ict-km"} <= below
    assert "ict-o1-1" not in below


def test_below_a_list_of_concepts_are_its_broadest_ones(engine: EmbeddedEngine) -> None:
    below = {slug_of(below.thing) for below in tree_of(engine, thing("scheme-technology")).below}
    assert "technology-communication-technology" in below
    assert "technology-5g" not in below


def test_of_very_many_things_the_first_are_shown_and_all_are_counted() -> None:
    many = " ".join(f"id:x-{number} skos:inScheme id:scheme ." for number in range(MOST_BELOW + 7))
    tree = tree_of(engine_over(f"graph:vocabulary {{ id:scheme a skos:ConceptScheme . {many} }}"), thing("scheme"))
    assert len(tree.below) == MOST_BELOW
    assert tree.below_count == MOST_BELOW + 7


def test_a_circle_ends() -> None:
    engine = engine_over(
        "graph:vocabulary { id:a skos:broader id:b . id:b skos:broader id:c . id:c skos:broader id:a . }"
    )
    tree = tree_of(engine, thing("a"))
    assert all(len(way) <= 3 for way in tree.above)
    loop = tree_of(engine_over("graph:vocabulary { id:a skos:broader id:a . }"), thing("a"))
    assert loop.above == ()
    assert loop.below == ()
