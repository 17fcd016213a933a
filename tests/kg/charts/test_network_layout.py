"""Links: pairs are read once, and their ends put in an order that keeps links short."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pyoxigraph import Literal

from kg.charts.context import ChartContext
from kg.charts.network_layout import Links, around, facing, links_of
from tests.kg.charts.answers import answer

CHART = {"kind": "network", "from": "a", "to": "b", "weight": "n"}


def read(rows: Any, chart: dict[str, str] = CHART) -> Links:
    return links_of(ChartContext(answer(chart, ("a", "b", "n"), rows), chart, "light"))


def names(links: Links, things: Any) -> list[str]:
    return [links.names[thing] for thing in things]


def test_a_pair_counts_once_in_either_direction_with_its_greatest_strength() -> None:
    links = read([("x", "y", 2), ("y", "x", 5), ("x", "y", 2), ("x", "x", 9), ("x", None, 9)])
    assert [(link.source, link.target, link.weight) for link in links.links] == [
        (Literal("x"), Literal("y"), Decimal(5))
    ]


def test_without_a_weight_rows_are_counted() -> None:
    links = read([("x", "y", 1), ("y", "x", 1), ("x", "z", 1)], {"kind": "network", "from": "a", "to": "b"})
    assert [link.weight for link in links.links] == [2, 1]


def test_the_strongest_links_come_first_and_stay_when_there_are_too_many() -> None:
    links = read([(f"x{n}", f"x{n + 1}", n) for n in range(20)])
    first = links.first(things=4, links=10)
    assert [link.weight for link in first.links] == [19, 18, 17]
    assert len(first.names) == 4
    assert len(links.first(things=100, links=2).links) == 2


def test_things_that_hang_together_are_neighbours_on_the_ring() -> None:
    links = read([("a", "b", 1), ("c", "d", 1), ("b", "e", 1), ("d", "f", 1)])
    ring = names(links, around(links))
    assert sorted(ring[:3]) == ["a", "b", "e"]
    assert around(links) == around(links)


@pytest.mark.parametrize(
    ("rows", "apart"), [([("a", "x", 1), ("b", "x", 1)], True), ([("a", "b", 1), ("b", "c", 1)], False)]
)
def test_sides_are_kept_apart_if_no_thing_is_on_both(rows: Any, *, apart: bool) -> None:
    assert (read(rows).sides is not None) == apart


def test_facing_things_are_ordered_so_that_links_do_not_cross() -> None:
    links = read([("a", "z", 1), ("b", "y", 1), ("c", "x", 1)])
    assert links.sides is not None
    left, right = facing(links, links.sides)
    assert names(links, left) == ["a", "b", "c"]
    assert names(links, right) == ["z", "y", "x"]
