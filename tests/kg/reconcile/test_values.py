"""Values of properties, and how well values of tables fit them: ids, numbers, dates, names."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.names import name, thing
from kg.engine import Engine
from kg.reconcile.properties import Closeness
from kg.reconcile.schema import Query, Schema, TableValue
from kg.reconcile.values import Value, best_fit, fit, names_of, read_number, similarity_of, values_of


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


PLAN = Value(
    thing("plan-ict"), "Plan for the ICT industry", ("Plan for the ICT industry", "信息通信行业发展规划", "ICT")
)
WIKIDATA = Value(NamedNode("http://www.wikidata.org/entity/Q251212"), "Internet of things")
YEAR = Value(Literal("2025", datatype=name("xsd:integer")), "2025")
FIGURE = Value(Literal("4300000000000.0", datatype=name("xsd:decimal")), "4300000000000.0")
DAY = Value(Literal("2021-11-16", datatype=name("xsd:date")), "2021-11-16")
PRINTED = Value(Literal("4.3 trillion CNY"), "4.3 trillion CNY")


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        (TableValue("", "plan-ict"), PLAN, 1.0),
        (TableValue("plan-ict"), PLAN, 1.0),
        (TableValue("id:plan-ict"), PLAN, 1.0),
        (TableValue(thing("plan-ict").value), PLAN, 1.0),
        (TableValue("", thing("plan-ict").value), PLAN, 1.0),
        (TableValue("", "plan-gr"), PLAN, 0.0),
        (TableValue("ict"), PLAN, 1.0),
        (TableValue("信息通信行業發展規劃"), PLAN, 1.0),
        (TableValue("steel"), PLAN, 0.0),
        (TableValue("Q251212"), WIKIDATA, 1.0),
        (TableValue("wikidata:Q251212"), WIKIDATA, 1.0),
        (TableValue("internet of THINGS"), WIKIDATA, 1.0),
        (TableValue("2025"), YEAR, 1.0),
        (TableValue("2025.0"), YEAR, 1.0),
        (TableValue("2026"), YEAR, 0.0),
        (TableValue("4.3e12"), FIGURE, 1.0),
        (TableValue("4300000000000"), FIGURE, 1.0),
        (TableValue("2021"), DAY, 1.0),
        (TableValue("2021-11"), DAY, 1.0),
        (TableValue("2021-11-16T00:00:00Z"), DAY, 1.0),
        (TableValue("2021-12"), DAY, 0.0),
        (TableValue("20"), DAY, 0.0),
        (TableValue("4.3 Trillion cny"), PRINTED, 1.0),
        (TableValue(""), PRINTED, 0.0),
        (TableValue(""), PLAN, 0.0),
        (TableValue("\0"), PLAN, 0.0),
    ],
)
def test_a_value_fits(wanted: TableValue, value: Value, expected: float) -> None:
    assert fit(wanted, value) == expected


def test_a_name_with_a_slip_fits_nearly() -> None:
    assert 0.8 < fit(TableValue("Plan for the ICT indusstry"), PLAN) < 1.0


def test_each_given_value_counts_by_its_best_fit() -> None:
    assert best_fit([TableValue("2025"), TableValue("2026")], [YEAR, DAY]) == 0.5
    assert best_fit([], [YEAR]) == 0.0
    assert best_fit([TableValue("2025")], []) == 0.0


@pytest.mark.parametrize("text", ["1" * 31, "1e999", "0x10", "١٢", "NaN", "Infinity", "1_000", ""])
def test_what_is_no_number_of_ordinary_size_is_a_text(text: str) -> None:
    assert read_number(text) is None


def test_a_very_long_text_is_like_nothing() -> None:
    assert similarity_of(Query("x" * 1_000_000), "steel") == 0.0
