"""Pages of fragments: every statement once, in one order, with an exact count."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.core.errors import RequestInvalid
from kg.core.names import graph, name, thing
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.fragments import PAGE_SIZE, Pattern, last_page
from kg.output.fragments.page import read
from kg.output.metadata import UNION

PLAN, LABEL = thing("plan-ii"), name("skos:prefLabel")
TWICE = Quad(PLAN, LABEL, Literal("Plan", language="en"), graph("a"))
QUADS = [
    TWICE,
    Quad(TWICE.subject, TWICE.predicate, TWICE.object, graph("b")),
    Quad(PLAN, LABEL, Literal("Plan", language="de"), graph("a")),
    Quad(PLAN, LABEL, Literal("Plan"), graph("a")),
    Quad(PLAN, name("rdf:type"), name("fyp:Plan"), graph("b")),
    Quad(PLAN, name("fyp:year"), Literal("2025", datatype=name("xsd:integer")), graph("b")),
    Quad(BlankNode("x"), LABEL, Literal('"\\\n'), graph("b")),
]
MANY = [
    Quad(thing(f"t{number}"), LABEL, Literal("Plan", language=language), graph("a"))
    for number in range(PAGE_SIZE + 7)
    for language in ("en", "de")
]


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return EmbeddedEngine(Store(QUADS), "small", 50)


@pytest.mark.parametrize(
    ("pattern", "total"),
    [
        (Pattern(), 6),
        (Pattern(graph=None), 7),
        (Pattern(graph=graph("a")), 3),
        (Pattern(graph=graph("nowhere")), 0),
        (Pattern(PLAN), 5),
        (Pattern(PLAN, LABEL), 3),
        (Pattern(PLAN, LABEL, TWICE.object), 1),  # type: ignore[arg-type]
        (Pattern(PLAN, LABEL, TWICE.object, None), 2),  # type: ignore[arg-type]
        (Pattern(object=Literal('"\\\n')), 1),
        (Pattern(object=Literal("2025", datatype=name("xsd:integer"))), 1),
        (Pattern(object=Literal("2025")), 0),
        (Pattern(object=name("fyp:Plan")), 1),
    ],
)
def test_a_fragment_holds_what_fits(engine: EmbeddedEngine, pattern: Pattern, total: int) -> None:
    page = read(engine, pattern)
    assert (page.total, len(page.statements), page.last) == (total, total, 1)
    for quad in page.statements:
        for position in ("subject", "predicate", "object"):
            assert getattr(pattern, position) in (None, getattr(quad, position))


def test_the_union_stands_in_the_default_graph_and_quads_in_their_own(engine: EmbeddedEngine) -> None:
    assert {quad.graph_name for quad in read(engine, Pattern()).statements} == {DefaultGraph()}
    assert set(read(engine, Pattern(PLAN, graph=None)).statements) == {quad for quad in QUADS if quad.subject == PLAN}


@pytest.mark.parametrize("pattern", [Pattern(Literal("x")), Pattern(None, Literal("x")), Pattern(graph=None)])
def test_a_literal_where_none_can_stand_fits_nothing_and_is_no_mistake(pattern: Pattern) -> None:
    page = read(EmbeddedEngine(Store(), "empty", 50), pattern)
    assert (page.statements, page.total, page.last) == ((), 0, 1)


@pytest.mark.parametrize("pattern", [Pattern(), Pattern(graph=None), Pattern(predicate=LABEL)])
def test_the_pages_together_hold_each_statement_once_and_in_one_order(pattern: Pattern) -> None:
    for quads in (MANY, MANY[::-1]):
        engine = EmbeddedEngine(Store(quads), "many", 50)
        pages = [read(engine, pattern, number) for number in (1, 2, 3)]
        found = [(str(quad.subject)[1:-1], str(quad.object)) for page in pages for quad in page.statements]
        assert [len(page.statements) for page in pages] == [100, 100, 14]
        assert found == sorted(found)
        assert found == sorted({(str(quad.subject)[1:-1], str(quad.object)) for quad in MANY})


def test_a_page_behind_the_last_one_is_refused(engine: EmbeddedEngine) -> None:
    for pattern, number in ((Pattern(), 2), (Pattern(Literal("x")), 2), (Pattern(NamedNode("urn:none")), 999_999_999)):
        with pytest.raises(RequestInvalid, match="ends with page 1"):
            read(engine, pattern, number)


@pytest.mark.parametrize(("total", "last"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2), (201, 3)])
def test_the_last_page_is_not_empty(total: int, last: int) -> None:
    assert last_page(total) == last


def test_the_union_is_no_graph_of_the_data(engine: EmbeddedEngine) -> None:
    assert read(engine, Pattern(graph=UNION)).total == read(engine, Pattern()).total
