"""The cubes keep to the constraints of the vocabulary, hold every figure once, and tell what the graph tells."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from kg.core.names import name, sparql_prologue, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.datacube import ATTRIBUTES, DIMENSIONS, KINDS, VALUE, cube, period_labels, structure


@pytest.mark.parametrize(
    ("notation", "english", "german", "chinese"),
    [
        ("2025", "2025", "2025", "2025年"),
        ("2023-06", "June 2023", "Juni 2023", "2023年6月"),
        ("2021-2025", "2021 to 2025", "2021 bis 2025", "2021年至2025年"),
        ("2016-2021-10", "2016 to October 2021", "2016 bis Oktober 2021", "2016年至2021年10月"),
        ("undated", "year not stated", "ohne Jahr", "年份不详"),
        ("undated-03", "March, year not stated", "März, ohne Jahr", "3月（年份不详）"),
    ],
)
def test_a_period_has_a_label_in_each_language(notation: str, english: str, german: str, chinese: str) -> None:
    assert period_labels(notation) == {"en": english, "de": german, "zh": chinese}


@pytest.mark.parametrize("notation", ["", "25", "soon", "2025-6"])
def test_what_is_no_period_has_none(notation: str) -> None:
    assert period_labels(notation) == {}


ABSENT = ("qb:Slice", "qb:SliceKey", "qb:measureType", "qb:HierarchicalCodeList", "qb:slice", "qb:ObservationGroup")

# ?bad is what breaks the constraint
CONSTRAINTS: dict[str, str] = {
    "IC-1 an observation is of one data set": """
        ?bad a qb:Observation OPTIONAL { ?bad qb:dataSet ?set }
        OPTIONAL { ?bad qb:dataSet ?other FILTER(?other != ?set) } FILTER(!BOUND(?set) || BOUND(?other))""",
    "IC-2 a data set has one structure": """
        ?bad a qb:DataSet OPTIONAL { ?bad qb:structure ?one }
        OPTIONAL { ?bad qb:structure ?other FILTER(?other != ?one) } FILTER(!BOUND(?one) || BOUND(?other))""",
    "IC-3 a structure has a measure": """
        ?bad a qb:DataStructureDefinition
        MINUS { ?bad qb:component/qb:componentProperty ?measure . ?measure a qb:MeasureProperty }""",
    "IC-4 a dimension has a range": "?bad a qb:DimensionProperty MINUS { ?bad rdfs:range ?range }",
    "IC-5 a dimension of concepts has a code list": """
        ?bad a qb:DimensionProperty ; rdfs:range skos:Concept MINUS { ?bad qb:codeList ?list }""",
    "IC-6 only attributes may be left out": """
        ?bad qb:componentRequired false ; qb:componentProperty ?part MINUS { ?part a qb:AttributeProperty }""",
    "IC-11 an observation has every dimension": """
        ?bad qb:dataSet/qb:structure/qb:component/qb:componentProperty ?part . ?part a qb:DimensionProperty
        FILTER NOT EXISTS { ?bad ?part ?value }""",
    "IC-12 no two observations have the same dimensions": """
        ?bad qb:dataSet ?set . ?twin qb:dataSet ?set FILTER(STR(?bad) < STR(?twin))
        FILTER NOT EXISTS {
          ?set qb:structure/qb:component/qb:componentProperty ?part . ?part a qb:DimensionProperty .
          ?bad ?part ?value FILTER NOT EXISTS { ?twin ?part ?value }
        }""",
    "IC-13 an observation has the attributes that are needed": """
        ?bad qb:dataSet/qb:structure/qb:component ?spec .
        ?spec qb:componentRequired true ; qb:componentProperty ?part FILTER NOT EXISTS { ?bad ?part ?value }""",
    "IC-14 an observation has every measure": """
        ?bad qb:dataSet/qb:structure/qb:component/qb:componentProperty ?part . ?part a qb:MeasureProperty
        FILTER NOT EXISTS { ?bad ?part ?value }""",
    "IC-19 a coded dimension takes its values from its list": """
        ?bad qb:dataSet/qb:structure/qb:component/qb:componentProperty ?part .
        ?part a qb:DimensionProperty ; qb:codeList ?list . ?bad ?part ?value
        FILTER NOT EXISTS { ?value a skos:Concept ; skos:inScheme ?list }""",
}

# what, done to the cube, breaks each constraint; as an update
SINNERS: dict[str, str] = {
    "IC-1": "INSERT DATA { cube:quantity-ict-t1 qb:dataSet cube:measurements }",
    "IC-2": "INSERT DATA { cube:targets qb:structure cube:measurements-structure }",
    "IC-3": "DELETE WHERE { sdmx-measure:obsValue a qb:MeasureProperty }",
    "IC-4": "DELETE WHERE { cube:plan rdfs:range ?range }",
    "IC-5": "DELETE WHERE { cube:kind qb:codeList ?list }",
    "IC-6": "INSERT { ?spec qb:componentRequired false } WHERE { ?spec qb:dimension cube:plan }",
    "IC-11": "DELETE WHERE { cube:quantity-ict-t1 cube:plan ?plan }",
    "IC-12": "INSERT { cube:twin ?p ?o } WHERE { cube:quantity-ict-t1 ?p ?o }",
    "IC-13": "DELETE WHERE { cube:quantity-ict-t1 sdmx-attribute:unitMeasure ?unit }",
    "IC-14": "DELETE WHERE { cube:quantity-ict-t1 sdmx-measure:obsValue ?value }",
    "IC-19": "DELETE WHERE { cube:period-2025 skos:inScheme ?list }",
}


PROLOGUE = sparql_prologue("cube", "qb", "rdf", "rdfs", "skos", "fyp", "sdmx-attribute", "sdmx-measure")


@pytest.fixture(scope="module")
def triples(engine: EmbeddedEngine) -> list[Triple]:
    return cube(engine)


def asked(triples: list[Triple], pattern: str, sin: str = "") -> list[str]:
    """Return the values of ?bad, in a store of its own."""
    store = pyoxigraph.Store()
    store.extend(pyoxigraph.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    if sin:
        store.update(PROLOGUE + sin)
    rows = store.query(f"{PROLOGUE}SELECT DISTINCT ?bad WHERE {{ {pattern} }}")
    assert isinstance(rows, QuerySolutions)
    return [str(row["bad"]) for row in rows]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_cubes_keep_to_each_constraint(triples: list[Triple], constraint: str) -> None:
    assert asked(triples, CONSTRAINTS[constraint]) == []


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_each_constraint_has_a_seed(triples: list[Triple], constraint: str) -> None:
    assert asked(triples, CONSTRAINTS[constraint], SINNERS[constraint.split()[0]]) != []


def test_what_the_other_constraints_are_about_does_not_occur(triples: list[Triple]) -> None:
    terms = {term for triple in triples for term in triple}
    assert [absent for absent in ABSENT if name(absent) in terms] == []


def test_every_figure_of_a_target_or_an_observation_is_an_observation_of_the_cubes(
    engine: EmbeddedEngine, triples: list[Triple]
) -> None:
    rows = select(
        engine, sparql_prologue("fyp") + "SELECT DISTINCT ?q { ?s fyp:targetValue|fyp:baseline|fyp:observedValue ?q }"
    ).rows
    facts = {triple.object for triple in triples if triple.predicate == name("rdfs:seeAlso")}
    assert facts == {row[0] for row in rows}
    observations = [triple.subject for triple in triples if triple.object == name("qb:Observation")]
    assert len(observations) == len(set(observations)) == len(facts)


def test_an_observation_says_what_the_graph_says(triples: list[Triple]) -> None:
    facts = {
        triple.predicate: triple.object for triple in triples if triple.subject == name("cube:quantity-ict-t1-baseline")
    }
    assert facts[name("sdmx-measure:obsValue")] == Literal("2640000000000", datatype=name("xsd:decimal"))
    assert facts[name("cube:period")] == name("cube:period-2020")
    assert facts[name("cube:year")] == Literal("2020", datatype=name("xsd:gYear"))
    assert facts[name("cube:kind")] == name("cube:baseline-printed")
    assert facts[name("cube:plan")] == thing("plan-ict")
    assert facts[name("cube:statement")] == thing("ict-t1")
    assert facts[name("sdmx-attribute:unitMeasure")] == name("unit:CCY_CNY")


def test_a_range_has_its_smallest_and_its_largest_value(triples: list[Triple]) -> None:
    facts = {triple.predicate: triple.object for triple in triples if triple.subject == name("cube:quantity-sw-t3")}
    assert (facts[name("sdmx-measure:obsValue")], facts[name("cube:largest")]) == (
        Literal("2", datatype=name("xsd:decimal")),
        Literal("3", datatype=name("xsd:decimal")),
    )


def test_every_kind_occurs_and_every_property_is_declared(triples: list[Triple]) -> None:
    kinds = {triple.object for triple in triples if triple.predicate == name("cube:kind")}
    assert kinds == {name(kind) for kind in KINDS}
    declared = {name(item.iri) for item in (*DIMENSIONS, VALUE, *ATTRIBUTES)}
    used = {
        triple.predicate
        for triple in triples
        if triple.predicate.value.startswith((name("cube:").value, "http://purl.org/linked-data/sdmx"))
    }
    assert used == declared


def test_what_is_referred_to_has_a_label_in_each_language(triples: list[Triple]) -> None:
    labelled = {
        (triple.subject, triple.object.language)
        for triple in triples
        if triple.predicate in (name("skos:prefLabel"), name("rdfs:label"), name("dcterms:title"))
        if isinstance(triple.object, Literal)
    }
    referring = [
        name(f"cube:{item}") for item in ("plan", "indicator", "period", "kind", "basis", "comparator", "direction")
    ]
    things = {
        triple.object for triple in triples if triple.predicate in (*referring, name("sdmx-attribute:unitMeasure"))
    }
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
    result = cube(EmbeddedEngine(Store(), "empty", 50))
    assert set(result) > set(structure())
    assert name("qb:Observation") not in {item.object for item in result}
