"""A flat table has a field for each thing that a file says of a column, whatever the rows hold."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.core.names import thing
from kg.graph.evidence import Place
from kg.output.export.flat import flatten
from tests.kg.output.export.made import answered

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
