"""The search of a request is read from its fields, and written into addresses again."""

from __future__ import annotations

import pytest

from kg.core.errors import ParameterInvalid
from kg.core.names import name, thing
from server.core.search_params import PAGE_HITS, SearchParams, read_search_params

TECHNOLOGY, MEASURE, PLAN = name("fyp:Technology"), name("fyp:Measure"), thing("plan-ii")


def test_without_fields_nothing_is_sought() -> None:
    assert read_search_params([]) == SearchParams()
    assert SearchParams().fields() == []
    assert SearchParams().offset == 0


def test_fields_are_read_and_written_alike() -> None:
    fields = [
        *(("q", "data 数据"), ("kind", "fyp:Technology"), ("kind", "fyp:Measure"), ("plan", "id:plan-ii")),
        *(("lang", "zh"), ("size", "5"), ("page", "3"), ("begins", "1")),
    ]
    search_params = read_search_params(fields)
    assert search_params == SearchParams("data 数据", (TECHNOLOGY, MEASURE), (PLAN,), 3, 5, "zh", begins=True)
    assert search_params.offset == 10
    assert read_search_params(search_params.fields()) == search_params


def test_an_iri_may_be_whole_and_an_empty_value_says_nothing() -> None:
    search_params = read_search_params(
        [("kind", TECHNOLOGY.value), ("kind", "fyp:Technology"), ("plan", ""), ("other", "x")]
    )
    assert (search_params.kinds, search_params.plans) == ((TECHNOLOGY,), ())


def test_a_choice_is_added_and_taken_away_from_the_first_page_on() -> None:
    search_params = SearchParams("x", page=4)
    assert search_params.with_kind(TECHNOLOGY) == SearchParams("x", kinds=(TECHNOLOGY,))
    assert search_params.with_kind(TECHNOLOGY).with_kind(TECHNOLOGY) == SearchParams("x")
    assert search_params.with_plan(PLAN).without_filters() == SearchParams("x")
    assert search_params.with_page(2) == SearchParams("x", page=2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("page", "0"), ("page", "-1"), ("page", "1.5"), ("page", "٣"), ("page", "1" * 30), ("page", "")),
        *(("size", "101"), ("size", "x"), ("lang", "fr"), ("begins", "yes"), ("kind", "no iri"), ("plan", ":")),
        ("kind", "http://[x"),
    ],
)
def test_a_value_that_cannot_be_is_reported_with_its_field(field: str, value: str) -> None:
    with pytest.raises(ParameterInvalid, match=f"^{field}: "):
        read_search_params([("q", "x"), (field, value)])


def test_there_are_not_too_many_choices() -> None:
    with pytest.raises(ParameterInvalid, match="at most 50"):
        read_search_params([("kind", f"fyp:K{number}") for number in range(51)])
    assert PAGE_HITS == 20
