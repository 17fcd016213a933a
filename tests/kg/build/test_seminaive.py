"""A rule asked of what is new: how its text is changed, and which texts are left as they are."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from kg.build.rules import increments, read_rules

NEW = NamedNode("https://example.org/new")
ONTOLOGY = "GRAPH <x:o> { ?p a ?k . FILTER (?k != <x:k>) }"


def asked(where: str) -> list[str]:
    queries = increments(f"CONSTRUCT {{ ?s a ?k }} WHERE {{ {where} }}", NEW)
    return [" ".join(text.partition("WHERE")[2].split()) for text in queries]


def test_each_pattern_in_turn_is_asked_first_and_of_what_is_new() -> None:
    assert asked("?s ?p ?m . ?m <x:p> <x:o>") == [
        f"{{ GRAPH {NEW} {{ ?s ?p ?m . }} ?m <x:p> <x:o> }}",
        f"{{ GRAPH {NEW} {{ ?m <x:p> <x:o> }} ?s ?p ?m . }}",
    ]


def test_named_graphs_and_filters_stay_as_they_are() -> None:
    filters = "FILTER (!isLiteral(?o)) FILTER NOT EXISTS { ?s a ?k }"
    assert asked(f"{ONTOLOGY} ?s ?p ?o . {filters}") == [f"{{ GRAPH {NEW} {{ ?s ?p ?o . }} {ONTOLOGY} {filters} }}"]


@pytest.mark.parametrize("grouping", ["", "GROUP BY ?s ?k "])
def test_what_is_new_is_asked_within_a_select_and_what_follows_it_stays(grouping: str) -> None:
    inner = "{ SELECT ?s ?k WHERE {"
    outside = f"}} {grouping}}} FILTER NOT EXISTS {{ ?s a ?k }} }}"
    assert asked(f"{inner} {ONTOLOGY} ?s ?p ?o . {outside[:-2]}") == [
        f"{{ {inner} GRAPH {NEW} {{ ?s ?p ?o . }} {ONTOLOGY} {outside}"
    ]


@pytest.mark.parametrize(
    "where",
    [
        "",
        "{ SELECT * WHERE { ?s ?p ?o } }",
        "{ SELECT (?s AS ?k) WHERE { ?s ?p ?o } }",
        "{ SELECT ?s WHERE { ?s ?p ?o } } ?s ?q ?r",
        "{ SELECT ?s WHERE { ?s ?p ?o } LIMIT 1 }",
        "{ SELECT ?s WHERE { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(?o) > 1) }",
        "?s ?q ?r { SELECT ?s WHERE { ?s ?p ?o } }",
        "{ SELECT ?s",
        ONTOLOGY,
        "?s ?p ?o . OPTIONAL { ?o ?p ?s }",
        "{ ?s ?p ?o } UNION { ?o ?p ?s }",
        "?s ?p ?o ; ?q ?r",
        "?s ?p ?o, ?r",
        "?s <x:p>/<x:q> ?o",
        "?s ^<x:p> ?o",
        '?s ?p "text"@en',
        "GRAPH ?g { ?s ?p ?o } ?s ?p ?o",
        "?s ?p ?o MINUS { ?s a ?k }",
        "?s ?p ?o BIND (1 AS ?k)",
        "?s ?p ?o VALUES ?k { 1 }",
        "?s ?p",
    ],
)
def test_a_rule_of_another_make_is_left_as_it_is(where: str) -> None:
    assert asked(where) == []


@pytest.mark.parametrize(
    "text", ["", "CONSTRUCT WHERE", "CONSTRUCT {} WHERE { ?s ?p ?o } LIMIT 1", "CONSTRUCT WHERE { ?s ?p ?o }"]
)
def test_a_text_that_does_not_end_with_its_where_clause_is_left_as_it_is(text: str) -> None:
    assert increments(text, NEW) == []


def test_the_keyword_where_may_be_missing() -> None:
    assert increments("CONSTRUCT {} { ?s ?p ?o # all\n. }", NEW) == [
        f"CONSTRUCT {{}} {{ GRAPH {NEW} {{ ?s ?p ?o # all\n. }}\n}}"
    ]


def test_every_rule_of_the_project_can_be_asked_of_what_is_new() -> None:
    assert [rule.slug for rule in read_rules() if not increments(rule.text, NEW)] == []
