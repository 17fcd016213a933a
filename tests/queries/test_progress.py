"""The progress of a target: the rule for each kind of figure and each direction, on targets made for the purpose."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat

from kg.build.rules import infer, read_rules
from kg.core.names import PREFIXES, curie, graph
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from tests.catalogue import project_catalogue

QUESTION = project_catalogue().get("targets-against-outcomes")
HEAD = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("fyp", "id", "unit"))


@dataclass(frozen=True)
class Case:
    """One official target of a plan of 2021 to 2025, and what was observed."""

    target: str
    basis: str = "level"
    direction: str = "increase"
    baseline: str = ""
    comparator: str = "exactly"
    unit: str = "PERCENT"
    observed: str = ""
    year: int = 2023
    month: int | None = None
    observed_basis: str = ""
    baseline_year: int = 2020
    first_year: int | None = None
    observed_first_year: int | None = None


def quantity(slug: str, number: str, unit: str, year: int | None, extra: str = "") -> str:
    dated = f"; fyp:year {year} " if year else ""
    return f"id:{slug} a fyp:Quantity ; fyp:numericValue {number} ; fyp:unit unit:{unit} {dated}{extra}.\n"


def span(first_year: int | None) -> str:
    return f"; fyp:firstYear {first_year} " if first_year else ""


def turtle(case: Case) -> str:
    lines = [
        HEAD,
        "id:plan-x a fyp:Plan ; fyp:planStartYear 2021 ; fyp:hasOfficialPart id:official-x-t1 .\n",
        f"id:indicator-x a fyp:Indicator ; fyp:defaultUnit unit:{case.unit} .\n",
        "id:official-x-t1 a fyp:OfficialTarget ; fyp:measuredBy id:indicator-x ; fyp:targetValue id:q-target ;\n",
        f"    fyp:direction fyp:{case.direction} ; fyp:targetBasis fyp:{case.basis} ;\n",
        "    fyp:baseline id:q-baseline ;\n" if case.baseline else "",
        "    fyp:evidence id:citation-target .\n",
        quantity(
            "q-target", case.target, case.unit, 2025, f"; fyp:comparator fyp:{case.comparator} " + span(case.first_year)
        ),
    ]
    if case.baseline:
        lines.append(quantity("q-baseline", case.baseline, case.unit, case.baseline_year))
    if case.observed:
        month = f"; fyp:month {case.month} " if case.month else ""
        lines.append(
            "id:observation-x a fyp:Observation ; fyp:observes id:indicator-x ; fyp:observedValue id:q-observed ;"
            f" fyp:observedBasis fyp:{case.observed_basis or case.basis} ; fyp:evidence id:citation-outcome .\n"
        )
        lines.append(
            quantity("q-observed", case.observed, case.unit, case.year, month + span(case.observed_first_year))
        )
    return "".join(lines)


def ask(text: str) -> dict[str, str]:
    store = Store(
        pyoxigraph.Quad(triple.subject, triple.predicate, triple.object, graph("official-x"))
        for triple in pyoxigraph.parse(text, format=RdfFormat.TURTLE)
    )
    ontology = "fyp:hasOfficialPart owl:inverseOf fyp:officialPartOf ."
    prologue = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("fyp", "owl"))
    store.add(
        pyoxigraph.Quad(triple.subject, triple.predicate, triple.object, graph("ontology"))
        for triple in pyoxigraph.parse(prologue + ontology, format=RdfFormat.TURTLE)
    )
    infer(store, read_rules())
    records = list(select(EmbeddedEngine(store, "0", 100), QUESTION.text).records())
    assert len(records) == 1
    return {key: term.value for key, term in records[0].items() if isinstance(term, NamedNode | Literal)}


def progress(case: Case) -> str:
    return curie(NamedNode(ask(turtle(case))["progress"])).removeprefix("fyp:")


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        # A level that is to rise: met at the target, on track on the straight line from the starting value.
        (Case("56.0", baseline="15.0", observed="83.9", year=2025), "met"),
        (Case("56.0", baseline="15.0", observed="56.0"), "met"),
        (Case("56.0", baseline="15.0", observed="39.6", year=2023), "onTrack"),
        (Case("56.0", baseline="15.0", observed="39.5", year=2023), "behind"),
        (Case("56.0", baseline="15.0", observed="55.9", year=2025), "behind"),
        (Case("26.0", observed="34.4", year=2025), "met"),  # no starting value is needed to see that it is met,
        (Case("26.0", observed="20.0", year=2023), "unknown"),  # but to see how far along it is
        (Case("26.0", observed="20.0", year=2025), "behind"),  # unless the time is over
        (Case("56.0", baseline="15.0", comparator="moreThan", observed="56.0", year=2025), "behind"),
        (Case("56.0", baseline="15.0", comparator="atLeast", observed="56.0", year=2025), "met"),
        (Case("56.0", baseline="15.0"), "unknown"),
        # A month moves the line: by the end of June 2023 half of the five years has passed.
        (Case("20.0", baseline="10.0", observed="15.0", year=2023, month=6), "onTrack"),
        (Case("20.0", baseline="10.0", observed="14.9", year=2023, month=6), "behind"),
        # A level that is to fall.
        (Case("1.3", direction="reduce", baseline="1.8", observed="1.3"), "met"),
        (Case("1.3", direction="reduce", baseline="1.8", comparator="lessThan", observed="1.3", year=2025), "behind"),
        (Case("1.3", direction="reduce", baseline="1.8", observed="1.5", year=2023), "onTrack"),
        (Case("1.3", direction="reduce", baseline="1.8", observed="1.51", year=2023), "behind"),
        # A level to be held: no way to go, so it is on track while it is kept.
        (Case("360.0", direction="hold", unit="NUM", observed="445.0", year=2022), "onTrack"),
        (Case("360.0", direction="hold", unit="NUM", observed="445.0", year=2025), "met"),
        (Case("360.0", direction="hold", unit="NUM", observed="350.0", year=2022), "behind"),
        (Case("360.0", direction="hold", unit="NUM"), "unknown"),
        # A sum of money that grows from a known value five years before: compared with constant growth, not the line.
        (Case("3.0", baseline="1.0", unit="CCY_CNY", observed="1.3", year=2021), "onTrack"),
        (Case("3.0", baseline="1.0", unit="CCY_CNY", observed="1.2", year=2021), "behind"),
        (Case("3.0", baseline="1.0", unit="CCY_CNY", observed="2.41", year=2024), "onTrack"),
        (Case("3.0", baseline="1.0", unit="CCY_CNY", observed="2.40", year=2024), "behind"),
        (Case("3.0", baseline="1.0", unit="CCY_CNY", observed="3.0", year=2024), "met"),
        # Within a year there is only the straight line, which lies higher.
        (Case("3.0", baseline="1.0", unit="CCY_CNY", observed="1.6", year=2022, month=6), "onTrack"),
        (Case("3.0", baseline="1.0", unit="CCY_CNY", observed="1.59", year=2022, month=6), "behind"),
        (Case("3.0", baseline="1.0", unit="NUM", observed="1.3", year=2021), "behind"),
        # A change in per cent, written as a positive number whichever way it goes.
        (Case("18.0", "relativeChange", "reduce", observed="18.0"), "met"),
        (Case("18.0", "relativeChange", "reduce", observed="10.8", year=2023), "onTrack"),
        (Case("18.0", "relativeChange", "reduce", observed="10.7", year=2023), "behind"),
        (Case("100.0", "relativeChange", "increase", observed="60.0", year=2023), "onTrack"),
        (Case("4.0", "pointChange", "increase", observed="2.4", year=2023), "onTrack"),
        (Case("4.0", "pointChange", "increase", observed="2.3", year=2023), "behind"),
        # A sum over the period starts from nothing, whatever the sum of the period before.
        (Case("200.0", "cumulativeCount", unit="NUM", observed="200.0"), "met"),
        (Case("200.0", "cumulativeCount", unit="NUM", observed="120.0", year=2023), "onTrack"),
        (Case("200.0", "cumulativeCount", unit="NUM", observed="119.0", year=2023), "behind"),
        (Case("3.7", "cumulativeAmount", baseline="2.5", unit="CCY_CNY", observed="2.3", year=2023), "onTrack"),
        (Case("3.7", "cumulativeAmount", baseline="2.5", unit="CCY_CNY", observed="2.2", year=2023), "behind"),
        # A figure of another kind, or from before the plan, says nothing about the target.
        (Case("18.0", "relativeChange", "reduce", observed="18.0", observed_basis="level"), "unknown"),
        (Case("56.0", baseline="15.0", observed="60.0", year=2020), "unknown"),
        # An average over years is reached by an average over the same years, and not by one good year.
        (Case("12.0", direction="hold", first_year=2021, observed="13.0", observed_first_year=2021, year=2025), "met"),
        (Case("12.0", direction="hold", first_year=2021, observed="13.0", year=2025), "unknown"),
        (Case("12.0", direction="hold", first_year=2021, observed="13.0", observed_first_year=2016), "unknown"),
    ],
)
def test_progress_follows_the_rule(case: Case, expected: str) -> None:
    assert progress(case) == expected


@pytest.mark.parametrize(
    ("case", "share"),
    [
        (Case("56.0", baseline="15.0", observed="83.9", year=2025), "168"),
        (Case("14.0", baseline="8.16", unit="CCY_CNY", observed="13.7276", year=2024), "95.3"),
        (Case("1.3", direction="reduce", baseline="1.8", observed="1.5"), "60"),
        (Case("200.0", "cumulativeCount", unit="NUM", observed="50.0"), "25"),
        (Case("18.0", "relativeChange", "reduce", observed="9.0"), "50"),
    ],
)
def test_the_share_is_the_part_of_the_way_from_start_to_target(case: Case, share: str) -> None:
    assert ask(turtle(case))["share"] == share


@pytest.mark.parametrize(
    "case",
    [
        Case("26.0", observed="34.4", year=2025),
        Case("360.0", direction="hold", unit="NUM", observed="445.0"),
        Case("56.0", baseline="15.0"),
    ],
)
def test_there_is_no_share_without_a_way(case: Case) -> None:
    assert "share" not in ask(turtle(case))


def test_a_change_has_no_starting_value_beside_it() -> None:
    row = ask(turtle(Case("100.0", "relativeChange", baseline="246.0", observed="60.0")))
    assert not {"baseline", "baselineYear", "baselineSource"} & set(row)


def test_each_figure_names_its_source() -> None:
    row = ask(turtle(Case("56.0", baseline="15.0", observed="83.9", year=2025, month=9)))
    assert row["officialSource"].endswith("citation-target")
    assert row["baselineSource"].endswith("citation-target")
    assert row["latestSource"].endswith("citation-outcome")
    assert row["observed"] == "2025-09"


def test_an_indicator_at_which_no_plan_aims_comes_with_what_was_observed() -> None:
    text = HEAD + (
        "id:indicator-x a fyp:Indicator ; fyp:defaultUnit unit:NUM .\n"
        "id:observation-x a fyp:Observation ; fyp:observes id:indicator-x ; fyp:observedValue id:q-observed ;"
        " fyp:observedBasis fyp:level ; fyp:evidence id:citation-outcome .\n"
    )
    row = ask(text + quantity("q-observed", "7.0", "NUM", 2024))
    assert (row["latest"], row["observed"]) == ("7", "2024")
    assert "plan" not in row
    assert row["progress"].endswith("#noTarget")


def test_an_indicator_of_a_plan_without_a_figure_has_no_target_which_is_not_to_say_that_it_is_unknown() -> None:
    text = turtle(Case("56.0", observed="20.0")).replace("fyp:targetValue id:q-target", 'fyp:asPrinted "more"')
    assert ask(text)["progress"].endswith("#noTarget")


@pytest.mark.parametrize("comparator", ["moreThan", "atLeast", "approximately", "lessThan"])
def test_a_target_keeps_how_it_is_qualified_and_its_year(comparator: str) -> None:
    row = ask(turtle(Case("34.4", comparator=comparator)))
    assert (row["official"], row["officialYear"]) == ("34.4", "2025")
    assert row["officialComparator"].endswith(f"#{comparator}")
    assert "statedComparator" not in row


def test_a_range_tells_both_its_bounds() -> None:
    bounds = "fyp:lowerBound 2.0 ; fyp:upperBound 3.0"
    row = ask(turtle(Case("34.4", comparator="range")).replace("fyp:numericValue 34.4", bounds))
    assert (row["official"], row["officialUpper"]) == ("2", "3")
