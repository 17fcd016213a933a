"""A question is checked once, for what its text alone decides."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.engine import Answer, Question
from kg.engine.ticket import Ticket
from kg.errors import QueryInvalid, RequestInvalid
from kg.forms import FORMS
from kg.remote.checking import Checker


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    one = Checker(max_nesting=128, max_seconds=0.5, memory_bytes=2**28, max_waiting=8)
    yield one
    one.close()


def test_a_verdict_is_remembered(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    answer = checker._pool.answer

    def counted(question: Question, ticket: Ticket | None = None) -> Answer:
        asked.append(question.text)
        return answer(question, ticket)

    monkeypatch.setattr(checker._pool, "answer", counted)
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
    monkeypatch.setattr("kg.remote.checking._KEPT", 3)
    checker._verdicts.clear()
    for number in range(5):
        checker.check(Question(f"ASK {{ ?s ?p {number} }}"))
    assert len(checker._verdicts) == 3
