"""Statements of resources as data: forms by ending and by Accept, the context, and what cannot be had."""

from __future__ import annotations

import json

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, Triple

from kg.core.media_types import FORMS
from kg.core.names import PREFIXES, slug_of
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from server.pages.resource.lookup import DATA_FORMS


def statements(client: FlaskClient, path: str, media_type: str, accept: str = "") -> set[Triple]:
    response = client.get(path, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200, path
    assert response.mimetype == media_type, path
    form = next(rdf_format.format for rdf_format in FORMS.values() if rdf_format.media_type == media_type)
    assert isinstance(form, RdfFormat)
    return {quad.triple for quad in pyoxigraph.parse(response.data, format=form)}


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("", "ttl"),
        ("*/*", "ttl"),
        ("text/turtle", "ttl"),
        ("application/x-turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("application/json", "jsonld"),
        ("application/n-triples", "nt"),
        ("text/plain", "nt"),
        ("application/rdf+xml", "rdf"),
        ("application/xml", "rdf"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.6", "rdf"),
        ("text/html, application/ld+json;q=0.1", "jsonld"),
        ("text/turtle;q=0, */*;q=0.1", "jsonld"),
    ],
)
def test_the_statements_come_in_the_form_that_is_accepted(client: FlaskClient, accept: str, ending: str) -> None:
    response = client.get("/data/ict-t1", headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response.mimetype == FORMS[ending].media_type
    assert response.headers["Content-Location"] == f"/data/ict-t1.{ending}"
    assert "Accept" in response.headers["Vary"].split(", ")
    assert response.data == client.get(f"/data/ict-t1.{ending}").data


@pytest.mark.parametrize("accept", ["text/html", "image/png", "*/*;q=0", "nonsense", "text/turtle;q=0"])
def test_a_form_that_there_is_not_is_406_with_all_that_there_are(client: FlaskClient, accept: str) -> None:
    response = client.get("/data/ict-t1", headers={"Accept": accept})
    assert response.status_code == 406
    for ending in DATA_FORMS:
        assert FORMS[ending].media_type in response.text


@pytest.mark.parametrize("accept", [",,,;;;", "a/b" * 10_000, "text/turtle;q=nan", "\x7f", "*", "text/*;q=x"])
@pytest.mark.parametrize("path", ["/id/ict-t1", "/data/ict-t1"])
def test_a_hostile_accept_header_gets_an_answer_or_a_refusal_in_words(
    client: FlaskClient, path: str, accept: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code in (200, 303, 406)
    assert len(response.data) > 0


def test_an_ending_goes_before_accept(client: FlaskClient) -> None:
    assert client.get("/data/ict-t1.nt", headers={"Accept": "text/turtle"}).mimetype == "application/n-triples"
    assert client.get("/data/ict-t1.nt", headers={"Accept": "image/png"}).status_code == 200


def test_one_thing_of_every_class_gives_the_same_statements_in_every_form(
    client: FlaskClient, engine: EmbeddedEngine
) -> None:
    base = PREFIXES["id"]
    text = (
        f'SELECT (MIN(?thing) AS ?one) {{ ?thing a ?class FILTER(STRSTARTS(STR(?thing), "{base}")) }} GROUP BY ?class'
    )
    slugs = {slug_of(term) for term in select(engine, text).column("one") if isinstance(term, NamedNode)}
    assert len(slugs) > 30
    for slug in slugs:
        first, *others = (
            statements(client, f"/data/{slug}.{ending}", FORMS[form].media_type)
            for ending, form in [*((data_form, data_form) for data_form in DATA_FORMS), ("xml", "rdf")]
        )
        assert first
        assert all(other == first for other in others), slug


def test_the_context_is_published_and_holds_what_answers_embed(client: FlaskClient) -> None:
    response = client.get("/context.jsonld")
    assert response.mimetype == "application/ld+json"
    assert response.headers["ETag"]
    whole = response.get_json(force=True)["@context"]
    assert whole["fyp"] == PREFIXES["fyp"]
    used = client.get("/data/ict-t1.jsonld").get_json(force=True)["@context"]
    assert used.items() <= whole.items()


def test_jsonld_is_known_again_by_its_tag(client: FlaskClient) -> None:
    response = client.get("/data/ict-t1.jsonld")
    again = client.get("/data/ict-t1.jsonld", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert json.loads(response.data)["@graph"]
