"""A push brings a release into a store whole or not at all, goes on where it broke off, and touches nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from kg.core.errors import CopyFailed, ReleaseNotPushed
from kg.core.settings import Settings
from kg.engine import select
from kg.engine.remote.engine import open_engine
from kg.engine.remote.quirks import GraphNames
from kg.release import Release
from kg.release.push.transfer import UNION, Contents, Digest, plan, push, remove
from tests.kg.release.push.conftest import Counting
from tests.oxigraph import dump, load

QUADS = 59


def silent(_: str) -> None:
    """Tell nobody."""


def test_a_push_makes_every_graph_and_marks_the_release(
    contents: Contents, store: Counting, small: Release, small_settings: Settings, authority: str, theirs: list[str]
) -> None:
    mark = push(contents, store, silent)
    assert mark is not None
    assert mark.quads == small.manifest.quads == QUADS
    assert mark.graphs == small.manifest.graphs
    assert store.marks() == {small.release_id: mark}
    assert set(theirs) < set(dump(authority))
    engine = open_engine(small.release_id, tuple(small.manifest.graphs), small_settings)
    try:
        rows = select(engine, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g").rows
        assert [int(row[1].value) for row in rows] == [small.manifest.graphs[name] for name in ("meta", "plan-ii")]  # type: ignore[union-attr]
        assert select(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows[0][0].value == str(QUADS - 2)  # type: ignore[union-attr]
        text = "SELECT * { ?a <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> ?b . GRAPH <graph/meta> { ?a ?p ?b } }"
        assert len(select(engine, text).rows) == 1  # a blank node is one in all graphs
    finally:
        engine.close()


def test_a_second_push_sends_nothing(contents: Contents, store: Counting) -> None:
    push(contents, store, silent)
    store.sent.clear()
    assert push(contents, store, silent) is None
    assert store.sent == []
    assert plan(contents, store).is_whole


def test_a_push_that_broke_off_is_not_answered_from_and_goes_on(
    contents: Contents, store: Counting, small: Release, small_settings: Settings
) -> None:
    store.fails_after = 12
    with pytest.raises(KeyboardInterrupt):
        push(contents, store, silent)
    assert store.marks() == {}
    with pytest.raises(ReleaseNotPushed):
        open_engine(small.release_id, tuple(small.manifest.graphs), small_settings)
    before = sum(count for _, count in store.sent)
    there = plan(contents, store)
    assert sum(there.there.values()) == before
    store.fails_after = 10**9
    assert push(contents, store, silent) is not None
    sent = [count for graph, count in store.sent if graph != contents.naming.mark.value]
    assert sum(sent) == contents.total
    assert plan(contents, store).is_whole


def test_a_chunk_that_is_sent_twice_does_no_harm(contents: Contents, store: Counting) -> None:
    push(contents, store, silent)
    assert push(contents, store, silent, again=True) is not None
    assert plan(contents, store).is_whole
    assert all(not removed.endswith("plan-ii") for removed in store.removed)


@pytest.mark.parametrize("extra", [0, 1])
def test_what_is_there_and_is_not_ours_is_found_and_replaced(
    contents: Contents, store: Counting, authority: str, extra: int
) -> None:
    """There are too many statements, or as many as expected and one of them wrong."""
    iri = contents.iri("meta")
    count = contents.graphs["meta"].count
    load(authority, "".join(f"<http://x> <http://y> {number} ." for number in range(count + extra)), iri)
    push(contents, store, silent)
    assert iri in store.removed
    assert store.count(iri) == count
    assert plan(contents, store).is_whole


def test_a_store_that_changes_what_it_is_sent_gets_no_mark(
    contents: Contents, store: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = store.add

    def forgetful(graph: str, lines: list[bytes]) -> None:
        add(graph, [line for line in lines if b'"2021"' not in line])

    monkeypatch.setattr(store, "add", forgetful)
    with pytest.raises(CopyFailed, match="the union of all, meta"):
        push(contents, store, silent)
    assert store.marks() == {}


def test_a_mark_of_other_contents_is_none(contents: Contents, store: Counting, authority: str) -> None:
    push(contents, store, silent)
    load(authority, "<http://x> <http://y> <http://z> .", contents.iri(UNION))
    assert not plan(contents, store).is_whole
    assert push(contents, store, silent) is not None
    assert plan(contents, store).is_whole


@pytest.mark.parametrize("names", [(), ("meta", "plan-ii")])
def test_a_release_is_removed_and_nothing_else(
    contents: Contents, store: Counting, authority: str, theirs: list[str], names: tuple[str, ...]
) -> None:
    push(contents, store, silent)
    assert remove(contents.naming, names, store, silent) == 3
    assert dump(authority) == theirs
    assert remove(GraphNames("fedcba9876543210"), (), store, silent) == 0


def test_what_a_broken_push_left_is_removed_too(
    contents: Contents, store: Counting, authority: str, theirs: list[str]
) -> None:
    store.fails_after = 12
    with pytest.raises(KeyboardInterrupt):
        push(contents, store, silent)
    remove(contents.naming, (), store, silent)
    assert dump(authority) == theirs


def test_a_plan_tells_each_graph(contents: Contents, store: Counting) -> None:
    lines = list(plan(contents, store).lines(contents))
    assert lines[1] == f"meta: {contents.graphs['meta'].count} statements, 0 of them there"
    push(contents, store, silent)
    assert all("all there" in line for line in plan(contents, store).lines(contents))


LINES = st.lists(st.binary(min_size=1), min_size=1)


def of(*lines: bytes) -> Digest:
    digest = Digest()
    digest.add(lines)
    return digest


@given(LINES, st.randoms())
def test_the_order_does_not_matter(lines: list[bytes], random: object) -> None:
    mixed = list(lines)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert of(*mixed) == of(*lines)


@given(LINES, st.integers(0))
def test_it_is_added_up_in_any_pieces(lines: list[bytes], place: int) -> None:
    digest = of(*lines[: place % len(lines)])
    digest.add(lines[place % len(lines) :])
    assert digest == of(*lines)


@given(LINES)
def test_another_statement_or_a_missing_one_shows(lines: list[bytes]) -> None:
    assert of(*lines[1:]) != of(*lines)
    assert of(*lines[1:], lines[0] + b"x").hex() != of(*lines).hex()


def test_a_triple_counts_as_its_line() -> None:
    digest = Digest()
    digest.add_triples([Triple(NamedNode("http://s"), NamedNode("http://p"), Literal("a\nb"))])
    assert digest == of(b'<http://s> <http://p> "a\\nb" .\n')
