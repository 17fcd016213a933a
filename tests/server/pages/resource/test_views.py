"""Linked data: every resource has a page and statements, and its IRI leads to the one that the reader wants."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kg.core.errors import EvidenceWrong
from kg.core.media_types import FORMS
from kg.core.names import slug_of, sparql_prologue, thing
from kg.core.settings import read_settings
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.graph.evidence import passages, read_source_text
from server.app import create_app
from server.pages.resource.lookup import DATA_FORMS
from tests.server.page import Page

HOSTILE = [
    "nowhere",
    "Plan-II",
    "plan-ii-",
    "-plan-ii",
    "plan--ii",
    "plan_ii",
    "..",
    "../plan-ii",
    "../../etc/passwd",
    "plan-ii/..",
    "plan-ii>",
    "<script>alert(1)</script>",
    '"><b>',
    "plan-ii } UNION { ?s ?p ?o",
    "规划",
    "plan-ii\x00",
    "plan-ii\n",
    " plan-ii",
    "plan-ii\u200b",
    "a" * 5_000,
    "%2e%2e",
]


@pytest.mark.parametrize(
    ("accept", "place"),
    [
        ("text/html", "/page/plan-ii"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "/page/plan-ii"),
        ("text/turtle", "/data/plan-ii.ttl"),
        ("application/ld+json", "/data/plan-ii.jsonld"),
        ("application/n-triples", "/data/plan-ii.nt"),
        ("application/rdf+xml", "/data/plan-ii.rdf"),
        ("application/rdf+xml;q=0.8, text/turtle;q=0.9", "/data/plan-ii.ttl"),
        ("text/turtle, text/html;q=0.9", "/data/plan-ii.ttl"),
        ("text/html;q=0, */*", "/data/plan-ii.ttl"),
        ("application/*", "/data/plan-ii.jsonld"),
        ("*/*", "/page/plan-ii"),
        ("", "/page/plan-ii"),
        (None, "/page/plan-ii"),
    ],
)
def test_an_iri_leads_to_what_the_reader_wants(client: FlaskClient, accept: str | None, place: str) -> None:
    response = client.get("/id/plan-ii", headers={} if accept is None else {"Accept": accept})
    assert response.status_code == 303
    assert response.headers["Location"] == place
    assert response.headers["Vary"].startswith("Accept")
    assert client.get(place).status_code == 200


def test_what_a_thing_cannot_be_is_refused_with_all_that_it_can(client: FlaskClient) -> None:
    response = client.get("/id/plan-ii", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.headers["Vary"].startswith("Accept")
    for media_type in ("text/html", *(FORMS[ending].media_type for ending in DATA_FORMS)):
        assert media_type in response.text


def one_of_each_class(engine: EmbeddedEngine) -> dict[str, str]:
    """Return the slug of one instance of every class that has instances."""
    table = select(engine, "SELECT ?class (MIN(?thing) AS ?one) { ?thing a ?class } GROUP BY ?class ORDER BY ?class")
    pairs = [(cls, slug_of(instance)) for cls, instance in table.rows if isinstance(instance, NamedNode)]
    return {cls.value: slug for cls, slug in pairs if isinstance(cls, NamedNode) and slug}


def slugs_in_query(page: Page) -> str:
    """The query that the page leads to, in the form of the endpoint."""
    (address,) = {link for link in page.links if link.startswith("/sparql/form?") and "SELECT" in link}
    return address


def test_a_thing_of_every_class_has_a_page(client: FlaskClient, engine: EmbeddedEngine) -> None:
    instances = one_of_each_class(engine)
    assert len(instances) > 30
    for cls, slug in instances.items():
        response = client.get(f"/page/{slug}")
        assert response.status_code == 200, cls
        page = Page(response.text)
        assert page.problems == [], cls
        assert thing(slug).value in page.text, cls
        assert not {"None", "Undefined", "NamedNode", "Literal"} & set(page.text.split()), cls
        assert slug in slugs_in_query(page), cls
        assert {f"/data/{slug}.{ending}" for ending in DATA_FORMS} <= page.links, cls


def test_the_page_of_a_question_shows_its_query_and_leads_to_its_answer_and_its_parameters(client: FlaskClient) -> None:
    page = Page(client.get("/page/question-top-level-objectives").text)
    assert {"/q/top-level-objectives", "/sparql", "/page/question-top-level-objectives-plan"} <= page.links
    assert "SELECT" in page.text
    assert "pre" in {name for name, _ in page.elements}
    assert "/q/top-level-objectives" in Page(client.get("/page/question-top-level-objectives-plan").text).links


def test_questions_about_a_resource_are_in_a_section_of_their_own(client: FlaskClient) -> None:
    text = client.get("/page/plan-ii").text
    assert not any("/page/question-" in link for link in Page(text).links)
    assert "kind-questions" not in text
    assert "Questions about it" in text
    own = Page(client.get("/page/question-subject-plans").text)
    assert "/page/question-top-level-objectives" in own.links


def test_words_of_other_languages_are_marked(client: FlaskClient) -> None:
    text = client.get("/page/plan-ii").text
    marked = [(tag, attributes["lang"]) for tag, attributes in Page(text).elements if "lang" in attributes]
    assert {"de", "zh"} <= {language for _, language in marked}
    english = [tag for tag, language in marked if language == "en" and tag != "abbr"]  # a mark is in that of the page
    assert english == ["html", "a"]  # and the switch
    assert language_of_heading(text) == "en"


def language_of_heading(text: str) -> str:
    """The language that the heading of a page is read in: its own, or the page's."""
    (heading,) = Page(text).all("h1")
    return heading.get("lang", "en")


