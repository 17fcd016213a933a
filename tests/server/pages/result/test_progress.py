"""Targets and what became of them, as the question of targets against outcomes answers."""

from __future__ import annotations

import pytest
from flask import Flask

from kg.core.names import thing
from kg.questions.result import answer_question
from server.core.context import request_context
from server.pages.result.progress import (
    QUESTION,
    STATES,
    answered_here,
    by_plan,
    of_plan,
    sorted_rows,
    summarise_targets,
    tracked_targets_here,
)


@pytest.mark.parametrize("slug", ["plan-ict", "plan-gr", "plan-robotics"])
def test_the_answer_for_a_plan_is_that_of_the_question_about_it(app: Flask, slug: str) -> None:
    with app.test_request_context("/"):
        service = request_context()
        part = of_plan(answered_here(service, "en"), thing(slug))
        asked = answer_question(service.engine, service.catalogue.get(QUESTION), {"plan": (f"id:{slug}",)})
    assert set(part.rows) == set(asked.rows)
    assert part.values == asked.values
    assert part.chosen == asked.chosen
    assert part.total == asked.total


def test_the_furthest_targets_come_first(app: Flask) -> None:
    with app.test_request_context("/"):
        tracked_targets = tracked_targets_here(request_context(), "en")
        rows = sorted_rows(of_plan(answered_here(request_context(), "en"), thing("plan-ict")))
    states = [STATES.index(tracked_target.state) for tracked_target in tracked_targets]
    assert states == sorted(states)
    assert len(rows) == 10


def test_a_summary_counts_every_target_once(app: Flask) -> None:
    with app.test_request_context("/"):
        tracked_targets = by_plan(tracked_targets_here(request_context(), "en"))[thing("plan-ict")]
    counted = summarise_targets(tracked_targets)
    assert (counted.total, counted["met"], counted.judged) == (10, 2, 2)
    assert summarise_targets(()).total == 0


def test_a_printed_figure_does_not_take_the_sign_of_the_official_one(app: Flask) -> None:
    with app.test_request_context("/"):
        tracked_targets = {
            tracked_target.indicator: tracked_target
            for tracked_target in tracked_targets_here(request_context(), "en")
            if tracked_target.plan == thing("plan-ii")
        }
    rate = tracked_targets[thing("indicator-business-digitalisation-rate")]
    assert (rate.printed, rate.official) == ("80%", "≥\u00a080%")


def test_what_is_printed_otherwise_differs(app: Flask) -> None:
    with app.test_request_context("/"):
        differing = {
            tracked_target.indicator
            for tracked_target in tracked_targets_here(request_context(), "en")
            if tracked_target.differs
        }
    assert differing == {thing("indicator-green-industry-output")}
