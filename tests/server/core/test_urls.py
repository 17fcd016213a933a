"""Links: IRIs of the graph become addresses of this server, and only where a page is behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from pyoxigraph import NamedNode

from kg.core.names import ENDPOINT, PREFIXES, ROOT, question_page, thing
from kg.output.metadata import CATALOGUE, DATASET
from server.core import urls


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("iri", "address"),
    [
        (thing("plan-ii").value, "/page/plan-ii"),
        (PREFIXES["id"] + "No-Slug", ""),
        (PREFIXES["id"], ""),
        (PREFIXES["fyp"] + "Plan", "/ontology#Plan"),
        (PREFIXES["fyp"] + "a'&b", "/ontology#a%27%26b"),
        (PREFIXES["shape"] + "PlanYears", "/shapes#PlanYears"),
        (PREFIXES["module"] + "plans", "/ontology#part-plans"),
        (ROOT + "ontology", "/ontology"),
        (ROOT + "shapes", "/shapes"),
        (ROOT + "ontology/0.1.0", "/ontology/0.1.0"),
        (ROOT + "shapes/0.1.0", "/shapes/0.1.0"),
        (ROOT + "ontology/alignment", "/ontology/alignment"),
        (ROOT + "ontologies", ""),
        (PREFIXES["graph"] + "plan-ii", ""),
        (question_page("key-messages").value, "/q/key-messages"),
        (question_page("top-level-objectives", "plan").value, "/q/top-level-objectives"),
        (question_page("").value, ""),
        (ENDPOINT.value, "/sparql"),
        (DATASET.value, "/dataset"),
        (CATALOGUE.value, "/dataset"),
        ("http://www.wikidata.org/entity/Q42", "http://www.wikidata.org/entity/Q42"),
        ("https://example.org/?a=1#b", "https://example.org/?a=1#b"),
        ("urn:isbn:1", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://example.org/", ""),
    ],
)
def test_a_page_is_ours_or_the_web_s_or_none(iri: str, address: str) -> None:
    assert urls.page_of(NamedNode(iri)) == address


def test_the_other_addresses() -> None:
    assert urls.data_of("plan-ii") == "/data/plan-ii.ttl"
    assert urls.data_of("plan-ii", "jsonld") == "/data/plan-ii.jsonld"
    assert urls.ontology("0.1.0", "ttl") == "/ontology/0.1.0.ttl"
    assert urls.ontology(lang="de", q="a&b") == "/ontology?lang=de&q=a%26b"
    assert urls.shapes("", "nt") == "/shapes.nt"
    assert urls.diagram("plans", "en", "dark") == "/ontology/diagrams/plans.svg?lang=en&theme=dark"
    assert urls.question("key-messages") == "/q/key-messages"
    assert urls.sparql() == "/sparql"
    assert urls.sparql("ASK { ?中 ?p '&+%' }") == "/sparql/form?query=ASK+%7B+?%E4%B8%AD+?p+'%26%2B%25'+%7D"


def test_linksets_of_pages_and_of_the_dataset() -> None:
    assert urls.linkset() == "/linkset.json"
    assert urls.linkset("/page/plan-ii") == "/linkset.json?about=/page/plan-ii"
    assert urls.linkset("/q/x?a=b&c", ending="") == "/linkset?about=/q/x%3Fa%3Db%26c"


def test_the_path_at_hand_has_the_root_that_it_is_served_below(app: Flask) -> None:
    with app.test_request_context(environ_overrides={"SCRIPT_NAME": "/fyp"}):
        assert urls.same("/fyp", [("lang", "de")]) == "http://localhost/fyp/?lang=de"


@pytest.mark.parametrize("path", ["//evil.example/x", "///evil.example", "/\\evil.example"])
def test_the_path_at_hand_leads_to_no_other_host(app: Flask, path: str) -> None:
    with app.test_request_context(environ_overrides={"PATH_INFO": path}):
        assert urls.same("", []).startswith("http://localhost/")
