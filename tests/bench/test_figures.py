"""The tables of the benchmarks say what was measured."""

from __future__ import annotations

import pytest

from tests.bench.figures import (
    ATTACK_HEADINGS,
    BASE,
    drawing,
    geometric_mean,
    late,
    names,
    ratios,
    rows_of_attacks,
    rows_of_new,
    rows_of_repeated,
)

MIX = {"rate": 10.0, "p50_ms": 1.0, "p95_ms": 2.0, "p99_ms": 4.0, "processor_ms": 0.5}
TWICE = MIX | {"rate": 20.0, "p99_ms": 1.0}
RUN = {
    "questions": {
        "light": {"8": {BASE: {"rate": 100}, "ours": {"rate": 50}}},
        "heavy": {"8": {BASE: {"rate": 1}, "ours": {"rate": 8}}},
    },
    "mix": {"8": {BASE: MIX, "ours": TWICE}},
    "repeated": {"8": {BASE: MIX, "ours": TWICE}},
    "bytes": {BASE: 1, "ours": 2},
}
SLOW = "rdflib-endpoint"
WITH_SLOW = RUN | {
    "questions": {
        "light": {"8": {BASE: {"rate": 100}, "ours": {"rate": 50}, SLOW: {"rate": 10}}},
        "heavy": {"8": {BASE: {"rate": 1}, "ours": {"rate": 8}}},
    },
    "bytes": {BASE: 1, "ours": 2, SLOW: 3},
}


def test_the_mean_of_ratios_is_the_geometric_one() -> None:
    assert geometric_mean([2.0, 0.5]) == pytest.approx(1.0)
    assert geometric_mean(ratios(RUN, "8", "ours").values()) == pytest.approx(2.0)


def test_ours_comes_first() -> None:
    assert names(RUN) == ["ours", BASE]


def test_the_worst_question_is_named() -> None:
    assert rows_of_new(RUN)[0][:6] == ["8", "ours", "2.00", "0.50 (light)", "2.00", "0.25"]


def test_a_peer_that_took_too_long_for_a_question_is_compared_in_the_others_and_the_table_says_so() -> None:
    assert rows_of_new(WITH_SLOW)[2] == ["8", SLOW, "0.10 (of 1)", "0.10 (light)", *["-"] * 6]
    assert [row[1] for row in rows_of_repeated(WITH_SLOW)] == ["ours", BASE]


def test_what_took_too_long_is_named() -> None:
    assert late(RUN | {"alone": {"heavy": {"ours": 0.1, SLOW: None}}}) == [f"{SLOW}, heavy"]
    assert late(RUN) == []


def test_where_the_native_server_took_too_long_there_is_no_ratio() -> None:
    run = RUN | {"questions": {"light": {"8": {"ours": {"rate": 50}}}}, "mix": {"8": {"ours": MIX}}}
    assert rows_of_new(run) == [["8", "ours", "-", "-", "-", "-", "1.0", "2.0", "4.0", "0.5"]]


def test_repeated_questions_are_compared_with_the_native_server() -> None:
    assert rows_of_repeated(RUN) == [["8", "ours", "20", "2.0"], ["8", BASE, "10", "1.0"]]


def test_the_picture_has_a_mark_for_each_question() -> None:
    assert [value["ratio"] for value in drawing(RUN)["layer"][0]["data"]["values"]] == [0.5, 8.0]


def test_an_attack_during_which_no_light_query_was_answered_has_no_ratio() -> None:
    figures = {
        **{"connections": 3, "answered": 0, "slowest_ms": 0, "failures": {"503": 2, "429": 1}},
        **{"idle_median_ms": 1.0, "idle_p95_ms": 2.0, "server_processor_percent": 150},
        **{"attacker": {"answers": {}, "processor_percent": 1.5}, "bytes": 2**20, "spilled_bytes": 0},
    }
    (row,) = rows_of_attacks({"pages": figures})
    assert dict(zip(ATTACK_HEADINGS, row, strict=True))["failed"] == "429: 1, 503: 2"
    assert row[:9] == ["pages", "3", "1.0", "-", "-", "2.0", "-", "-", "0"]
