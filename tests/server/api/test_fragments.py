"""Fragments over HTTP: forms, controls, pages, a page for readers, and hostile patterns."""

from __future__ import annotations

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat

from kg.core.media_types import Form
from kg.core.names import graph, name, thing
from kg.core.settings import Settings
from server.api.fragments import FRAGMENT_FORMS
from tests.server.page import Page
from tests.server.test_anything import ACCEPTS, encoded, often
from tests.server.two_releases import WORDED, Stage

TARGET = {"subject": thing("ict-t1").value}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def quads(client: FlaskClient, path: str, fields: dict[str, str] | None = None) -> list[Quad]:
    response = client.get(path, query_string=fields)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/trig"
    return list(pyoxigraph.parse(response.data, RdfFormat.TRIG))


def data(quads: list[Quad]) -> set[Quad]:
    """Return the statements that are no controls."""
    return {quad for quad in quads if "#metadata" not in str(quad.graph_name)}


def linked(quads: list[Quad], link: str) -> str | None:
    return next((str(quad.object)[1:-1] for quad in quads if quad.predicate == name(f"hydra:{link}")), None)


def test_a_fragment_holds_the_triples_that_fit_beside_its_controls(client: FlaskClient) -> None:
    fragment = quads(client, "/fragments", TARGET)
    response = client.get("/sparql", query_string={"query": f"CONSTRUCT WHERE {{ {thing('ict-t1')} ?p ?o }}"})
    assert {quad.triple for quad in data(fragment)} == {
        statement.triple for statement in pyoxigraph.parse(response.data, RdfFormat.TURTLE)
    }
    assert {quad.graph_name for quad in data(fragment)} == {DefaultGraph()}
    total = Literal(str(len(data(fragment))), datatype=name("xsd:integer"))
    assert [quad.object for quad in fragment if quad.predicate == name("void:triples")] == [total]


def test_quads_are_in_their_graphs(client: FlaskClient) -> None:
    fragment = data(quads(client, "/fragments/quads", {**TARGET, "predicate": "fyp:measuredBy"}))
    assert {quad.graph_name for quad in fragment} == {graph("plan-ict")}
    assert data(quads(client, "/fragments/quads", {**TARGET, "graph": "graph:plan-ict"})) > fragment


@pytest.mark.parametrize("form", FRAGMENT_FORMS, ids=lambda form: form.ending)
def test_each_form_says_the_same(client: FlaskClient, form: Form) -> None:
    fields = {"predicate": "skos:prefLabel", "object": '"工业互联网"@zh'}
    expected = {quad.triple for quad in data(quads(client, "/fragments", fields))}
    assert expected
    for response in (
        client.get("/fragments", query_string=fields, headers={"Accept": form.media_type}),
        client.get("/fragments", query_string={**fields, "format": form.ending}, headers=BROWSER),
    ):
        assert response.mimetype == form.media_type
        assert expected <= {quad.triple for quad in pyoxigraph.parse(response.data, form.format)}  # type: ignore[arg-type]
        assert "工业互联网" in response.text or "\\u5DE5" in response.text


def test_the_pages_lead_from_one_to_the_next_and_hold_everything(client: FlaskClient) -> None:
    path: str | None = "/fragments?predicate=rdf:type"
    collected: set[Quad] = set()
    pages = 0
    while path is not None:
        page = quads(client, path)
        assert not data(page) & collected
        collected |= data(page)
        path, pages = linked(page, "next"), pages + 1
    assert pages == -(-len(collected) // 100) > 2


def test_the_address_that_was_asked_is_the_one_that_is_described(client: FlaskClient) -> None:
    for query in ("subject=id:ict-t1", "subject=id%3Aict-t1&page=1", "subject=&object=%22a%20bé%22"):
        fragment = quads(client, f"/fragments?{query}")
        described = next(quad.object for quad in fragment if quad.predicate == name("void:subset"))
        assert str(described)[1:-1] == f"http://localhost/fragments?{query.replace('é', '%C3%A9')}"


@pytest.mark.parametrize("path", ["/fragments", "/fragments/quads"])
@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "a b"},
        {"subject": "https://example.org/a b"},
        {"predicate": "label"},
        {"object": '"open'},
        {"object": "_:b0"},
        {"object": '"a"@!'},
        {"subject": "> ?p ?o } INSERT DATA { <x:"},
        {"predicate": "skso:prefLabel"},
        {"foo": "bar"},
        {"Subject": "id:plan-ii"},
        {"x" * 5000: ""},
        {"page": "0"},
        {"page": "-1"},
        {"page": "x"},
        {"page": "999999999"},
        {"page": "9" * 400},
    ],
)
def test_a_hostile_pattern_is_refused_in_words(client: FlaskClient, path: str, fields: dict[str, str]) -> None:
    response = client.get(path, query_string=fields)
    assert response.status_code == 400
    assert len(response.text.strip()) > 30
    assert client.get(path, query_string=fields, headers=BROWSER).status_code == 400


def test_a_field_twice_a_graph_that_is_a_text_and_no_utf_8_are_refused(client: FlaskClient) -> None:
    for query in ("subject=id:a&subject=id:b", "page=1&page=2", "subject=%FF"):
        assert client.get(f"/fragments?{query}").status_code == 400
    assert client.get("/fragments/quads?graph=%22x%22").status_code == 400


