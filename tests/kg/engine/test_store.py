"""The store: named graphs, one union, and mistakes reported with their place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from kg.core.errors import QueryFailed, QueryInvalid, ReleaseBroken, WriteFailed
from kg.core.names import graph, name, thing
from kg.engine.store import Store, write_store

ONE, TWO = graph("one"), graph("two")


def said(number: int, home: NamedNode) -> Quad:
    return Quad(thing("a"), name("fyp:says"), Literal(str(number)), home)


@pytest.fixture
def small() -> Store:
    """Graph one says 1 and 2, graph two says 2 and 3."""
    return Store([said(1, ONE), said(2, ONE), said(2, TWO), said(3, TWO)])


def answers(store: Store, text: str, *dataset: tuple[NamedNode, ...]) -> list[str]:
    solutions = store.query(text, *dataset)
    assert isinstance(solutions, QuerySolutions)
    return sorted(term.value for (term,) in solutions if isinstance(term, Literal))


def test_a_question_sees_the_union_of_all_graphs(small: Store) -> None:
    assert answers(small, "SELECT DISTINCT ?o { ?s ?p ?o }") == ["1", "2", "3"]


def test_no_statement_of_the_real_graph_is_in_two_graphs_for_the_engine_would_count_it_twice(store: Store) -> None:
    counts = Counter(quad.triple for quad in store)
    assert [triple for triple, count in counts.items() if count > 1] == []


def test_a_question_may_ask_which_graph_says_what(small: Store) -> None:
    assert answers(small, f"SELECT ?o {{ GRAPH <{TWO.value}> {{ ?s ?p ?o }} }}") == ["2", "3"]
    assert answers(small, "SELECT ?o { GRAPH ?g { ?s ?p ?o } }") == ["1", "2", "2", "3"]


@pytest.mark.parametrize(
    ("default", "named", "plain", "in_graphs"),
    [
        ((ONE,), (), ["1", "2"], []),
        ((ONE, TWO), (), ["1", "2", "3"], []),
        ((), (TWO,), [], ["2", "3"]),
        ((ONE,), (TWO,), ["1", "2"], ["2", "3"]),
        ((graph("nowhere"),), (), [], []),
    ],
)
def test_a_given_dataset_is_all_that_a_question_sees(
    small: Store, default: tuple[NamedNode, ...], named: tuple[NamedNode, ...], plain: list[str], in_graphs: list[str]
) -> None:
    assert answers(small, "SELECT DISTINCT ?o { ?s ?p ?o }", default, named) == plain
    assert answers(small, "SELECT ?o { GRAPH ?g { ?s ?p ?o } }", default, named) == in_graphs


def test_a_quad_counts_once_however_often_it_is_added(small: Store) -> None:
    small.add([said(1, ONE), said(1, ONE)])
    assert len(small) == len(list(small)) == 4


def test_a_graph_can_be_read_and_emptied_alone(small: Store) -> None:
    assert set(small.graph(ONE)) == {said(1, ONE), said(2, ONE)}
    small.remove_graph(ONE)
    assert set(small) == {said(2, TWO), said(3, TWO)}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("", 1, 1), ("ASK {\n\n", 1, 6), ("SELECT * {\n  ?s ?p\n}", 3, 1), ("# ASK", 1, 6)],
)
def test_a_text_that_does_not_parse_is_reported_with_line_and_column(text: str, line: int, column: int) -> None:
    with pytest.raises(QueryInvalid) as caught:
        Store().query(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value).startswith(f"line {line}, column {column}: the query does not parse.")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("SELECT * {\n ?s fyp:says ?o }", "line 2, column .*the prefix fyp: is not declared; add a PREFIX line for it"),
        ("ASK {\n ?s <http://[> ?o }", "line 2, column .*an IRI in angle brackets is not valid"),
        ("SELECT * {} LIMIT", "It ends too early"),
        ("PREFIX fyp <x:> ASK {}", "Not expected here: 'fyp'. Expected: . :"),
    ],
)
def test_a_mistake_is_reported_with_a_hint(text: str, hint: str) -> None:
    with pytest.raises(QueryInvalid, match=hint):
        Store().query(text)


def test_a_hint_is_short_and_never_proposes_what_is_refused() -> None:
    with pytest.raises(QueryInvalid) as caught:
        Store().query("SELECT * { ?s ?p }")
    assert len(str(caught.value)) < 200
    assert "SERVICE" not in str(caught.value)


def test_a_question_whose_evaluation_fails_says_so() -> None:
    with pytest.raises(QueryFailed, match="could not be answered"):
        Store().query("SELECT (<https://example.org/f>(1) AS ?x) {}")


def test_a_relative_iri_is_one_of_ours() -> None:
    store = Store([said(1, ONE)])
    assert answers(store, "SELECT ?o { <id/a> ?p ?o }") == ["1"]


def test_the_quads_of_a_file_are_held_in_memory_or_read_from_disk(tmp_path: Path, small: Store) -> None:
    path = tmp_path / "quads.nq"
    path.write_text("".join(f"{quad} .\n" for quad in small), encoding="utf-8")
    assert set(Store.from_nquads(path)) == set(small)
    write_store(path, tmp_path / "store")
    on_disk = Store.read_only(tmp_path / "store")
    assert set(on_disk) == set(small)
    assert answers(on_disk, "SELECT DISTINCT ?o { ?s ?p ?o }") == ["1", "2", "3"]


@pytest.mark.parametrize("body", [b"<x:a> <x:b> .\n", b"not a quad", b'<x:a> <x:b> "\xff" .\n', b'<x:a> <x:b> "cut'])
def test_a_broken_file_of_quads_is_a_broken_release(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "quads.nq"
    path.write_bytes(b'<x:a> <x:b> "whole" .\n' + body)
    with pytest.raises(ReleaseBroken, match=r"cannot be loaded: .*Run 'kg build' again") as caught:
        Store.from_nquads(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_of_quads_is_a_broken_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseBroken, match=r"nowhere\.nq cannot be loaded"):
        Store.from_nquads(tmp_path / "nowhere.nq")


@pytest.mark.parametrize("folder", ["empty", "nowhere", "file"])
def test_a_folder_that_is_no_store_is_a_broken_release(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(ReleaseBroken, match=f"{folder} cannot be opened: .*Run 'kg build' again"):
        Store.read_only(tmp_path / folder)
    assert not (tmp_path / "nowhere").exists()


def test_a_store_is_not_written_where_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "quads.nq"
    path.touch()
    with pytest.raises(WriteFailed, match=r"cannot be written.*quads\.nq"):
        write_store(path, path)
