"""Two releases are compared as their readers see them: rows added, removed and changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from kg.core.names import LANGUAGES, thing
from kg.graph.labels import Label
from kg.questions.catalogue import Column
from kg.questions.diff import Difference, difference
from kg.questions.result import QuestionResult, Row
from tests.catalogue import project_catalogue

QUESTION = project_catalogue().questions["planned-growth"]
A, B, C = (thing(slug) for slug in "abc")
TEXTS = dict.fromkeys(LANGUAGES, "x")


def answered(
    rows: Sequence[Row], kinds: Sequence[str] = ("entity", "number"), release_id: str = "old"
) -> QuestionResult:
    """An answer of these rows, in columns of these kinds."""
    return QuestionResult(
        question=QUESTION,
        values={},
        chosen={},
        text="",
        release_id=release_id,
        language="en",
        columns=tuple(Column(f"c{place}", TEXTS, kind) for place, kind in enumerate(kinds)),
        rows=tuple(rows),
        labels={},
        places={},
        parents={},
        pinyin={},
        total=len(rows),
        only={},
    )


def counts(before: Sequence[Row], after: Sequence[Row], *kinds: str) -> tuple[int, int, int]:
    chosen = kinds or ("entity", "number")
    result = difference(answered(before, chosen), answered(after, chosen, "new"))
    assert result.release_id == "new"
    assert bool(result) == (result.added + result.removed + result.changed > 0)
    return result.added, result.removed, result.changed


def row(name: NamedNode, number: object) -> Row:
    return (name, Literal(str(number)))


def test_a_row_is_changed_although_its_release_has_another_column() -> None:
    before = answered([(A, Literal("1"))])
    after = answered([(Literal("3"), A, Literal("2"))], ("number", "entity", "number"), "new")
    assert difference(before, after) == Difference("new", changed=1)
    fewer = answered([(A,)], ("entity",), "new")
    assert difference(before, fewer) == Difference("new", changed=1)


def test_equal_rows_in_another_order_are_no_difference() -> None:
    assert counts([row(A, 1), row(B, 2)], [row(B, 2), row(A, 1)]) == (0, 0, 0)


def test_rows_are_added_removed_and_changed() -> None:
    assert counts([row(A, 1)], [row(A, 1), row(B, 2)]) == (1, 0, 0)
    assert counts([row(A, 1), row(B, 2)], [row(A, 1)]) == (0, 1, 0)
    assert counts([row(A, 1)], [row(A, 2)]) == (0, 0, 1)
    assert counts([row(A, 1), row(B, 1)], [row(A, 2), row(C, 1)]) == (1, 1, 1)


def test_a_row_that_occurs_twice_counts_twice() -> None:
    assert counts([row(A, 1)], [row(A, 1), row(A, 1)]) == (1, 0, 0)
    assert counts([row(A, 1), row(A, 1)], [row(A, 2), row(A, 3), row(A, 4)]) == (1, 0, 2)


def test_rows_that_name_nothing_do_not_change_but_come_and_go() -> None:
    assert counts([(Literal("1"),)], [(Literal("2"),)], "number") == (1, 1, 0)


def test_what_is_hidden_and_the_names_of_blank_nodes_do_not_count() -> None:
    assert counts([row(A, 1)], [row(A, 2)], "entity", "hidden") == (0, 0, 0)
    assert counts([(A, BlankNode("x"))], [(A, BlankNode("y"))], "entity", "text") == (0, 0, 0)


def test_a_value_that_is_unbound_is_a_value() -> None:
    assert counts([(A, None)], [(A, Literal(""))], "entity", "text") == (0, 0, 1)


def test_a_thing_that_has_another_name_is_a_change() -> None:
    before, after = answered([row(A, 1)]), answered([row(A, 1)], release_id="new")
    renamed = replace(after, labels={A: {"en": Label("another name", "en")}})
    assert difference(before, after) == Difference("new")
    assert difference(before, renamed) == Difference("new", changed=1)


@given(*[st.lists(st.tuples(st.sampled_from([A, B, C]), st.integers(0, 2)), max_size=8)] * 2)
def test_the_numbers_add_up(before: list[tuple[NamedNode, int]], after: list[tuple[NamedNode, int]]) -> None:
    rows = [row(*item) for item in before], [row(*item) for item in after]
    added, removed, changed = counts(*rows)
    assert len(after) - len(before) == added - removed
    assert min(added, removed, changed) >= 0
    assert counts(rows[1], rows[0]) == (removed, added, changed)
    assert counts(rows[0], rows[0]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("result", "language", "words"),
    [
        (Difference("r"), "en", "The current release answers the same."),
        (Difference("r"), "de", "Die aktuelle Ausgabe antwortet ebenso."),
        (Difference("r"), "zh", "当前版本的答案相同。"),
        (
            Difference("r", added=2, removed=1, changed=3),
            "en",
            "The current release answers differently: 2 rows added, 1 row removed, 3 rows changed.",
        ),
        (
            Difference("r", added=1, changed=2),
            "de",
            "Die aktuelle Ausgabe antwortet anders: 1 Zeile hinzugekommen, 2 Zeilen geändert.",
        ),
        (Difference("r", removed=2, added=1), "zh", "当前版本的答案不同：新增1行，删除2行。"),
        (
            Difference("r", refused="plan: 'x' is not one of the choices."),
            "en",
            "The current release answers differently: plan: 'x' is not one of the choices.",
        ),
    ],
)
def test_it_is_reported_in_words(result: Difference, language: str, words: str) -> None:
    assert result.words(language) == words
