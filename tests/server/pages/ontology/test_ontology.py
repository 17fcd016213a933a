"""The ontology and the shapes at their addresses: pages that hold every term and rule, and forms that say the same."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urljoin, urlsplit

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple

from kg.core.names import ROOT, graph, name
from kg.core.settings import Settings
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.graph.ontology import Document, OntologyVersion, ontology_version_of, read_ontology_versions
from server.app import create_app
from server.pages.resource.lookup import DATA_FORMS
from tests.server.page import Page
from tests.server.two_releases import Stage

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORMATS = {
    "text/turtle; charset=utf-8": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
DOCUMENTS = [
    *("/ontology", "/ontology/0.2.0", "/ontology/0.1.0", "/ontology/alignment", "/ontology/alignment/0.1.0"),
    *("/shapes", "/shapes/0.1.0"),
]
PAGES = [
    "/ontology",
    "/ontology?lang=de",
    "/ontology?lang=zh",
    "/ontology?q=target",
    "/ontology?q=xyzzy",
    "/ontology/0.1.0",
]
PAGES += ["/shapes", "/shapes?lang=zh", "/shapes/0.1.0"]


@pytest.fixture(scope="module")
def edition(engine: EmbeddedEngine) -> OntologyVersion:
    return ontology_version_of(engine)


@pytest.fixture(scope="module")
def pages(app: Flask) -> dict[str, Page]:
    """The pages, each asked for once."""
    client = app.test_client()
    return {path: Page(client.get(path, headers=BROWSER).text) for path in PAGES}


def statements(body: bytes, form: RdfFormat) -> set[Quad]:
    """Return the statements of a body, with lasting names for blank nodes."""
    dataset = Dataset(
        Quad(quad.subject, quad.predicate, quad.object) for quad in pyoxigraph.parse(body, form, base_iri=ROOT)
    )
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def anchors(page: Page) -> list[str]:
    return [attributes["id"] for _, attributes in page.elements if "id" in attributes]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_all_forms_of_a_version_say_the_same_by_ending_and_by_accept(client: FlaskClient, path: str) -> None:
    versions = []
    for ending in DATA_FORMS:
        response = client.get(f"{path}.{ending}")
        assert response.status_code == 200
        form = FORMATS[response.content_type]
        versions.append(statements(response.data, form))
        negotiated = client.get(path, headers={"Accept": form.media_type})
        assert negotiated.data == response.data
        assert negotiated.headers["Content-Location"] == f"{path}.{ending}"
        assert "Accept" in negotiated.headers["Vary"]
    assert versions[0]
    assert all(version == versions[0] for version in versions[1:])


def test_the_kept_versions_are_served_as_they_are_kept(client: FlaskClient) -> None:
    newest: dict[tuple[str, str], Document] = {}  # the last edition with a version of a document has its last text
    for edition in reversed(read_ontology_versions()):
        newest |= {(path, document.version): document for path, document in edition.documents.items()}
    assert len(newest) == 5
    for (path, version), document in newest.items():
        served = statements(client.get(f"/{path}/{version}.nt").data, RdfFormat.N_TRIPLES)
        mine = Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in document.triples)
        mine.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        assert served == set(mine), (path, version)


def test_an_ontology_document_has_one_header_and_the_terms_of_the_release(
    client: FlaskClient, edition: OntologyVersion
) -> None:
    served = statements(client.get("/ontology.ttl").data, RdfFormat.TURTLE)
    headers = [quad.subject for quad in served if quad.object == name("owl:Ontology")]
    assert headers == [NamedNode(ROOT + "ontology")]
    assert set(edition.vocabulary.terms) <= {quad.subject for quad in served}


@pytest.mark.parametrize("accept", [BROWSER["Accept"], "*/*", "", "text/*"])
@pytest.mark.parametrize("path", ["/ontology", "/ontology/0.1.0", "/shapes", "/shapes/0.1.0"])
def test_browsers_get_a_page(client: FlaskClient, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert "Accept" in response.headers["Vary"]
    assert response.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "accept", "status", "words"),
    [
        ("/ontology", "image/png", 406, "application/ld+json"),
        ("/ontology", "text/html;q=0, */*;q=0", 406, "text/turtle"),
        ("/shapes/0.1.0", "image/png", 406, "application/rdf+xml"),
        ("/ontology/9.9.9", "", 404, "/ontology/0.2.0, /ontology/0.1.0"),
        ("/ontology/9.9.9.ttl", "", 404, "There are: /ontology/"),
        ("/ontology/0.1.0.xlsx", "", 404, "'0.1.0.xlsx'"),
        ("/ontology/<script>", "", 404, "There is no version"),
        ("/ontology/%00", "", 404, "There is no version"),
        ("/ontology/..%2f..%2fetc", "", 404, ""),
        ("/ontology.xlsx", "", 404, "/ontology.ttl"),
        ("/ontology/alignment.csv", "", 404, "/ontology/alignment.ttl"),
        ("/ontology/alignment/9", "text/turtle", 404, "/ontology/alignment/0.1.0"),
        ("/shapes.n3", "", 404, "/shapes.ttl"),
        ("/shapes/", "", 404, ""),
        ("/shapes/0.3.0", "", 404, "/shapes/0.1.0"),
        ("/ontology?lang=fr", "", 400, "en or de or zh"),
        ("/shapes?lang=%ff", "", 400, ""),
        ("/ontology?q=" + "x" * 101, "", 400, "100 characters"),
    ],
)
def test_what_is_not_there_is_reported_in_words(
    client: FlaskClient, path: str, accept: str, status: int, words: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == status
    assert words in response.text
    shown = client.get(path, headers=BROWSER)
    assert "<script>" not in shown.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_and_its_anchors_are_unique(pages: dict[str, Page], path: str) -> None:
    page = pages[path]
    assert page.problems == []
    ids = anchors(page)
    assert len(ids) == len(set(ids))
    assert "None" not in page.text.replace("None of", "")
    assert "Undefined" not in page.text
    assert all(re.match(r"data:,$|/static/|/ontology", address) for address in page.loaded)


@pytest.mark.slow
def test_every_term_is_on_the_page_with_its_labels_and_definition(
    pages: dict[str, Page], edition: OntologyVersion
) -> None:
    for path in ("/ontology", "/ontology?lang=de", "/ontology?lang=zh"):
        page = pages[path]
        ids = set(anchors(page))
        for term in edition.vocabulary.terms.values():
            assert term.local in ids
            assert " ".join(term.definition.split()) in page.text
            assert all(" ".join(label.split()) in page.text for label in term.labels.values())


def test_every_rule_is_on_the_page_of_the_shapes_with_its_message(
    pages: dict[str, Page], edition: OntologyVersion
) -> None:
    for path in ("/shapes", "/shapes?lang=zh"):
        ids = set(anchors(pages[path]))
        for group in edition.constraints:
            for rule in group.constraints:
                assert rule.local in ids
                assert " ".join(rule.message.split()) in pages[path].text


@pytest.mark.slow
def test_every_link_inside_leads_to_an_anchor_or_to_an_address_that_answers(app: Flask, pages: dict[str, Page]) -> None:
    client, outside = app.test_client(), set[str]()
    for path, page in pages.items():
        own = set(anchors(page)) | {"main"}
        for link in page.links:
            # the same page in another language
            link = urljoin(path, link) if link.startswith("?") else link
            parts = urlsplit(link)
            if not parts.netloc and not parts.path and not parts.query:
                assert html.unescape(parts.fragment) in own, (path, link)
            elif not parts.netloc:
                outside.add(urljoin(path, link))
    seen: dict[str, Page] = {}
    for link in sorted(outside):
        address, _, anchor = link.partition("#")
        if address.startswith(("/page/", "/sparql/form")):
            continue  # tested with the items, and below
        if address not in seen:
            response = client.get(address, headers=BROWSER)
            assert response.status_code == 200, link
            seen[address] = Page(response.text) if response.mimetype == "text/html" else Page("<!doctype html>\n")
        assert not anchor or anchor in anchors(seen[address]), link


def test_the_numbers_of_uses_lead_to_queries_with_so_many_rows(engine: EmbeddedEngine, client: FlaskClient) -> None:
    text = client.get("/ontology", headers=BROWSER).text
    links = re.findall(r'<a href="(/sparql/form[^"]+)" rel="nofollow">([\d,]+) (?:thing|statement)', text)
    assert len(links) == text.count('<article class="term"')
    for href, number in links[::25]:
        query = parse_qs(urlsplit(html.unescape(href)).query)["query"][0]
        assert len(select(engine, query).rows) == int(number.replace(",", ""))


def test_the_page_tells_versions_alignment_reasons_and_examples(pages: dict[str, Page]) -> None:
    text = pages["/ontology"].text
    assert "Added since 0.1.0 (67)" in text
    assert "qudt:QuantityValue" in text
    assert "none: A quantity serves one statement and is read from there, never by itself." in text
    assert "46 things" in text
    assert "/page/" in " ".join(pages["/ontology"].links)


def test_the_filter_shows_the_terms_that_fit_in_any_language_and_nothing_else(client: FlaskClient) -> None:
    page = Page(client.get("/ontology?q=量化目标", headers=BROWSER).text)
    assert "1 of 279 terms" not in page.text  # the label and one more that says the word
    assert {"QuantitativeTarget", "hasQuantitativeTarget"} == {
        anchor for anchor in anchors(page) if "uantitativeTarget" in anchor
    }
    assert page.all("img") == []
    none = client.get("/ontology?q=%3Cscript%3E", headers=BROWSER).text
    assert "No term has these words" in none
    assert "<script>" not in none


def test_an_older_version_counts_nothing_and_leads_back(pages: dict[str, Page]) -> None:
    page = pages["/ontology/0.1.0"]
    assert "version 0.1.0" in page.text
    assert "/sparql/form" not in " ".join(page.links)
    assert "OfficialTarget" not in anchors(page)
    assert {"/ontology", "/ontology/0.1.0.ttl"} <= page.links


def test_the_alignment_for_a_browser_is_a_part_of_the_page(client: FlaskClient) -> None:
    response = client.get("/ontology/alignment", headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (303, "/ontology#alignment")
    assert client.get("/ontology/modules", headers=BROWSER).headers["Location"] == "/ontology"


def test_pinned_addresses_stay_within_their_release(stage: Stage) -> None:
    client = stage.app.test_client()
    page = client.get(f"/release/{stage.old}/ontology", headers=BROWSER)
    assert page.status_code == 200
    assert f'/release/{stage.old}/ontology/0.1.0.ttl"' in page.text
    assert client.get(f"/release/{stage.old}/ontology.ttl").status_code == 200
    assert client.get(f"/release/{stage.old}/ontology/9.9.9").status_code == 404
    thing = client.get(f"/release/{stage.old}/page/ict-t1", headers=BROWSER).text
    assert f'href="/release/{stage.old}/ontology#QuantitativeTarget"' in thing


def small(settings: Settings, triples: list[Triple]) -> FlaskClient:
    """A client of a service whose release holds these statements of the ontology only."""
    store = Store(Quad(triple.subject, triple.predicate, triple.object, graph("ontology")) for triple in triples)
    return create_app(settings, EmbeddedEngine(store, "small", 99)).test_client()


def test_a_release_that_holds_an_older_ontology_answers_from_that_and_has_no_shapes(settings: Settings) -> None:
    older = read_ontology_versions()[0]
    client = small(settings, list(older.ontology))
    served = statements(client.get("/ontology.nt").data, RdfFormat.N_TRIPLES)
    mine = Dataset(
        Quad(triple.subject, triple.predicate, triple.object) for triple in older.documents["ontology"].triples
    )
    mine.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert served == set(mine)
    page = Page(client.get("/ontology", headers=BROWSER).text)
    assert page.problems == []
    assert "version 0.2.0" in page.text
    assert not page.all("img")  # its terms are in no parts yet
    assert client.get("/ontology/0.2.1").status_code == 404
    # the newest shapes that are kept
    assert client.get("/shapes.ttl").status_code == 200


def test_hostile_texts_in_an_ontology_are_shown_and_not_obeyed(settings: Settings) -> None:
    term, evil = name("fyp:Evil"), '"><script>alert(1)</script>'
    client = small(
        settings,
        [
            Triple(NamedNode(ROOT + "ontology"), name("owl:versionInfo"), Literal(evil)),
            Triple(term, name("rdf:type"), name("owl:Class")),
            *(
                Triple(term, name(predicate), Literal(evil))
                for predicate in ("rdfs:label", "skos:definition", "skos:example")
            ),
            Triple(term, name("rdfs:subClassOf"), NamedNode("javascript:alert(1)")),
        ],
    )
    text = client.get("/ontology", headers=BROWSER).text
    assert "<script>" not in text
    assert "javascript:alert(1)</a>" not in text
    assert "&lt;script&gt;" in text
