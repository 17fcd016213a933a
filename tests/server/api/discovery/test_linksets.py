"""Linksets have the shape of RFC 9264, and say what the headers say."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from flask.testing import FlaskClient

from tests.server.links import links_of, read_links

HOST = "http://localhost"
# RFC 9264, section 4.2: an array of contexts; each has an anchor and, by relation, arrays of targets
SHAPE: dict[str, Any] = {
    "type": "object",
    "required": ["linkset"],
    "additionalProperties": False,
    "properties": {
        "linkset": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["anchor"],
                "properties": {"anchor": {"type": "string", "format": "uri"}},
                "additionalProperties": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["href"],
                        "properties": {"href": {"type": "string", "format": "uri"}, "type": {"type": "string"}},
                        "additionalProperties": False,
                    },
                },
            },
        }
    },
}
APART = ("linkset", "original timegate", "timemap", "first last memento")
PAGES = ["/dataset", "/page/plan-ii", "/q/key-messages"]


@pytest.mark.parametrize("about", PAGES)
def test_a_linkset_has_its_shape_and_holds_the_links_of_the_header(client: FlaskClient, about: str) -> None:
    response = client.get("/linkset.json", query_string={"about": about})
    assert response.content_type == "application/linkset+json"
    linkset = response.get_json()
    jsonschema.validate(linkset, SHAPE)
    page = linkset["linkset"][0]
    assert page["anchor"] == HOST + about
    held = {(rel, target["href"]) for rel, targets in page.items() if rel != "anchor" for target in targets}
    linkset = {(link.rel, link.href) for link in links_of(client.get(about)) if link.rel not in APART}
    assert linkset <= held
    assert {link for link in held - linkset if link[0] != "item"} == set()  # a header has room for a few files


def test_the_linkset_of_the_data_has_every_dump(client: FlaskClient) -> None:
    files = client.get("/dumps/", headers={"Accept": "application/json"}).get_json()["files"]
    items = client.get("/linkset.json").get_json()["linkset"][0]["item"]
    assert {f"{HOST}/dumps/{dump['name']}" for dump in files} < {link["href"] for link in items}


@pytest.mark.parametrize("about", PAGES)
def test_the_header_leads_to_the_linkset(client: FlaskClient, about: str) -> None:
    (linkset,) = [link for link in links_of(client.get(about)) if link.rel == "linkset"]
    response = client.get(linkset.href.removeprefix(HOST))
    assert response.content_type == linkset.type == "application/linkset+json"
    assert response.get_json()["linkset"][0]["anchor"] == HOST + about


@pytest.mark.parametrize("about", PAGES)
def test_files_and_metadata_lead_back_to_the_page(client: FlaskClient, about: str) -> None:
    page, *others = client.get("/linkset.json", query_string={"about": about}).get_json()["linkset"]
    back = {context["anchor"]: context for context in others}
    for rel, answer in (("describedby", "describes"), ("item", "collection")):
        for target in page.get(rel, []):
            assert back[target["href"]][answer] == [{"href": HOST + about, "type": "text/html"}]


@pytest.mark.parametrize("about", PAGES)
def test_the_text_says_the_same(client: FlaskClient, about: str) -> None:
    response = client.get("/linkset", query_string={"about": about})
    assert response.content_type == "application/linkset"
    linkset = client.get("/linkset.json", query_string={"about": about}).get_json()["linkset"]
    expected = {
        (context["anchor"], rel, target["href"])
        for context in linkset
        for rel in context
        if rel != "anchor"
        for target in context[rel]
    }
    assert {(link.anchor, link.rel, link.href) for link in read_links(response.text)} == expected


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("", 200, "application/linkset"),
        ("*/*", 200, "application/linkset"),
        ("application/linkset+json", 200, "application/linkset+json"),
        ("application/json", 200, "application/linkset+json"),
        ("application/linkset;q=0.1, application/json", 200, "application/linkset+json"),
        ("image/png", 406, "text/plain"),
        ("text/html", 406, "text/html"),
        ("application/linkset;q=0", 406, "text/plain"),
        (";;;,,q=q=1", 406, "text/plain"),
    ],
)
def test_the_accept_header_chooses_the_form(client: FlaskClient, accept: str, status: int, media_type: str) -> None:
    response = client.get("/linkset", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (status, media_type)
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("about", "status"),
    [
        ("/page/nowhere", 404),
        ("/q/nowhere", 404),
        ("/page/", 400),
        ("/page/plan-ii/", 400),
        ("/sparql", 400),
        ("//evil.example/page/plan-ii", 400),
        ("https://evil.example/page/plan-ii", 400),
        ("page/plan-ii", 400),
        ("/page/PLAN", 400),
        ("/page/plan-ii>; rel=x", 400),
        ("\n", 400),
        ("x" * 5000, 400),
    ],
)
def test_a_page_without_links_is_refused_in_words(client: FlaskClient, about: str, status: int) -> None:
    for path in ("/linkset", "/linkset.json"):
        response = client.get(f"{path}?about={quote(about, safe='')}")
        assert response.status_code == status
        assert len(response.text) > 20
        assert "Link" not in response.headers


def test_an_address_that_is_no_utf8_is_refused(client: FlaskClient) -> None:
    for path in ("/linkset", "/linkset.json"):
        assert client.get(f"{path}?about=%FF").status_code == 400


def test_behind_a_path_the_linkset_keeps_to_it(client: FlaskClient) -> None:
    under = {"SCRIPT_NAME": "/fyp"}
    (linkset,) = [x for x in links_of(client.get("/page/plan-ii", environ_overrides=under)) if x.rel == "linkset"]
    assert linkset.href.startswith(f"{HOST}/fyp/linkset.json?about=/page/")
    path = linkset.href.removeprefix(f"{HOST}/fyp")
    contexts = client.get(path, environ_overrides=under).get_json()["linkset"]
    assert contexts[0]["anchor"] == f"{HOST}/fyp/page/plan-ii"
