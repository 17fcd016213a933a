"""The tables of the benchmarks say what was measured."""

from __future__ import annotations

import pytest

from tests.bench.figures import BASE, drawing, geometric_mean, names, ratios, rows_of_new, rows_of_repeated

MIX = {"rate": 10.0, "p50_ms": 1.0, "p95_ms": 2.0, "p99_ms": 4.0, "processor_ms": 0.5}
TWICE = MIX | {"rate": 20.0, "p99_ms": 1.0}
RUN = {
    "questions": {
        "light": {"8": {BASE: {"rate": 100}, "ours": {"rate": 50}}},
        "heavy": {"8": {BASE: {"rate": 1}, "ours": {"rate": 8}}},
    },
    "mix": {"8": {BASE: MIX, "ours": TWICE}},
    "repeated": {"8": {BASE: MIX, "ours": TWICE}},
}


def test_the_mean_of_ratios_is_the_geometric_one() -> None:
    assert geometric_mean([2.0, 0.5]) == pytest.approx(1.0)
    assert geometric_mean(ratios(RUN, "8", "ours").values()) == pytest.approx(2.0)


def test_ours_comes_first() -> None:
    assert names(RUN) == ["ours", BASE]


def test_the_worst_question_is_named() -> None:
    assert rows_of_new(RUN)[0][:6] == ["8", "ours", "2.00", "0.50 (light)", "2.00", "0.25"]


def test_repeated_questions_are_compared_with_the_native_server() -> None:
    assert rows_of_repeated(RUN) == [["8", "ours", "20", "2.0"], ["8", BASE, "10", "1.0"]]


def test_the_picture_has_a_mark_for_each_question() -> None:
    assert [value["ratio"] for value in drawing(RUN)["layer"][0]["data"]["values"]] == [0.5, 8.0]
