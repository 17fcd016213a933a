"""Each dump, read back, says what the release says."""

from __future__ import annotations

import gzip
import warnings
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from pyjelly import jelly
from pyjelly.integrations.generic import generic_sink as theirs
from pyjelly.integrations.generic.generic_sink import GenericStatementSink
from pyjelly.parse.ioutils import get_options_and_frames
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat

from kg.build.canonical import canonical_lines
from kg.core.names import graph, thing
from kg.engine.store import Store
from kg.release import QUADS_FILE, Release
from kg.release.dump import formats
from kg.release.dump.formats import DUMP_FORMATS, Source, file_name
from kg.release.dump.write import write_dumps
from tests.kg.release.dump.made import QUADS, RELEASE_ID, SAID, canonical

OURS = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD}
THEIRS = {"nq": "nquads", "trig": "trig", "jsonld": "json-ld", "jelly": "jelly"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dumps of the difficult quads."""
    folder = tmp_path_factory.mktemp("dumps")
    write_dumps(canonical(folder / "quads", QUADS), folder, RELEASE_ID)
    return folder


@pytest.fixture(scope="module")
def real(release: Release) -> Path:
    """The dumps of the release of the real graph."""
    return release.folder / "dumps"


def unpacked(folder: Path, ending: str, release_id: str = RELEASE_ID) -> bytes:
    return gzip.decompress((folder / file_name(release_id, ending, "gz")).read_bytes())


def lines(quads: list[Quad]) -> list[bytes]:
    return canonical_lines(quads)


@pytest.mark.parametrize("ending", ["nq", "trig", "jsonld"])
def test_what_keeps_graphs_has_the_same_quads_to_the_last_letter(folder: Path, ending: str) -> None:
    assert lines(list(pyoxigraph.parse(unpacked(folder, ending), format=OURS[ending]))) == lines(QUADS)


def test_turtle_has_each_triple_once_and_no_graph(folder: Path) -> None:
    parse = list(pyoxigraph.parse(unpacked(folder, "ttl"), format=RdfFormat.TURTLE))
    union = {quad.triple for quad in QUADS}
    assert len(parse) == len(union) == len(QUADS) - 1
    assert lines(parse) == lines([Quad(item.subject, item.predicate, item.object) for item in union])


def test_the_n_quads_are_the_canonical_ones(folder: Path) -> None:
    assert unpacked(folder, "nq") == (folder / "quads").read_bytes()


def test_jelly_has_the_same_quads_for_a_reader_without_rdf_library(folder: Path) -> None:
    sink = GenericStatementSink()
    with gzip.open(folder / file_name(RELEASE_ID, "jelly", "gz")) as file:
        sink.parse(file)
    assert lines([Quad(*map(our_term, quad)) for quad in sink]) == lines(QUADS)


def our_term(term: Any) -> Any:
    """The term of pyoxigraph for one of pyjelly."""
    if isinstance(term, theirs.IRI):
        return NamedNode(term._iri)
    if isinstance(term, theirs.BlankNode):
        return BlankNode(term._identifier)
    if isinstance(term, theirs.Literal):
        datatype = NamedNode(term._datatype) if term._datatype else None
        return Literal(term._lex, language=term._langtag, datatype=datatype)
    assert term is theirs.DefaultGraph
    return DefaultGraph()


def test_jelly_promises_plain_rdf_so_that_every_reader_takes_it(folder: Path) -> None:
    options, _ = get_options_and_frames(BytesIO(unpacked(folder, "jelly")))
    assert (options.params.rdf_star, options.params.generalized_statements, options.params.version) == (False, False, 1)
    assert options.stream_types.physical_type == jelly.PHYSICAL_STREAM_TYPE_QUADS


@pytest.mark.parametrize("ending", THEIRS)
def test_rdflib_reads_the_real_release_with_its_graphs(real: Path, release: Release, store: Store, ending: str) -> None:
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib's own, about what it will rename
        dataset.parse(data=unpacked(real, ending, release.release_id), format=THEIRS[ending])
        graphs = {str(graph.identifier): len(graph) for graph in dataset.graphs() if len(graph)}
    named = {f"https://w3id.org/fyp-kg/graph/{graph}": number for graph, number in release.manifest.graphs.items()}
    assert graphs == named
    assert subjects(dataset) == {quad.subject.value for quad in store if isinstance(quad.subject, NamedNode)}


def subjects(dataset: rdflib.Dataset) -> set[str]:
    return {str(subject) for subject, _, _, _ in dataset.quads() if isinstance(subject, rdflib.URIRef)}


@pytest.mark.parametrize("ending", ["trig", "jsonld", "ttl"])
def test_the_real_release_read_back_is_the_release(real: Path, release: Release, ending: str) -> None:
    parse = list(pyoxigraph.parse(unpacked(real, ending, release.release_id), format=OURS[ending]))
    whole = (release.folder / QUADS_FILE).read_bytes()
    quads = list(pyoxigraph.parse(whole, format=RdfFormat.N_QUADS))
    if DUMP_FORMATS[ending].keeps_graphs:
        assert b"".join(lines(parse)) == whole
    else:
        assert {quad.triple for quad in parse} == {quad.triple for quad in quads}


@pytest.mark.parametrize("ending", DUMP_FORMATS)
def test_both_packings_hold_the_same(folder: Path, ending: str) -> None:
    assert zstd.decompress((folder / file_name(RELEASE_ID, ending, "zst")).read_bytes()) == unpacked(folder, ending)


@pytest.mark.parametrize("ending", DUMP_FORMATS)
def test_a_release_of_nothing_has_dumps_of_nothing(tmp_path: Path, ending: str) -> None:
    write_dumps(canonical(tmp_path / "quads", []), tmp_path, RELEASE_ID, [DUMP_FORMATS[ending]])
    body = unpacked(tmp_path, ending)
    if ending in OURS:
        assert list(pyoxigraph.parse(body, format=OURS[ending])) == []
    else:
        sink = GenericStatementSink()
        with gzip.open(tmp_path / file_name(RELEASE_ID, ending, "gz")) as file:
            sink.parse(file)
        assert len(sink) == 0


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
    monkeypatch.setattr(formats, "_HELD_BYTES", 500)
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
    assert formats._graph_of(line).decode() == str(parsed.graph_name)


@given(st.text(max_size=30))
def test_no_literal_of_the_default_graph_looks_like_a_graph(text: str) -> None:
    for literal in (Literal(text), Literal(text, language="en"), Literal(f"{text} <urn:x:y>")):
        (line,) = canonical_lines([Quad(thing("a"), SAID, literal, DefaultGraph())])
        assert formats._graph_of(line) == b"DEFAULT"