def test_an_unknown_field_is_reported_with_those_that_are_known(client: FlaskClient) -> None:
    message = client.get("/fragments?graph=graph:plan-ii").text
    assert "'graph' is no field here" in message
    assert "subject, predicate, object, page, format" in message
    assert "/fragments/quads" in message
    assert "subject, predicate, object, graph, page, format" in client.get("/fragments/quads?foo=bar").text


def test_an_iri_in_angle_brackets_stays_so_in_the_form(client: FlaskClient) -> None:
    page = Page(client.get("/fragments?predicate=%3Cskso:prefLabel%3E", headers=BROWSER).text)
    assert [field["value"] for field in fields_of(page)] == ["", "<skso:prefLabel>", ""]


def test_a_pattern_that_is_too_long_is_refused(client: FlaskClient, settings: Settings) -> None:
    response = client.get("/fragments", query_string={"object": f'"{"x" * settings.max_question_bytes}"'})
    assert response.status_code == 413
    assert "shorten" in response.text


def test_a_quotation_mark_in_a_literal_does_not_end_it(client: FlaskClient) -> None:
    assert data(quads(client, "/fragments", {"object": '"a" . ?s ?p "'})) == set()


def test_a_literal_as_subject_is_what_a_join_may_ask_for(client: FlaskClient) -> None:
    assert data(quads(client, "/fragments", {"subject": '"x"'})) == set()
    assert data(quads(client, "/fragments", {"predicate": '"x"@en'})) == set()


def test_a_form_that_is_not_there_is_refused(client: FlaskClient) -> None:
    assert client.get("/fragments", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/fragments?format=csv").status_code == 406


def test_an_answer_may_be_kept_and_is_known_again(client: FlaskClient) -> None:
    response = client.get("/fragments", query_string=TARGET)
    assert "max-age" in response.headers["Cache-Control"]
    assert "Accept" in response.headers["Vary"]
    again = client.get("/fragments", query_string=TARGET, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    page = client.get("/fragments", query_string=TARGET, headers=BROWSER)
    assert page.headers["ETag"] != response.headers["ETag"]
    assert client.get("/fragments", query_string=TARGET).data == response.data


def fields_of(page: Page) -> list[dict[str, str]]:
    """The fields of the form, without that of the search."""
    return [field for field in page.all("input") if field["name"] != "q"]


def test_a_page_shows_labels_and_leads_on_to_things_and_to_wider_fragments(client: FlaskClient) -> None:
    page = Page(client.get("/fragments", query_string={"predicate": "fyp:mentionsTechnology"}, headers=BROWSER).text)
    assert page.problems == []
    assert [field["name"] for field in fields_of(page)] == ["subject", "predicate", "object"]
    assert "mentions technology" in page.text
    assert "/page/technology-industrial-internet" in page.links
    assert any(link.startswith("/fragments?object=") for link in page.links)
    assert "86 statements" in page.text
    assert [field["value"] for field in fields_of(page)] == ["", "fyp:mentionsTechnology", ""]
    for link in sorted(link for link in page.links if link.startswith("/"))[::20]:
        assert client.get(link, headers=BROWSER).status_code in (200, 308)


def test_a_page_shows_graphs_literals_pages_and_nothing(client: FlaskClient) -> None:
    for path in ("/fragments/quads?subject=id:ict-t1", "/fragments?predicate=skos:prefLabel&page=2", "/fragments"):
        page = Page(client.get(path, headers=BROWSER).text)
        assert page.problems == []
    empty = Page(client.get("/fragments?object=%22%3Cscript%3E%22", headers=BROWSER).text)
    assert empty.problems == []
    assert "No statement fits" in empty.text
    assert [field["value"] for field in fields_of(empty)] == ["", "", '"<script>"']


def test_a_pinned_release_has_fragments_of_its_own(stage: Stage) -> None:
    client = stage.app.test_client()
    fields = {"predicate": "fyp:surfaceForm", "object": f'"{WORDED}"'}
    assert data(quads(client, "/fragments", fields)) == set()
    fragment = quads(client, f"/release/{stage.old}/fragments", fields)
    assert len(data(fragment)) == 1
    assert f"http://localhost/release/{stage.old}/fragments{{?subject,predicate,object}}" in str(fragment)


@often
@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(["subject", "predicate", "object", "graph", "page", "format", "x"]),
            st.one_of(
                st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
                st.sampled_from(["1", '"a"@en', "id:plan-ii"]),
            ),
        ),
        max_size=5,
    ),
    accept=ACCEPTS,
)
def test_any_pattern_is_answered(app: Flask, fields: list[tuple[str, str]], accept: str) -> None:
    for path in ("/fragments", "/fragments/quads"):
        response = app.test_client().get(
            path, query_string=encoded([*fields, ("subject", "id:ict-t1")]), headers={"Accept": accept}
        )
        assert response.status_code in (200, 400, 406)


def test_the_description_of_the_endpoint_is_no_part_of_a_fragment(client: FlaskClient) -> None:
    fragment = data(quads(client, "/fragments", {"subject": "http://localhost/fragments#dataset"}))
    assert NamedNode("http://localhost/fragments#dataset") not in {quad.subject for quad in fragment}
