"""The six plans are complete: the inventory of the policy update, plan by plan and kind by kind."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.names import sparql_prologue
from kg.engine import Engine, select

PROLOGUE = sparql_prologue("fyp", "id", "graph", "skos", "unit", "dcterms")
PLANS = ("ii", "ict", "sw", "bd", "gr", "tw")

ELEMENTS = {  # class: counts in the order of PLANS
    "KeyMessage": (1, 1, 1, 1, 1, 1),
    "Objective": (5, 7, 12, 18, 1, 3),
    "Measure": (0, 18, 0, 0, 0, 4),
    "QuantitativeTarget": (4, 4, 4, 0, 5, 2),
    "Milestone": (0, 0, 0, 0, 1, 0),
    "Challenge": (2, 4, 5, 3, 3, 1),
    "Trend": (2, 0, 0, 0, 0, 0),
    "Achievement": (0, 0, 0, 1, 3, 0),
    "Project": (3, 0, 0, 0, 3, 0),
    "Application": (0, 0, 0, 0, 2, 0),
    "CooperationProvision": (3, 1, 2, 3, 1, 0),
}

TOTALS = [  # what, how to count it, how many
    ("top-level objectives", "?x a fyp:Objective FILTER NOT EXISTS { ?x fyp:subElementOf ?y }", 20),
    ("sub-objectives", "?y fyp:hasSubObjective ?x", 26),
    ("objectives printed at the top", "?x a fyp:Objective ; fyp:printedLevel 1", 21),
    ("targets with a baseline", "?x fyp:baseline ?y ; fyp:inPlan ?p", 4),
    (
        "targets with an indicator, direction and basis",
        "?x fyp:measuredBy ?i ; fyp:direction ?d ; fyp:targetBasis ?b ; fyp:inPlan ?p",
        19,
    ),
    ("indicators of targets", "?y fyp:measuredBy ?x ; fyp:inPlan ?p", 19),
    ("challenges that the text does not number", "?x a fyp:Challenge ; fyp:implicit true", 1),
    ("figures of achievements", "?y fyp:achievedValue ?x", 10),
    ("printed conversions to euro", "?y fyp:approxConversion ?x", 6),
    ("cooperation sections", "?x a fyp:Section ; fyp:subSectionOf ?y", 5),
    ("cooperation areas", "?x a fyp:CooperationArea", 21),
    ("cooperation areas that a plan opens", "?y fyp:planCooperatesOn ?x", 21),
    ("cooperation mechanisms", "?y fyp:cooperationMechanism ?x", 2),
    ("cooperation modes", "?y fyp:cooperationMode ?x", 7),
    ("technologies that a plan mentions", "?y fyp:mentionsTechnology ?x", 43),
    ("mentions of the Industrial Internet", "?x fyp:mentionTechnology id:technology-industrial-internet", 8),
    ("mentions of Big Data", "?x fyp:mentionTechnology id:technology-big-data", 14),
    ("ministries that issued one of the six", "?y a fyp:SectoralPlan ; fyp:issuedBy ?x . ?x a fyp:Ministry", 2),
    ("programmes", "?x a fyp:CooperationProgramme", 1),
    ("legal instruments that a plan mentions", "?y fyp:mentionsLegalInstrument ?x", 1),
    ("plans with a declared number of targets", "?x fyp:declaredTargetCount ?n", 2),
    ("plans with a ministry", "GRAPH graph:editorial { ?x fyp:issuedBy ?y }", 6),
    (
        "plans with a Chinese title",
        "GRAPH graph:editorial { ?x skos:prefLabel ?l } ?x a fyp:SectoralPlan FILTER(LANG(?l) = 'zh')",
        6,
    ),
    ("countries of the cooperation programme", "id:programme-sino-german-industrie-4-0 fyp:partnerCountry ?x", 2),
]


def count(engine: Engine, pattern: str) -> int:
    cell = select(engine, f"{PROLOGUE}SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }}").rows[0][0]
    assert isinstance(cell, Literal)
    return int(cell.value)


@pytest.mark.parametrize(
    ("cls", "plan", "expected"),
    [(cls, plan, n) for cls, row in ELEMENTS.items() for plan, n in zip(PLANS, row, strict=True)],
)
def test_each_plan_has_every_element_of_its_kind(engine: Engine, cls: str, plan: str, expected: int) -> None:
    stated = f"GRAPH graph:plan-{plan} {{ ?x a fyp:{cls} }} id:plan-{plan} fyp:hasElement ?x"
    assert count(engine, stated) == expected
    assert count(engine, f"?x a fyp:{cls} ; fyp:inPlan id:plan-{plan}") == expected


@pytest.mark.parametrize(("what", "pattern", "expected"), TOTALS, ids=[row[0] for row in TOTALS])
def test_the_totals_are_those_of_the_text(engine: Engine, what: str, pattern: str, expected: int) -> None:
    assert count(engine, pattern) == expected, what


def test_the_quantities_of_the_plans_are_thirty_nine(engine: Engine) -> None:
    everywhere = " UNION ".join(f"{{ GRAPH graph:plan-{plan} {{ ?x a fyp:Quantity }} }}" for plan in PLANS)
    assert count(engine, everywhere) == 39


TARGETS = [  # element, baseline, value (or its bounds), unit, direction, basis, comparator, figure in the text
    ("ii-t1", None, "80", "PERCENT", "increase", "level", "upToAsPrinted", "Up to 80%"),
    ("ii-t2", None, "85", "PERCENT", "increase", "level", "upToAsPrinted", "Up to 85%"),
    ("ii-t3", None, "68", "PERCENT", "increase", "level", "upToAsPrinted", "Up to 68%"),
    ("ii-t4", None, "45", "PERCENT", "increase", "level", "upToAsPrinted", "Up to 45%"),
    ("ict-t1", "2640000000000", "4300000000000", "CCY_CNY", "increase", "level", "exactly", "4.3 trillion CNY"),
    ("ict-t2", "2500000000000", "3700000000000", "CCY_CNY", "increase", "level", "exactly", "3.7 trillion CNY"),
    ("ict-t3", "15", "56", "PERCENT", "increase", "level", "exactly", "56%"),
    ("ict-t4", "3.6", "4.5", "PERCENT", "increase", "level", "exactly", "4.5%"),
    ("sw-t1", None, "125", "NUM", "increase", "cumulativeCount", "exactly", "125"),
    ("sw-t2", None, "1000000", "NUM", "increase", "cumulativeCount", "upToAsPrinted", "Up to 1 million"),
    ("sw-t3", None, "2-3", "NUM", "increase", "cumulativeCount", "range", "2-3"),
    ("sw-t4", None, "20", "NUM", "increase", "cumulativeCount", "exactly", "20"),
    ("gr-t1", None, "18", "PERCENT", "reduce", "relativeChange", "exactly", "18%"),
    ("gr-t2", None, "10", "PERCENT", "reduce", "relativeChange", "exactly", "10%"),
    ("gr-t3", None, "13.5", "PERCENT", "reduce", "relativeChange", "exactly", "13.5%"),
    ("gr-t4", None, "57", "PERCENT", "increase", "level", "exactly", "57%"),
    ("gr-t5", None, "1100000000", "CCY_CNY", "increase", "level", "exactly", "1.1 billion CNY"),
    ("tw-t1", None, "2000000", "NUM", "increase", "cumulativeCount", "exactly", "two million"),
    ("tw-t2", None, "20000000", "NUM", "increase", "cumulativeCount", "exactly", "20 million"),
]


@pytest.mark.parametrize("expected", TARGETS, ids=[row[0] for row in TARGETS])
def test_each_target_says_what_is_printed(engine: Engine, expected: tuple[str | None, ...]) -> None:
    rows = select(
        engine,
        f"""{PROLOGUE}SELECT ?baseline ?value ?unit ?direction ?basis ?comparator ?printed {{
  id:{expected[0]} fyp:targetValue ?q ; fyp:direction ?direction ; fyp:targetBasis ?basis .
  ?q fyp:unit ?unit ; fyp:comparator ?comparator ; fyp:asPrinted ?printed .
  OPTIONAL {{ ?q fyp:numericValue ?single }}
  OPTIONAL {{ ?q fyp:lowerBound ?lower ; fyp:upperBound ?upper }}
  BIND(COALESCE(STR(?single), CONCAT(STR(?lower), "-", STR(?upper))) AS ?value)
  OPTIONAL {{ id:{expected[0]} fyp:baseline/fyp:numericValue ?baseline }}
}}""",
    ).rows
    assert [tuple(_short(cell) for cell in row) for row in rows] == [expected[1:]]


def _short(term: object) -> str | None:
    if isinstance(term, NamedNode):
        return term.value.rpartition("#" if "#" in term.value else "/")[2]
    return term.value if isinstance(term, Literal) else None


def test_no_plan_graph_names_the_editors_facts(engine: Engine) -> None:
    for plan in PLANS:
        assert count(engine, f"GRAPH graph:plan-{plan} {{ ?x fyp:issuedBy|dcterms:issued|fyp:suggestedValue ?y }}") == 0
