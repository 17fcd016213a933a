"""Replicas share the questions, and one that is out comes back when it is well."""

from __future__ import annotations

import threading
import time

import pytest

from kg.engine.remote.client import BreakerLimits, Replicas

PATIENCE = BreakerLimits(first_seconds=0.01, most_seconds=0.02)


def test_the_one_with_the_fewest_questions_is_lent() -> None:
    replicas = Replicas(["a", "b", "c"], lambda _: True, PATIENCE)
    with replicas.acquire() as first, replicas.acquire() as second, replicas.acquire() as third:
        assert {replica.url for replica in (first, second, third) if replica is not None} == {"a", "b", "c"}


def test_a_replica_that_was_tried_is_used_only_when_there_is_no_other() -> None:
    replicas = Replicas(["a", "b"], lambda _: False, PATIENCE)
    first, second = replicas.all
    for _ in range(3):
        with replicas.acquire([first]) as lent:
            assert lent is second
    replicas.failed(second, surely=True)
    with replicas.acquire([first]) as lent:
        assert lent is first
    replicas.failed(first, surely=True)
    with replicas.acquire() as lent:
        assert lent is None
    assert replicas.out == 2
    replicas.close()


def test_one_that_is_out_is_tried_until_it_is_well() -> None:
    tries = []
    back = threading.Event()

    def is_well(url: str) -> bool:
        tries.append(url)
        if len(tries) < 3:
            return False
        back.set()
        return True

    replicas = Replicas(["a", "b"], is_well, PATIENCE)
    replicas.failed(replicas.all[0], surely=True)
    assert replicas.wait_seconds > 0
    assert back.wait(5)
    end = time.monotonic() + 5
    while replicas.out and time.monotonic() < end:
        threading.Event().wait(0.001)
    assert replicas.out == 0
    assert tries == ["a", "a", "a"]


def test_one_that_fails_now_and_then_is_not_out() -> None:
    replicas = Replicas(["a"], lambda _: False, PATIENCE)
    for _ in range(5):
        replicas.failed(replicas.all[0])
        replicas.all[0].breaker.succeeded()
    assert replicas.out == 0
    assert not replicas.wait_seconds


def test_a_replica_whose_probe_failed_may_be_suspected_again() -> None:
    def is_well(url: str) -> bool:
        raise OSError(url)

    replicas = Replicas(["a"], is_well, PATIENCE)
    replicas.all[0].suspected = True
    with pytest.raises(OSError, match="a"):
        replicas._probe_replica(replicas.all[0])
    assert not replicas.all[0].suspected
