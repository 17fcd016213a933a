"""The sitemap lists what is worth a visit, and every address in it answers."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from kg.release import Release
from tests.catalogue import project_catalogue
from tests.server.page import Page
from tests.server.two_releases import Stage

HOST = "http://localhost"
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(client: FlaskClient, path: str = "/sitemap.xml") -> tuple[str, list[str], set[str | None]]:
    """The kind of a sitemap, its addresses, and its days."""
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(response.data)
    addresses = [element.text.removeprefix(HOST) for element in root.iter(f"{SPACE}loc") if element.text]
    return root.tag.removeprefix(SPACE), addresses, {element.text for element in root.iter(f"{SPACE}lastmod")}


def test_it_holds_pages_questions_and_things_with_the_day_of_the_release(client: FlaskClient, release: Release) -> None:
    kind, addresses, days = read(client)
    assert kind == "urlset"
    assert {"/", "/q/", "/dataset", "/sparql", "/page/plan-ii", "/page/ict-t1"} < set(addresses)
    assert {f"/q/{slug}" for slug in project_catalogue().questions} < set(addresses)
    assert len(addresses) == len(set(addresses)) > 1000
    assert days == {release.manifest.built_on}
    assert not [address for address in addresses if "?" in address or "/release/" in address]


@pytest.mark.slow
def test_each_address_answers_as_a_page_that_names_itself_and_may_be_indexed(client: FlaskClient) -> None:
    _, addresses, _ = read(client)
    fixed = [address for address in addresses if not address.startswith(("/page/", "/q/"))]
    for path in [*fixed, *addresses[len(fixed) :: 40]]:
        response = client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 200, path
        page = Page(response.text)
        assert [link["href"] for link in page.all("link") if link["rel"] == "canonical"] == [HOST + path]
        assert {"name": "robots", "content": "noindex"} not in page.all("meta")


def test_too_many_addresses_are_split(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    _, whole, _ = read(client)
    monkeypatch.setattr("server.api.discovery.sitemap.MOST_ADDRESSES", 700)
    kind, parts, days = read(client)
    assert kind == "sitemapindex"
    assert len(days) == 1
    held = [read(client, part) for part in parts]
    assert [address for _, addresses, _ in held for address in addresses] == whole
    assert {kind for kind, _, _ in held} == {"urlset"}
    assert all(len(addresses) <= 700 for _, addresses, _ in held)


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999"])
def test_a_part_that_is_not_there_is_404(client: FlaskClient, number: str) -> None:
    response = client.get(f"/sitemap-{number}.xml")
    assert response.status_code == 404
    assert "/sitemap.xml" in response.text


def test_robots_may_read_pages_but_ask_no_queries(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(response.text.splitlines())
    _, addresses, _ = read(client)
    assert all(rules.can_fetch("anybot", HOST + path) for path in addresses)
    assert rules.can_fetch("anybot", f"{HOST}/data/plan-ii.ttl")
    for path in (
        "/sparql?query=ASK{}",
        "/sparql/form?query=ASK{}",
        "/explore?start=plan-ict",
        "/release/0123456789abcdef/",
        "/graph-store?default",
    ):
        assert not rules.can_fetch("anybot", HOST + path), path
    assert rules.site_maps() == [f"{HOST}/sitemap.xml"]


def test_below_a_path_all_addresses_have_it(client: FlaskClient) -> None:
    under = {"SCRIPT_NAME": "/fyp"}
    assert "Disallow: /fyp/release/\n" in client.get("/robots.txt", environ_overrides=under).text
    assert f"<loc>{HOST}/fyp/page/plan-ii</loc>" in client.get("/sitemap.xml", environ_overrides=under).text


def test_a_pinned_release_has_no_sitemap_of_its_own(stage: Stage) -> None:
    client = stage.app.test_client()
    for path in ("/sitemap.xml", "/robots.txt"):
        response = client.get(f"/release/{stage.old}{path}")
        assert (response.status_code, response.headers["Location"]) == (307, path)


def test_a_browser_that_asks_for_a_small_picture_gets_none_without_an_error(client: FlaskClient) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Cache-Control"] == "public, max-age=86400"
