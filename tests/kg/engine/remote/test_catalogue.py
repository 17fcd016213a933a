"""Every canned question has the same answer from other products as from the embedded engine."""

from __future__ import annotations

import pytest

from kg.engine.embedded import EmbeddedEngine
from kg.engine.remote.engine import RemoteEngine
from kg.questions.result import answer_question
from tests.catalogue import project_catalogue

CATALOGUE = project_catalogue()


@pytest.mark.parametrize("slug", sorted(CATALOGUE.questions))
def test_a_canned_question_has_the_same_answer_from_oxigraph(
    slug: str, engine: EmbeddedEngine, remote: RemoteEngine
) -> None:
    compare(slug, engine, remote)


@pytest.mark.virtuoso
@pytest.mark.parametrize("slug", sorted(CATALOGUE.questions))
def test_a_canned_question_has_the_same_answer_from_virtuoso(
    slug: str, engine: EmbeddedEngine, virtuoso_engine: RemoteEngine
) -> None:
    compare(slug, engine, virtuoso_engine)


def compare(slug: str, engine: EmbeddedEngine, remote: RemoteEngine) -> None:
    """With its default values and with those of each promise."""
    question = CATALOGUE.get(slug)
    promised = [promise.get("params") or {} for promise in question.tests]
    for params in [{}, *(variant for variant in promised if variant)]:
        values = {key: value if isinstance(value, list) else [value] for key, value in params.items()}
        ours, theirs = answer_question(engine, question, values), answer_question(remote, question, values)
        assert theirs.rows == ours.rows
        assert theirs == ours
