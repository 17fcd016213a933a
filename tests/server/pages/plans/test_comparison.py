"""Two plans side by side: the same from either side, and as the questions about them answer."""

from __future__ import annotations

from itertools import combinations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.core.context import request_context
from server.pages.plans.comparison import Comparison, closest, compare
from server.pages.plans.overview import described_plans
from tests.server.page import Page

PLANS = ("plan-ii", "plan-ict", "plan-sw", "plan-bd", "plan-gr", "plan-tw")


def compared(app: Flask, left: str, right: str) -> Comparison:
    with app.test_request_context("/"):
        plans = described_plans(request_context().engine)
        return compare(request_context(), plans[left], plans[right], "en")


def things(comparison: Comparison, side: str) -> set[tuple[str, int, int]]:
    return {(row.cell.href, row.left, row.right) for group in comparison.groups for row in getattr(group, side)}


def turned(rows: set[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
    return {(href, right, left) for href, left, right in rows}


@pytest.mark.parametrize(("left", "right"), list(combinations(PLANS[1:5], 2)))
def test_the_comparison_is_the_same_from_either_side(app: Flask, left: str, right: str) -> None:
    forth, back = compared(app, left, right), compared(app, right, left)
    assert things(forth, "both") == turned(things(back, "both"))
    assert things(forth, "left") == turned(things(back, "right"))
    assert things(forth, "right") == turned(things(back, "left"))
    assert {(target, row.heading, "left") for row in forth.targets for target, _ in row.left} == {
        (target, row.heading, "left") for row in back.targets for target, _ in row.right
    }


def test_it_says_what_the_questions_behind_it_answer(app: Flask, client: FlaskClient) -> None:
    comparison = compared(app, "plan-ict", "plan-bd")
    for side, key in (("both", "both"), ("left", "left"), ("right", "right")):
        rows = client.get(comparison.questions[key].replace("?", ".json?", 1)).get_json()
        assert {row["thing"].rpartition("/")[2] for row in rows} == {
            href.rpartition("/")[2] for href, _, _ in things(comparison, side)
        }


def test_every_target_of_both_is_beside_another_or_alone(app: Flask) -> None:
    comparison = compared(app, "plan-ict", "plan-sw")
    assert sum(len(row.left) for row in comparison.targets) == comparison.left.target_summary.total == 10
    assert sum(len(row.right) for row in comparison.targets) == comparison.right.target_summary.total == 7
    units = [row.heading.href for row in comparison.targets if not row.same]
    assert len(units) == len(set(units))


def test_the_closest_pairs_come_first_and_each_pair_once(app: Flask) -> None:
    with app.test_request_context("/"):
        pairs = closest(request_context().engine, described_plans(request_context().engine))
        assert closest(request_context().engine, {}) == ()
    numbers = [pair.number for pair in pairs]
    assert numbers == sorted(numbers, reverse=True)
    assert len({frozenset((pair.left, pair.right)) for pair in pairs}) == len(pairs)
    assert compared(app, pairs[0].left, pairs[0].right).common == pairs[0].number


@pytest.mark.parametrize("query", ["", "?left=plan-ict", "?right=", "?left=plan-ict&right=plan-bd&lang=zh"])
def test_the_page_is_sound(client: FlaskClient, query: str) -> None:
    response = client.get(f"/compare{query}")
    assert response.status_code == 200
    assert Page(response.text).problems == []


def test_the_same_plan_twice_is_reported(client: FlaskClient) -> None:
    page = client.get("/compare?left=plan-ict&right=plan-ict").text
    assert "Both are the same plan" in page
    assert "Both are the same plan" not in client.get("/compare?left=plan-ict&right=plan-bd").text


@pytest.mark.parametrize("value", ["plan-x", "<script>", "plan-robotics", "%FF", "a" * 2000])
def test_an_unknown_plan_is_refused_with_those_that_there_are(client: FlaskClient, value: str) -> None:
    response = client.get(
        "/compare", query_string={"left": value, "right": "plan-ict"}, headers={"Accept": "text/html"}
    )
    assert response.status_code == 400
    assert "plan-ict" in response.text
    assert "<script>" not in response.text
