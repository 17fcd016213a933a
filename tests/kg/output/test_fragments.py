"""Terms and patterns as fragments spell them: what is read, what is refused in words, and what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.core.errors import RequestInvalid
from kg.core.names import graph, name, thing
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.fragments import (
    PAGE_SIZE,
    QUADS,
    TRIPLES,
    Page,
    Pattern,
    Source,
    controls,
    last_page,
    neighbours,
    read_fragment,
    read_page,
    read_pattern,
    read_term,
    write_fields,
    write_term,
)
from kg.output.metadata import UNION


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("", None),
        ("  ", None),
        ("?x", None),
        ("?", None),
        ("$技术", None),
        (thing("plan-ii").value, thing("plan-ii")),
        (f"<{thing('plan-ii').value}>", thing("plan-ii")),
        ("id:plan-ii", thing("plan-ii")),
        (" id:plan-ii ", thing("plan-ii")),
        ("urn:isbn:1", NamedNode("urn:isbn:1")),
        ("URN:isbn:1", NamedNode("URN:isbn:1")),
        ("mailto:a@example.org", NamedNode("mailto:a@example.org")),
        ("tel:+86", NamedNode("tel:+86")),
        ("odd+scheme://x", NamedNode("odd+scheme://x")),
        ("<skso:prefLabel>", NamedNode("skso:prefLabel")),
        ("https://example.org/中", NamedNode("https://example.org/中")),
        ('"5G"', Literal("5G")),
        ('""', Literal("")),
        ('"工业互联网"@zh', Literal("工业互联网", language="zh")),
        ('"2025"^^xsd:integer', Literal("2025", datatype=name("xsd:integer"))),
        ('"2025"^^http://www.w3.org/2001/XMLSchema#integer', Literal("2025", datatype=name("xsd:integer"))),
        ('"2025"^^<http://www.w3.org/2001/XMLSchema#integer>', Literal("2025", datatype=name("xsd:integer"))),
        ('"say "yes""@en', Literal('say "yes"', language="en")),
        ('"two\nlines\\"', Literal("two\nlines\\")),
        ('"a@b"', Literal("a@b")),
    ],
)
def test_a_term_is_read(text: str, term: object) -> None:
    assert read_term("object", text) == term


@pytest.mark.parametrize(
    "text",
    [
        "plan-ii",
        "https://example.org/a b",
        "https://example.org/<x>",
        "<https://example.org/",
        "id:a b",
        "https://example.org/%zz",
        "id:\x00",
        "_:b0",
        '"open',
        '"',
        '"a"b',
        '"a"@',
        '"a"@toolonglanguage',
        '"a"@en--ltr',
        '"a"^^',
        '"a"^^integer',
        '"a"^^<xsd:integer',
        "?x ?y",
        "?x }} UNION {{ ?s ?p ?o",
        "> } ; DROP ALL #",
    ],
)
def test_what_is_no_term_is_refused_with_its_place_and_a_way_out(text: str) -> None:
    with pytest.raises(RequestInvalid, match=r"^subject=") as caught:
        read_term("subject", text)
    assert any(word in str(caught.value) for word in ("Write", "write", "Ask"))


@pytest.mark.parametrize("text", ["skso:prefLabel", "Id:plan-ii", "prov:Entity", '"x"^^xds:string', "x.y:", "中:a"])
def test_an_unknown_prefix_is_refused_with_those_that_are_known(text: str) -> None:
    with pytest.raises(RequestInvalid, match=r"^predicate=.* unknown prefix; known are fyp, id, .*, skos, .* <"):
        read_term("predicate", text)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TERMS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(lambda text: Literal(text, language="zh"), TEXTS),
    st.builds(lambda text: Literal(text, datatype=name("xsd:decimal")), TEXTS),
    st.sampled_from([thing("plan-ii"), name("rdf:type"), NamedNode("urn:x"), NamedNode("skso:x")]),
    st.builds(lambda text: Literal(text, datatype=NamedNode("odd:type")), TEXTS),
)


@given(TERMS)
def test_a_term_that_is_written_is_read_again(term: NamedNode | Literal) -> None:
    assert read_term("object", write_term(term)) == term


def test_a_pattern_has_its_fields_and_no_others() -> None:
    fields = [("subject", "id:plan-ii"), ("predicate", "?p"), ("page", "2"), ("graph", "graph:plan-ii"), ("x", "y z")]
    assert read_pattern(fields) == Pattern(thing("plan-ii"))
    assert read_pattern(fields, QUADS) == Pattern(thing("plan-ii"), graph=graph("plan-ii"))
    assert read_pattern([]).graph == UNION
    assert read_pattern([], QUADS).graph is None
    assert read_pattern([("graph", UNION.value)], QUADS) == read_pattern([])


def test_a_field_that_occurs_twice_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="object is given twice"):
        read_pattern([("object", "id:a"), ("object", "id:a")])


def test_a_graph_is_no_literal() -> None:
    with pytest.raises(RequestInvalid, match="IRI"):
        read_pattern([("graph", '"plan-ii"')], QUADS)


@pytest.mark.parametrize(("fields", "number"), [([], 1), ([("page", "1")], 1), ([("page", "346")], 346)])
def test_pages_are_counted_from_1(fields: list[tuple[str, str]], number: int) -> None:
    assert read_page(fields) == number


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "1e3", "01", "+1", " 1", "1_0", "x", "٣", "9" * 40])
def test_what_is_no_page_is_refused(text: str) -> None:
    with pytest.raises(RequestInvalid, match="counted from 1"):
        read_page([("page", text)])
    with pytest.raises(RequestInvalid):
        read_page([("page", "1"), ("page", "2")])


def test_only_what_is_given_is_written() -> None:
    pattern = Pattern(object=Literal("5G", language="en"), graph=graph("plan-ii"))
    assert write_fields(pattern) == [("object", '"5G"@en')]
    assert write_fields(pattern, QUADS) == [("object", '"5G"@en'), ("graph", graph("plan-ii").value)]
    assert write_fields(Pattern(), TRIPLES) == []


PLAN, LABEL = thing("plan-ii"), name("skos:prefLabel")
TWICE = Quad(PLAN, LABEL, Literal("Plan", language="en"), graph("a"))
TEST_QUADS = [
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
    return EmbeddedEngine(Store(TEST_QUADS), "small", 50)


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
    page = read_fragment(engine, pattern)
    assert (page.total, len(page.statements), page.last) == (total, total, 1)
    for quad in page.statements:
        for position in ("subject", "predicate", "object"):
            assert getattr(pattern, position) in (None, getattr(quad, position))


def test_the_union_is_in_the_default_graph_and_quads_in_their_own(engine: EmbeddedEngine) -> None:
    assert {quad.graph_name for quad in read_fragment(engine, Pattern()).statements} == {DefaultGraph()}
    assert set(read_fragment(engine, Pattern(PLAN, graph=None)).statements) == {
        quad for quad in TEST_QUADS if quad.subject == PLAN
    }


@pytest.mark.parametrize("pattern", [Pattern(Literal("x")), Pattern(None, Literal("x")), Pattern(graph=None)])
def test_a_literal_where_none_is_allowed_matches_nothing_and_is_no_mistake(pattern: Pattern) -> None:
    page = read_fragment(EmbeddedEngine(Store(), "empty", 50), pattern)
    assert (page.statements, page.total, page.last) == ((), 0, 1)


@pytest.mark.parametrize("pattern", [Pattern(), Pattern(graph=None), Pattern(predicate=LABEL)])
def test_the_pages_together_hold_each_statement_once_and_in_one_order(pattern: Pattern) -> None:
    for quads in (MANY, MANY[::-1]):
        engine = EmbeddedEngine(Store(quads), "many", 50)
        pages = [read_fragment(engine, pattern, number) for number in (1, 2, 3)]
        result = [(str(quad.subject)[1:-1], str(quad.object)) for page in pages for quad in page.statements]
        assert [len(page.statements) for page in pages] == [100, 100, 14]
        assert result == sorted(result)
        assert result == sorted({(str(quad.subject)[1:-1], str(quad.object)) for quad in MANY})


def test_a_page_behind_the_last_one_is_refused(engine: EmbeddedEngine) -> None:
    for pattern, number in ((Pattern(), 2), (Pattern(Literal("x")), 2), (Pattern(NamedNode("urn:none")), 999_999_999)):
        with pytest.raises(RequestInvalid, match="ends with page 1"):
            read_fragment(engine, pattern, number)


@pytest.mark.parametrize(("total", "last"), [(0, 1), (1, 1), (100, 1), (101, 2), (200, 2), (201, 3)])
def test_the_last_page_is_not_empty(total: int, last: int) -> None:
    assert last_page(total) == last


def test_the_union_is_no_graph_of_the_data(engine: EmbeddedEngine) -> None:
    assert read_fragment(engine, Pattern(graph=UNION)).total == read_fragment(engine, Pattern()).total


ADDRESS = "https://example.org/fragments"
SOURCE = Source(ADDRESS, TRIPLES, "abc")
PATTERN = Pattern(object=Literal("5G & more", language="en"))
HERE = f"{ADDRESS}?object=%225G+%26+more%22%40en&page=2"


def objects(quads: list[Quad], subject: NamedNode, predicate: str) -> list[str]:
    return [q.object.value for q in quads if (q.subject, q.predicate) == (subject, name(predicate))]  # type: ignore[union-attr]


def test_a_page_names_its_dataset_its_size_and_its_neighbours() -> None:
    quads = controls(SOURCE, Page(PATTERN, 2, 250, ()), HERE)
    here, dataset = NamedNode(HERE), NamedNode(f"{ADDRESS}#dataset")
    assert {quad.graph_name for quad in quads} == {NamedNode(f"{HERE}#metadata")}
    assert objects(quads, NamedNode(f"{HERE}#metadata"), "foaf:primaryTopic") == [dataset.value]
    assert objects(quads, dataset, "void:subset") == [HERE]
    for predicate in ("void:triples", "hydra:totalItems"):
        assert objects(quads, here, predicate) == ["250"]
    assert objects(quads, here, "hydra:itemsPerPage") == ["100"]
    first = HERE.removesuffix("&page=2")
    assert objects(quads, here, "hydra:previous") == objects(quads, here, "hydra:first") == [first]
    assert objects(quads, here, "hydra:next") == objects(quads, here, "hydra:last") == [f"{first}&page=3"]


def test_the_form_has_a_field_for_each_position() -> None:
    for positions in (TRIPLES, QUADS):
        source = Source(ADDRESS, positions, "abc")
        quads = controls(source, Page(PATTERN, 1, 0, ()), ADDRESS)
        (form,) = objects(quads, source.part("dataset"), "hydra:search")
        assert objects(quads, NamedNode(form), "hydra:template") == [f"{ADDRESS}{{?{','.join(positions)}}}"]
        mapped = {
            objects(quads, NamedNode(field), "hydra:variable")[0]: objects(quads, NamedNode(field), "hydra:property")[0]
            for field in objects(quads, NamedNode(form), "hydra:mapping")
        }
        assert list(mapped) == list(positions)
        assert mapped["subject"] == name("rdf:subject").value


def test_only_the_form_for_quads_names_the_default_graph() -> None:
    """Comunica asks for the default graph by this name, and reads it only behind ``void:subset``."""
    quads = controls(Source(ADDRESS, QUADS, "abc"), Page(PATTERN, 1, 0, ()), ADDRESS)
    predicates = [quad.predicate for quad in quads]
    assert predicates.index(name("void:subset")) < predicates.index(name("sd:defaultGraph"))
    assert objects(quads, SOURCE.part("dataset"), "sd:defaultGraph") == [UNION.value]
    assert name("sd:defaultGraph") not in {
        control.predicate for control in controls(SOURCE, Page(PATTERN, 1, 0, ()), ADDRESS)
    }


def test_the_ends_have_one_neighbour_and_a_single_page_none() -> None:
    assert neighbours(Page(PATTERN, 1, 250, ())) == {"first": 1, "next": 2, "last": 3}
    assert neighbours(Page(PATTERN, 3, 250, ())) == {"first": 1, "previous": 2, "last": 3}
    assert neighbours(Page(PATTERN, 1, 0, ())) == {"first": 1, "last": 1}


def test_there_are_no_blank_nodes_so_that_the_bytes_stay_the_same() -> None:
    for quad in controls(SOURCE, Page(Pattern(thing("plan-ii")), 1, 9, ()), HERE):
        assert not any(isinstance(term, BlankNode) for term in quad)
