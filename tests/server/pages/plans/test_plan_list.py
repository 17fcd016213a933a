"""The plans of the graph, with their numbers."""

from __future__ import annotations

from kg.core.names import sparql_prologue
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from server.pages.plans.overview import described_plans, known_plans


def test_every_plan_is_known_once_and_the_described_ones_come_first(engine: EmbeddedEngine) -> None:
    plans = known_plans(engine)
    listed = select(engine, sparql_prologue("fyp") + "SELECT DISTINCT ?plan { ?plan a fyp:Plan }").column("plan")
    assert {plan.iri for plan in plans.values()} == set(listed)
    described = [plan.described for plan in plans.values()]
    assert described == sorted(described, reverse=True)
    assert list(described_plans(engine)) == ["plan-ii", "plan-ict", "plan-sw", "plan-bd", "plan-gr", "plan-tw"]


def test_a_plan_of_several_issuers_has_them_all(engine: EmbeddedEngine) -> None:
    assert len(known_plans(engine)["plan-robotics"].issuers) == 15
    assert known_plans(engine)["plan-hrss"].issuers == ()


def test_its_numbers_are_those_of_the_graph(engine: EmbeddedEngine) -> None:
    for plan in described_plans(engine).values():
        for kind in ("Objective", "Measure", "QuantitativeTarget", "Challenge"):
            text = f"SELECT DISTINCT ?one {{ ?one a fyp:{kind} ; fyp:inPlan {plan.iri} }}"
            assert plan.number(kind) == len(select(engine, sparql_prologue("fyp") + text).rows)
