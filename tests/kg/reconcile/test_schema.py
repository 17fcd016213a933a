"""Types and properties: those of the ontology and those that tables want."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, name, thing
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.reconcile.properties import DERIVED, Closeness
from kg.reconcile.schema import Schema, Schemas, local_name, schema_of
from kg.reconcile.values import values_of


def test_types_are_the_classes_that_things_have_with_labels_in_three_languages(schema: Schema) -> None:
    assert {"Plan", "SectoralPlan", "Objective", "Technology", "QuantitativeTarget"} <= schema.types.keys()
    assert all(set(LANGUAGES) <= each.labels.keys() for each in schema.types.values())
    # resources of the ontology itself, such as comparators, are no candidates for tables
    assert schema.types.keys().isdisjoint({"Comparator", "Unit", "StatementKind"})
    assert schema.types["SectoralPlan"].parents == ("Plan",)
    assert schema.types["QuantitativeTarget"].parents == ("Target", "TargetClaim")
    assert schema.types["Technology"].parents == ()  # a concept of SKOS is no type of ours


def test_a_thing_is_of_its_most_special_types(schema: Schema) -> None:
    classes = map(name, ("fyp:QuantitativeTarget", "fyp:Target", "fyp:TargetClaim", "fyp:PlanElement", "skos:Concept"))
    assert [each.id for each in schema.most_special(classes)] == ["QuantitativeTarget"]
    assert schema.most_special([name("skos:Concept")]) == ()


def test_what_is_sought_leaves_out_the_apparatus(schema: Schema) -> None:
    searchable_classes = {local_name(cls) for cls in schema.searchable_classes()}
    assert {"Plan", "Objective", "Technology", "Indicator", "OfficialTarget", "Ministry"} <= searchable_classes
    assert searchable_classes.isdisjoint(
        {"CannedQuestion", "Citation", "Quantity", "PlanTitle", "EditorialNote", "Link"}
    )
    # a title of a plan is an official statement, too
    assert "OfficialStatement" not in searchable_classes


def test_types_include_all_below_them(schema: Schema) -> None:
    below = {local_name(cls) for cls in schema.below(["Target", "no-such-type"])}
    assert below == {"Target", "QuantitativeTarget", "Milestone"}


def test_every_property_of_the_ontology_is_there_under_its_local_name(schema: Schema) -> None:
    assert {"inPlan", "measuredBy", "targetValue", "issuedBy", "evidence", "pinyinKey"} <= schema.properties.keys()
    assert schema.properties["issuedBy"].range == name("fyp:Organisation")
    assert not any(each.startswith("no") and each.endswith("Reason") for each in schema.properties)
    assert all(each.labels for each in schema.properties.values())


def test_properties_made_for_tables_come_first_and_only_where_they_fit(schema: Schema) -> None:
    target = [each.id for each in schema.fitting("QuantitativeTarget")]
    assert target[:3] == ["nameEn", "nameDe", "nameZh"]
    assert {"plan", "year", "value", "valueAsPrinted", "measuredBy", "page"} <= set(target)
    assert target.index("page") < target.index("measuredBy") < target.index("evidence")
    technology = [each.id for each in schema.fitting("Technology")]
    assert "value" not in technology
    assert "broaderTechnology" in technology
    assert len(target) == len(set(target))


def test_a_type_is_offered_what_the_types_below_it_have(schema: Schema) -> None:
    figures = {"year", "value", "unitOfValue", "valueAsPrinted", "measuredBy"}
    assert figures <= {each.id for each in schema.fitting("Target")}
    assert {each.id for each in schema.fitting("QuantitativeTarget")} <= {each.id for each in schema.fitting("Target")}


@pytest.mark.parametrize("type_id", ["Technology", "Target", "Plan"])
def test_what_no_thing_of_a_type_has_is_not_offered(schema: Schema, type_id: str) -> None:
    offered = {each.id for each in schema.fitting(type_id)}
    assert offered.isdisjoint({"cso", "variableName"})
    if type_id == "Technology":
        assert offered.isdisjoint({"endOffset", "startOffset", "participant", "geonames"})
        assert {"wikidata", "mentionedIn", "iri", "page", "type"} <= offered


def test_every_type_has_what_it_is_offered(engine: EmbeddedEngine, schema: Schema) -> None:
    for kind in schema.types.values():
        things = select(
            engine, f"SELECT ?thing {{ ?thing a {kind.iri} FILTER(STRSTARTS(STR(?thing), '{thing('').value}')) }}"
        )
        own = [each for each in things.column("thing") if isinstance(each, NamedNode)]
        for each in schema.fitting(kind.id):
            assert values_of(engine, schema, each, own, closeness=Closeness.ALL), (kind.id, each.id)


def test_without_a_type_what_belongs_to_no_class_is_offered(schema: Schema) -> None:
    assert {"nameEn", "page", "evidence"} <= {each.id for each in schema.fitting("")}


def test_an_unknown_type_has_nothing(schema: Schema) -> None:
    assert list(schema.fitting("no-such-type")) == []


def test_what_is_made_for_tables_has_names_in_three_languages_and_an_id_of_its_own() -> None:
    assert all(set(each.labels) == set(LANGUAGES) for each in DERIVED)
    assert len({each.id for each in DERIVED}) == len(DERIVED)


def test_a_release_is_asked_once(engine: EmbeddedEngine) -> None:
    schemas = Schemas()
    assert schemas.of(engine) is schemas.of(engine)


def test_a_few_releases_are_remembered() -> None:
    schemas = Schemas()
    engines = [EmbeddedEngine(Store(), str(number), 9) for number in range(3)]
    first = schemas.of(engines[0])
    for engine in engines:
        schemas.of(engine)
    assert schemas.of(engines[0]) is not first


def test_an_empty_graph_has_no_types_and_nothing_is_sought() -> None:
    empty = schema_of(EmbeddedEngine(Store(), "empty", 9))
    assert empty.types == {}
    assert empty.searchable_classes() == frozenset()
    assert empty.properties.keys() == {each.id for each in DERIVED}
