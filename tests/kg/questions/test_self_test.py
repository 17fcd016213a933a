"""A trial of the questions: what each answers is noted, and one that breaks its promise is named with the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.core.errors import QuestionBroken
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.questions.catalogue import Catalogue
from kg.questions.self_test import run_self_tests
from tests.catalogue import project_catalogue

SLUG = "key-messages"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return project_catalogue()


def only(catalogue: Catalogue, **changes: object) -> Catalogue:
    """A catalogue of one question, changed."""
    question = replace(catalogue.get(SLUG), **changes)  # type: ignore[arg-type]
    return replace(catalogue, questions={SLUG: question})


def test_a_trial_notes_rows_time_and_a_digest_of_the_answer(engine: EmbeddedEngine, catalogue: Catalogue) -> None:
    (first,), (second,) = (run_self_tests(engine, only(catalogue)) for _ in range(2))
    assert first.rows == len(select(engine, catalogue.get(SLUG).text).rows) == 6
    assert first.milliseconds > 0
    assert first.digest == second.digest
    assert first.unlabelled == {}


def test_another_order_is_another_answer(engine: EmbeddedEngine, catalogue: Catalogue) -> None:
    text = catalogue.get(SLUG).text
    turned = text.replace("ORDER BY", "ORDER BY DESC(STR(?plan))")
    assert turned != text
    (item,), (other,) = (run_self_tests(engine, only(catalogue, text=body)) for body in (text, turned))
    assert item.rows == other.rows
    assert item.digest != other.digest


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tests": ({"params": {}, "rows": "7"},)}, "with its default values it has 6 rows, not 7"),
        ({"tests": ({"params": {}, "min_rows": "7"},)}, "it has 6 rows, fewer than 7"),
        ({"tests": ()}, "its header promises nothing"),
        ({"text": "SELECT * {"}, "line 1"),
    ],
)
def test_a_question_that_breaks_is_named_with_the_reason(
    engine: EmbeddedEngine, catalogue: Catalogue, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(QuestionBroken, match=f"{SLUG}: .*{words}"):
        run_self_tests(engine, only(catalogue, **changes))
