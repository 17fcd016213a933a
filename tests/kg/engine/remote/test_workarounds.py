"""Each wording says the same, changes nothing else, and is one that Virtuoso needs."""

from __future__ import annotations

import pytest

from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.remote.quirks import (
    NOBODY,
    VIRTUOSO,
    Wording,
    reworded,
    with_second_value,
    with_split_plus,
    without_undef,
)
from kg.sparql.parser import parse_query

PREFIXES = "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#> PREFIX id: <https://w3id.org/fyp-kg/id/> "


@pytest.mark.parametrize(
    ("wording", "text", "expected"),
    [
        (without_undef, "SELECT * { VALUES ?x { UNDEF } ?x ?y ?z }", "SELECT * {  ?x ?y ?z }"),
        (
            with_second_value,
            'SELECT * { VALUES ?x { "a"@en } ?y ?z ?x }',
            f'SELECT * {{ VALUES ?x {{ "a"@en {NOBODY} }} FILTER(?x != {NOBODY}) ?y ?z ?x }}',
        ),
        (
            with_second_value,
            'SELECT * { VALUES ?x { "1"^^fyp:t } }',
            f'SELECT * {{ VALUES ?x {{ "1"^^fyp:t {NOBODY} }} FILTER(?x != {NOBODY}) }}',
        ),
        (with_split_plus, "SELECT * { ?x fyp:p+ ?y }", "SELECT * { ?x (fyp:p*/fyp:p) ?y }"),
        (with_split_plus, "ASK { ?x (^fyp:p|a)+ ?y }", "ASK { ?x ((^fyp:p|a)*/(^fyp:p|a)) ?y }"),
    ],
)
def test_a_wording_takes_the_place_of_another(wording: Wording, text: str, expected: str) -> None:
    assert wording(PREFIXES + text) == PREFIXES + expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { VALUES ?x { id:a id:b } ?x ?y ?z }",
        "SELECT * { VALUES (?x ?y) { (UNDEF id:b) } }",
        "SELECT * { VALUES (?x) { (id:b) } }",
        "SELECT * { VALUES ?x { } }",
        "SELECT * { ?x ?y ?z } VALUES ?x { id:a }",  # a text must not end with a FILTER
        'SELECT * { ?x fyp:p "VALUES ?x { UNDEF } fyp:p+ " } # VALUES ?x { id:a } fyp:p+',
        "SELECT * { { SELECT ?x { ?x ?y ?z } VALUES ?x { id:a } } }",
        "SELECT (?a + ?b AS ?c) ((?a)+1 AS ?d) (RAND()+1 AS ?e) (STRLEN(fyp:a)+1 AS ?f) { ?x fyp:p* ?y }",
    ],
)
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert parse_query(PREFIXES + text) is not None
    assert reworded(PREFIXES + text, VIRTUOSO) == PREFIXES + text


@pytest.mark.parametrize(
    "pattern",
    [
        "VALUES ?plan { UNDEF } ?thing fyp:inPlan ?plan",
        "VALUES ?plan { id:plan-ii } ?thing fyp:inPlan ?plan",
        "?thing fyp:inPlan ?plan MINUS { VALUES ?plan { id:plan-ii } ?thing fyp:inPlan ?plan }",
        "?thing a fyp:OfficialElement ; fyp:officialPartOf+ ?plan . ?plan a fyp:Plan",
        "{ VALUES ?plan { UNDEF } FILTER(!BOUND(?plan)) } ?thing fyp:inPlan ?plan",
    ],
)
def test_the_rows_stay_the_same(pattern: str, engine: EmbeddedEngine) -> None:
    text = f"{PREFIXES} SELECT ?thing ?plan {{ {pattern} }} ORDER BY ?thing ?plan"
    rewritten = reworded(text, VIRTUOSO)
    assert rewritten != text
    rows = select(engine, text).rows
    assert rows
    assert select(engine, rewritten).rows == rows
