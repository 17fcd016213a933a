"""The limits of the work for one request: time, cancellation, steps."""

from __future__ import annotations

import pytest

from kg.core.errors import BatchTooLarge, QuestionCancelled, QuestionTooLong
from kg.engine.limits import UNLIMITED, Budget, CancellationToken


def test_a_budget_ends_at_the_deadline_of_its_request() -> None:
    cancellation = CancellationToken()
    Budget(cancellation, 60).check()
    cancellation.began -= 61
    with pytest.raises(QuestionTooLong, match="ran longer than 60 seconds"):
        Budget(cancellation, 60).check()


def test_a_budget_ends_when_the_client_has_gone() -> None:
    cancellation = CancellationToken()
    budget = Budget(cancellation, 60)
    budget.check()
    cancellation.cancel()
    with pytest.raises(QuestionCancelled):
        budget.check()
    with pytest.raises(QuestionCancelled):
        budget.with_steps(10).spend(1)


def test_steps_are_counted_before_they_are_done() -> None:
    budget = Budget(steps=10)
    budget.spend(4)
    budget.spend(6)
    with pytest.raises(BatchTooLarge, match="more than 10 comparisons"):
        budget.spend(1)


def test_work_that_needs_too_many_steps_is_refused_and_spends_none() -> None:
    budget = Budget(steps=10)
    with pytest.raises(BatchTooLarge):
        budget.expect(11)
    budget.expect(10)
    assert budget.steps_left == 10


def test_steps_may_have_another_name() -> None:
    with pytest.raises(BatchTooLarge, match="more than 1 values"):
        Budget().with_steps(1, "values").spend(2)


def test_a_problem_is_named_without_being_raised() -> None:
    cancellation = CancellationToken()
    assert Budget(cancellation, 60).problem() is None
    assert isinstance(Budget(cancellation, 0).problem(), QuestionTooLong)
    cancellation.cancel()
    assert isinstance(Budget(cancellation, 60).problem(), QuestionCancelled)


def test_work_without_a_visitor_has_no_limit() -> None:
    UNLIMITED.spend(10**12)
    assert UNLIMITED.problem() is None
