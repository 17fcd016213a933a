"""FAIR Signposting: from a page to its subject, its data and files, and back."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from flask.testing import FlaskClient

from kg.core.names import thing
from kg.output.metadata import DATASET, FOUNDERS, LICENSE
from tests.server.links import Found, links_of
from tests.server.two_releases import QUESTION, Stage

HOST = "http://localhost"
SCHEMA = "https://schema.org/"


def signs(client: FlaskClient, path: str) -> dict[str, list[Found]]:
    """The links of a page, by relation."""
    by_relation = defaultdict(list)
    for link in links_of(client.get(path)):
        by_relation[link.rel].append(link)
    return by_relation


def hrefs(links: list[Found]) -> list[str]:
    return [link.href for link in links]


def test_a_thing_is_cited_by_its_name_and_described_by_its_data(client: FlaskClient) -> None:
    links = signs(client, "/page/plan-ii")
    assert hrefs(links["cite-as"]) == [thing("plan-ii").value]
    assert links["describedby"][0] == Found(f"{HOST}/data/plan-ii.ttl", "describedby", "text/turtle")
    assert hrefs(links["license"]) == [LICENSE.value]
    assert hrefs(links["author"]) == [FOUNDERS.value]
    assert hrefs(links["type"]) == [f"{SCHEMA}AboutPage", f"{SCHEMA}Thing"]


def test_a_question_is_cited_with_its_release_and_has_its_files_as_items(client: FlaskClient) -> None:
    release = client.get(QUESTION).headers["FYP-Release"]
    links = signs(client, QUESTION)
    assert hrefs(links["cite-as"]) == [f"{HOST}/release/{release}{QUESTION}"]
    assert hrefs(links["type"]) == [f"{SCHEMA}AboutPage", f"{SCHEMA}Dataset"]
    types = {link.type for link in links["item"]}
    assert {"text/csv", "application/json", "text/tab-separated-values"} < types
    for link in links["item"]:
        answer = client.get(link.href.removeprefix(HOST))
        assert (answer.status_code, answer.mimetype) == (200, link.type)


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_the_dataset_is_described_by_void_and_dcat(client: FlaskClient, path: str) -> None:
    links = signs(client, path)
    assert hrefs(links["cite-as"]) == [DATASET.value]
    assert hrefs(links["describedby"]) == [f"{HOST}/.well-known/void", f"{HOST}/catalog"]
    assert hrefs(links["type"]) == [f"{SCHEMA}AboutPage", f"{SCHEMA}Dataset"]
    for link in (*links["describedby"], *links["item"], *links["linkset"]):
        response = client.get(link.href.removeprefix(HOST), headers={"Accept": link.type})
        assert (response.status_code, response.mimetype) == (200, link.type)


@pytest.mark.parametrize(
    ("path", "rel", "page"),
    [
        ("/data/plan-ii.ttl", "describes", "/page/plan-ii"),
        ("/data/plan-ii", "describes", "/page/plan-ii"),
        ("/ontology.ttl", "describes", "/ontology"),
        ("/shapes.ttl", "describes", "/shapes"),
        ("/cube", "collection", "/exports"),
        ("/exports/plan-elements.graphml", "collection", "/exports"),
        ("/links.sssom.tsv", "collection", "/exports"),
        ("/links/eurovoc.sssom.tsv", "collection", "/exports"),
        ("/q/key-messages.csv", "collection", "/q/key-messages"),
        (QUESTION.replace("?", ".csv?"), "collection", QUESTION),
        ("/.well-known/void", "describes", "/dataset"),
        ("/catalog", "describes", "/dataset"),
    ],
)
def test_data_and_files_lead_back_to_their_page(client: FlaskClient, path: str, rel: str, page: str) -> None:
    links = signs(client, path)
    assert links[rel] == [Found(f"{HOST}{page}", rel, "text/html")]
    assert hrefs(links["license"]) == [LICENSE.value]


@pytest.mark.parametrize("path", ["/page/plan-ii", "/q/key-messages", "/dataset", QUESTION])
def test_headers_stay_small_and_every_target_is_absolute(client: FlaskClient, path: str) -> None:
    links = links_of(client.get(path))
    assert all(link.href.startswith(("http://", "https://")) for link in links)
    assert sum(len(header) for header in client.get(path).headers.getlist("Link")) < 2_500


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/page/nowhere", "/q/nowhere", "/q/key-messages?x=y", "/sparql?query=ASK{}", "/status", "/q/",
     "/q/key-messages/embed", f"{QUESTION}&lang=en&only.plan={'x' * 300}"],
)  # fmt: skip
def test_what_is_no_page_of_a_thing_has_no_signs(client: FlaskClient, path: str) -> None:
    assert signs(client, path) == {}


def test_a_host_that_is_none_is_refused_without_a_sign(client: FlaskClient) -> None:
    response = client.get("/data/plan-ii.ttl", headers={"Host": ""})
    assert response.status_code == 400
    assert links_of(response) == []


def test_head_and_304_have_the_links_of_get(client: FlaskClient) -> None:
    got = client.get("/page/plan-ii")
    assert links_of(client.head("/page/plan-ii")) == links_of(got)
    not_modified = client.get("/page/plan-ii", headers={"If-None-Match": got.headers["ETag"]})
    assert not_modified.status_code == 304
    assert links_of(not_modified) == links_of(got)


def test_a_pinned_page_leads_to_pinned_data_and_is_cited_by_the_same_name(stage: Stage) -> None:
    client = stage.app.test_client()
    links = signs(client, f"/release/{stage.old}/page/plan-ii")
    assert hrefs(links["cite-as"]) == [thing("plan-ii").value]
    assert hrefs(links["describedby"])[0] == f"{HOST}/release/{stage.old}/data/plan-ii.ttl"
    (linkset,) = links["linkset"]
    contexts = client.get(linkset.href.removeprefix(HOST)).get_json()["linkset"]
    assert contexts[0]["anchor"] == f"{HOST}/release/{stage.old}/page/plan-ii"


@pytest.mark.parametrize("slug", ["x", "%25", "%7B", "..", "a%20b", "%00", "%ED%A0%80"])
def test_options_of_any_route_is_answered_whatever_its_address_names(client: FlaskClient, slug: str) -> None:
    for rule in client.application.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", slug, rule.rule)
        assert client.options(path).status_code < 500, path
