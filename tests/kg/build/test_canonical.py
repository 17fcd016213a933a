"""The canonical text of a release, from a list and from a whole store."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.build.canonical import canonical_lines, canonical_lines_of
from kg.engine.store import Store
from kg.release import Release
from tests.kg.release.dump.made import QUADS

P, G = NamedNode("https://example.org/p"), NamedNode("https://example.org/g")


def chain(names: Iterable[str]) -> list[Quad]:
    """Blank nodes in a row, which only their places in it tell apart."""
    nodes = [BlankNode(label) for label in names]
    return [Quad(a, P, b, G) for a, b in pairwise(nodes)] + [Quad(nodes[0], P, Literal("1"), G)]


def test_canonical_lines_depend_neither_on_order_nor_on_names_of_blank_nodes() -> None:
    lines = canonical_lines(chain("abcd"))
    assert lines == sorted(lines)
    assert canonical_lines(reversed(chain("dxab"))) == lines
    assert canonical_lines(chain("abc")) != lines


@pytest.mark.parametrize("lines_held", [1, 3, 1000])
def test_a_store_has_the_same_lines_however_many_are_held_at_once(tmp_path: Path, lines_held: int) -> None:
    quads = [*QUADS, *chain("abcd"), Quad(P, P, Literal("no _: node"), G), Quad(P, P, NamedNode("x:a_:b"), G)]
    assert list(canonical_lines_of(Store(quads), tmp_path, lines_held)) == canonical_lines(Store(quads))


def test_a_store_without_quads_has_no_line(tmp_path: Path) -> None:
    assert list(canonical_lines_of(Store(), tmp_path)) == []


def test_a_release_read_back_is_written_as_it_was(store: Store, release: Release, tmp_path: Path) -> None:
    assert b"".join(canonical_lines_of(store, tmp_path, 10_000)) == (release.folder / "quads.nq").read_bytes()
