"""A question is checked once, for what its text alone decides."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from kg.core.errors import EngineLost, QueryInvalid, RequestInvalid
from kg.core.lru_cache import LruCache
from kg.core.media_types import FORMS
from kg.engine import Answer, Question
from kg.engine.limits import CancellationToken
from kg.engine.pool.ipc import Head
from kg.engine.pool.pool import PoolEngine
from kg.engine.remote.engine import Checker
from tests.serving import descendants, is_alive, until


def new_checker() -> Checker:
    return Checker(max_nesting=128, max_seconds=0.5, memory_bytes=2**28, max_waiting=8)


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    validator = new_checker().shared()
    yield validator
    validator.close()


def test_a_verdict_is_remembered(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    answer = PoolEngine.answer

    def counted(pool: PoolEngine, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        asked.append(question.text)
        return answer(pool, question, cancellation)

    monkeypatch.setattr(PoolEngine, "answer", counted)
    for _ in range(3):
        checker.check(Question("ASK { ?s ?p 1 }"))
        with pytest.raises(QueryInvalid, match="line 1, column 12"):
            checker.check(Question("ASK { ?s ?p"))
    assert asked == ["ASK { ?s ?p 1 }", "ASK { ?s ?p"]


def test_the_form_belongs_to_the_question(checker: Checker) -> None:
    checker.check(Question("ASK { ?s ?p 2 }"))
    with pytest.raises(RequestInvalid):
        checker.check(Question("ASK { ?s ?p 2 }", FORMS["ttl"]))


def test_what_takes_long_over_nothing_is_not_refused(checker: Checker) -> None:
    many = " ".join(map(str, range(300)))
    crossed = " ".join(f"VALUES ?{name} {{ {many} }}" for name in "abcd")
    checker.check(Question(f"SELECT (COUNT(*) AS ?n) {{ {crossed} }}"))


def test_only_so_many_verdicts_are_kept(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "_verdicts", LruCache[bytes, Head | None](3))
    for number in range(5):
        checker.check(Question(f"ASK {{ ?s ?p {number} }}"))
    assert len(checker._verdicts) == 3


def test_the_workers_start_with_the_first_engine_and_end_with_the_last() -> None:
    before, checker = descendants(os.getpid()), new_checker()

    def started_since() -> set[int]:
        """Return the new processes: those of an earlier test may end at any moment."""
        return descendants(os.getpid()) - before

    assert not started_since()
    shares = [checker.shared()]
    started = started_since()
    assert started
    shares.append(checker.shared())
    assert started_since() == started
    shares[0].close()
    shares[1].check(Question("ASK { ?s ?p 1 }"))
    assert started <= descendants(os.getpid())
    shares[1].close()
    until(lambda: not any(map(is_alive, started)))
    with pytest.raises(EngineLost):
        checker.check(Question("ASK { ?s ?p 2 }"))
