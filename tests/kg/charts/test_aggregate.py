"""The highest and the lowest in words."""

from __future__ import annotations

from decimal import Decimal

from kg.charts.context import extremes


def test_the_highest_and_the_lowest_are_named_with_their_numbers() -> None:
    shown = [("a", Decimal(3)), ("b", Decimal(1)), ("c", Decimal(3)), ("d", Decimal(2))]
    assert extremes(shown, "en") == "Highest: a and c (3). Lowest: b (1)"
    assert (
        extremes(shown, "de", lambda number: f"{number} %") == "Höchster Wert: a und c (3 %). Niedrigster Wert: b (1 %)"
    )
    assert extremes(shown, "zh") == "最高：a和c（3）。最低：b（1）"


def test_equal_numbers_have_neither_and_a_single_one_needs_no_words() -> None:
    assert extremes([("a", Decimal(3)), ("b", Decimal(3))], "en") == "All have 3"
    assert extremes([("a", Decimal(3))], "en") == ""
    assert extremes([], "en") == ""
