"""Two OWL reasoners agree with the rules on the real graph, up to the allow-list in tests/expected/reasoners.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import owlrl
import pyoxigraph
import pytest
import rdflib
import yaml
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple

from kg.build.build import Graph
from kg.build.reasoner import hermit_inferences, stated
from kg.build.rules import INFERRED
from kg.core.names import PREFIXES, name

pytestmark = pytest.mark.slow

ALLOWED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "expected" / "reasoners.yaml").read_text("utf-8"))
TYPE = name("rdf:type")


def about_things(triples: list[Triple] | list[Quad] | set[Triple]) -> set[Triple]:
    """Return the triples between IRIs whose subject has an IRI of this project."""
    return {
        Triple(triple.subject, triple.predicate, triple.object)
        for triple in triples
        if isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
        and triple.subject.value.startswith(PREFIXES["id"])
    }


def allowed(triple: Triple, rule: str) -> bool:
    fields = ALLOWED[rule]
    term = triple.object if triple.predicate == TYPE else triple.predicate
    assert isinstance(term, NamedNode)
    listed = fields.get("classes" if triple.predicate == TYPE else "predicates", [])
    return term in map(name, listed) or term.value.startswith(tuple(fields.get("outside", ())))


@pytest.fixture(scope="module")
def ours(graph: Graph) -> set[Triple]:
    return about_things(list(graph.store.graph(INFERRED)))


@pytest.fixture(scope="module")
def asserted(graph: Graph) -> list[Quad]:
    return list(stated(graph.store))


def owlrl_closure(quads: list[Quad]) -> list[Triple]:
    between_nodes = (Triple(q.subject, q.predicate, q.object) for q in quads if not isinstance(q.object, Literal))
    body = pyoxigraph.serialize(between_nodes, format=RdfFormat.N_TRIPLES)
    assert body is not None
    closure = rdflib.Graph().parse(data=body, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closure)
    between = [t for t in closure if all(isinstance(term, rdflib.URIRef) for term in t)]
    return [Triple(NamedNode(str(s)), NamedNode(str(p)), NamedNode(str(o))) for s, p, o in between]


@pytest.fixture(scope="module")
def owlrl_says(asserted: list[Quad]) -> set[Triple]:
    return about_things(owlrl_closure(asserted)) - about_things(asserted)


def test_owlrl_infers_what_the_rules_infer_and_nothing_else_of_use(owlrl_says: set[Triple], ours: set[Triple]) -> None:
    assert ours - owlrl_says == set()
    assert {triple for triple in owlrl_says - ours if not allowed(triple, "owlrl_says_more")} == set()


@pytest.mark.java
def test_hermit_finds_no_contradiction_and_the_rules_miss_nothing_it_says(
    graph: Graph, asserted: list[Quad], ours: set[Triple]
) -> None:
    theirs = about_things(hermit_inferences(graph.store)) - about_things(asserted)
    assert {triple for triple in theirs - ours if not allowed(triple, "hermit_says_more")} == set()
    assert {triple for triple in ours - theirs if not allowed(triple, "hermit_is_silent_on")} == set()


def test_the_allow_list_hides_no_rule(ours: set[Triple]) -> None:
    assert not [triple for triple in ours if allowed(triple, "owlrl_says_more")]


def test_an_inference_that_is_missing_would_be_seen(owlrl_says: set[Triple], ours: set[Triple]) -> None:
    lost = next(triple for triple in ours if triple.predicate == name("fyp:coversTechnology"))
    unexplained = {triple for triple in owlrl_says - (ours - {lost}) if not allowed(triple, "owlrl_says_more")}
    assert unexplained == {lost}
