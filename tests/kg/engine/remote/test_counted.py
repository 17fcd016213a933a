"""A remote engine is not asked for what the counts of a release answer; it is asked for all else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.core.errors import AnswerTooLarge, RequestInvalid
from kg.core.media_types import FORMS
from kg.core.names import graph
from kg.core.settings import Settings, read_settings
from kg.engine import Question
from kg.engine.counts import Counts, make_counts
from kg.engine.store import Store
from tests.kg.engine.counts.test_counts import small_quads
from tests.kg.engine.remote.conftest import EngineMaker
from tests.kg.engine.remote.fakes import fake

TOTAL = Question("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", FORMS["csv"])
NEAR = replace(TOTAL, text="ASK { ?s ?p ?o }")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read_settings({}, max_answer_bytes=100)


@pytest.fixture
def counts() -> Counts:
    return Counts(Store(make_counts(Store(small_quads()))))


def test_counts_are_answered_without_the_engine(make_remote: EngineMaker, counts: Counts) -> None:
    with fake() as replica:
        engine = make_remote(replica.url, counts=counts)
        before = len(replica.asked)
        assert engine.answer(TOTAL).body == b"n\r\n9\r\n"
        assert len(replica.asked) == before


@pytest.mark.parametrize("question", [NEAR, replace(TOTAL, default_graphs=(graph("plan-x"),))])
def test_all_else_is_asked(question: Question, make_remote: EngineMaker, counts: Counts) -> None:
    with fake() as replica:
        engine = make_remote(replica.url, counts=counts)
        before = len(replica.asked)
        assert engine.answer(question).body == b"true"
        assert len(replica.asked) > before


def test_the_limits_of_an_answer_hold(make_remote: EngineMaker, counts: Counts) -> None:
    with fake() as replica:
        engine = make_remote(replica.url, counts=counts)
        with pytest.raises(AnswerTooLarge):
            engine.answer(replace(TOTAL, text="SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"))
        with pytest.raises(RequestInvalid):
            engine.answer(replace(TOTAL, form=FORMS["ttl"]))
