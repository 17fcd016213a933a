"""Terms and patterns as fragments spell them: what is read, what is refused in words, and what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from kg.core.errors import RequestInvalid
from kg.core.names import graph, name, thing
from kg.output.fragments import QUADS, TRIPLES, Pattern
from kg.output.fragments.pattern import read_page, read_pattern, read_term, write_fields, write_term
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


def test_a_field_that_stands_twice_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="object stands twice"):
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
