"""HermiT finds the real graph consistent, and a contradiction when there is one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pyoxigraph import Quad

from kg.build.build import Graph
from kg.build.reasoner import check_consistency, stated
from kg.core.errors import OntologyInconsistent, ReasonerMissing
from kg.core.names import graph, name, thing
from kg.engine.store import Store

PLAN = graph("plan-gr")


@pytest.mark.java
def test_the_real_graph_is_consistent(graph: Graph) -> None:
    check_consistency(graph.store)


@pytest.mark.java
def test_one_thing_in_two_disjoint_classes_is_a_contradiction(graph: Graph) -> None:
    store = Store(graph.store)
    store.add([Quad(thing("gr-km"), name("rdf:type"), name("fyp:Challenge"), PLAN)])
    with pytest.raises(OntologyInconsistent, match="HermiT finds a contradiction"):
        check_consistency(store)


def test_without_java_the_remedy_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReasonerMissing, match=r"needs a Java runtime.* Install one, or leave --hermit out\."):
        check_consistency(Store())


def test_only_what_is_in_files_is_reasoned_about() -> None:
    names = ("plan-gr", "ontology", "inferred", "meta", "questions")
    quads = [Quad(thing("a"), name("rdf:type"), name("fyp:Plan"), graph(graph_name)) for graph_name in names]
    assert [quad.graph_name for quad in stated(quads)] == [graph("plan-gr"), graph("ontology")]


def test_without_owlready2_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/java")
    monkeypatch.setitem(sys.modules, "owlready2", None)
    with pytest.raises(ReasonerMissing, match=r"Run 'make dev', or leave --hermit out\."):
        check_consistency(Store())
