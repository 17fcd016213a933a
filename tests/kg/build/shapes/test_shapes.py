"""The shapes: each named one can fire, and none fires on the real graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.build.build import Graph
from kg.build.shapes import read_shapes, run_shapes
from kg.core.errors import TurtleInvalid
from kg.core.names import PREFIXES, graph, name, thing
from kg.core.settings import PROJECT
from kg.engine.store import Store
from kg.sources.files import DataFile, read_data_file

SEEDS = PROJECT / "tests" / "seeds" / "shapes"
SHAPES = read_shapes()
# A shape that only says which nodes it is for and which property shapes they must fit reports nothing itself.
FRAME = {"rdf:type", "sh:property", "sh:targetClass", "sh:targetSubjectsOf", "sh:severity", "sh:message"}


def constraints() -> list[str]:
    """The local names of the named shapes that constrain something."""
    shapes = SHAPES.named("sh:NodeShape") + SHAPES.named("sh:PropertyShape")
    return sorted(
        shape.value.removeprefix(PREFIXES["shape"]) for shape in shapes if set(SHAPES.properties_of(shape)) - FRAME
    )


every_constraint = pytest.mark.parametrize("shape", constraints())


def told(shape: str, key: str) -> str:
    value = SHAPES.value(NamedNode(PREFIXES["shape"] + shape), key)
    assert isinstance(value, NamedNode | Literal)
    return value.value


def seed(shape: str) -> list[Quad]:
    return read_data_file(DataFile(SEEDS / f"{shape}.ttl", graph("seed")))


@every_constraint
def test_the_shape_fires_on_its_seed(shape: str) -> None:
    results = [violation for violation in run_shapes(Store(seed(shape)), SHAPES) if violation.check == shape]
    assert results
    assert {violation.severity for violation in results} == {
        told(shape, "sh:severity").removeprefix(PREFIXES["sh"]).lower()
    }
    assert {violation.remedy for violation in results} == {told(shape, "sh:message")}
    assert all(violation.thing is not None for violation in results)


def test_no_seed_is_without_its_shape() -> None:
    assert {path.name for path in SEEDS.iterdir()} == {f"{shape}.ttl" for shape in constraints()}


def test_there_is_a_shape_of_either_severity_and_of_no_other() -> None:
    severities = {told(shape, "sh:severity") for shape in constraints()}
    assert severities == {PREFIXES["sh"] + "Violation", PREFIXES["sh"] + "Warning"}


def test_the_real_graph_has_no_result(graph: Graph) -> None:
    checks = set(constraints())
    assert [violation.describe(graph.where) for violation in graph.violations if violation.check in checks] == []


def test_results_come_in_order_and_name_thing_value_and_remedy() -> None:
    year = Quad(thing("a"), name("fyp:year"), Literal("1949", datatype=name("xsd:integer")), graph("one"))
    quads = [Quad(thing("a"), name("rdf:type"), name("fyp:Quantity"), graph("one")), year]
    violations = run_shapes(Store(quads), SHAPES)
    assert violations == sorted(violations, key=lambda violation: violation.check)
    (wrong,) = [violation for violation in violations if violation.check == "QuantityYear"]
    assert (wrong.thing, wrong.detail, wrong.severity) == (thing("a"), "1949", "violation")
    assert "correct fyp:year" in wrong.remedy


def test_an_empty_graph_has_no_result() -> None:
    assert run_shapes(Store(), SHAPES) == []


def test_malformed_shapes_are_reported_with_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text("@prefix sh: <http://www.w3.org/ns/shacl#> .\nsh:a sh:b ] .\n", encoding="utf-8")
    with pytest.raises(TurtleInvalid, match=r"shapes\.ttl, line 2, column \d+"):
        read_shapes(path)
