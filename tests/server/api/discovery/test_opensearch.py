"""Browsers learn how to search here."""

from __future__ import annotations

from xml.etree import ElementTree

from flask.testing import FlaskClient

from kg.core.names import LANGUAGES
from kg.output.metadata import TITLES
from tests.server.page import Page

SPACE = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_the_description_names_the_search(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.data)
    assert root.tag == f"{SPACE}OpenSearchDescription"
    assert len(root.findtext(f"{SPACE}ShortName", "")) in range(1, 17)
    url = root.find(f"{SPACE}Url")
    assert url is not None
    assert url.attrib == {"type": "text/html", "template": "http://localhost/search?q={searchTerms}"}


def test_pages_and_void_lead_to_it(client: FlaskClient) -> None:
    page = Page(client.get("/dataset").text)
    assert [link["href"] for link in page.all("link") if link["rel"] == "search"] == ["/opensearch.xml"]
    assert "void:openSearchDescription <http://localhost/opensearch.xml>" in client.get("/.well-known/void").text


def test_it_is_reported_in_the_language_of_the_reader_in_few_enough_signs(client: FlaskClient) -> None:
    for language in LANGUAGES:
        response = client.get("/opensearch.xml", headers={"Accept-Language": language})
        description = {
            element.tag.rpartition("}")[2]: element.text or "" for element in ElementTree.fromstring(response.data)
        }
        assert description["Description"] == TITLES[language]
        assert description["Language"] == response.headers["Content-Language"] == language
        assert 0 < len(description["ShortName"]) <= 16
        assert "Accept-Language" in response.headers["Vary"]
