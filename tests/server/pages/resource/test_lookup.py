"""A misspelt name is reported with the nearest ones; a retired one with its successor."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kg.core.settings import Settings
from server.app import create_app
from tests.graphs import engine_over
from tests.server.page import Page

JSON = {"Accept": "application/json"}
PATHS = ("/id/{}", "/page/{}", "/data/{}", "/data/{}.ttl", "/page/{}.bib", "/page/{}.svg")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plan-itc", "plan-ict"),
        ("Plan-ICT", "plan-ict"),
        ("plan_ict", "plan-ict"),
        ("tecnology-big-data", "technology-big-data"),
        ("ict-t9", "ict-t1"),
        ("miit", "ministry-miit"),
    ],
)
def test_the_nearest_names_are_offered(client: FlaskClient, written: str, meant: str) -> None:
    assert meant in client.get(f"/page/{written}", headers=JSON).get_json()["near"]


@pytest.mark.parametrize("written", ["a" * 5_000, "\x00", "zzzzzzzzzz"])
def test_what_is_like_nothing_has_no_near_names(client: FlaskClient, written: str) -> None:
    response = client.get(f"/page/{written}", headers=JSON)
    assert response.status_code == 404
    assert "near" not in response.get_json()


@pytest.mark.parametrize("path", PATHS)
def test_a_misspelt_thing_is_404_with_links_to_the_nearest(client: FlaskClient, path: str) -> None:
    response = client.get(path.format("plan-itc"), headers=JSON)
    assert response.status_code == 404
    assert response.get_json()["near"]["plan-ict"] == "/page/plan-ict"
    page = Page(client.get(path.format("plan-itc"), headers={"Accept": "text/html"}).text)
    assert "/page/plan-ict" in page.links
    assert page.problems == []


RETIRED = """graph:editorial-retired {
  id:old owl:deprecated true ; dcterms:isReplacedBy id:new ; skos:editorialNote "Both were one."@en .
  id:gone owl:deprecated true .
}
graph:vocabulary { id:new a fyp:Country ; skos:prefLabel "New"@en . }"""


@pytest.fixture(scope="module")
def small(settings: Settings) -> FlaskClient:
    """A client of an application over a small graph with retired resources."""
    return create_app(settings, engine_over(RETIRED)).test_client()


@pytest.mark.parametrize("path", PATHS)
def test_a_retired_thing_is_gone_and_leads_to_what_took_its_place(small: FlaskClient, path: str) -> None:
    response = small.get(path.format("old"), headers=JSON)
    assert response.status_code == 410
    assert response.get_json()["successors"] == {"new": "/page/new"}
    assert response.get_json()["type"].endswith("ThingRetired")
    assert '</page/new>; rel="successor-version"' in response.headers.getlist("Link")
    assert response.headers["Cache-Control"] == "no-store"
    page = Page(small.get(path.format("old"), headers={"Accept": "text/html"}).text)
    assert "/page/new" in page.links
    assert "Both were one." in page.text
    assert page.problems == []


def test_a_retired_thing_without_a_successor_says_so(small: FlaskClient) -> None:
    response = small.get("/page/gone", headers=JSON)
    assert response.status_code == 410
    assert "Nothing takes its place" in response.get_json()["detail"]
    assert 'rel="successor-version"' not in str(response.headers)


def test_a_retired_thing_still_has_a_past(small: FlaskClient) -> None:
    assert small.get("/timemap/id/gone").status_code == 200
    assert small.get("/timemap/id/never-was").status_code == 404


def test_the_successor_has_a_page_and_a_retired_thing_is_no_near_name(small: FlaskClient) -> None:
    assert small.get("/page/new").status_code == 200
    assert "gone" not in small.get("/page/gones", headers=JSON).get_json().get("near", {})


def test_slugs_of_earlier_data_that_are_no_more_are_gone(client: FlaskClient) -> None:
    for slug in ("event-kind-entry-into-force", "note-gr-action-systems-not-found", "note-plan-robotics-issuer"):
        assert client.get(f"/page/{slug}").status_code == 410