def test_a_heading_in_another_language_is_marked(client: FlaskClient, engine: EmbeddedEngine) -> None:
    text = sparql_prologue("fyp", "dcterms", "skos") + (
        "SELECT ?thing { ?thing a fyp:Citation ; dcterms:title ?title FILTER(LANG(?title) = 'zh') "
        "FILTER NOT EXISTS { ?thing dcterms:title ?other FILTER(LANG(?other) IN ('en', '')) } } LIMIT 1"
    )
    for (iri,) in select(engine, text).rows:
        assert isinstance(iri, NamedNode)
        assert language_of_heading(client.get(f"/page/{slug_of(iri)}").text) == "zh"


def test_a_citation_leads_to_the_page_that_it_cites(client: FlaskClient, engine: EmbeddedEngine) -> None:
    text = sparql_prologue("fyp") + "SELECT ?thing ?address { ?thing fyp:address ?address } LIMIT 3"
    for iri, address in select(engine, text).rows:
        assert isinstance(iri, NamedNode)
        assert isinstance(address, Literal)
        assert address.value in Page(client.get(f"/page/{slug_of(iri)}").text).links


def test_statements_with_a_resource_as_object_are_on_the_page_of_their_subject_where_a_property_says_so(
    client: FlaskClient,
) -> None:
    assert "… has quantitative target this" in Page(client.get("/page/ict-t1").text).text
    text = Page(client.get("/page/gr-t5").text).text
    assert "has note" in text
    assert "is a note on this" not in text


def test_a_name_that_several_languages_share_is_shown_once(client: FlaskClient) -> None:
    assert Page(client.get("/page/technology-industrial-internet").text).text.count("IIoT") == 1


def test_a_year_is_written_as_a_year(client: FlaskClient) -> None:
    assert "2025" in Page(client.get("/page/quantity-tw-t2").text).text
    for path in ("/page/quantity-tw-t2", "/q/targets-with-place", "/q/targets-with-baseline"):
        assert "2,02" not in Page(client.get(path).text).text


