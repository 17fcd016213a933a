"""Answers as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.core.names import LANGUAGES, name, sparql_prologue, thing
from kg.engine.embedded import EmbeddedEngine
from kg.graph.evidence import Place
from kg.graph.labels import Label
from kg.questions.catalogue import Column
from server.core.i18n.external_terms import FOREIGN_WORDS
from server.core.i18n.numbers import number
from server.pages.result.cells import Cell, best_label, shown_cell, shown_table

THING = thing("plan-ii")
TEXTS = {"en": "Column", "de": "Spalte", "zh": "列"}


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1", "1"),
        ("13.5", "13.5"),
        ("0", "0"),
        ("0.10", "0.1"),
        ("0.0", "0"),
        ("-5", "-5"),
        ("+5", "5"),
        ("007", "7"),
        ("999", "999"),
        ("1000", "1000"),
        ("2025", "2025"),
        ("-9999.50", "-9999.5"),
        ("10000", "10,000"),
        ("-1234567.8900", "-1,234,567.89"),
        ("2640000.0", "2,640,000"),
        ("4300000000000.0", "4,300,000,000,000"),
        ("4.3E12", "4,300,000,000,000"),
        ("1.5e-3", "0.0015"),
        ("100", "100"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1" + "0" * 30, "1," + ",".join(["000"] * 10)),
        ("123456789012345678901234567890.125", "123,456,789,012,345,678,901,234,567,890.125"),
        # no numbers, or none that fits a page
        ("abc", "abc"),
        ("", ""),
        ("1,5", "1,5"),
        ("1_000", "1_000"),
        ("１２", "１２"),
        (" 1", " 1"),
        ("1\n", "1\n"),
        ("NaN", "NaN"),
        ("sNaN", "sNaN"),
        ("INF", "INF"),
        ("1E308", "1E308"),
        ("1E999999999", "1E999999999"),
        ("<b>", "<b>"),
    ],
)
def test_a_number_has_groups_and_no_useless_zeros(text: str, shown: str) -> None:
    assert number(text) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=6))
def test_no_digit_of_a_number_is_lost(value: object) -> None:
    shown = number(f"{value:f}")
    assert f"{value:f}".rstrip("0").rstrip(".") == shown.replace(",", "")


@given(st.text(max_size=60))
def test_any_text_is_shown_and_is_not_much_longer(text: str) -> None:
    assert len(number(text)) <= 2 * len(text) + 140


@pytest.mark.parametrize(
    ("languages", "wanted", "label"),
    [
        ({"en": "a", "de": "b", "zh": "c"}, "en", Label("a", "en")),
        ({"en": "a", "de": "b", "zh": "c"}, "zh", Label("c", "zh")),
        ({"de": "b", "zh": "c"}, "en", Label("b", "de")),
        ({"zh": "c"}, "en", Label("c", "zh")),
        ({"zh": "c", "": "d"}, "en", Label("d")),
        ({"fr": "e"}, "en", Label("plan-ii")),
        ({}, "en", Label("plan-ii")),
    ],
)
def test_the_label_falls_back_to_other_languages_and_then_to_the_slug(
    languages: dict[str, str], wanted: str, label: Label
) -> None:
    labels = {THING: {language: Label(text, language) for language, text in languages.items()}}
    assert best_label(labels, THING, wanted) == label


def test_a_term_without_label_has_words_or_its_short_name() -> None:
    assert best_label({}, name("rdf:type")) == Label("is a")
    assert best_label({}, name("owl:sameAs")) == Label("owl:sameAs")
    assert best_label({}, NamedNode("http://example.org/x")) == Label("http://example.org/x")
    assert best_label({}, name("skos:altLabel"), "de") == Label("heißt auch")


def test_the_words_for_terms_of_others_come_in_every_language() -> None:
    for texts in FOREIGN_WORDS.values():
        assert tuple(texts) == LANGUAGES
        assert all(words and ":" not in words for words in texts.values())


def test_a_cited_page_is_reported_without_the_address_that_it_is_linked_by() -> None:
    place = Place(THING, title="Plan", publisher="Ministry", address="https://example.org/a")
    assert shown_cell(THING, {}, {THING: place}) == Cell("Plan, Ministry", href="/page/plan-ii")


@pytest.mark.parametrize(
    ("term", "cell"),
    [
        (None, Cell("")),
        (THING, Cell("规划", "zh", "/page/plan-ii", fallback="zh")),
        (NamedNode("http://example.org/x"), Cell("http://example.org/x", href="http://example.org/x")),
        (name("fyp:Plan"), Cell("fyp:Plan", href="/ontology#Plan")),
        (Literal("words"), Cell("words")),
        (Literal("words", language="en"), Cell("words")),
        (Literal("Wörter", language="de"), Cell("Wörter", "de")),
        (Literal("2640000.0", datatype=name("xsd:decimal")), Cell("2,640,000", numeric=True)),
        (Literal(7), Cell("7", numeric=True)),
        (Literal("2021", datatype=name("xsd:gYear")), Cell("2021")),
        (Literal("2021-11-30", datatype=name("xsd:date")), Cell("30 Nov 2021")),
        (
            Literal("https://example.org/a", datatype=name("xsd:anyURI")),
            Cell("https://example.org/a", href="https://example.org/a"),
        ),
        (Literal("javascript:alert(1)", datatype=name("xsd:anyURI")), Cell("javascript:alert(1)")),
        (Literal("https://example.org/a"), Cell("https://example.org/a")),
        (BlankNode("x"), Cell("_:x")),
        (Triple(THING, name("rdf:type"), Literal("x")), Cell(f'{THING} {name("rdf:type")} "x"')),
    ],
)
def test_a_term_is_shown_as_what_it_is(term: NamedNode | None, cell: Cell) -> None:
    assert shown_cell(term, {THING: {"zh": Label("规划", "zh")}}, {}) == cell


def test_evidence_is_shown_as_its_place_and_hidden_columns_are_not_shown(engine: EmbeddedEngine) -> None:
    query = (
        sparql_prologue("fyp") + "SELECT ?passage ?start { ?passage a fyp:Passage ; fyp:startOffset ?start } LIMIT 3"
    )
    columns = (Column("passage", TEXTS, "evidence"), Column("start", TEXTS, "hidden"))
    table = shown_table(engine, query, columns)
    assert table.headings == ("Column",)
    assert len(table.rows) == 3
    assert all(len(row) == 1 and row[0].text.startswith("line ") for row in table.rows)
    assert shown_table(engine, query, columns, "zh").headings == ("列",)


def test_an_element_is_shown_with_its_parent_where_the_row_does_not_name_it(engine: EmbeddedEngine) -> None:
    prologue = sparql_prologue("fyp", "id")
    pair = prologue + "SELECT ?objective ?measure { VALUES (?objective ?measure) { (id:ict-o1-2 id:ict-m6) } }"
    objective, measure = shown_table(engine, pair).rows[0]
    assert measure.parent is None
    assert objective.parent is not None
    assert objective.parent.href == "/page/ict-o1"
    ((alone,),) = shown_table(engine, prologue + "SELECT ?measure { VALUES ?measure { id:ict-m6 } }").rows
    assert alone.parent is not None
    assert alone.parent.href == "/page/ict-o1-2"
    first, second = shown_table(engine, prologue + "SELECT ?a ?b { BIND(id:ict-m6 AS ?a) BIND(id:ict-m6 AS ?b) }").rows[
        0
    ]
    assert (first.parent is None, second.parent is None) == (False, True)


@pytest.mark.parametrize(
    ("text", "german", "chinese"),
    [
        ("2640000.0", "2.640.000", "2,640,000"),
        ("0.5", "0,5", "0.5"),
        ("-12345.60", "-12.345,6", "-12,345.6"),
        ("2021", "2021", "2021"),
        ("1e999", "1e999", "1e999"),
    ],
)
def test_numbers_have_the_marks_of_the_language(text: str, german: str, chinese: str) -> None:
    assert (number(text, "de"), number(text, "zh")) == (german, chinese)
