"""Graphs as text: the same triples, the same bytes."""

from __future__ import annotations

import io

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, Quad, RdfFormat, Triple

from kg.build.canonical import canonical_lines
from kg.core.names import PREFIXES, graph, name
from kg.core.turtle import _SortedPrefixes, serialize, write_stream

PREFIXED = [RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3, RdfFormat.RDF_XML]
HOME = graph("one")
EVERY = [*PREFIXED, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS, RdfFormat.JSON_LD]
TRIPLES = [Triple(name(f"{prefix}:a"), name("rdf:value"), name(f"{prefix}:b")) for prefix in sorted(PREFIXES)]
every_format = pytest.mark.parametrize("form", EVERY, ids=lambda form: form.file_extension)
every_prefixed = pytest.mark.parametrize("form", PREFIXED, ids=lambda form: form.file_extension)

names = st.builds(
    lambda prefix, local: name(f"{prefix}:{local}"), st.sampled_from(sorted(PREFIXES)), st.sampled_from("abc")
)
literals = st.builds(Literal, st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=5))
triples = st.lists(st.builds(Triple, names, names, names | literals), max_size=8, unique=True)


def read(body: bytes, form: RdfFormat) -> set[Triple]:
    return {quad.triple for quad in pyoxigraph.parse(body, format=form, base_iri="https://example.org/")}


@every_format
def test_the_same_triples_give_the_same_bytes_in_call_after_call(form: RdfFormat) -> None:
    assert len({serialize(TRIPLES, form) for _ in range(40)}) == 1


@every_prefixed
def test_only_the_prefixes_that_are_used_are_declared_and_in_alphabetical_order(form: RdfFormat) -> None:
    body = serialize([Triple(name("skos:a"), name("fyp:b"), name("id:c"))], form).decode()
    declared = [prefix for prefix in PREFIXES if f"{prefix}: <{PREFIXES[prefix]}>" in body]
    declared += [prefix for prefix in PREFIXES if f'xmlns:{prefix}="{PREFIXES[prefix]}"' in body]
    wanted = {"fyp", "id", "skos"} | ({"rdf"} if form == RdfFormat.RDF_XML else set())
    assert set(declared) == wanted
    places = [body.index(PREFIXES[prefix]) for prefix in sorted(wanted)]
    assert places == sorted(places)


@every_format
@given(given_triples=triples)
def test_what_was_written_can_be_read_again(form: RdfFormat, given_triples: list[Triple]) -> None:
    assert read(serialize(given_triples, form), form) == set(given_triples)


@every_format
def test_tags_and_datatypes_survive(form: RdfFormat) -> None:
    values = [Literal("x", language="en"), Literal("2021-12-01", datatype=name("xsd:date")), Literal("中\n\"'<&")]
    triples = [Triple(name("id:a"), name("fyp:b"), value) for value in values]
    assert read(serialize(iter(triples), form), form) == set(triples)


@every_format
def test_no_triples_make_a_text_that_can_be_read(form: RdfFormat) -> None:
    assert read(serialize([], form), form) == set()


def test_a_line_of_data_that_looks_like_a_prefix_is_left_where_it_is() -> None:
    text = "\n@prefix z: <z> .\n@prefix a: <a> .\n"
    body = serialize([Triple(name("id:a"), name("fyp:b"), Literal(text))], RdfFormat.TURTLE)
    assert read(body, RdfFormat.TURTLE) == {Triple(name("id:a"), name("fyp:b"), Literal(text))}


@given(triples.flatmap(lambda ordered: st.tuples(st.just(ordered), st.permutations(ordered))))
def test_shuffled_triples_have_one_canonical_text(both: tuple[list[Triple], list[Triple]]) -> None:
    first, second = (
        [Quad(triple.subject, triple.predicate, triple.object, HOME) for triple in ordering] for ordering in both
    )
    assert canonical_lines(first) == canonical_lines(second)


def test_the_names_of_blank_nodes_do_not_change_the_canonical_text() -> None:
    first, second = ([Quad(BlankNode(label), name("fyp:next"), name("id:a"), HOME)] for label in ("x", "y"))
    assert first != second
    assert canonical_lines(first) == canonical_lines(second)


@pytest.mark.parametrize("form", [RdfFormat.TURTLE, RdfFormat.TRIG])
def test_a_stream_has_the_same_bytes_in_call_after_call_with_its_prefixes_in_order(form: RdfFormat) -> None:
    written = set()
    for _ in range(20):
        out = io.BytesIO()
        write_stream(iter(TRIPLES), form, out)
        written.add(out.getvalue())
    assert len(written) == 1
    body = written.pop()
    assert read(body, form) == set(TRIPLES)
    declared = [line.split(b" ")[1][:-1].decode() for line in body.splitlines() if line.startswith(b"@prefix ")]
    assert declared == sorted(PREFIXES)


def test_a_stream_of_nothing_is_read_as_nothing() -> None:
    out = io.BytesIO()
    write_stream(iter(()), RdfFormat.TURTLE, out)
    assert read(out.getvalue(), RdfFormat.TURTLE) == set()


def test_prefixes_come_in_order_however_the_stream_is_cut() -> None:
    body = b"@prefix b: <urn:b> .\n@prefix a: <urn:a> .\na:s\n  a:p b:o ."
    for size in range(1, len(body)):
        out = io.BytesIO()
        ordered = _SortedPrefixes(out)
        for start in range(0, len(body), size):
            ordered.write(body[start : start + size])
        assert out.getvalue() == b"@prefix a: <urn:a> .\n@prefix b: <urn:b> .\na:s\n  a:p b:o ."


def test_a_literal_that_looks_like_a_prefix_stays_where_it_is() -> None:
    triple = Triple(name("id:z"), name("fyp:b"), Literal("x\n@prefix a: <b> .\n@prefix"))
    out = io.BytesIO()
    write_stream([triple], RdfFormat.TURTLE, out)
    assert read(out.getvalue(), RdfFormat.TURTLE) == {triple}


@every_format
def test_quads_keep_their_graphs_where_the_format_knows_them(form: RdfFormat) -> None:
    quads = [
        Quad(triple.subject, triple.predicate, triple.object, graph_name)
        for triple in TRIPLES[:2]
        for graph_name in (HOME, graph("two"))
    ]
    body = serialize(quads, form)
    assert read(body, form) == set(TRIPLES[:2])
    graphs = {quad.graph_name for quad in pyoxigraph.parse(body, format=form, base_iri="https://example.org/")}
    assert graphs == ({HOME, graph("two")} if form.supports_datasets else {DefaultGraph()})
    assert serialize(quads, form) == body
