"""Amounts as a reader of each language writes them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.names import LANGUAGES, name, thing
from kg.core.number_format import amount, measure


@pytest.mark.parametrize(
    ("value", "en", "de", "zh"),
    [
        ("0", "0", "0", "0"),
        ("2640000000000", "2.64 trillion", "2,64 Billionen", "2.64万亿"),
        ("1000000000000", "1 trillion", "1 Billion", "1万亿"),
        ("1100000000", "1.1 billion", "1,1 Milliarden", "11亿"),
        ("1000000000", "1 billion", "1 Milliarde", "10亿"),
        ("999999999", "1 billion", "1 Milliarde", "10亿"),
        ("239000000", "239 million", "239 Millionen", "2.39亿"),
        ("4838000", "4.838 million", "4,838 Millionen", "483.8万"),
        ("13727600000000", "13.73 trillion", "13,73 Billionen", "13.73万亿"),
        ("350000", "350,000", "350.000", "35万"),
        ("10000", "10,000", "10.000", "1万"),
        ("2025", "2025", "2025", "2025"),
        ("273.3", "273.3", "273,3", "273.3"),
        ("273.3333333", "273.3", "273,3", "273.3"),
        ("2.50", "2.5", "2,5", "2.5"),
        ("-12.5", "−12.5", "−12,5", "−12.5"),
        ("0.00012345", "0.0001234", "0,0001234", "0.0001234"),
        (
            "1E24",
            "1,000,000,000,000 trillion",
            "1.000.000.000.000 Billionen",
            "1,000,000,000,000万亿",
        ),
    ],
)
def test_an_amount_has_a_word_for_its_size_in_each_language(value: str, en: str, de: str, zh: str) -> None:
    assert [amount(Decimal(value), language) for language in LANGUAGES] == [en, de, zh]


@pytest.mark.parametrize(
    ("value", "unit", "en", "de", "zh"),
    [
        ("69.8", name("unit:PERCENT"), "69.8%", "69,8\u00a0%", "69.8%"),
        ("14000000000000", name("unit:CCY_CNY"), "14 trillion yuan", "14 Billionen Yuan", "14万亿元"),
        ("480000000", name("unit:TONNE"), "480 million t", "480 Millionen t", "4.8亿吨"),
        ("3.3", name("fyp:PercentagePoint"), "3.3 percentage points", "3,3 Prozentpunkte", "3.3个百分点"),
        ("26", name("unit:NUM"), "26", "26", "26"),
        ("6430", name("unit:NUM"), "6,430", "6.430", "6,430"),
        ("60000000", name("unit:NUM"), "60 million", "60 Millionen", "6000万"),
        ("2025", None, "2025", "2025", "2025"),
        ("5", thing("unit-of-nobody"), "5 parsec", "5 parsec", "5 parsec"),
        ("5", None, "5", "5", "5"),
    ],
)
def test_an_amount_is_followed_by_its_unit(value: str, unit: object, en: str, de: str, zh: str) -> None:
    amounts = [measure(Decimal(value), language, unit, "parsec") for language in LANGUAGES]  # type: ignore[arg-type]
    assert amounts == [en, de, zh]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**24), max_value=10**24))
def test_every_number_is_written_shortly(value: Decimal) -> None:
    for language in LANGUAGES:
        assert 0 < len(amount(value, language)) < 60
