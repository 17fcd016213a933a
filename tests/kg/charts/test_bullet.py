"""Bullets: each target on its own scale, by the rule of its basis; what is unknown is shown as unknown."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from kg.charts import Chart, chart_of
from kg.charts.bullet import MOST, targets_of
from kg.charts.context import ChartContext
from kg.core.names import LANGUAGES, name
from kg.engine import Term
from tests.kg.charts.answers import Cell, answer, data_of, layers_of, words_of

FIELDS = (
    "label",
    "group",
    "unit",
    "basis",
    "direction",
    "printedComparator",
    "officialComparator",
    "baseline",
    "printed",
    "official",
    "latest",
    "share",
    "progress",
)
CHART = {"kind": "bullet", **{field: field for field in FIELDS}}
LEVEL, COUNT = name("fyp:level"), name("fyp:cumulativeCount")
MET, BEHIND, UNKNOWN = name("fyp:met"), name("fyp:behind"), name("fyp:unknown")
PERCENT = name("unit:PERCENT")


def row(**cells: Cell) -> tuple[Cell, ...]:
    usual: dict[str, Cell] = {"label": "rate", "unit": PERCENT, "basis": LEVEL, "direction": name("fyp:increase")}
    return tuple({**usual, **cells}.get(field) for field in FIELDS)


def drawn(*rows: tuple[Cell, ...], language: str = "en", chart: dict[str, Any] = CHART) -> Chart:
    picture = chart_of(answer(chart, FIELDS, rows, language))
    assert picture is not None
    return picture


def shares(picture: Chart) -> list[float]:
    return [datum["share"] for datum in data_of(picture, "rect") if "share" in datum]


def only_target(cells: tuple[Cell, ...], chart: dict[str, Any] = CHART) -> Any:
    (target,) = targets_of(ChartContext(answer(chart, FIELDS, [cells]), chart, "light"))
    return target


@pytest.mark.parametrize(
    ("basis", "direction", "start", "half"),
    [
        (LEVEL, "increase", Decimal(60), Decimal(50)),
        (COUNT, "increase", Decimal(0), Decimal("87.5")),
        (name("fyp:cumulativeAmount"), "increase", Decimal(0), Decimal("87.5")),
        (name("fyp:relativeChange"), "reduce", Decimal(0), Decimal("87.5")),
        (name("fyp:pointChange"), "increase", Decimal(0), Decimal("87.5")),
        (LEVEL, "hold", None, None),
    ],
)
def test_the_way_begins_at_the_baseline_or_for_sums_and_changes_at_zero(
    basis: Term, direction: str, start: Decimal | None, half: Decimal | None
) -> None:
    target = only_target(row(basis=basis, direction=name(f"fyp:{direction}"), baseline=60, official=80))
    assert target.start == start
    assert target.share_of_way(Decimal(70)) == half


def test_the_way_to_less_is_a_way_too() -> None:
    assert only_target(row(baseline=50, official=40)).share_of_way(Decimal(45)) == 50


def test_there_is_no_way_from_an_unknown_start_or_to_where_one_is() -> None:
    assert only_target(row(official=80)).share_of_way(Decimal(70)) is None
    assert only_target(row(official=80, baseline=80)).share_of_way(Decimal(70)) is None


def test_the_share_is_computed_only_where_the_answer_has_none() -> None:
    cells = row(baseline=60, official=80, latest=70)
    assert only_target(cells).share is None
    without = {key: value for key, value in CHART.items() if key != "share"}
    assert only_target(cells, without).share == 50


def test_a_bar_reaches_as_far_as_the_share_and_an_arrow_points_beyond_the_scale() -> None:
    picture = drawn(row(baseline=6, official=60, latest=239, share=434, progress=MET))
    assert shares(picture) == [434.0]
    bar = next(datum for datum in data_of(picture, "rect") if "share" in datum)
    assert bar["x2"] < 460
    arrows = [layer for layer in layers_of(picture, "point") if layer["mark"].get("shape") == "triangle-right"]
    assert len(arrows) == 1
    assert any("434%" in word for word in words_of(picture))


def test_a_share_below_the_start_goes_to_the_left() -> None:
    picture = drawn(row(baseline=60, official=80, latest=30, share=-150, progress=BEHIND))
    assert any(layer["mark"].get("shape") == "triangle-left" for layer in layers_of(picture, "point"))
    assert any("−150%" in word for word in words_of(picture))


def test_what_was_not_observed_has_no_bar_and_says_so() -> None:
    picture = drawn(row(baseline=60, official=80, progress=UNKNOWN))
    assert shares(picture) == []
    assert any("not observed" in word for word in words_of(picture))


def test_a_way_from_an_unknown_start_is_a_dashed_outline() -> None:
    picture = drawn(row(official=80, label="a"), row(baseline=60, official=80, label="b"))
    tracks = [layer for layer in layers_of(picture, "rect") if not layer["mark"]["aria"]]
    assert [("strokeDash" in layer["mark"], len(layer["data"]["values"])) for layer in tracks] == [
        (False, 1),
        (True, 1),
    ]


def test_a_printed_target_other_than_the_official_one_is_at_its_own_place_and_in_words() -> None:
    picture = drawn(row(baseline=60, official=80, printed=70, progress=UNKNOWN))
    places = {datum["tip"]: datum["x"] for datum in data_of(picture, "point") if "tip" in datum}
    assert places["rate: printed en 70%"] < places["rate: official en 80%"]
    assert "60% → 80%; printed: 70%; not observed" in " ".join(words_of(picture))


@pytest.mark.parametrize(
    ("basis", "direction", "comparator", "expected"),
    [
        ("relativeChange", "reduce", "exactly", "target −18%"),
        ("pointChange", "reduce", "atLeast", "target ≤ −18%"),
        ("relativeChange", "increase", "atLeast", "target ≥ 18%"),
        ("level", "reduce", "lessThan", "target < 18%"),
        ("level", "increase", "moreThan", "target > 18%"),
        ("level", "increase", "upToAsPrinted", "target 18%"),
    ],
)
def test_a_target_tells_its_direction_and_comparator(
    basis: str, direction: str, comparator: str, expected: str
) -> None:
    cells = {"basis": name(f"fyp:{basis}"), "direction": name(f"fyp:{direction}")}
    picture = drawn(row(official=18, officialComparator=name(f"fyp:{comparator}"), **cells))
    assert any(words.replace("\u00a0", " ").startswith(f"{expected};") for words in words_of(picture))


def test_a_printed_fall_beside_another_official_one_is_a_fall_too_and_has_a_comparator_of_its_own() -> None:
    fall = {"basis": name("fyp:relativeChange"), "direction": name("fyp:reduce")}
    qualified = {"officialComparator": name("fyp:moreThan"), "printedComparator": name("fyp:approximately")}
    text = " ".join(words_of(drawn(row(official=18, printed=20, **qualified, **fall))))
    assert "target <\u00a0−18%; printed: ≈\u00a0−20%" in text


def test_a_german_state_has_room_beside_its_share() -> None:
    words = words_of(drawn(row(official=80, share=14, progress="im Rückstand"), language="de"))
    assert "im Rückstand · 14 %" in {word.replace("\u00a0", " ") for word in words}


def test_a_long_state_has_two_lines_that_touch_no_other_text() -> None:
    rows = [row(label=label, official=80, share=14, progress="im Rückstand, weit") for label in "ab"]
    picture = drawn(*rows, language="de")
    texts = [datum for datum in data_of(picture, "text") if datum["x"] > 210]
    assert {"im Rückstand, weit", "14\u00a0%"} <= {line["text"] for line in texts}
    heights = sorted({line["y"] for line in texts if line["text"] not in ("Anfang", "Ziel = 100 %")})
    assert all(after - before >= 13 for before, after in pairwise(heights))


def test_the_start_is_above_a_heading_of_two_lines() -> None:
    picture = drawn(row(official=80, group="the plan for the development of a very long title " * 2))
    texts = list(data_of(picture, "text"))
    start = next(datum["y"] for datum in texts if datum["text"] == "start")
    assert start + 13 <= min(
        datum["y"] for datum in texts if "very long" in datum["text"] or "the plan" in datum["text"]
    )


def test_unlike_units_share_no_axis() -> None:
    money = row(
        label="revenue", unit=name("unit:CCY_CNY"), baseline=10**12, official=3 * 10**12, latest=2 * 10**12, share=50
    )
    rate = row(label="rate", baseline=60, official=80, latest=70, share=50)
    bars = [datum for datum in data_of(drawn(money, rate), "rect") if "share" in datum]
    assert bars[0]["x2"] == bars[1]["x2"]


def test_the_unit_is_said_once_unless_it_is_short() -> None:
    picture = drawn(row(unit=name("unit:CCY_CNY"), baseline=10**12, official=3 * 10**12, latest=2 * 10**12))
    assert "1 trillion → 3 trillion yuan; latest 2 trillion" in words_of(picture)


def test_rows_without_a_target_are_counted_and_repeated_rows_are_one() -> None:
    repeated = row(baseline=60, official=80)
    picture = drawn(repeated, repeated, row(label="other", latest=5))
    assert "Rows without a target, in the table only: 1." in words_of(picture)
    assert "targets: 1." in picture.text


def test_an_answer_without_targets_has_no_picture() -> None:
    assert chart_of(answer(CHART, FIELDS, [row(latest=5)])) is None


def test_the_state_is_a_shape_and_a_word() -> None:
    picture = drawn(row(label="a", official=1, progress=MET), row(label="b", official=1, progress=BEHIND))
    shapes = [layer["mark"]["shape"] for layer in layers_of(picture, "point") if len(str(layer["mark"]["shape"])) > 4]
    assert {"circle", "triangle-down"} <= set(shapes)
    assert {"fyp:met", "fyp:behind"} <= words_of(picture)


def test_too_many_targets_are_cut_and_said_so() -> None:
    picture = drawn(*(row(label=f"target {n}", official=n) for n in range(MOST + 2)))
    assert f"The first {MOST} of {MOST + 2} are drawn" in picture.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_alternative_counts_the_states_and_names_what_is_met(language: str) -> None:
    rows = [
        row(label="a", group="plan", official=1, latest=2, share=200, progress=MET),
        row(label="b", group="plan", official=1, latest=0, share=10, progress=BEHIND),
        row(label="c", group="plan", official=1, progress=UNKNOWN),
    ]
    text = drawn(*rows, language=language).text
    comma = "（" if language == "zh" else " ("
    assert f"a{comma}plan" in text.partition("fyp:met")[2]
    assert ("200%" in text) or ("200\u00a0%" in text)
    for state in ("fyp:met", "fyp:behind", "fyp:unknown"):
        assert state in text
