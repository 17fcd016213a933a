"""From JSON to queries: every form that clients send, and words for what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.core.errors import BatchTooLarge, RequestInvalid
from kg.reconcile.properties import Closeness
from kg.reconcile.schema import LARGEST_LIMIT, USUAL_LIMIT, Condition, Query, Strictness, TableValue
from server.api.reconcile.parser import (
    BATCH_SIZE,
    LARGEST_EXTENSION,
    LARGEST_TABLE,
    MOST_CONDITIONS,
    Fetched,
    read_extension,
    read_queries,
)


def read(**query: Any) -> Query:
    return read_queries(json.dumps({"q": query}))["q"]


def test_a_whole_query_is_read() -> None:
    assert read(
        query="工业互联网",
        type=["Technology", "Sector"],
        type_strict="all",
        limit=3,
        properties=[
            {"pid": "plan", "v": {"id": "plan-ict", "name": "ICT"}},
            {"pid": "year", "v": [2025, "2026", True, 1.5]},
        ],
    ) == Query(
        "工业互联网",
        ("Technology", "Sector"),
        Strictness.ALL,
        (
            Condition("plan", (TableValue("ICT", "plan-ict"),)),
            Condition("year", (TableValue("2025"), TableValue("2026"), TableValue("true"), TableValue("1.5"))),
        ),
        3,
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"query": "a"}, Query("a", limit=USUAL_LIMIT)),
        ({"query": "a", "type": "Plan"}, Query("a", ("Plan",))),
        ({"query": "a", "type": {"id": "Plan", "name": "Plan"}}, Query("a", ("Plan",))),
        ({"query": "a", "type": [{"id": "Plan"}]}, Query("a", ("Plan",))),
        ({"query": "a", "type": ""}, Query("a")),
        ({"query": "a", "type": None}, Query("a")),
        ({"query": "a", "limit": 2.0}, Query("a", limit=2)),
        ({"query": "a", "limit": 10**9}, Query("a", limit=LARGEST_LIMIT)),
        ({"query": "a", "unheard-of": [1]}, Query("a")),
        ({"query": ""}, Query("")),
        ({"properties": [{"pid": "p", "v": []}]}, Query(conditions=(Condition("p", ()),))),
    ],
)
def test_the_forms_of_clients_are_read(fields: dict[str, Any], expected: Query) -> None:
    assert read(**fields) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "queries is no JSON"),
        ("{", "queries is no JSON"),
        ("[]", "queries must be an object"),
        ("null", "queries must be an object"),
        ('{"q": []}', "queries.q must be an object"),
        ('{"q": {}}', "queries.q asks for nothing"),
        ('{"q": {"properties": []}}', "queries.q asks for nothing"),
        ('{"q": {"query": 7}}', "queries.q.query must be a string"),
        ('{"q": {"query": null}}', "queries.q.query must be a string"),
        ('{"q": {"query": "a", "type": 7}}', "queries.q.type must be a string"),
        ('{"q": {"query": "a", "type": [["b"]]}}', "queries.q.type must be a string"),
        ('{"q": {"query": "a", "type": {"name": "b"}}}', "queries.q.type has no id"),
        ('{"q": {"query": "a", "type_strict": "never"}}', "choose any or all or should"),
        ('{"q": {"query": "a", "type_strict": ["any"]}}', "choose any or all or should"),
        ('{"q": {"query": "a", "limit": 0}}', "give a whole number from 1"),
        ('{"q": {"query": "a", "limit": 1.5}}', "give a whole number from 1"),
        ('{"q": {"query": "a", "limit": true}}', "give a whole number from 1"),
        ('{"q": {"query": "a", "limit": "many"}}', "give a whole number from 1"),
        ('{"q": {"query": "a", "limit": 1e999}}', "give a whole number from 1"),
        ('{"q": {"query": "a", "limit": NaN}}', "NaN is no number"),
        ('{"q": {"query": "a", "limit": -Infinity}}', "-Infinity is no number"),
        ('{"q": {"query": "a", "limit": ' + "9" * 5_000 + "}}", "queries is no JSON"),
        ('{"q": {"query": "a", "properties": {}}}', "queries.q.properties must be an array"),
        ('{"q": {"query": "a", "properties": [7]}}', "queries.q.properties must be an object"),
        ('{"q": {"query": "a", "properties": [{"v": 1}]}}', "has no pid"),
        ('{"q": {"query": "a", "properties": [{"pid": "b"}]}}', "has no v"),
        ('{"q": {"query": "a", "properties": [{"pid": "b", "v": null}]}}', "give a string, a number"),
        ('{"q": {"query": "a", "properties": [{"pid": "b", "v": [[1]]}]}}', "give a string, a number"),
        ('{"q": {"query": "a", "properties": [{"pid": "b", "v": 1e400}]}}', "give a number below"),
        ('{"q": {"query": "a", "properties": [{"pid": "b", "v": {"name": "c"}}]}}', "has no id"),
        ('{"q": {"query": "\\ud800"}}', "half of a surrogate pair"),
        ('{"\\udc00": {"query": "a"}}', "half of a surrogate pair"),
        ('{"q": {"query": "a", "properties": [{"pid": "\\ud800", "v": 1}]}}', "half of a surrogate pair"),
        ("[" * 200_000, "nests too deeply"),
        ('{"q":' * 200_000, "nests too deeply"),
    ],
)
def test_what_is_no_batch_is_reported_in_words(text: str, words: str) -> None:
    with pytest.raises(RequestInvalid) as raised:
        read_queries(text)
    assert words in str(raised.value)
    assert len(str(raised.value)) < 300
    str(raised.value).encode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"query": "a", "properties": [{"pid": "b", "v": [1] * 51}]}, "has 51 entries: give at most 50"),
        (
            {"query": "a", "properties": [{"pid": "b", "v": 1}] * (MOST_CONDITIONS + 1)},
            "has 17 entries: give at most 16",
        ),
        ({"query": "a", "type": ["Plan"] * (MOST_CONDITIONS + 1)}, "has 17 entries: give at most 16"),
        ({"query": "a", "type": "x" * 301}, "has 301 characters: give at most 300"),
        ({"query": "a", "properties": [{"pid": "x" * 301, "v": 1}]}, "has 301 characters: give at most 300"),
    ],
)
def test_a_query_that_asks_for_too_much_is_refused(query: Any, words: str) -> None:
    with pytest.raises(BatchTooLarge, match=words):
        read(**query)


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert read_queries('{"q": {"query": "\\ud83d\\ude80"}}')["q"].text == "🚀"


def test_a_batch_may_be_as_large_as_announced() -> None:
    assert len(read_queries(json.dumps({str(n): {"query": "a"} for n in range(BATCH_SIZE)}))) == BATCH_SIZE
    with pytest.raises(BatchTooLarge, match=f"send at most {BATCH_SIZE}"):
        read_queries(json.dumps({str(n): {"query": "a"} for n in range(BATCH_SIZE + 1)}))


def extension(settings: Any, language: str = "en") -> Fetched:
    asked = {"ids": ["plan-ict"], "properties": [{"id": "nameEn", "settings": settings}]}
    return read_extension(json.dumps(asked), language).properties[0]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, Fetched("nameEn", 0, "de", Closeness.CLOSE)),
        (None, Fetched("nameEn", 0, "de", Closeness.CLOSE)),
        ({"lang": "", "limit": "", "links": ""}, Fetched("nameEn", 0, "de", Closeness.CLOSE)),
        ({"lang": "zh", "limit": 2, "links": "all"}, Fetched("nameEn", 2, "zh", Closeness.ALL)),
        ({"limit": "3"}, Fetched("nameEn", 3, "de", Closeness.CLOSE)),
        ({"limit": 0, "unheard-of": 1}, Fetched("nameEn", 0, "de", Closeness.CLOSE)),
    ],
)
def test_settings_of_a_property_are_read(settings: Any, expected: Fetched) -> None:
    assert extension(settings, "de") == expected


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"lang": "fr"}, "choose en or de or zh"),
        ({"lang": ["en"]}, "choose en or de or zh"),
        ({"limit": -1}, "give a whole number from 0"),
        ({"limit": "two"}, "give a whole number from 0"),
        ({"links": "some"}, "choose exact or close or all"),
        ([1], "must be an object"),
    ],
)
def test_a_setting_that_is_none_is_reported_in_words(settings: Any, words: str) -> None:
    with pytest.raises(RequestInvalid, match=words):
        extension(settings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "extend has no ids"),
        ('{"ids": []}', "extend has no properties"),
        ('{"ids": "plan-ict", "properties": []}', "extend.ids must be an array"),
        ('{"ids": [7], "properties": []}', "extend.ids must be a string"),
        ('{"ids": ["\\ud800"], "properties": []}', "half of a surrogate pair"),
        ('{"ids": [], "properties": ["plan"]}', "extend.properties must be an object"),
        ('{"ids": [], "properties": [{}]}', "has no id"),
    ],
)
def test_what_is_no_request_for_values_is_reported_in_words(text: str, words: str) -> None:
    with pytest.raises(RequestInvalid, match=words):
        read_extension(text, "en")


@pytest.mark.parametrize("key", ["ids", "properties"])
def test_a_request_for_too_many_values_is_refused(key: str) -> None:
    asked: dict[str, list[Any]] = {"ids": [], "properties": []}
    asked[key] = [{"id": "plan"} if key == "properties" else "plan-ict"] * (LARGEST_EXTENSION + 1)
    with pytest.raises(BatchTooLarge, match=f"at most {LARGEST_EXTENSION}"):
        read_extension(json.dumps(asked), "en")


def test_a_request_for_a_table_with_too_many_cells_is_refused() -> None:
    asked = {"ids": ["plan-ict"] * 101, "properties": [{"id": "plan"}] * 100}
    with pytest.raises(BatchTooLarge, match=f"at most {LARGEST_TABLE} values"):
        read_extension(json.dumps(asked), "en")


def test_a_long_id_of_a_property_is_refused_as_each_row_would_repeat_it() -> None:
    asked = {"ids": ["plan-ict"], "properties": [{"id": "x" * 301}]}
    with pytest.raises(BatchTooLarge, match="has 301 characters"):
        read_extension(json.dumps(asked), "en")