@pytest.mark.parametrize("slug", ["plan-ii", "ict-t1", "technology-industrial-internet", "source-policy-update"])
def test_the_statements_are_the_same_in_every_form(client: FlaskClient, store: Store, slug: str) -> None:
    iri = thing(slug)
    expected = {quad.triple for quad in store if iri in (quad.subject, quad.object)}
    assert len(expected) > 5
    for ending in DATA_FORMS:
        response = client.get(f"/data/{slug}.{ending}")
        assert response.status_code == 200
        assert response.mimetype == FORMS[ending].media_type
        form = FORMS[ending].format
        assert isinstance(form, RdfFormat)
        triples: set[Triple] = {quad.triple for quad in pyoxigraph.parse(response.data, format=form)}
        assert triples == expected


def test_an_unknown_form_is_reported_with_those_that_exist(client: FlaskClient) -> None:
    for path in ("/data/plan-ii.csv", "/data/plan-ii.nq", "/data/plan-ii.TTL", "/data/plan-ii."):
        response = client.get(path)
        assert response.status_code == 404
    assert ".ttl, .jsonld, .nt, .rdf, .xml" in client.get("/data/plan-ii.csv").text


@pytest.mark.parametrize("pattern", ["/id/{}", "/page/{}", "/data/{}.ttl"])
@pytest.mark.parametrize("slug", HOSTILE, ids=lambda slug: ascii(slug)[:30])
def test_what_is_no_resource_is_not_found_and_escaped(client: FlaskClient, pattern: str, slug: str) -> None:
    for path in (pattern.format(quote(slug, safe="")), pattern.format(quote(slug, safe="/."))):
        response = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
        assert response.status_code == 404
        page = Page(response.text)
        assert page.problems == []
        assert "There is no" in page.text
        assert "<script>" not in response.text
        assert "<b>" not in response.text
        assert len(response.data) < 10_000


@pytest.fixture(scope="session")
def with_text(source_path: Path, home: Path, engine: EmbeddedEngine) -> FlaskClient:
    """A client of an application whose operator has a copy of the source text."""
    return create_app(read_settings({}, home=home, source_text=source_path), engine).test_client()


def test_the_words_of_a_passage_are_shown_only_where_the_operator_has_the_text(
    client: FlaskClient, with_text: FlaskClient, store: Store, source_path: Path
) -> None:
    source = read_source_text(source_path, store)
    for passage in passages(store, source.document)[::20]:
        words = source.cut(passage.start, passage.end)
        path = f"/page/{slug_of(passage.iri)}"
        shown, hidden = with_text.get(path), client.get(path)
        assert " ".join(words.split()) in Page(shown.text).text
        assert f"Line {passage.line} of the policy update" in Page(shown.text).text
        assert Page(shown.text).problems == []
        assert len(Page(hidden.text).all("blockquote")) == 0


def test_a_text_that_the_data_do_not_count_in_is_refused(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("other words", "utf-8")
    with pytest.raises(EvidenceWrong, match="no text that the passages count in"):
        create_app(read_settings({}, home=home, source_text=other))


def test_a_link_to_another_vocabulary_says_which_one(client: FlaskClient) -> None:
    text = client.get("/page/technology-5g").text
    assert re.search(
        r'href="http://eurovoc\.europa\.eu/[^"]+"[^>]*>[^<]+</a> <span class="kind trust">EuroVoc</span>', text
    )


def test_a_cited_page_says_what_kind_of_publisher_it_has(client: FlaskClient) -> None:
    assert 'class="kind trust">re-host</span>' in client.get("/page/official-sw-t1").text


def test_the_marks_of_a_page_are_described_in_words(client: FlaskClient) -> None:
    text = client.get("/page/indicator-green-industry-output").text
    for mark in ("stated", "official", "editorial", "inferred"):
        assert f'<dt><span class="kind kind-{mark}">{mark}</span></dt>' in text
    assert "What the policy update prints about a plan." in text
