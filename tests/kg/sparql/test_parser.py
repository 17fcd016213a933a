"""The parser agrees with the engine on the W3C's syntax tests and on all query files here; fuzzing finds no fault."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.settings import PROJECT
from kg.sparql.parser import SyntaxFault, parse
from kg.sparql.syntax_tree import BlankNode, Filter, Iri, Query, Service, Update, Values
from tests.bench.parser import MOST_GROWTH, PIECES, fault_of, growth, mutated, seeds
from tests.w3c.manifest import FOLDER

W3C = sorted(
    path for ending in ("*.rq", "*.ru") for path in FOLDER.parent.rglob(ending) if "syntax" in path.parent.name
)
SEEDS = seeds()
OURS = sorted((PROJECT / "queries").rglob("*.rq"))
# the engine reads these, and the parser refuses them as the standard does
STRICTER = {
    "syn-bad-26.rq": "a comparison that reads as an IRI by the rule of the longest token",
    "tripleterm-subject-06.rq": "a literal as the subject of a triple term",
}


def is_read_by_the_engine(text: str, *, update: bool) -> bool:
    store = pyoxigraph.Store()
    try:
        if update:
            store.update(text, base_iri="http://example.org/")
        else:
            store.query(text, base_iri="http://example.org/")
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):  # it was read, and could not be evaluated
        return True
    return True


def is_parsed(text: str) -> bool:
    try:
        parse(text)
    except SyntaxFault:
        return False
    return True


@pytest.mark.parametrize("path", W3C, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_it_agrees_with_the_engine_on_the_syntax_tests_of_the_w3c(path: Path) -> None:
    text = path.read_text("utf-8")
    if path.name in STRICTER:
        assert not is_parsed(text)
    else:
        assert is_parsed(text) == is_read_by_the_engine(text, update=path.suffix == ".ru")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_it_parses_each_query_file_as_the_engine_does(path: Path) -> None:
    text = path.read_text("utf-8")
    assert isinstance(parse(text), Query)
    assert is_read_by_the_engine(text, update=False)


@pytest.mark.parametrize("path", OURS[::5], ids=lambda path: path.stem)
def test_each_node_says_where_it_lies(path: Path) -> None:
    text = path.read_text("utf-8")
    for node in parse(text).walk():
        assert 0 <= node.start <= node.end <= len(text)
        for child in node.children():
            assert node.start <= child.start
            assert child.end <= node.end
        if isinstance(node, Iri):
            assert text[node.start : node.end] == node.text


def test_parts_are_found_by_their_class() -> None:
    text = "SELECT * { ?s ?p ?o FILTER(?o > 1) SERVICE SILENT <http://x/> { VALUES ?a { 1 UNDEF } } }"
    parsed = parse(text)
    (service,) = (node for node in parsed.walk() if isinstance(node, Service))
    assert (service.silent, text[service.name.start : service.name.end]) == (True, "<http://x/>")
    (values,) = (node for node in service.walk() if isinstance(node, Values))
    assert text[values.rows_start : values.rows_end] == " 1 UNDEF "
    assert [type(node) for node in parsed.walk() if isinstance(node, Filter)] == [Filter]


@pytest.mark.parametrize("sign", ["!-", "!+", "!!", "! ! -", "-", "+"])
def test_signs_before_an_operand_are_read_as_the_engine_reads_them(sign: str) -> None:
    text = f"ASK {{ FILTER({sign}?a) }}"
    assert is_read_by_the_engine(text, update=False)
    assert is_parsed(text)


def test_an_update_is_distinguished_from_a_query() -> None:
    assert isinstance(parse("INSERT DATA { <a> <b> 1 }"), Update)
    assert isinstance(parse("ASK {}"), Query)


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("SELECT * { ?s ?p }", 17, "a term"),
        ("SELECT { ?s ?p ?o }", 7, "a variable, an expression in brackets, or *"),
        ("ASK { ex:a ?p ?o }", 6, "a declaration of the prefix ex:"),
        ("SELECT * { ?s ?p ?o BIND(1 AS ?o) }", 30, "a variable that is not in scope yet"),
        ("ASK {} ASK {}", 7, "the end"),
    ],
)
def test_a_fault_says_what_was_expected_where(text: str, start: int, expected: str) -> None:
    with pytest.raises(SyntaxFault) as raised:
        parse(text)
    assert (raised.value.start, raised.value.expected) == (start, expected)


@pytest.mark.parametrize("opening", ["(", "{", "!", "-(", "NOT EXISTS {", "(1 IN (", "<<( <a> <b> ", "[ <a> "])
def test_deep_nesting_ends_in_a_fault(opening: str) -> None:
    start = "ASK { ?s ?p " if opening[0] in "<[" else "ASK { FILTER(" if opening != "{" else "ASK "
    with pytest.raises(SyntaxFault):
        parse(start + 100_000 * opening)


@given(st.randoms(use_true_random=False))
def test_a_mutated_text_ends_in_a_tree_or_a_fault_with_positions_inside_it(chance: random.Random) -> None:
    assert not fault_of(mutated(chance, SEEDS))


@given(st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_text_ends_in_a_tree_or_a_fault_with_positions_inside_it(text: str) -> None:
    assert not fault_of(text)
    assert not fault_of(f"SELECT * {{ {text} }}")


@pytest.mark.parametrize("text", ["DROP ALL", "ASK { _:a ?p [] }", "INSERT DATA { _:a <p> 1 }"])
def test_a_node_of_one_token_ends_behind_it(text: str) -> None:
    nodes = [node for node in parse(text).walk() if isinstance(node, BlankNode | Iri)]
    assert nodes
    assert all(text[node.start : node.end].strip() for node in nodes)


@pytest.mark.parametrize("unit", ["?s ?p ?o{n} . ", "BIND(1 AS ?v{n}) ", "_:b{n} a [] . ", "OPTIONAL { ?s ?p ?o } "])
def test_the_time_grows_with_the_length(unit: str) -> None:
    assert growth(unit) < MOST_GROWTH
