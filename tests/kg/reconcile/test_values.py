"""Values of properties: figures, things, links, texts by language."""

from __future__ import annotations

import pytest

from kg.core.names import name, thing
from kg.engine import Engine
from kg.reconcile.properties import Closeness
from kg.reconcile.schema import Schema
from kg.reconcile.values import names_of, values_of


def texts_of(engine: Engine, schema: Schema, property_id: str, slug: str, language: str = "en") -> list[str]:
    values = values_of(engine, schema, schema.properties[property_id], [thing(slug)], language=language)
    return [value.name for value in values.get(thing(slug), ())]


@pytest.mark.parametrize(
    ("property_id", "slug", "expected"),
    [
        ("nameZh", "technology-industrial-internet", ["工业互联网"]),
        ("nameDe", "technology-industrial-internet", ["Industrielles Internet"]),
        ("otherName", "technology-industrial-internet", ["IIoT"]),
        ("plan", "ict-t1", ["14th Five-Year Plan for the Information and Communication Industry"]),
        ("plan", "official-ict-t2", ["14th Five-Year Plan for the Information and Communication Industry"]),
        ("year", "ict-t1", ["2025"]),
        ("value", "ict-t1", ["4300000000000"]),
        ("valueAsPrinted", "ict-t1", ["4.3 trillion CNY"]),
        ("baselineAsPrinted", "ict-t1", ["2.64 trillion CNY"]),
        ("unitOfValue", "ict-t1", ["Yuan renminbi"]),
        ("issueDate", "plan-ict", ["2021-11-16"]),
        ("type", "ict-t1", ["Quantitative target"]),
        ("measuredBy", "ict-t1", ["Revenue of the ICT industry"]),
        ("evidence", "ict-t1", ["line 60"]),
        ("iri", "ict-t1", [thing("ict-t1").value]),
        ("year", "plan-ict", []),
        ("year", "no-such-thing", []),
    ],
)
def test_a_property_has_its_values(
    engine: Engine, schema: Schema, property_id: str, slug: str, expected: list[str]
) -> None:
    assert texts_of(engine, schema, property_id, slug) == expected


def test_things_and_types_are_called_in_the_wanted_language(engine: Engine, schema: Schema) -> None:
    assert texts_of(engine, schema, "unitOfValue", "ict-t1", "zh") == ["人民币元"]
    assert texts_of(engine, schema, "type", "ict-t1", "de") == ["Quantitative Zielvorgabe"]
    assert texts_of(engine, schema, "type", "plan-ict", "zh") == ["专项规划"]


def test_a_text_that_lacks_the_wanted_language_is_given_in_another(engine: Engine, schema: Schema) -> None:
    assert texts_of(engine, schema, "definition", "indicator-industrial-apps", "de") != []


def test_links_are_those_of_one_vocabulary_and_as_close_as_wanted(engine: Engine, schema: Schema) -> None:
    industrial = thing("technology-industrial-internet")

    def linked(vocabulary: str, closeness: Closeness) -> list[str]:
        values = values_of(engine, schema, schema.properties[vocabulary], [industrial], closeness=closeness)
        return [str(value.term) for value in values.get(industrial, ())]

    assert linked("wikidata", Closeness.CLOSE) == []
    assert linked("wikidata", Closeness.ALL) == ["<http://www.wikidata.org/entity/Q251212>"]
    assert linked("openalex", Closeness.EXACT) == ["<https://openalex.org/C202839342>"]
    assert len(linked("openalex", Closeness.ALL)) == 2
    assert linked("dbpedia", Closeness.EXACT) == []
    assert linked("dbpedia", Closeness.CLOSE) == ["<http://dbpedia.org/resource/Industrial_internet_of_things>"]


def test_numbers_come_in_their_order(engine: Engine, schema: Schema) -> None:
    property_ = schema.properties["issueDate"]
    assert values_of(engine, schema, property_, []) == {}
    positions = values_of(engine, schema, schema.properties["lineNumber"], [thing("passage-4429-4561")])
    assert [value.name for value in positions[thing("passage-4429-4561")]] == ["60"]


def test_a_thing_among_the_values_has_all_its_names(engine: Engine, schema: Schema) -> None:
    values = values_of(engine, schema, schema.properties["plan"], [thing("ict-t1")])
    names = values[thing("ict-t1")][0].names
    assert {"“十四五”信息通信行业发展规划", "Information and Communication Technologies"} <= set(names)


def test_a_term_of_the_ontology_is_called_by_its_label(engine: Engine) -> None:
    assert names_of(engine, [name("fyp:increase")])[name("fyp:increase")]["en"]
