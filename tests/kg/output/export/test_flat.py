"""A flat table has a field for each fact that a file gives of a column, whatever the rows hold."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from kg.core.names import name, thing
from kg.engine.embedded import EmbeddedEngine
from kg.graph.evidence import Place
from kg.output.export import Notes, notes_of
from kg.output.export.flat import boolean_of, date_of, flatten, number_of, rounded_of, text_of
from kg.questions.result import QuestionResult, answer_question, narrow
from tests.kg.output.export.conftest import CATALOGUE
from tests.kg.output.export.made import SCOPE, answered, number, same

PLAN, PASSAGE, PAGE, SECTION = (thing(slug) for slug in ("plan-ii", "passage-1-2", "citation-a", "section-a"))
LABELS = {PLAN: "Plan", PAGE: "A page", SECTION: "Robots"}
PLACES = (
    Place(PASSAGE, line=33, start=1, end=2, section=SECTION),
    Place(PAGE, title="A page", publisher="A ministry", address="https://example.org/a"),
)
KINDS = {"plan": "entity", "n": "number", "source": "evidence", "key": "hidden"}
HEADER = ["plan", "plan_label", "n", "source", "source_label", "source_place", "key"]


def names(rows: list[list[NamedNode | Literal | BlankNode | None]]) -> list[str]:
    return [field.name for field in flatten(answered(KINDS, rows)).fields]


def test_hidden_columns_are_there_and_things_have_labels_and_evidence_has_places() -> None:
    flat = flatten(answered(KINDS, [(PLAN, Literal("1"), PAGE, Literal("k"))], labels=LABELS, places=PLACES))
    assert [field.name for field in flat.fields] == HEADER
    place = "A page, A ministry, https://example.org/a"
    assert flat.rows == ((PLAN, "Plan", Literal("1"), PAGE, "A page", place, Literal("k")),)


def test_an_empty_answer_has_the_same_header_as_a_full_one() -> None:
    assert names([]) == names([[None, None, None, None]]) == HEADER


def test_a_hidden_column_of_iris_has_labels_too() -> None:
    assert names([[None, None, None, PLAN]]) == [*HEADER, "key_label"]


def test_what_is_unbound_stays_so_in_all_fields() -> None:
    assert flatten(answered(KINDS, [[None] * 4])).rows == ((None,) * 7,)


def test_a_cell_that_is_no_thing_is_its_own_label_and_has_no_place() -> None:
    rows = flatten(answered({"x": "evidence"}, [[Literal("said")], [BlankNode("b")], [PLAN]])).rows
    assert rows == ((Literal("said"), "said", None), (BlankNode("b"), "_:b", None), (PLAN, "plan-ii", None))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("15", "decimal", 15),
        ("15.0", "decimal", 15),
        ("-0.50", "decimal", -0.5),
        (".5", "decimal", 0.5),
        ("+007", "integer", 7),
        ("7.193", "decimal", 7.193),
        ("2640000000000", "decimal", 2640000000000),
        ("999999999999999", "integer", 999999999999999),
        ("1.5E-7", "double", 1.5e-7),
        ("1.0E2", "double", 100),
        ("0.123456789012345", "decimal", 0.123456789012345),
        ("12", "unsignedByte", 12),
    ],
)
def test_a_number_that_a_double_holds_is_a_number(text: str, kind: str, value: float) -> None:
    result = number_of(number(text, kind))
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1000000000000000", "integer"),
        ("-1000000000000000", "integer"),
        ("1E999999999", "double"),
        ("1E-400", "double"),
        ("1E-999999999", "double"),
        ("0.1234567890123456", "decimal"),
        ("33.333333333333333333", "decimal"),
        ("INF", "double"),
        ("NaN", "double"),
        ("twelve", "integer"),
        ("12", "string"),
        ("2021", "gYear"),
    ],
)
def test_no_other_number_is_one(text: str, kind: str) -> None:
    assert number_of(number(text, kind)) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("33.333333333333333333", 33.3333333333333),
        ("-0.1234567890123456", -0.123456789012346),
        ("1.5", 1.5),
        ("1000000000000000.5", None),
        ("12345678901234567890", None),
        ("15", None),
    ],
)
def test_only_fractions_are_rounded(text: str, value: float | None) -> None:
    assert rounded_of(number(text)) == value


def test_words_and_iris_are_no_numbers() -> None:
    for cell in ("12", NamedNode("urn:12"), BlankNode("b12"), None):
        assert [of(cell) for of in (number_of, rounded_of, boolean_of, date_of)] == [None] * 4


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("false", False), ("0", False), ("yes", None)]
)
def test_truth_values(text: str, value: object) -> None:
    assert boolean_of(number(text, "boolean")) is value


def test_the_word_true_is_no_truth_value() -> None:
    assert boolean_of(Literal("true")) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2021-11-15", datetime.date(2021, 11, 15)),
        ("2021-11-15Z", None),
        ("2021-1-5", None),
        ("20211115", None),
        ("2021-02-30", None),
        ("-0044-03-15", None),
    ],
)
def test_days(text: str, value: datetime.date | None) -> None:
    assert date_of(number(text, "date")) == value


def test_text_is_that_of_sparqls_own_csv() -> None:
    assert text_of(NamedNode("urn:a")) == "urn:a"
    assert text_of(Literal("中文", language="zh")) == "中文"
    assert text_of(Literal("2.50", datatype=name("xsd:decimal"))) == "2.50"
    assert text_of(BlankNode("b1")) == "_:b1"
    assert text_of("words") == "words"
    assert text_of(None) == ""


PLAN_LABEL = thing("plan-ii")


def noted(answer: QuestionResult) -> Notes:
    return notes_of(answer, address="http://localhost/q/made", citation="That.", built_on=datetime.date(2026, 11, 25))


def chosen(*terms: NamedNode | Literal, language: str = "en") -> tuple[tuple[str, str], ...]:
    made = answered({}, [], parameters=[SCOPE], labels={PLAN_LABEL: "The plan"}, language=language)
    return noted(replace(made, chosen={"scope": terms})).parameters


def test_several_values_are_a_list() -> None:
    assert chosen(Literal("own")) == (("Counted", "Own words"),)
    assert chosen(Literal("own"), PLAN_LABEL, language="zh") == (("统计", "原文；The plan"),)


def test_a_parameter_without_a_value_is_said_to_be_without_one() -> None:
    assert chosen(language="de") == (("Gezählt", "nicht gesetzt"),)


def test_facets_are_described_by_their_labels() -> None:
    made = answered({"plan": "entity"}, [[PLAN_LABEL]], labels={PLAN_LABEL: "The plan"})
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
    assert [label for label, _ in notes.parameters] == [parameter.labels["zh"] for parameter in question.parameters]
    assert ("工业互联网" in notes.parameters[0][1]) is True
    assert noted(replace(answer, question=replace(question, title=same("T")))).title == "T"
