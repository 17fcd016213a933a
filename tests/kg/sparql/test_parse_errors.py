"""Where a text stops to parse: the very token, not the place up to which the parser happened to look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import QueryInvalid
from kg.engine.store import Store
from kg.sparql.lexer import place_of
from kg.sparql.parse_errors import offset_of


@pytest.fixture(scope="module")
def nothing() -> Store:
    return Store()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("SELECT * { ?s ?p }", (1, 18), "Not expected here: '}'."),
        ("SELCT * { ?s ?p ?o }", (1, 1), "Not expected here: 'SELCT'."),
        ("SELECT * {\n  ?s ?p ?o\n  FILTRE(true)\n}", (3, 3), "Not expected here: 'FILTRE'."),
        ("SELECT * { GRAPH { ?s ?p ?o } }", (1, 18), "Not expected here: '{'."),
        ("SELECT * { ?s ?p ?o", (1, 20), "It ends too early."),
        ("SELECT * { ?s ?p ?o } ORDER ?s", (1, 29), "Not expected here: '?s'."),
        ("SELECT * { ?s fyp:a/fyp:b ?o }", (1, 15), "the prefix fyp: is not declared"),
        ("SELECT * { ?s a fyp:Plan }", (1, 17), "the prefix fyp: is not declared"),
        ("SELECT * { ?s ?p 'a'^^xsd:date }", (1, 23), "the prefix xsd: is not declared"),
        ("SELECT * { <http://a b> ?p ?o }", (1, 23), "escape spaces"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", (1, 34), "SELECT * does not go with GROUP BY"),
        ("SELECT ?p { ?s ?p ?o } GROUP BY ?s", (1, 35), "neither grouped nor an aggregate"),
        ("", (1, 1), "It ends too early."),
        ("ASK {} ORDER BY (?x", (1, 20), "It ends too early."),
    ],
)
def test_an_error_names_the_token_that_does_not_fit(
    nothing: Store, text: str, place: tuple[int, int], words: str
) -> None:
    with pytest.raises(QueryInvalid) as caught:
        nothing.query(text)
    assert (caught.value.line, caught.value.column) == place
    assert words in str(caught.value)


def test_a_text_too_long_to_look_at_twice_keeps_the_parsers_place(nothing: Store) -> None:
    with pytest.raises(QueryInvalid) as caught:
        nothing.query("SELECT * { ?s ?p ?o } #" + "x" * 20_000 + "\n }")
    assert caught.value.line == 2


def test_looking_again_at_a_broken_text_runs_nothing(nothing: Store) -> None:
    """The text with a bracket more would be a query; what is looked at a second time never is one."""
    with pytest.raises(QueryInvalid):
        nothing.query("SELECT * {} ORDER BY (RAND()")


@given(st.text(max_size=60), st.data())
def test_a_place_and_an_offset_are_the_same_thing(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    assert offset_of(text, *place_of(text, start)) == start


PARTS = ["SELECT", "*", "{", "}", "?s", "a", "fyp:x", "(", ")", "'", '"a"@en', "\n", "LIMIT", "1"]


@given(st.lists(st.sampled_from(PARTS)).map(" ".join))
def test_a_broken_text_gives_a_place_within_it(text: str) -> None:
    errors: list[QueryInvalid] = []
    try:
        Store().query(text)
    except QueryInvalid as error:
        errors.append(error)
    for broken in errors:
        line, column = broken.line or 0, broken.column or 0
        assert 1 <= line <= text.count("\n") + 1
        assert 1 <= column <= len(text.split("\n")[line - 1]) + 1
