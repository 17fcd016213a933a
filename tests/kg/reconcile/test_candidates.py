"""Candidates for a name, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.core.names import LANGUAGES, thing
from kg.engine import Engine
from kg.reconcile.candidates import Candidate, Finder, candidates
from kg.reconcile.schema import Condition, Query, Schema, Strictness, TableValue

Ask = Callable[[Query], list[Candidate]]


@pytest.fixture
def ask(engine: Engine, finder: Finder, schema: Schema) -> Ask:
    def best(query: Query) -> list[Candidate]:
        return candidates(engine, finder, schema, {"q": query})["q"]

    return best


def condition(property_id: str, *texts: str, identifier: str = "") -> Condition:
    return Condition(property_id, tuple(TableValue(text, identifier) for text in texts))


@pytest.mark.parametrize(
    "text",
    [
        "Industrial Internet",
        "工业互联网",
        "工業互聯網",
        "Industrielles Internet",
        "INDUSTRIELLES  INTERNET",
        "ＩＩｏＴ",
    ],
)
def test_a_name_in_any_language_and_script_matches_one_thing_of_a_type(ask: Ask, text: str) -> None:
    ranked = ask(Query(text, ("Technology",)))
    assert [candidate.entity.id for candidate in ranked if candidate.match] == ["technology-industrial-internet"]
    assert ranked[0].features["label_exact"] is True
    assert ranked[0].score > 99


def test_namesakes_are_all_returned_and_none_is_matched(ask: Ask) -> None:
    ranked = ask(Query("Industrial Internet"))
    named = [candidate.entity.id for candidate in ranked if candidate.features["label_exact"]]
    assert {"technology-industrial-internet", "area-industrial-internet"} <= set(named)
    assert not any(candidate.match for candidate in ranked)


def test_a_property_tells_namesakes_apart(ask: Ask) -> None:
    ranked = ask(Query("Industrial Internet", conditions=(condition("type", "Technology"),)))
    assert [candidate.entity.id for candidate in ranked if candidate.match] == ["technology-industrial-internet"]


@pytest.mark.parametrize("text", ["ict-t1", "id:ict-t1", thing("ict-t1").value, f" <{thing('ict-t1').value}> "])
def test_an_id_or_iri_is_the_thing_itself(ask: Ask, text: str) -> None:
    best = ask(Query(text))[0]
    assert (best.entity.id, best.score, best.match, best.features["id_exact"]) == ("ict-t1", 100, True, True)


@pytest.mark.parametrize("text", ["plan-nowhere", "", "\0", "…", "\ud800", "x" * 100_000, "'; DROP", "?x ?y }"])
def test_what_nothing_is_called_has_no_candidate(ask: Ask, text: str) -> None:
    assert not any(candidate.match or candidate.score > 90 for candidate in ask(Query(text)))


@pytest.mark.parametrize("text", ["100%", "50%_rule", "A\x01b", "A\x7f", "\ud800"])
def test_a_linked_name_that_no_iri_may_have_has_no_candidate(ask: Ask, text: str) -> None:
    assert ask(Query("", conditions=(condition("dbpedia", text),))) == []


def test_a_slip_scores_less_than_the_very_name(ask: Ask) -> None:
    ranked = ask(Query("Industrial Internt", ("Technology",)))
    assert ranked[0].entity.id == "technology-industrial-internet"
    assert 80 < ranked[0].score < 100
    assert not ranked[0].match


def test_properties_raise_what_has_them_above_what_has_not(ask: Ask) -> None:
    plan = condition("plan", "Information and Communication Technologies")
    ranked = ask(Query("ICT industry revenue", conditions=(plan, condition("year", "2025"))))
    assert {candidate.entity.id for candidate in ranked[:3]} == {"ict-t1", "official-ict-t1", "official-ict-t2"}
    assert (ranked[0].features["property_plan"], ranked[0].features["property_year"]) == (1.0, 1.0)
    assert ranked[0].score > 90 > 60 > ranked[3].score


def test_a_word_is_enough_to_name_the_plan(ask: Ask) -> None:
    ranked = ask(Query("revenue", conditions=(condition("plan", "ICT"),)))
    fits = {candidate.entity.id: float(candidate.features["property_plan"]) for candidate in ranked}
    assert 0.6 < fits["ict-t1"] < 1.0
    assert not any(fit for thing_id, fit in fits.items() if "ict" not in thing_id)


def test_an_unknown_property_is_one_that_nothing_has(ask: Ask) -> None:
    ranked = ask(Query("Big Data", ("Technology",), conditions=(condition("no-such-property", "x"),)))
    assert ranked[0].score == 75
    assert ranked[0].features["property_no-such-property"] == 0
    assert not ranked[0].match


def test_a_property_asked_about_twice_must_fit_twice(ask: Ask) -> None:
    twice = (condition("year", "2025"), condition("year", "2024"))
    assert ask(Query("ict-t1", conditions=twice))[0].features["property_year"] == 0.0
    assert ask(Query("ict-t1", conditions=(condition("year", "2025", "2024"),)))[0].features["property_year"] == 0.5


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (condition("wikidata", "Q251212"), "technology-internet-of-things"),
        (condition("wikidata", "http://www.wikidata.org/entity/Q251212"), "technology-internet-of-things"),
        (condition("measuredBy", "", identifier="indicator-ict-revenue"), "ict-t1"),
        (condition("valueAsPrinted", "4.3 trillion CNY"), "ict-t1"),
        (condition("nameZh", "工业互联网"), "technology-industrial-internet"),
        (condition("issueDate", "2021-11-16"), "plan-ict"),
        (condition("iri", thing("ict-t1").value), "ict-t1"),
        (condition("issuedBy", "Ministry of Industry and Information Technology"), "plan-ict"),
    ],
)
def test_things_are_found_by_their_properties_alone(ask: Ask, condition: Condition, expected: str) -> None:
    ranked = ask(Query(conditions=(condition,), limit=100))
    assert expected in [candidate.entity.id for candidate in ranked if candidate.score == 100]


def test_several_properties_alone_add_up(ask: Ask) -> None:
    ranked = ask(Query(conditions=(condition("year", "2025"), condition("plan", "", identifier="plan-ict")), limit=50))
    best = [candidate.entity.id for candidate in ranked if candidate.score == 100]
    assert {"ict-t1", "official-ict-t2"} <= set(best)
    assert all(candidate.score == 50 for candidate in ranked if candidate.entity.id not in best)


@pytest.mark.parametrize(
    "hostile", ["Q1> } #", "Q1 Q2", "\0", '"', "\\", "Q" + "9" * 5_000, "\n", "}", "ZZ", "<http://example.org/>"]
)
def test_a_strange_value_finds_nothing_and_breaks_nothing(ask: Ask, hostile: str) -> None:
    for key in ("wikidata", "year", "plan", "nameEn", "issueDate", "iri", "type"):
        assert not any(candidate.score == 100 for candidate in ask(Query(conditions=(condition(key, hostile),))))


@pytest.mark.parametrize(
    ("types", "strictness", "expected"),
    [
        (("Technology",), Strictness.ANY, {"technology-5g"}),
        (("Technology", "CooperationArea"), Strictness.ANY, {"technology-5g", "area-5g"}),
        (("Technology", "CooperationArea"), Strictness.ALL, set()),
        (("QuantitativeTarget", "Target"), Strictness.ALL, set()),
        (("no-such-type",), Strictness.ANY, set()),
        (("no-such-type",), Strictness.ALL, set()),
    ],
)
def test_a_type_narrows(ask: Ask, types: tuple[str, ...], strictness: Strictness, expected: set[str]) -> None:
    ranked = ask(Query("5G", types, strictness))
    assert {candidate.entity.id for candidate in ranked if candidate.features["label_exact"]} == expected


def test_a_wider_type_holds_what_is_below_it(ask: Ask) -> None:
    assert ask(Query("ict-t1", ("PlanElement",)))[0].match
    assert ask(Query("ict-t1", ("QuantitativeTarget", "PlanElement"), Strictness.ALL))[0].match
    assert ask(Query("ict-t1", ("Technology",))) == []


def test_a_type_that_should_be_lowers_the_others(ask: Ask) -> None:
    ranked = ask(Query("5G", ("Technology",), Strictness.SHOULD))
    assert (ranked[0].entity.id, ranked[0].score, ranked[0].match) == ("technology-5g", 100, True)
    other = next(candidate for candidate in ranked if candidate.entity.id == "area-5g")
    assert (other.score, other.features["type_match"], other.match) == (70, False, False)


def test_the_apparatus_is_found_by_its_type_only(ask: Ask) -> None:
    text = "“十四五”信息通信行业发展规划"
    assert [candidate.entity.id for candidate in ask(Query(text)) if candidate.match] == ["plan-ict"]
    assert "title-plan-ict-zh-1" in [candidate.entity.id for candidate in ask(Query(text, ("PlanTitle",)))]
    assert "title-plan-ict-zh-1" in [
        candidate.entity.id for candidate in ask(Query(text, ("PlanTitle",), Strictness.SHOULD))
    ]


def test_no_more_than_wanted_and_the_best_first(ask: Ask) -> None:
    ranked = ask(Query("internet", limit=3))
    assert len(ranked) == 3
    assert [candidate.score for candidate in ranked] == sorted((candidate.score for candidate in ranked), reverse=True)


def test_each_query_of_a_batch_is_judged_by_itself(engine: Engine, finder: Finder, schema: Schema) -> None:
    queries = {"a": Query("Big Data"), "b": Query("ict-t1"), "c": Query("", conditions=(condition("year", "2025"),))}
    together = candidates(engine, finder, schema, queries)
    alone = {key: candidates(engine, finder, schema, {key: query})[key] for key, query in queries.items()}
    assert together == alone
    assert candidates(engine, finder, schema, {}) == {}


def test_names_are_reported_in_the_wanted_language(engine: Engine, finder: Finder, schema: Schema) -> None:
    query = {"q": Query("Big Data", ("Technology",))}
    best = candidates(engine, finder, schema, query, "zh")["q"][0]
    assert (best.entity.name, best.features["language"]) == ("大数据", False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spelling_that_languages_share_is_in_each_of_them(
    engine: Engine, finder: Finder, schema: Schema, language: str
) -> None:
    best = candidates(engine, finder, schema, {"q": Query("5G", ("Technology",))}, language)["q"][0]
    assert (best.entity.id, best.entity.names[language]) == ("technology-5g", "5G")
    assert (best.features["language"], best.score) == (True, 100)


def test_a_line_tells_namesakes_apart(ask: Ask) -> None:
    best = ask(Query("ict-t1"))[0]
    assert best.entity.description == (
        "14th Five-Year Plan for the Information and Communication Industry · 4.3 trillion CNY · 2025"
    )
