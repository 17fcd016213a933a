"""How well a given value fits: ids, numbers, dates, names."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.names import name, thing
from kg.reconcile.query import Query, TableValue
from kg.reconcile.values import Value, best_fit, fit, likeness_of, read_number

PLAN = Value(
    thing("plan-ict"), "Plan for the ICT industry", ("Plan for the ICT industry", "信息通信行业发展规划", "ICT")
)
WIKIDATA = Value(NamedNode("http://www.wikidata.org/entity/Q251212"), "Internet of things")
YEAR = Value(Literal("2025", datatype=name("xsd:integer")), "2025")
FIGURE = Value(Literal("4300000000000.0", datatype=name("xsd:decimal")), "4300000000000.0")
DAY = Value(Literal("2021-11-16", datatype=name("xsd:date")), "2021-11-16")
PRINTED = Value(Literal("4.3 trillion CNY"), "4.3 trillion CNY")


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        (TableValue("", "plan-ict"), PLAN, 1.0),
        (TableValue("plan-ict"), PLAN, 1.0),
        (TableValue("id:plan-ict"), PLAN, 1.0),
        (TableValue(thing("plan-ict").value), PLAN, 1.0),
        (TableValue("", thing("plan-ict").value), PLAN, 1.0),
        (TableValue("", "plan-gr"), PLAN, 0.0),
        (TableValue("ict"), PLAN, 1.0),
        (TableValue("信息通信行業發展規劃"), PLAN, 1.0),
        (TableValue("steel"), PLAN, 0.0),
        (TableValue("Q251212"), WIKIDATA, 1.0),
        (TableValue("wikidata:Q251212"), WIKIDATA, 1.0),
        (TableValue("internet of THINGS"), WIKIDATA, 1.0),
        (TableValue("2025"), YEAR, 1.0),
        (TableValue("2025.0"), YEAR, 1.0),
        (TableValue("2026"), YEAR, 0.0),
        (TableValue("4.3e12"), FIGURE, 1.0),
        (TableValue("4300000000000"), FIGURE, 1.0),
        (TableValue("2021"), DAY, 1.0),
        (TableValue("2021-11"), DAY, 1.0),
        (TableValue("2021-11-16T00:00:00Z"), DAY, 1.0),
        (TableValue("2021-12"), DAY, 0.0),
        (TableValue("20"), DAY, 0.0),
        (TableValue("4.3 Trillion cny"), PRINTED, 1.0),
        (TableValue(""), PRINTED, 0.0),
        (TableValue(""), PLAN, 0.0),
        (TableValue("\0"), PLAN, 0.0),
    ],
)
def test_a_value_fits(wanted: TableValue, value: Value, expected: float) -> None:
    assert fit(wanted, value) == expected


def test_a_name_with_a_slip_fits_nearly() -> None:
    assert 0.8 < fit(TableValue("Plan for the ICT indusstry"), PLAN) < 1.0


def test_each_given_value_counts_by_its_best_fit() -> None:
    assert best_fit([TableValue("2025"), TableValue("2026")], [YEAR, DAY]) == 0.5
    assert best_fit([], [YEAR]) == 0.0
    assert best_fit([TableValue("2025")], []) == 0.0


@pytest.mark.parametrize("text", ["1" * 31, "1e999", "0x10", "١٢", "NaN", "Infinity", "1_000", ""])
def test_what_is_no_number_of_ordinary_size_is_a_text(text: str) -> None:
    assert read_number(text) is None


def test_a_very_long_text_is_like_nothing() -> None:
    assert likeness_of(Query("x" * 1_000_000), "steel") == 0.0
