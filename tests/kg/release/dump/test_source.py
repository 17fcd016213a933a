"""The quads are read in passes, by subject or by graph, and never held whole."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, Quad, RdfFormat

from kg.build.canonical import canonical_lines
from kg.core.names import graph, thing
from kg.release.dump import source as module
from kg.release.dump.source import Source
from tests.kg.release.dump.made import QUADS, SAID, canonical


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


@pytest.mark.parametrize("quad", QUADS, ids=str)
def test_the_graph_of_a_line_is_read_from_its_end(quad: Quad) -> None:
    (line,) = canonical_lines([quad])
    (parsed,) = pyoxigraph.parse(line, format=RdfFormat.N_QUADS)
    assert module._graph_of(line).decode() == str(parsed.graph_name)


@given(st.text(max_size=30))
def test_no_literal_of_the_default_graph_looks_like_a_graph(text: str) -> None:
    for literal in (Literal(text), Literal(text, language="en"), Literal(f"{text} <urn:x:y>")):
        (line,) = canonical_lines([Quad(thing("a"), SAID, literal, DefaultGraph())])
        assert module._graph_of(line) == b"DEFAULT"
