"""What was chosen, and where a thing is said, in the words of each language."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.names import thing
from kg.graph.evidence import Place
from kg.graph.labels import Label, Labels
from kg.questions.result import QuestionResult, narrow
from kg.questions.result_text import chosen_words, narrowed_words, place_words
from tests.kg.output.export.made import SCOPE, answered

PLAN, PASSAGE, PAGE, SECTION = (thing(slug) for slug in ("plan-ii", "passage-1-2", "citation-a", "section-a"))
LABELS: Labels = {SECTION: {"en": Label("Robots", "en"), "zh": Label("机器人", "zh")}}
ADDRESS = "https://example.org/a"


def chosen(*terms: NamedNode | Literal, language: str = "en") -> QuestionResult:
    made = answered({}, [], parameters=[SCOPE], labels={PLAN: "The plan"}, language=language)
    return replace(made, chosen={"scope": terms})


def test_a_value_is_called_as_its_pick_list_calls_it() -> None:
    assert chosen_words(chosen(Literal("own"))) == (("Counted", ("Own words",)),)
    assert chosen_words(chosen(Literal("own"), PLAN, language="zh")) == (("统计", ("原文", "The plan")),)
    assert chosen_words(chosen(Literal("anything"))) == (("Counted", ("anything",)),)


def test_a_parameter_that_was_left_open_has_no_value() -> None:
    assert chosen_words(chosen(language="de")) == (("Gezählt", ()),)


def test_facets_are_told_by_their_labels() -> None:
    made = answered({"plan": "entity"}, [[PLAN]], labels={PLAN: "The plan"})
    made = replace(made, question=replace(made.question, facets=("plan",)))
    assert narrowed_words(made) == ()
    for written in (PLAN.value, "id:plan-ii"):
        assert narrowed_words(narrow(made, {"plan": [written, "nothing"]})) == (("Plan", ("The plan", "nothing")),)


@pytest.mark.parametrize(
    ("language", "passage", "page"),
    [
        ("en", "line 33, Robots", f"A page, A ministry, {ADDRESS}"),
        ("de", "Zeile 33, Robots", f"A page, A ministry, {ADDRESS}"),
        ("zh", "第33行，机器人", f"A page，A ministry，{ADDRESS}"),
    ],
)
def test_a_place_is_told_in_the_language_of_its_reader(language: str, passage: str, page: str) -> None:
    assert place_words(Place(PASSAGE, line=33, section=SECTION), LABELS, language) == passage
    assert place_words(Place(PAGE, title="A page", publisher="A ministry", address=ADDRESS), {}, language) == page


def test_a_passage_may_stand_in_no_section() -> None:
    assert place_words(Place(PASSAGE, line=7), {}) == "line 7"
