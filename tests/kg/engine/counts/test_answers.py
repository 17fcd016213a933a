"""An engine with counts answers from them, in every form as without them, in memory and on disk."""

from __future__ import annotations

import pytest

from kg.core.errors import QueryRefused, RequestInvalid
from kg.core.media_types import FORMS, RESULT_FORMS, Form
from kg.core.names import graph
from kg.engine import Question
from kg.engine.counts import Counts, make_counts
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from tests.kg.engine.counts.test_counts import small_quads

TOTAL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
BY_PROPERTY = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n) ?p"


@pytest.fixture(scope="module")
def plain() -> EmbeddedEngine:
    return EmbeddedEngine(Store(small_quads()), "0123456789abcdef", 20)


@pytest.fixture(scope="module")
def counting() -> EmbeddedEngine:
    """The same with its counts."""
    store = Store(small_quads())
    return EmbeddedEngine(store, "0123456789abcdef", 20, Counts(Store(make_counts(store))))


@pytest.fixture(scope="module")
def lying() -> EmbeddedEngine:
    """An engine over an empty store, whose counts are those of another one."""
    return EmbeddedEngine(Store(), "0123456789abcdef", 20, Counts(Store(make_counts(Store(small_quads())))))


def total(engine: EmbeddedEngine, question: Question) -> bytes:
    return engine.answer(question).body.strip().splitlines()[-1]


@pytest.mark.parametrize("form", RESULT_FORMS, ids=lambda form: form.ending)
@pytest.mark.parametrize("text", [TOTAL, BY_PROPERTY])
def test_every_form_is_the_same_to_the_byte(
    text: str, form: Form, counting: EmbeddedEngine, plain: EmbeddedEngine
) -> None:
    assert counting.answer(Question(text, form)).body == plain.answer(Question(text, form)).body


def test_the_counts_answer_and_not_the_store(lying: EmbeddedEngine) -> None:
    assert total(lying, Question(TOTAL, FORMS["csv"])) == b"9"


@pytest.mark.parametrize(
    "question",
    [
        Question(TOTAL, FORMS["csv"], default_graphs=(graph("one"),)),
        Question(TOTAL, FORMS["csv"], named_graphs=(graph("one"),)),
        Question(f"{TOTAL} VALUES () {{ () }}", FORMS["csv"]),
    ],
)
def test_another_dataset_or_question_is_answered_by_the_store(lying: EmbeddedEngine, question: Question) -> None:
    assert total(lying, question) == b"0"


def test_a_form_that_does_not_fit_is_refused_as_ever(counting: EmbeddedEngine) -> None:
    with pytest.raises(RequestInvalid):
        counting.answer(Question(TOTAL, FORMS["ttl"]))


def test_danger_is_refused_before(counting: EmbeddedEngine) -> None:
    with pytest.raises(QueryRefused):
        counting.answer(Question("SELECT (COUNT(*) AS ?n) { SERVICE <urn:x> { ?s ?p ?o } }"))
