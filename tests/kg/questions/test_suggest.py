"""Questions for a few words: found by what they ask in three languages, with what the words name filled in."""

from __future__ import annotations

import pytest

from kg.engine.embedded import EmbeddedEngine
from kg.questions.suggest import QuestionSearch
from tests.catalogue import project_catalogue

SEARCH = QuestionSearch(project_catalogue())
TECHNOLOGY = {"technology": ("id:technology-5g",)}


@pytest.mark.parametrize(
    "text", ["5G Ziele", "Ziele 5G", "targets for 5G", "the objectives of 5g", "5G 目标", "5G目标", "目标 5G"]
)
def test_words_in_any_order_and_language_find_the_question_with_its_value(engine: EmbeddedEngine, text: str) -> None:
    outcome = {result.question.slug: result.parameters for result in SEARCH.find(engine, text)}
    assert outcome["objectives-mentioning-technology"] == TECHNOLOGY


def test_chinese_words_that_nothing_parts_are_a_name_and_what_is_asked(engine: EmbeddedEngine) -> None:
    (first, *_) = SEARCH.find(engine, "工业互联网目标")
    assert first.parameters == {"technology": ("id:technology-industrial-internet",)}


def test_a_part_of_a_name_is_enough_where_one_value_alone_has_it(engine: EmbeddedEngine) -> None:
    outcome = {result.question.slug: result.parameters for result in SEARCH.find(engine, "green plan targets")}
    assert outcome["all-targets"] == {"plan": ("id:plan-gr",)}


def test_words_that_name_no_value_leave_the_question_as_it_is(engine: EmbeddedEngine) -> None:
    outcome = {result.question.slug: result.parameters for result in SEARCH.find(engine, "targets outcomes")}
    assert outcome["targets-against-outcomes"] == {}


@pytest.mark.parametrize("text", ["", "5G", "targets xyzzy", "5G xyzzy", "of the", "目标", "x " * 100])
def test_a_word_that_no_question_has_or_one_word_alone_finds_none(engine: EmbeddedEngine, text: str) -> None:
    assert SEARCH.find(engine, text) == ()


def test_the_best_come_first_and_not_too_many(engine: EmbeddedEngine) -> None:
    result = SEARCH.find(engine, "plans technologies")
    assert 1 < len(result) <= 5
    assert [item.score for item in result] == sorted((item.score for item in result), reverse=True)
