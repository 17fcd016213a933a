"""What a cell is, as text and as a value: numbers only where a double holds all of their digits."""

from __future__ import annotations

import datetime

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from kg.core.names import name
from kg.output.export.values import boolean_of, date_of, number_of, rounded_of, text_of
from tests.kg.output.export.made import number


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("15", "decimal", 15),
        ("15.0", "decimal", 15),
        ("-0.50", "decimal", -0.5),
        (".5", "decimal", 0.5),
        ("+007", "integer", 7),
        ("7.193", "decimal", 7.193),
        ("2640000000000", "decimal", 2640000000000),
        ("999999999999999", "integer", 999999999999999),
        ("1.5E-7", "double", 1.5e-7),
        ("1.0E2", "double", 100),
        ("0.123456789012345", "decimal", 0.123456789012345),
        ("12", "unsignedByte", 12),
    ],
)
def test_a_number_that_a_double_holds_is_a_number(text: str, kind: str, value: float) -> None:
    found = number_of(number(text, kind))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1000000000000000", "integer"),
        ("-1000000000000000", "integer"),
        ("1E999999999", "double"),
        ("1E-400", "double"),
        ("1E-999999999", "double"),
        ("0.1234567890123456", "decimal"),
        ("33.333333333333333333", "decimal"),
        ("INF", "double"),
        ("NaN", "double"),
        ("twelve", "integer"),
        ("12", "string"),
        ("2021", "gYear"),
    ],
)
def test_no_other_number_is_one(text: str, kind: str) -> None:
    assert number_of(number(text, kind)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("33.333333333333333333", 33.3333333333333),
        ("-0.1234567890123456", -0.123456789012346),
        ("1.5", 1.5),
        ("1000000000000000.5", None),
        ("12345678901234567890", None),
        ("15", None),
    ],
)
def test_only_fractions_are_rounded(text: str, value: float | None) -> None:
    assert rounded_of(number(text)) == value


def test_words_and_iris_are_no_numbers() -> None:
    for cell in ("12", NamedNode("urn:12"), BlankNode("b12"), None):
        assert [of(cell) for of in (number_of, rounded_of, boolean_of, date_of)] == [None] * 4


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("false", False), ("0", False), ("yes", None)]
)
def test_truth_values(text: str, value: object) -> None:
    assert boolean_of(number(text, "boolean")) is value


def test_the_word_true_is_no_truth_value() -> None:
    assert boolean_of(Literal("true")) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2021-11-15", datetime.date(2021, 11, 15)),
        ("2021-11-15Z", None),
        ("2021-1-5", None),
        ("20211115", None),
        ("2021-02-30", None),
        ("-0044-03-15", None),
    ],
)
def test_days(text: str, value: datetime.date | None) -> None:
    assert date_of(number(text, "date")) == value


def test_text_is_that_of_sparqls_own_csv() -> None:
    assert text_of(NamedNode("urn:a")) == "urn:a"
    assert text_of(Literal("中文", language="zh")) == "中文"
    assert text_of(Literal("2.50", datatype=name("xsd:decimal"))) == "2.50"
    assert text_of(BlankNode("b1")) == "_:b1"
    assert text_of("words") == "words"
    assert text_of(None) == ""
