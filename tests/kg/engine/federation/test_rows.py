from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, QuerySolutions

from kg.core.errors import FederationFailed
from kg.engine.federation.engine import NOTHING, read_rows
from kg.engine.store import Store
from kg.sparql.guard import refuse_danger
from kg.sparql.lexer import tokens
from tests.kg.engine.federation.remote import iri, table

XSD = "http://www.w3.org/2001/XMLSchema#"


def values(block: str) -> list[dict[str, Any]]:
    """Return the rows that the engine reads from a block."""
    text = f"SELECT * {{ {block} }}"
    refuse_danger(text, 16)
    solutions = Store().query(text)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [{name: str(row[name]) for name in names if row[name] is not None} for row in solutions]


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ({"type": "uri", "value": "https://example.org/ü'"}, "<https://example.org/ü'>"),
        ({"type": "literal", "value": "a"}, '"a"'),
        ({"type": "literal", "value": "啊 \"'\\\n} SERVICE"}, '"啊 \\"\'\\\\\\n} SERVICE"'),
        ({"type": "literal", "value": "colour", "xml:lang": "en-GB"}, '"colour"@en-gb'),
        ({"type": "literal", "value": "a", "xml:lang": "ar", "its:dir": "rtl"}, '"a"@ar--rtl'),
        ({"type": "literal", "value": "1.5", "datatype": XSD + "decimal"}, f'"1.5"^^<{XSD}decimal>'),
        ({"type": "typed-literal", "value": "2025", "datatype": XSD + "gYear"}, f'"2025"^^<{XSD}gYear>'),
    ],
)
def test_a_term_arrives_with_its_language_and_datatype(cell: dict[str, str], term: str) -> None:
    block, count = read_rows(table({"x": cell, "y": iri("y")}), 10)
    assert count == 1
    assert values(block)[0]["x"] == term


def test_rows_keep_their_order_their_number_and_their_gaps() -> None:
    block, count = read_rows(table({"x": iri("1")}, {"y": iri("2")}, {}, {"x": iri("1")}), 10)
    first, second = "<https://example.org/1>", "<https://example.org/2>"
    assert values(block) == [{"x": first}, {"y": second}, {}, {"x": first}]
    assert count == 4


@pytest.mark.parametrize(
    ("body", "rows"),
    [(table(names=["x"]), 0), (table(names=["x", "y"]), 0), (table({}, {}), 2), (table(), 0)],
)
def test_tables_without_a_row_or_a_column_are_tables(body: bytes, rows: int) -> None:
    block, count = read_rows(body, 10)
    assert count == rows
    assert len(values(block)) == rows


def test_nothing_is_one_row_without_a_value() -> None:
    assert values(NOTHING) == [{}]


@given(st.text(), st.sampled_from(["", "en", "zh-hans"]))
def test_any_text_is_one_token_and_arrives_unchanged(text: str, language: str) -> None:
    cell = {"type": "literal", "value": text} | ({"xml:lang": language} if language else {})
    block, _ = read_rows(table({"x": cell}), 10)
    assert values(block)[0]["x"] == str(Literal(text, language=language or None))
    assert [token.kind for token in tokens(block)][3] == "string"


@given(st.text(st.characters(codec="utf-8"), max_size=8), st.sampled_from(["urn:", "https://example.org/"]))
def test_any_iri_is_one_token_or_no_answer(tail: str, head: str) -> None:
    try:
        block, _ = read_rows(table({"x": {"type": "uri", "value": head + tail}}), 10)
    except FederationFailed:
        return
    assert [token.kind for token in tokens(block)] == ["word", "variable", "sign", "iri", "sign"]


def cell(**parts: Any) -> bytes:
    return table({"x": parts})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[]",
        b"null",
        b'{"head":{},"boolean":true}',
        b'{"head":{"vars":["x"]},"results":{}}',
        b'{"head":{"vars":["x"]},"results":{"bindings":{"x":1}}}',
        b'{"head":{"vars":["x} SERVICE"]},"results":{"bindings":[]}}',
        b'{"head":{"vars":["x","x"]},"results":{"bindings":[]}}',
        b'{"head":{"vars":[1]},"results":{"bindings":[]}}',
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"y":{"type":"uri","value":"a:b"}}]}}',
        b'{"head":{"vars":["x"]},"results":{"bindings":[["x"]]}}',
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"a:b"}}',
        b"\xff\xfe",
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        cell(type="uri", value="relative"),
        cell(type="uri", value="http://a.org/> } SERVICE <http://b.org/> { ?s ?p ?o"),
        cell(type="uri", value=7),
        cell(type="uri"),
        cell(value="a"),
        cell(type="literal", value="a", datatype="no iri"),
        cell(type="literal", value="a", **{"xml:lang": "en> }"}),
        cell(type="literal", value=["a"]),
        cell(type="literal", value="\ud800"),
    ],
    ids=lambda body: body[:60].decode("latin-1"),
)
def test_what_is_no_table_is_reported(body: bytes) -> None:
    with pytest.raises(FederationFailed, match="no table in SPARQL JSON"):
        read_rows(body, 10)


def test_too_many_rows_are_reported() -> None:
    assert read_rows(table(*[{"x": iri("a")}] * 10), 10)[1] == 10
    with pytest.raises(FederationFailed, match="more than 10 rows"):
        read_rows(table(*[{"x": iri("a")}] * 11), 10)


def test_a_blank_node_is_refused_with_a_remedy() -> None:
    with pytest.raises(FederationFailed, match=r"isBlank\(\?x\)"):
        read_rows(cell(type="bnode", value="b0"), 10)


def test_triple_terms_however_deep_end_nothing() -> None:
    inner = '{"type":"triple","value":{"subject":'
    body = f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{{"x":{inner * 60_000}1{"}}" * 60_000}}}]}}}}'.encode()
    with pytest.raises(FederationFailed, match="no table in SPARQL JSON"):
        read_rows(body, 10)
    with pytest.raises(FederationFailed, match="a term of the kind triple"):
        read_rows(cell(type="triple", value={}), 10)
