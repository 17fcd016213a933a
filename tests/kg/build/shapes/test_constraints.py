"""Constructs of shapes: one that has no question yet is refused, never passed over."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg.build.shapes import run_shapes
from kg.build.shapes.graph import ShapesGraph
from kg.core.errors import ShapeUnknown
from kg.core.names import graph, name, sparql_prologue, thing
from kg.engine.store import Store

PROLOGUE = sparql_prologue("fyp", "rdf", "sh", "shape", "xsd")
SHAPE = (
    PROLOGUE
    + 'shape:A a sh:NodeShape ; sh:targetClass fyp:Plan ; sh:severity sh:Violation ; sh:message "Correct it." ; {} .'
)


def shapes(constraint: str) -> ShapesGraph:
    return ShapesGraph(pyoxigraph.parse(SHAPE.format(constraint), format=RdfFormat.TURTLE))


def found(constraint: str, *values: str) -> list[str]:
    """The values at fault of a plan that says some texts."""
    quads = [Quad(thing("a"), name("fyp:says"), Literal(value), graph("x")) for value in values]
    quads.append(Quad(thing("a"), name("rdf:type"), name("fyp:Plan"), graph("x")))
    return [violation.detail for violation in run_shapes(Store(quads), shapes(constraint))]


@pytest.mark.parametrize(
    "constraint",
    [
        "sh:closed true",
        "sh:property [ sh:path fyp:says ; sh:in ( 1 ) ]",
        "sh:property [ sh:path [ sh:zeroOrMorePath fyp:says ] ; sh:minCount 1 ]",
        'sh:property [ sh:path "says" ; sh:minCount 1 ]',
        "sh:property [ sh:path fyp:says ; sh:minCount fyp:one ]",
        "sh:targetNode fyp:a",
        "sh:property [ sh:path fyp:says ; sh:hasValue fyp:a , fyp:b ]",
        "sh:property [ sh:path fyp:says ; sh:property [ sh:path fyp:says ; sh:minCount 1 ] ]",
        "sh:property [ sh:path fyp:says ; sh:nodeKind sh:BlankNodeOrIRI ]",
    ],
)
def test_what_has_no_question_yet_is_refused(constraint: str) -> None:
    with pytest.raises(ShapeUnknown, match=r"ontology/shapes\.ttl"):
        run_shapes(Store(), shapes(constraint))


def test_values_are_counted_each_once_however_many_graphs_say_them() -> None:
    constraint = "sh:property [ sh:path fyp:says ; sh:maxCount 1 ]"
    assert found(constraint, "one") == []
    assert found(constraint, "one", "other", "third") == [""]
    assert found("sh:property [ sh:path fyp:says ; sh:minCount 3 ]", "one", "other") == [""]


def test_lengths_and_patterns_tell_each_value_at_fault() -> None:
    assert found("sh:property [ sh:path fyp:says ; sh:maxLength 2 ]", "ab", "abc", "abcd") == ["abc", "abcd"]
    assert found('sh:property [ sh:path fyp:says ; sh:pattern "^a" ]', "ab", "b") == ["b"]


def test_an_ill_formed_number_has_not_the_datatype_that_it_names() -> None:
    broken = Literal("many", datatype=name("xsd:integer"))
    quads = [
        Quad(thing("a"), name("rdf:type"), name("fyp:Plan"), graph("x")),
        Quad(thing("a"), name("fyp:says"), broken, graph("x")),
        Quad(thing("a"), name("fyp:says"), Literal("7", datatype=name("xsd:integer")), graph("x")),
    ]
    one_of = shapes("sh:property [ sh:path fyp:says ; sh:datatype xsd:integer ]")
    assert [violation.detail for violation in run_shapes(Store(quads), one_of)] == ["many"]


def test_a_class_below_that_of_the_target_is_looked_at_too() -> None:
    quads = [
        Quad(thing("a"), name("rdf:type"), NamedNode("x:Draft"), graph("x")),
        Quad(NamedNode("x:Draft"), name("rdfs:subClassOf"), name("fyp:Plan"), graph("x")),
    ]
    (violation,) = run_shapes(Store(quads), shapes("sh:property [ sh:path fyp:says ; sh:minCount 1 ]"))
    assert violation.thing == thing("a")
