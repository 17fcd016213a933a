"""Neighbours: complete, bounded, and in words that an address can have."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import NamedNode

from kg.core.names import name, sparql_prologue, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.graph import neighbours
from kg.graph.neighbours import (
    FOLLOWING,
    TRUSTS,
    Kind,
    Opening,
    groups_of,
    kinds_of,
    linking_query,
    links_among,
    members_of,
    read_opening,
    starts_of,
    trust_of,
)
from tests.graphs import engine_over

_PROLOGUE = sparql_prologue("fyp", "graph", "id")
_OF_THE_GRAPH = "fyp:kindQuestions, fyp:kindMeta, fyp:kindOntology"

MANY = (
    "graph:meta { graph:plan-x fyp:statementKind fyp:kindStated . graph:inferred fyp:statementKind fyp:kindInferred }"
    "graph:plan-x { id:hub a fyp:Plan . "
    + " ".join(f"id:spoke-{n:04} a fyp:Objective . id:hub fyp:hasObjective id:spoke-{n:04} ." for n in range(30))
    + " id:other a fyp:Ministry . id:hub fyp:issuedBy id:other }"
    " graph:inferred { id:other fyp:issued id:hub . id:spoke-0001 fyp:inPlan id:hub }"
)


def slugs(engine: EmbeddedEngine) -> list[str]:
    """Resources of many classes, the largest hub among them."""
    del engine
    return [
        "plan-ict",
        "technology-big-data",
        "source-policy-update",
        "ministry-miit",
        "ict-o1",
        "gr-t5",
        "country-china",
    ]


def test_every_statement_that_no_rule_made_leads_to_a_neighbour(engine: EmbeddedEngine) -> None:
    for slug in slugs(engine):
        result = {
            (group.kind.property, group.kind.inverse, neighbour.thing)
            for group in groups_of(engine, thing(slug), 10_000)
            for neighbour in group.neighbours
        }
        for inverse, pattern in ((False, "?this ?property ?other"), (True, "?other ?property ?this")):
            text = f"""{_PROLOGUE}SELECT DISTINCT ?property ?other WHERE {{ VALUES ?this {{ id:{slug} }}
              GRAPH ?graph {{ {pattern} }} ?graph fyp:statementKind ?kind
              FILTER(?kind NOT IN (fyp:kindInferred, {_OF_THE_GRAPH}) && STRSTARTS(STR(?other), STR(id:))) }}"""
            stated = {(property_, inverse, other) for property_, other in select(engine, text).rows}
            assert stated <= result, slug
            by_rule = {item for item in result - stated if item[1] == inverse}
            assert {item[0] for item in by_rule} <= {name(following) for following in FOLLOWING}, slug


def test_what_follows_by_rule_and_is_left_out_is_said_of_the_two_things_in_another_way(engine: EmbeddedEngine) -> None:
    text = f"""{_PROLOGUE}SELECT ?property (COUNT(*) AS ?n) WHERE {{
      GRAPH graph:inferred {{ ?from ?property ?to }}
      FILTER(STRSTARTS(STR(?from), STR(id:)) && STRSTARTS(STR(?to), STR(id:)))
      FILTER(?property NOT IN ({", ".join(FOLLOWING)}))
      FILTER NOT EXISTS {{ GRAPH ?a {{ ?from ?p ?to }} FILTER(?a != graph:inferred) }}
      FILTER NOT EXISTS {{ GRAPH ?b {{ ?to ?q ?from }} FILTER(?b != graph:inferred) }}
      FILTER NOT EXISTS {{ ?from {"|".join(FOLLOWING)} ?to }} FILTER NOT EXISTS {{ ?to {"|".join(FOLLOWING)} ?from }}
    }} GROUP BY ?property"""
    alone = {property_ for property_, _ in select(engine, text).rows}
    # short cuts over several steps, each of which is a statement of its own
    short_cuts = ("fyp:hasPart", "fyp:partOf", "fyp:broaderTechnology", "fyp:narrowerTechnology", "skos:broader")
    assert alone <= {name(item) for item in (*short_cuts, "fyp:coversTechnologyBroadly")}


def test_a_technology_that_is_mentioned_is_not_covered_besides(engine: EmbeddedEngine) -> None:
    groups = groups_of(engine, thing("technology-big-data"), 100)
    ways = Counter(neighbour.thing for group in groups if group.kind.inverse for neighbour in group.neighbours)
    named = {
        neighbour.thing
        for group in groups
        if group.kind.property == name("fyp:mentionsTechnology")
        for neighbour in group.neighbours
    }
    assert named
    covering = {
        neighbour.thing
        for group in groups
        if group.kind.property == name("fyp:coversTechnology")
        for neighbour in group.neighbours
    }
    assert covering
    assert not named & covering
    assert ways


@pytest.mark.parametrize("at_once", [2_000, 5])
def test_of_very_many_neighbours_the_first_are_read_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(neighbours, "MOST_AT_ONCE", at_once)
    groups = {str(group.kind): group for group in groups_of(engine_over(MANY), thing("hub"), 4)}
    assert list(groups) == ["fyp:issuedBy/fyp:Ministry", "fyp:hasObjective/fyp:Objective"]
    many = groups["fyp:hasObjective/fyp:Objective"]
    assert many.count == 30
    assert [neighbour.thing for neighbour in many.neighbours] == [thing(f"spoke-{n:04}") for n in range(4)]
    assert groups["fyp:issuedBy/fyp:Ministry"].neighbours[0].trusts == (TRUSTS["stated"],)


@pytest.mark.parametrize("at_once", [2_000, 5])
def test_what_is_opened_is_what_the_groups_have(
    monkeypatch: pytest.MonkeyPatch, engine: EmbeddedEngine, at_once: int
) -> None:
    groups = groups_of(engine, thing("plan-tw"), 7)
    monkeypatch.setattr(neighbours, "MOST_AT_ONCE", at_once)
    opened = members_of(engine, [Opening("plan-tw", group.kind) for group in groups], 7)
    assert {opening.kind: neighbours for opening, neighbours in opened.items()} == {
        group.kind: group.neighbours for group in groups
    }


def test_what_is_opened_of_nothing_is_empty(engine: EmbeddedEngine) -> None:
    kind = Kind(name("fyp:hasObjective"), name("fyp:Objective"))
    assert members_of(engine, [], 5) == {}
    assert members_of(engine, [Opening("nowhere", kind)], 5) == {Opening("nowhere", kind): ()}


def test_every_kind_of_neighbours_can_be_read_back_from_an_address(engine: EmbeddedEngine) -> None:
    for slug in slugs(engine):
        for group in groups_of(engine, thing(slug), 1):
            opening = Opening(slug, group.kind)
            assert read_opening(str(opening)) == opening


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "plan-ict",
            "plan-ict/fyp:hasObjective",
            "plan-ict/hasObjective/Objective",
            "/fyp:a/fyp:B",
            "A/fyp:a/fyp:B",
        ),
        *(
            "x/fyp:a b/fyp:B",
            "x/fyp:a/fyp:B/fyp:C",
            "x/none:a/fyp:B",
            "x/fyp:a>/fyp:B",
            "x/~~fyp:a/fyp:B",
            "x/fyp:ä/fyp:B",
        ),
    ],
)
def test_what_names_no_neighbours_is_not_read(text: str) -> None:
    assert read_opening(text) is None


def test_the_links_are_those_that_their_query_gives(engine: EmbeddedEngine) -> None:
    things = [thing(slug) for slug in ("plan-ict", "ict-o1", "ict-o1-1", "technology-5g", "ministry-miit")]
    links = links_among(engine, things)
    assert {(link.start, link.property, link.end) for link in links} >= {
        (thing("plan-ict"), name("fyp:hasObjective"), thing("ict-o1")),
        (thing("plan-ict"), name("fyp:issuedBy"), thing("ministry-miit")),
        (thing("ict-o1"), name("fyp:hasSubObjective"), thing("ict-o1-1")),
    }
    rows = select(engine, linking_query((link.start for link in links), (link.end for link in links))).rows
    assert {row[:3] for row in rows} == {(link.start, link.property, link.end) for link in links}
    without = linking_query(things, things, [TRUSTS["stated"]])
    assert TRUSTS["stated"] not in {row[3] for row in select(engine, without).rows}
    assert links_among(engine, []) == ()


def test_one_may_start_from_every_ministry_those_with_most_neighbours_first(engine: EmbeddedEngine) -> None:
    starts = starts_of(engine, [name("fyp:Ministry")])
    assert starts[0].thing == thing("ministry-miit")
    assert [start.neighbours for start in starts] == sorted((start.neighbours for start in starts), reverse=True)
    others = {
        neighbour.thing for group in groups_of(engine, thing("ministry-miit"), 1_000) for neighbour in group.neighbours
    }
    assert starts[0].neighbours == len(others)


def test_the_kinds_of_neighbours_of_many_things_are_counted_at_once(engine: EmbeddedEngine) -> None:
    things = [thing("ministry-miit"), thing("plan-ict")]
    kinds = kinds_of(engine, things)
    for item in things:
        assert kinds[item] == {group.kind: group.count for group in groups_of(engine, item, 1)}
        assert list(kinds[item].values()) == sorted(kinds[item].values(), reverse=True)
    assert kinds_of(engine, []) == {}


def test_a_kind_of_statement_has_a_word() -> None:
    assert trust_of(NamedNode(name("fyp:kindStated").value)) == "stated"
    assert set(TRUSTS) == {"stated", "official", "outcome", "editorial", "vocabulary", "source", "links", "inferred"}
