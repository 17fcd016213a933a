"""The cubes keep to the constraints of the vocabulary, hold every figure once, and tell what the graph tells."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from kg.core.names import name, sparql_prologue, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.datacube import cube
from kg.output.datacube.structure import ATTRIBUTES, DIMENSIONS, KINDS, VALUE, structure
from tests.kg.output.datacube.constraints import ABSENT, CONSTRAINTS, SINNERS

PROLOGUE = sparql_prologue("cube", "qb", "rdf", "rdfs", "skos", "fyp", "sdmx-attribute", "sdmx-measure")


@pytest.fixture(scope="module")
def triples(engine: EmbeddedEngine) -> list[Triple]:
    return cube(engine)


def asked(triples: list[Triple], pattern: str, sin: str = "") -> list[str]:
    """What ?bad is, in a store of its own."""
    store = pyoxigraph.Store()
    store.extend(pyoxigraph.Quad(one.subject, one.predicate, one.object) for one in triples)
    if sin:
        store.update(PROLOGUE + sin)
    rows = store.query(f"{PROLOGUE}SELECT DISTINCT ?bad WHERE {{ {pattern} }}")
    assert isinstance(rows, QuerySolutions)
    return [str(row["bad"]) for row in rows]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_cubes_keep_to_each_constraint(triples: list[Triple], constraint: str) -> None:
    assert asked(triples, CONSTRAINTS[constraint]) == []


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_each_constraint_has_a_sinner(triples: list[Triple], constraint: str) -> None:
    assert asked(triples, CONSTRAINTS[constraint], SINNERS[constraint.split()[0]]) != []


def test_what_the_other_constraints_are_about_does_not_occur(triples: list[Triple]) -> None:
    terms = {term for triple in triples for term in triple}
    assert [one for one in ABSENT if name(one) in terms] == []


def test_every_figure_of_a_target_or_an_observation_is_an_observation_of_the_cubes(
    engine: EmbeddedEngine, triples: list[Triple]
) -> None:
    rows = select(
        engine, sparql_prologue("fyp") + "SELECT DISTINCT ?q { ?s fyp:targetValue|fyp:baseline|fyp:observedValue ?q }"
    ).rows
    told = {one.object for one in triples if one.predicate == name("rdfs:seeAlso")}
    assert told == {row[0] for row in rows}
    observations = [one.subject for one in triples if one.object == name("qb:Observation")]
    assert len(observations) == len(set(observations)) == len(told)


def test_an_observation_says_what_the_graph_says(triples: list[Triple]) -> None:
    said = {one.predicate: one.object for one in triples if one.subject == name("cube:quantity-ict-t1-baseline")}
    assert said[name("sdmx-measure:obsValue")] == Literal("2640000000000", datatype=name("xsd:decimal"))
    assert said[name("cube:period")] == name("cube:period-2020")
    assert said[name("cube:year")] == Literal("2020", datatype=name("xsd:gYear"))
    assert said[name("cube:kind")] == name("cube:baseline-printed")
    assert said[name("cube:plan")] == thing("plan-ict")
    assert said[name("cube:statement")] == thing("ict-t1")
    assert said[name("sdmx-attribute:unitMeasure")] == name("unit:CCY_CNY")


def test_a_range_has_its_smallest_and_its_largest_value(triples: list[Triple]) -> None:
    said = {one.predicate: one.object for one in triples if one.subject == name("cube:quantity-sw-t3")}
    assert (said[name("sdmx-measure:obsValue")], said[name("cube:largest")]) == (
        Literal("2", datatype=name("xsd:decimal")),
        Literal("3", datatype=name("xsd:decimal")),
    )


def test_every_kind_occurs_and_every_property_is_declared(triples: list[Triple]) -> None:
    kinds = {one.object for one in triples if one.predicate == name("cube:kind")}
    assert kinds == {name(kind) for kind in KINDS}
    declared = {name(one.iri) for one in (*DIMENSIONS, VALUE, *ATTRIBUTES)}
    used = {
        one.predicate
        for one in triples
        if one.predicate.value.startswith((name("cube:").value, "http://purl.org/linked-data/sdmx"))
    }
    assert used == declared


def test_what_is_referred_to_has_a_label_in_each_language(triples: list[Triple]) -> None:
    labelled = {
        (one.subject, one.object.language)
        for one in triples
        if one.predicate in (name("skos:prefLabel"), name("rdfs:label"), name("dcterms:title"))
        if isinstance(one.object, Literal)
    }
    referring = [
        name(f"cube:{one}") for one in ("plan", "indicator", "period", "kind", "basis", "comparator", "direction")
    ]
    things = {one.object for one in triples if one.predicate in (*referring, name("sdmx-attribute:unitMeasure"))}
    assert [
        (thing_, language)
        for thing_ in sorted(things, key=str)
        for language in ("en", "de", "zh")
        if isinstance(thing_, NamedNode) and (thing_, language) not in labelled
    ] == []


def test_the_same_release_gives_the_same_cube(engine: EmbeddedEngine, triples: list[Triple]) -> None:
    assert cube(engine) == triples
    assert len(set(triples)) == len(triples)


def test_a_release_without_figures_has_the_structure_alone() -> None:
    found = cube(EmbeddedEngine(Store(), "empty", 50))
    assert set(found) > set(structure())
    assert name("qb:Observation") not in {one.object for one in found}
