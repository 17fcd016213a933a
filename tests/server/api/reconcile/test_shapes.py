"""Values as cells, and heads of columns."""

from __future__ import annotations

import pytest
from flask import Flask
from pyoxigraph import Literal, NamedNode

from kg.core.names import name, thing
from kg.engine import Engine
from kg.reconcile.properties import DERIVED
from kg.reconcile.schema import schema_of
from kg.reconcile.values import Value
from server.api.reconcile.manifest import Json, cells, meta
from tests.reconcile.schemas import faults

PROPERTIES = {derived.id: derived for derived in DERIVED}


def literal(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=name(f"xsd:{datatype}"))


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (literal("2025", "integer"), {"int": 2025}),
        (literal("-7", "integer"), {"int": -7}),
        (literal("9" * 5_000, "integer"), {"str": "9" * 5_000}),
        (literal("2025", "gYear"), {"int": 2025}),
        (literal("2025Z", "gYear"), {"str": "2025Z"}),
        (literal("57.0", "decimal"), {"float": 57.0}),
        (literal("INF", "double"), {"str": "INF"}),
        (literal("1e3", "double"), {"str": "1e3"}),
        (literal("2021-11-16", "date"), {"date": "2021-11-16T00:00:00Z"}),
        (literal("2021-11-16T08:00:00+08:00", "dateTime"), {"date": "2021-11-16T08:00:00+08:00"}),
        (literal("2021-11", "gYearMonth"), {"str": "2021-11"}),
        (literal("true", "boolean"), {"str": "true"}),
        (Literal("规划", language="zh"), {"str": "规划"}),
        (thing("plan-ict"), {"id": "plan-ict", "name": "called"}),
        (name("unit:PERCENT"), {"str": "called"}),
    ],
)
def test_a_value_is_a_cell_of_its_kind(term: NamedNode | Literal, expected: Json) -> None:
    called = term.value if isinstance(term, Literal) else "called"
    value_cells = cells(PROPERTIES["otherName"], [Value(term, called)])
    assert value_cells == [expected]
    assert faults("extend", {"meta": [], "rows": {"a": {"b": value_cells}}}) == []


@pytest.mark.parametrize(
    ("property_id", "iri", "expected"),
    [
        ("wikidata", "http://www.wikidata.org/entity/Q251212", {"id": "Q251212", "name": "called"}),
        ("gnd", "https://d-nb.info/gnd/4791358-7", {"id": "4791358-7", "name": "called"}),
        ("eurovoc", "http://eurovoc.europa.eu/c_b12a760a", {"str": "http://eurovoc.europa.eu/c_b12a760a"}),
    ],
)
def test_a_link_is_an_id_where_another_service_knows_it_and_else_an_address(
    property_id: str, iri: str, expected: Json
) -> None:
    assert cells(PROPERTIES[property_id], [Value(NamedNode(iri), "called")]) == [expected]


def test_a_thing_has_a_page_here_and_an_iri_everywhere(app: Flask) -> None:
    value = Value(thing("plan-ict"), thing("plan-ict").value)
    with app.test_request_context(base_url="https://example.org"):
        assert cells(PROPERTIES["page"], [value]) == [{"str": "https://example.org/page/plan-ict"}]
        assert cells(PROPERTIES["iri"], [value]) == [{"str": thing("plan-ict").value}]


def test_the_head_of_a_column_tells_its_type_and_the_service_of_its_ids(engine: Engine) -> None:
    schema = schema_of(engine)
    assert meta(schema, "plan", "de") == {"id": "plan", "name": "Plan", "type": {"id": "Plan", "name": "Plan"}}
    assert meta(schema, "wikidata", "en")["service"] == "https://wikidata.reconci.link/en/api"
    assert "service" not in meta(schema, "eurovoc", "en")
    assert meta(schema, "unheard-of", "en") == {"id": "unheard-of", "name": "unheard-of"}
