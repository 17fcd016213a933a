"""The head of a page for machines: one address, other forms, whether to index it, and schema.org."""

from __future__ import annotations

import json

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kg.core.names import name, question_page
from kg.output.metadata import DATASET
from tests.catalogue import project_catalogue
from tests.server.page import Attributes, Page
from tests.server.two_releases import QUESTION, Stage

HOST = "http://localhost"
PAGES = ["/", "/q/", "/dataset", "/page/plan-ii", "/search", "/releases"]
CHOSEN = "scope=any-element&technology=id:technology-industrial-internet"


def page_of(client: FlaskClient, path: str) -> Page:
    return Page(client.get(path, headers={"Accept": "text/html"}).text)


def links(page: Page, rel: str) -> list[Attributes]:
    return [link for link in page.all("link") if link["rel"] == rel]


def canonical(client: FlaskClient, path: str) -> str:
    (link,) = links(page_of(client, path), "canonical")
    return link["href"]


def hidden(page: Page) -> bool:
    return {"name": "robots", "content": "noindex"} in page.all("meta")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("/?utm_source=x", "/"),
        ("/?%FF", "/"),
        ("/dataset?lang=de", "/dataset?lang=de"),
        ("/page/plan-ii", "/page/plan-ii"),
        ("/page/plan-ii?lang=zh&page=2", "/page/plan-ii?lang=zh"),
        ("/page/plan-ii?lang=en", "/page/plan-ii?lang=en"),
        ("/page/plan-ii?lang=fr&lang=zh", "/page/plan-ii?lang=zh"),
        ("/q/key-messages", "/q/key-messages"),
        ("/q/key-messages?sort=-plan&size=5&page=1", "/q/key-messages"),
        ("/q/key-messages?lang=de&theme=dark", "/q/key-messages?lang=de"),
        (QUESTION, QUESTION),
        (f"{QUESTION}&only.plan=id:plan-ii&size=10", QUESTION),
        ("/sparql/form?query=ASK{}", "/sparql/form"),
    ],
)
def test_a_page_has_one_address_without_what_only_says_how_it_looks(
    client: FlaskClient, path: str, expected: str
) -> None:
    assert canonical(client, path) == HOST + expected


def test_a_pinned_page_names_the_current_one(stage: Stage) -> None:
    client = stage.app.test_client()
    for path in ("/", "/page/plan-ii", QUESTION, "/dataset"):
        page = page_of(client, f"/release/{stage.old}{path}")
        assert [link["href"] for link in links(page, "canonical")] == [HOST + path]
        assert hidden(page)


def test_behind_a_path_the_address_has_it(stage: Stage) -> None:
    for path in ("/page/plan-ii", f"/release/{stage.old}/page/plan-ii"):
        text = stage.app.test_client().get(path, environ_overrides={"SCRIPT_NAME": "/fyp"}).text
        assert links(Page(text), "canonical")[0]["href"] == f"{HOST}/fyp/page/plan-ii"


@pytest.mark.parametrize("path", ["/nowhere", "/page/nowhere", "/sparql?query=SELECT"])
def test_an_error_has_no_address_and_is_not_indexed(client: FlaskClient, path: str) -> None:
    page = page_of(client, path)
    assert links(page, "canonical") == []
    assert hidden(page)


def test_pages_are_indexed_but_for_those_with_parameters(client: FlaskClient) -> None:
    for path in ("/", "/dataset", "/page/plan-ii", "/q/key-messages", "/q/key-messages?lang=de"):
        assert not hidden(page_of(client, path)), path
    for path in (QUESTION, "/q/key-messages?sort=plan", "/sparql/form?query=ASK{}"):
        assert hidden(page_of(client, path)), path


@pytest.mark.parametrize("path", [*PAGES, "/plans", "/plans/plan-ict", "/compare", "/explore", "/editor"])
def test_every_page_names_itself_in_each_language_and_in_that_of_the_reader(client: FlaskClient, path: str) -> None:
    for here in (path, f"{path}?lang=zh"):
        languages = [link["hreflang"] for link in links(page_of(client, here), "alternate") if "hreflang" in link]
        assert languages == ["en", "de", "zh", "x-default"]


def test_a_question_names_itself_in_each_language(client: FlaskClient) -> None:
    hrefs = {
        link["hreflang"]: link["href"] for link in links(page_of(client, QUESTION), "alternate") if "hreflang" in link
    }
    assert hrefs == {
        **{language: f"{HOST}{QUESTION}&lang={language}" for language in ("en", "de", "zh")},
        "x-default": HOST + QUESTION,
    }
    assert all(client.get(address.removeprefix(HOST)).status_code == 200 for address in hrefs.values())


@pytest.mark.parametrize("path", ["/page/plan-ii", "/q/key-messages", "/dataset"])
def test_other_forms_have_the_type_that_is_announced(client: FlaskClient, path: str) -> None:
    forms = [link for link in links(page_of(client, path), "alternate") if "type" in link]
    assert len(forms) >= 3
    for link in forms:
        response = client.get(link["href"].removeprefix(HOST))
        assert (response.status_code, response.mimetype) == (200, link["type"])


def markup_of(client: FlaskClient, path: str) -> set[Triple]:
    (text,) = page_of(client, path).data
    return {quad.triple for quad in pyoxigraph.parse(text, format=RdfFormat.JSON_LD)}


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_the_dataset_is_marked_up(client: FlaskClient, path: str) -> None:
    assert Triple(DATASET, name("rdf:type"), name("schema:Dataset")) in markup_of(client, path)


def test_every_question_is_marked_up_as_a_part_of_the_dataset(client: FlaskClient) -> None:
    for slug in list(project_catalogue().questions)[::8]:
        triples = markup_of(client, f"/q/{slug}")
        own = question_page(slug)
        assert Triple(own, name("schema:isPartOf"), DATASET) in triples, slug
        properties = {triple.predicate: triple.object for triple in triples if triple.subject == own}
        release = properties[name("schema:version")]
        assert isinstance(release, Literal)
        identifier = properties[name("schema:identifier")]
        assert isinstance(identifier, Literal)
        assert identifier.value.startswith(f"{HOST}/release/{release.value}/q/{slug}")
        for term in ("name", "description", "license", "creator", "citation", "variableMeasured", "distribution"):
            assert name(f"schema:{term}") in properties, (slug, term)


def test_a_page_without_an_answer_is_not_marked_up(client: FlaskClient) -> None:
    for path in ("/q/key-messages?x=y", "/nowhere", "/page/plan-ii", "/q/"):
        assert page_of(client, path).data == [], path


def test_what_is_marked_up_cannot_end_its_block(app: Flask) -> None:
    text = "</script><script>alert(1)</script><!-- & ' \" \u2028"
    with app.test_request_context("/q/"):
        template = app.jinja_env.from_string('<script type="application/ld+json">{{ markup|tojson }}</script>')
        written = template.render(markup={"name": text})
    inner = written.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inner
    assert json.loads(inner) == {"name": text}


def test_a_query_in_the_address_is_escaped_in_the_head(client: FlaskClient) -> None:
    response = client.get("/q/key-messages?lang=en&%22%3E%3Cscript%3Ealert(1)%3C/script%3E=1")
    assert "<script>alert" not in response.text
    assert NamedNode(canonical(client, "/q/key-messages")) == NamedNode(f"{HOST}/q/key-messages")
