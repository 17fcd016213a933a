"""Each route sees the parameters that it declares and no others: what it does not read makes no entry in the cache."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kg.core.settings import Settings
from kg.engine.embedded import EmbeddedEngine
from kg.release import Release
from server.core.parameters import Reads, declared_by, reduced
from server.core.sparql_protocol.protocol import fields_of_url
from tests.server.addresses import Address, addresses
from tests.server.gateway.whole import Whole
from tests.server.rsgi import scope

SEARCH = Reads(once=("q", "lang", "page"), often=("kind", "plan"))
REFUSING = ("/q/<slug>", "/fragments")


@pytest.fixture(scope="module")
def whole(settings: Settings, engine: EmbeddedEngine) -> Iterator[Whole]:
    made = Whole(replace(settings, cache_bytes=2**30), engine)
    yield made
    made.end()


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("", ""),
        ("x=1&q=a&y", "q=a"),
        ("page=2&q=a", "q=a&page=2"),
        ("q=a&q=b", "q=b"),
        ("kind=a&kind=b&kind=a", "kind=a&kind=b&kind=a"),
        ("plan=z&kind=b&plan=a", "kind=b&plan=z&plan=a"),
        ("%71=%61+b%20c", "q=a%20b%20c"),
        ("q=%E4%BA%94", "q=%E4%BA%94"),
        ("q=\u4e94", "q=%E4%BA%94"),
        ("q=%zz", "q=%25zz"),
        ("q=%ff", "q=%ff"),
        ("%ff=1&\x00=2&=3&&", ""),
        ("q", "q="),
        ("q=a=b", "q=a%3Db"),
        ("only.x=1&Q=1&q%00=1", ""),
    ],
)
def test_what_is_declared_is_seen_in_one_spelling(sent: str, seen: str) -> None:
    assert reduced(sent, SEARCH, {}) == seen
    assert reduced(seen, SEARCH, {}) == seen


@given(st.lists(st.tuples(st.sampled_from(["q", "kind", "plan", "x", "lang"]), st.text(max_size=8)), max_size=6))
def test_the_values_that_are_declared_are_those_that_were_sent(fields: list[tuple[str, str]]) -> None:
    from urllib.parse import urlencode

    sent = urlencode(fields, errors="replace")
    seen = fields_of_url(reduced(sent, SEARCH, {}).encode())
    parsed = fields_of_url(sent.encode())
    for name in SEARCH.once:
        assert dict(seen).get(name) == dict(parsed).get(name)
    for name in SEARCH.often:
        assert [field for field in seen if field[0] == name] == [field for field in parsed if field[0] == name]
    assert reduced(reduced(sent, SEARCH, {}), SEARCH, {}) == reduced(sent, SEARCH, {})


def test_a_view_that_declares_nothing_sees_our_languages_alone() -> None:
    assert reduced("x=1&lang=de&q=a", Reads(), {}) == "lang=de"
    assert reduced("lang=xx", Reads(), {}) == ""


def test_a_flag_has_no_value() -> None:
    assert reduced("default=1&default=2", Reads(flags=("default",)), {}) == "default="


def test_a_query_without_its_text_is_left_for_the_view_to_refuse() -> None:
    declared = Reads(once=("query", "format"), verbatim=True, needs=("query",))
    assert reduced("Query=ASK{}&format=csv", declared, {}) == "Query=ASK{}&format=csv"
    assert reduced("x=1&query=ASK%7B%7d&format=csv", declared, {}) == "query=ASK%7B%7d&format=csv"


def entries(whole: Whole, address: Address, query: str) -> tuple[int, int, int]:
    """The status, and how many entries and hits the cache then has."""
    response = whole.ask(scope("GET", address.path, query))
    facts = whole.cache.facts()
    return response.status, facts.entries, facts.hits


@pytest.mark.slow
def test_an_unknown_parameter_makes_no_entry_at_any_route(whole: Whole, release: Release) -> None:
    cached = 0
    for address in addresses(whole.app, release):
        if address.path == "/metrics":  # for the operator
            continue
        joined = f"{address.query}&" if address.query else ""
        status, first, hits = entries(whole, address, address.query)
        assert status < 400 or status == 404, address
        is_refusing = address.rule.startswith(REFUSING)
        for query in (f"{joined}zz=1", f"zz=2&{address.query}", f"{joined}%7a%7A=3&utm_source=x"):
            status, now, hits_now = entries(whole, address, query)
            assert now == first, (address, query)
            if is_refusing:
                assert status == 400, address
            elif first > cached:  # it was kept, so that the next one costs nothing
                assert hits_now > hits, (address, query)
            hits = hits_now
        cached = first
    assert cached > 60


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/look", ["lang=en&lang=de&lang=en", "lang=%65n", "lang=en&"]),
        ("/openapi.json", ["lang=en&x=1", "lang=zh&lang=en", "&&lang=en"]),
        ("/search", ["q=plan&lang=en&page=1", "page=1&lang=en&q=plan", "q=%70lan&lang=en&page=1"]),
        ("/page/plan-ii", ["lang=en&page=2", "page=7&lang=en"]),
        ("/static/style.css", ["v=1", "v=2", ""]),
        ("/q/coverage-per-plan.rq", ["page=2", "size=7&theme=dark", "only.x=1", "release=r0", ""]),
        ("/q/coverage-per-plan.csv", ["page=2", "size=7&theme=dark&width=narrow", "release=r0", ""]),
    ],
)  # fmt: skip
def test_one_response_however_its_address_is_written_is_one_entry(whole: Whole, path: str, queries: list[str]) -> None:
    whole.cache.clear()
    for query in queries:
        assert whole.ask(scope("GET", path, query)).status == 200
    assert whole.cache.facts().entries == 1


@pytest.mark.parametrize(
    "paths",
    [
        ["/release/{id}/look", "/release/{id}//look", "/release/{id}///look"],
        ["/static/look.css", "/release/{id}/static/look.css", "/release/x/static/look.css"],
    ],
)  # fmt: skip
def test_one_response_at_several_paths_is_one_entry(whole: Whole, release: Release, paths: list[str]) -> None:
    whole.cache.clear()
    for path in paths:
        assert whole.ask(scope("GET", path.format(id=release.release_id))).status == 200
    assert whole.cache.facts().entries == 1


def test_a_response_that_does_not_vary_by_accept_is_one_entry(whole: Whole) -> None:
    whole.cache.clear()
    for number in range(5):
        assert whole.ask(scope("GET", "/look", "", ("accept", f"text/html, x/{number}"))).status == 200
    assert whole.cache.facts().entries == 1


def test_a_part_of_the_sitemap_has_one_number(client: FlaskClient) -> None:
    assert client.get("/sitemap-1.xml").status_code == 200
    assert client.get("/sitemap-01.xml").status_code == 404


def test_the_description_of_the_api_and_the_declarations_agree(app: Flask, client: FlaskClient) -> None:
    described: dict[str, Any] = client.get("/openapi.json").json or {}
    adapter = app.url_map.bind("localhost")
    checked = 0
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if method not in ("get", "post"):
                continue
            names = [
                parameter["name"] for parameter in operation.get("parameters", []) if parameter.get("in") == "query"
            ]
            concrete = re.sub(r"\{\w+\}", "plan-ii", path)
            if not names or not adapter.test(concrete, method.upper()):
                continue
            endpoint, _ = adapter.match(concrete, method=method.upper())
            declared = declared_by(app, str(endpoint))
            assert declared.rest or set(names) <= {*declared.names, "lang"}, (path, names)
            checked += 1
    assert checked > 20
