"""Browsers learn how to search here, where there is a search."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.engine.embedded import EmbeddedEngine
from kg.settings import Settings
from server import create_app
from tests.server.pages import Page

SPACE = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture
def searching(settings: Settings, engine: EmbeddedEngine) -> Flask:
    """An application with a search, be it there already or not."""
    app = create_app(settings, engine)
    if "/search" not in {rule.rule for rule in app.url_map.iter_rules()}:
        app.add_url_rule("/search", "find.search", lambda: "found")
    return app


def test_the_description_names_the_search(searching: Flask) -> None:
    response = searching.test_client().get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.data)  # noqa: S314 - our own text
    assert root.tag == f"{SPACE}OpenSearchDescription"
    assert len(root.findtext(f"{SPACE}ShortName", "")) in range(1, 17)
    url = root.find(f"{SPACE}Url")
    assert url is not None
    assert url.attrib == {"type": "text/html", "template": "http://localhost/search?q={searchTerms}"}


def test_pages_and_void_lead_to_it(searching: Flask) -> None:
    client = searching.test_client()
    page = Page(client.get("/dataset").text)
    assert [one["href"] for one in page.all("link") if one["rel"] == "search"] == ["/opensearch.xml"]
    assert "void:openSearchDescription <http://localhost/opensearch.xml>" in client.get("/.well-known/void").text


def test_without_a_search_there_is_none(app: Flask, client: FlaskClient) -> None:
    if "/search" in {rule.rule for rule in app.url_map.iter_rules()}:
        pytest.skip("this service has a search")
    assert client.get("/opensearch.xml").status_code == 404
    assert 'rel="search"' not in client.get("/").text
