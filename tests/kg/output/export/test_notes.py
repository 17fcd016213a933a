"""A file says what was chosen in the words of the page."""

from __future__ import annotations

import datetime
from dataclasses import replace

from pyoxigraph import Literal, NamedNode

from kg.core.names import thing
from kg.engine.embedded import EmbeddedEngine
from kg.output.export import Notes, notes_of
from kg.questions.result import QuestionResult, answer_question, narrow
from tests.kg.output.export.conftest import CATALOGUE
from tests.kg.output.export.made import SCOPE, answered, same

PLAN = thing("plan-ii")


def noted(answer: QuestionResult) -> Notes:
    return notes_of(answer, address="http://localhost/q/made", citation="That.", built_on=datetime.date(2026, 11, 25))


def chosen(*terms: NamedNode | Literal, language: str = "en") -> tuple[tuple[str, str], ...]:
    made = answered({}, [], parameters=[SCOPE], labels={PLAN: "The plan"}, language=language)
    return noted(replace(made, chosen={"scope": terms})).parameters


def test_several_values_are_a_list() -> None:
    assert chosen(Literal("own")) == (("Counted", "Own words"),)
    assert chosen(Literal("own"), PLAN, language="zh") == (("统计", "原文；The plan"),)


def test_a_parameter_without_a_value_is_said_to_be_without_one() -> None:
    assert chosen(language="de") == (("Gezählt", "nicht gesetzt"),)


def test_facets_are_told_by_their_labels() -> None:
    made = answered({"plan": "entity"}, [[PLAN]], labels={PLAN: "The plan"})
    made = replace(made, question=replace(made.question, facets=("plan",)))
    assert noted(narrow(made, {"plan": ["id:plan-ii", "nothing"]})).narrowed == (("Plan", "The plan; nothing"),)
    assert noted(narrow(made, {"plan": [""]})).narrowed == (("Plan", ""),)


def test_notes_are_in_the_language_of_the_answer(engine: EmbeddedEngine) -> None:
    question = CATALOGUE.get("objectives-mentioning-technology")
    answer = answer_question(engine, question, {}, "zh")
    notes = noted(answer)
    assert notes.title == question.title["zh"]
    assert notes.release_id == engine.release_id
    assert notes.licence_address == "https://creativecommons.org/licenses/by/4.0/"
    assert [label for label, _ in notes.parameters] == [one.labels["zh"] for one in question.parameters]
    assert ("工业互联网" in notes.parameters[0][1]) is True
    assert noted(replace(answer, question=replace(question, title=same("T")))).title == "T"
