"""An answered question: labels in the reader's language, facets that never lead to no row, the order of a reader."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.errors import ColumnUnknown, ParameterInvalid
from kg.core.names import name, thing
from kg.engine.embedded import EmbeddedEngine
from kg.graph.evidence import Place
from kg.graph.labels import Label, Labels
from kg.questions.catalogue import Catalogue, Column
from kg.questions.result import (
    QuestionResult,
    answer_question,
    chosen_words,
    facet_values,
    narrow,
    narrowed_words,
    number_of,
    order,
    place_words,
)
from tests.catalogue import project_catalogue
from tests.kg.output.export.made import SCOPE, answered

DECIMAL = name("xsd:decimal")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return project_catalogue()


@pytest.fixture(scope="module")
def targets(engine: EmbeddedEngine, catalogue: Catalogue) -> QuestionResult:
    return answer_question(engine, catalogue.get("targets-against-outcomes"), {})


def made(answered: QuestionResult, terms: list[NamedNode | Literal | None], **words: str) -> QuestionResult:
    """An answer of one column with these cells; ``words`` are the labels of items by slug."""
    column = Column("one", {"en": "One", "de": "Eins", "zh": "一"}, "entity")
    labels = {thing(slug): {answered.language: Label(text, answered.language)} for slug, text in words.items()}
    return replace(answered, columns=(column,), rows=tuple((term,) for term in terms), labels=labels)


def cells(answered: QuestionResult) -> list[str]:
    return [answered.words(row[0]) for row in answered.rows]


def test_an_answer_knows_its_release_its_text_and_its_values(targets: QuestionResult, engine: EmbeddedEngine) -> None:
    assert targets.release_id == engine.release_id
    assert targets.total == len(targets.rows) > 0
    assert targets.chosen == {"plan": ()}
    assert "VALUES $plan { UNDEF }" in targets.text


def test_things_are_named_in_the_language_of_the_answer(engine: EmbeddedEngine, catalogue: Catalogue) -> None:
    question = catalogue.get("key-messages")
    for language, words in (("en", "Big Data"), ("de", "Big-Data"), ("zh", "大数据")):
        answered = answer_question(engine, question, {}, language)
        assert words in answered.words(thing("plan-bd"))
        assert answered.label(thing("plan-bd")).language == language


def test_what_has_no_label_is_named_by_its_slug_or_its_iri(targets: QuestionResult) -> None:
    assert targets.words(thing("nobody")) == "nobody"
    assert targets.words(NamedNode("http://example.org/x")) == "http://example.org/x"
    assert targets.words(None) == ""


def test_every_cell_of_evidence_has_its_place(targets: QuestionResult) -> None:
    at = [place for place, column in enumerate(targets.columns) if column.kind == "evidence"]
    named = {row[place] for row in targets.rows for place in at} - {None}
    assert named == set(targets.places)


def test_a_value_that_does_not_fit_is_refused(engine: EmbeddedEngine, catalogue: Catalogue) -> None:
    with pytest.raises(ParameterInvalid, match=r"^plan: "):
        answer_question(engine, catalogue.get("targets-against-outcomes"), {"plan": ["id:technology-5g"]})


def test_an_answer_is_narrowed_by_compact_and_by_full_iris(targets: QuestionResult) -> None:
    short = narrow(targets, {"plan": ["id:plan-ict"]})
    assert short.rows == narrow(targets, {"plan": [thing("plan-ict").value]}).rows
    assert 0 < len(short.rows) < targets.total == short.total
    both = narrow(targets, {"plan": ["id:plan-ict", "id:plan-gr"]})
    assert len(both.rows) == len(short.rows) + len(narrow(targets, {"plan": ["id:plan-gr"]}).rows)
    assert narrow(targets, {"plan": ["id:plan-ict"], "progress": ["fyp:behind"]}).rows == ()


def test_an_answer_is_narrowed_by_its_facets_only(targets: QuestionResult) -> None:
    with pytest.raises(ColumnUnknown, match="its facets are plan, progress"):
        narrow(targets, {"indicator": ["id:indicator-ict-revenue"]})


def test_no_facet_value_leads_to_an_empty_answer(targets: QuestionResult) -> None:
    for plan in ("id:plan-ict", "id:plan-tw"):
        narrowed = narrow(targets, {"plan": [plan]})
        result = facet_values(narrowed, targets)
        for value in result["progress"]:
            assert isinstance(value.term, NamedNode)
            both = narrow(targets, {"plan": [plan], "progress": [value.term.value]})
            assert len(both.rows) == value.count > 0
        assert [value.chosen for value in result["plan"]].count(True) == 1
        assert sum(value.count for value in result["plan"]) == sum(row[0] is not None for row in targets.rows)


def test_numbers_are_ordered_by_size_and_empty_cells_come_last(targets: QuestionResult) -> None:
    numbers = [Literal("10", datatype=DECIMAL), None, Literal("9.5", datatype=DECIMAL), Literal("-1", datatype=DECIMAL)]
    answered = made(targets, [*numbers])
    assert cells(order(answered, "one")) == ["-1", "9.5", "10", ""]
    assert cells(order(answered, "one", descending=True)) == ["10", "9.5", "-1", ""]


def test_words_are_ordered_without_regard_to_case_and_accents(targets: QuestionResult) -> None:
    things = [thing(slug) for slug in ("a", "b", "c", "d")]
    answered = made(targets, [*things], a="Zeit", b="Ärzte", c="arm", d="Öl")
    assert cells(order(answered, "one")) == ["arm", "Ärzte", "Öl", "Zeit"]


def test_chinese_is_ordered_by_its_sound(engine: EmbeddedEngine, catalogue: Catalogue) -> None:
    answered = order(answer_question(engine, catalogue.get("key-messages"), {}, "zh"), "plan")
    sounds = [answered.pinyin[row[0]].casefold() for row in answered.rows if isinstance(row[0], NamedNode)]
    assert sounds == sorted(sounds)
    assert len(sounds) == 6


def test_rows_that_are_equal_keep_the_order_of_the_query(targets: QuestionResult) -> None:
    place = targets.place("plan")
    ordered = order(targets, "plan")
    assert sorted(map(str, ordered.rows)) == sorted(map(str, targets.rows))
    for plan in {row[place] for row in targets.rows}:
        assert [row for row in ordered.rows if row[place] == plan] == [
            row for row in targets.rows if row[place] == plan
        ]


def test_what_is_no_number_is_a_word(targets: QuestionResult) -> None:
    odd = [Literal("INF", datatype=name("xsd:double")), Literal("x", datatype=DECIMAL), Literal("3", datatype=DECIMAL)]
    assert cells(order(made(targets, [*odd]), "one"))[0] == "3"


def test_a_column_that_there_is_not_is_named_with_those_that_there_are(targets: QuestionResult) -> None:
    with pytest.raises(ColumnUnknown, match="no column 'colour'; it has plan, indicator"):
        order(targets, "colour")


@pytest.mark.parametrize(
    "term",
    [
        None,
        Literal("12"),
        Literal("twelve", datatype=name("xsd:integer")),
        Literal("NaN", datatype=name("xsd:double")),
        Literal("INF", datatype=name("xsd:double")),
        Literal("1E999999999", datatype=name("xsd:double")),
        Literal("1E-999999999", datatype=name("xsd:double")),
        thing("plan-ii"),
    ],
)
def test_a_cell_that_is_no_number_of_ordinary_size_has_none(term: Literal | None) -> None:
    assert number_of(term) is None


def test_a_cell_with_a_number_has_it_exactly() -> None:
    assert number_of(Literal("69.80", datatype=name("xsd:decimal"))) == Decimal("69.80")
    assert number_of(Literal("2.64E12", datatype=name("xsd:double"))) == Decimal("2.64E12")


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


def test_facets_are_described_by_their_labels() -> None:
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
def test_a_place_is_described_in_the_language_of_its_reader(language: str, passage: str, page: str) -> None:
    assert place_words(Place(PASSAGE, line=33, section=SECTION), LABELS, language) == passage
    assert place_words(Place(PAGE, title="A page", publisher="A ministry", address=ADDRESS), {}, language) == page


def test_a_passage_may_be_in_no_section() -> None:
    assert place_words(Place(PASSAGE, line=7), {}) == "line 7"
