"""The page of one property of a resource: all values, a page at a time."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kg.core.names import name, thing
from kg.core.settings import Settings
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from server.app import create_app
from server.pages.resource.lookup import MOST_VALUES
from server.pages.resource.page import VALUES_PER_PAGE
from tests.graphs import engine_over
from tests.server.page import Page

MANY = 2 * VALUES_PER_PAGE + 30


@pytest.fixture(scope="module")
def large(settings: Settings) -> FlaskClient:
    """A client of an application over a graph with a hub."""
    spokes = " ".join(f"id:spoke-{number} a fyp:Objective ; fyp:concerns id:hub ." for number in range(MANY))
    return create_app(settings, engine_over(f"graph:plan-x {{ id:hub a fyp:Technology . {spokes} }}")).test_client()


def test_a_long_list_is_cut_and_leads_to_all_of_it(large: FlaskClient) -> None:
    page = Page(large.get("/page/hub").text)
    assert page.problems == []
    assert len({link for link in page.links if "/page/spoke-" in link}) == MOST_VALUES
    assert f"All {MANY}" in page.text
    assert "/page/hub?inverse=fyp:concerns" in page.links


def test_its_pages_hold_every_value_once(large: FlaskClient) -> None:
    links: list[str] = []
    address = "/page/hub?inverse=fyp:concerns"
    for first, last in ((1, 100), (101, 200), (201, 230)):
        page = Page(large.get(address).text)
        assert page.problems == []
        assert f"Values {first} to {last} of {MANY}" in page.text
        links += [link for link in page.links if "/page/spoke-" in link]
        following = [link["href"] for link in page.all("a") if link.get("rel") == "next"]
        address = following[0] if following else ""
    assert address == ""
    assert len(links) == len(set(links)) == MANY


def test_a_page_past_the_end_is_the_last_one(large: FlaskClient) -> None:
    assert f"Values 201 to {MANY} of" in Page(large.get("/page/hub?inverse=fyp:concerns&page=99").text).text


def test_a_listing_keeps_the_language_and_leads_to_its_query(client: FlaskClient, engine: EmbeddedEngine) -> None:
    page = Page(client.get("/page/plan-ict?property=fyp:hasElement&lang=de").text)
    assert page.problems == []
    assert "hat Element" in page.text
    assert "/page/plan-ict?lang=de" in page.links
    assert any(link.startswith("/sparql/form?") for link in page.links)
    count = len(select(engine, f"SELECT * {{ {thing('plan-ict')} {name('fyp:hasElement')} ?o }}").rows)
    assert f"von {count}." in page.text


@pytest.mark.parametrize(
    "query",
    [
        "property=fyp:nowhere",
        "property=",
        "property=fyp:",
        "inverse=fyp:hasElement",
        "property=" + quote("fyp:hasElement> } DROP ALL #"),
        "property=" + quote("<script>"),
        "property=" + "x" * 5_000,
        "property=fyp:hasElement&page=0",
        "property=fyp:hasElement&page=-1",
        "property=fyp:hasElement&page=1e3",
        "property=fyp:hasElement&page=" + "9" * 500,
        "property=fyp:hasElement&page=" + quote("٣"),
    ],
)
def test_what_a_thing_has_not_is_refused_in_words(client: FlaskClient, query: str) -> None:
    response = client.get(f"/page/plan-ict?{query}", headers={"Accept": "text/html"})
    assert response.status_code == 400
    page = Page(response.text)
    assert page.problems == []
    assert "<script>" not in response.text
    assert len(response.data) < 20_000
