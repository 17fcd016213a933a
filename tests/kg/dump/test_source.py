"""The quads are read in passes, by subject or by graph, and never held whole."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from pyoxigraph import Literal, Quad

from kg.dump import source as module
from kg.dump.source import Source
from kg.names import graph, thing
from tests.kg.dump.made import QUADS, SAID, canonical


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "scratch").mkdir()
    return Source(canonical(tmp_path / "quads", QUADS), tmp_path / "scratch")


def test_each_graph_comes_in_one_piece_and_all_in_order_of_their_names(source: Source) -> None:
    names = [str(name) for name, _ in groupby(quad.graph_name for quad in source.quads_by_graph())]
    assert names == sorted(names)
    assert len(names) == len({quad.graph_name for quad in QUADS})


def test_a_triple_of_two_graphs_comes_once(source: Source) -> None:
    triples = list(source.triples())
    assert len(triples) == len(set(triples)) == len(QUADS) - 1


def test_a_subject_comes_in_one_piece(source: Source) -> None:
    subjects = [subject for subject, _ in groupby(triple.subject for triple in source.triples())]
    assert len(subjects) == len(set(subjects))


def test_few_lines_are_held_at_a_time_however_many_graphs_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_HELD_BYTES", 500)
    quads = [Quad(thing(f"t-{n}"), SAID, Literal(f"{n}"), graph(f"g-{n % 97}")) for n in range(2000)]
    (tmp_path / "scratch").mkdir()
    source = Source(canonical(tmp_path / "quads", quads), tmp_path / "scratch")
    for _ in range(2):
        assert {str(quad) for quad in source.quads_by_graph()} == {str(quad) for quad in quads}
    assert len(list((tmp_path / "scratch").iterdir())) == 97
