"""A breaker opens after some failures, half opens when its time is up, and closes with a success."""

from __future__ import annotations

from kg.engine.remote.client import BreakerLimits, CircuitBreaker

PATIENCE = BreakerLimits(failures=3, first_seconds=1, most_seconds=5)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row() -> None:
    breaker = CircuitBreaker(PATIENCE, Clock())
    for _ in range(2):
        breaker.failed()
    breaker.succeeded()
    for _ in range(2):
        breaker.failed()
    assert breaker.is_closed
    breaker.failed()
    assert not breaker.is_closed


def test_it_opens_at_once_when_the_replica_is_surely_out() -> None:
    breaker = CircuitBreaker(PATIENCE, Clock())
    breaker.failed(surely=True)
    assert not breaker.is_closed


def test_failures_of_what_was_asked_before_do_not_make_the_pause_longer() -> None:
    breaker = CircuitBreaker(PATIENCE, Clock())
    for _ in range(5):
        breaker.failed(surely=True)
    assert breaker.wait_seconds == 1


def test_its_pauses_double_up_to_a_limit_and_begin_again_after_a_success() -> None:
    clock = Clock()
    breaker = CircuitBreaker(PATIENCE, clock)
    pauses = []
    for _ in range(5):
        breaker.failed(surely=True)
        pauses.append(breaker.wait_seconds)
        clock.now += breaker.wait_seconds
        assert breaker.wait_seconds == 0  # half open
    assert pauses == [1, 2, 4, 5, 5]
    breaker.succeeded()
    assert breaker.is_closed
    breaker.failed(surely=True)
    assert breaker.wait_seconds == 1
