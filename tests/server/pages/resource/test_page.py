"""The page of a resource: what comes first, how it is grouped, in which language, and what it leads to."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, name, slug_of, thing
from kg.core.settings import read_settings
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.graph.evidence import SourceText
from kg.graph.labels import labels_of
from server.app import create_app
from server.core.i18n.external_terms import FOREIGN_WORDS
from tests.graphs import engine_over
from tests.server.page import Page

HEADINGS = re.compile(r"<h2[^>]*>([^<]+)</h2>")


def text_of(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    page = Page(response.text)
    assert page.problems == [], path
    return page.text


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("ict-t1", "should rise from 2.64 trillion yuan in 2020 (year: a note of the editors)"),
        ("plan-ict", "This plan covers the years 2021 to 2025."),
        ("gr-ms1", "This is to be reached by 2030."),
        ("event-plan-ict-release", "This happened on 16 Nov 2021."),
        ("quantity-ict-t1", "This figure says 4.3 trillion yuan in 2025."),
        ("observation-software-revenue-2024", "Software revenue came to 13.73 trillion yuan in 2024"),
        ("link-yso-technology-smart-grid-6f8ad230", "“Smart grid” here and “smart grids” in YSO mean the same"),
        ("passage-9987-10035", "Line 132"),
    ],
)  # fmt: skip
def test_a_page_begins_with_a_sentence_made_of_facts(client: FlaskClient, slug: str, sentence: str) -> None:
    assert sentence in text_of(client, f"/page/{slug}").partition("https://w3id.org")[0]


def test_statements_are_in_groups_in_the_order_of_a_reader(client: FlaskClient) -> None:
    headings = HEADINGS.findall(client.get("/page/plan-ict").text)
    assert headings[:7] == [
        "What is said of it",
        "Figures",
        "Position",
        "Evidence",
        "Links to other vocabularies",
        "Notes of the editors",
        "Names and technical statements",
    ]


def test_each_statement_has_its_mark_and_the_place_that_supports_it(client: FlaskClient) -> None:
    text = client.get("/page/ict-t1").text
    row = text.partition("aims at value")[2].partition("</dd>")[0]
    assert 'class="kind kind-stated">stated</span>' in row
    assert 'href="/page/passage-4429-4561"' in row
    assert "line 60" in row
    issued = client.get("/page/plan-ict").text.partition("is issued by")[2].partition("</dd>")[0]
    assert "kind-editorial" in issued


def test_what_others_state_is_supported_by_their_own_evidence(client: FlaskClient) -> None:
    row = client.get("/page/gr-t5").text.partition("has note")[2].partition("</dd>")[0]
    assert "kind-editorial" in row
    assert 'class="source"' in row
    assert "11 trillion" in row


def test_a_target_is_in_its_tree_beside_the_others_and_over_its_figures(client: FlaskClient) -> None:
    text = client.get("/page/ict-m2").text.partition('id="stands"')[2]
    way = text.partition("</p>")[0]
    assert way.index("/page/plan-ict") < way.index("/page/ict-o1") < way.index("/page/ict-o1-1")
    beside = text.partition("Beside it")[2].partition("</details>")[0]
    assert 'aria-current="page"' in beside
    assert 'href="/page/ict-m1"' in beside


@pytest.mark.parametrize("slug", ["ict-t1", "official-gr-t5", "indicator-ict-revenue", "plan-ict"])
def test_a_target_has_a_picture_with_words_for_it(client: FlaskClient, slug: str) -> None:
    page = Page(client.get(f"/page/{slug}").text)
    (image,) = page.all("img")
    assert image["src"] == f"/page/{slug}.svg"
    assert image["alt"]
    assert int(image["width"]) > 0
    svg = client.get(image["src"])
    assert svg.mimetype == "image/svg+xml"
    assert "<title" in svg.text
    assert client.get(f"/page/{slug}.png").mimetype == "image/png"


def test_the_picture_of_a_target_shows_it_alone_in_the_wanted_language_and_theme(client: FlaskClient) -> None:
    image = client.get("/page/official-sw-t1.svg?lang=zh&theme=dark").text
    assert "软件业务收入" in image
    assert "工业APP" not in image
    assert image != client.get("/page/official-sw-t1.svg?lang=zh").text
    assert client.get("/page/official-sw-t1.svg?theme=pink").status_code == 400


@pytest.mark.parametrize("slug", ["country-china", "plan-hrss", "passage-9987-10035"])
def test_what_has_no_picture_says_so(client: FlaskClient, slug: str) -> None:
    assert Page(client.get(f"/page/{slug}").text).all("img") == []
    response = client.get(f"/page/{slug}.svg")
    assert response.status_code == 404
    assert "no picture" in response.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_come_in_the_language_of_the_address_and_links_keep_to_it(client: FlaskClient, language: str) -> None:
    names = {"en": "Revenue of the ICT industry", "de": "Umsatz der IKT-Branche", "zh": "信息通信行业收入"}
    response = client.get(f"/page/ict-t1?lang={language}", headers={"Accept-Language": "de"})
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" not in response.headers.get("Vary", "")
    page = Page(response.text)
    assert names[language] in page.text
    assert f"/page/indicator-ict-revenue?lang={language}" in page.links
    assert {f"?lang={language}" for language in LANGUAGES} <= page.links


@pytest.mark.parametrize(("header", "language"), [("de-CH,de;q=0.9", "de"), ("zh-CN", "zh"), ("fr", "en"), ("", "en")])
def test_without_an_address_the_browser_says_which_language(client: FlaskClient, header: str, language: str) -> None:
    response = client.get("/page/ict-t1", headers={"Accept-Language": header})
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    assert "/page/indicator-ict-revenue" in Page(response.text).links


def test_each_language_has_a_tag_of_its_own(client: FlaskClient) -> None:
    tags = [client.get("/page/ict-t1", headers={"Accept-Language": language}).headers["ETag"] for language in LANGUAGES]
    assert len(set(tags)) == 3
    same = client.get("/page/ict-t1", headers={"Accept-Language": "de", "If-None-Match": tags[1]})
    other = client.get("/page/ict-t1", headers={"Accept-Language": "zh", "If-None-Match": tags[1]})
    assert [same.status_code, other.status_code] == [304, 200]


@pytest.mark.parametrize("language", ["fr", "<script>", "en&lang=xx"])
def test_an_unknown_language_is_refused_in_words(client: FlaskClient, language: str) -> None:
    response = client.get(f"/page/ict-t1?lang={language}")
    assert response.status_code == 400
    assert "choose en or de or zh" in response.text


def test_the_words_of_the_page_are_not_marked_and_names_in_other_languages_are(client: FlaskClient) -> None:
    text = client.get("/page/ict-t1?lang=zh").text
    assert '<dt><a href="/ontology?lang=zh#targetValue">目标值</a></dt>' in text
    assert re.search(r'<p class="others"><a href="\?lang=en" lang="en" hreflang="en">[A-Z]', text)
    assert "<h1>" in text


def test_a_page_leads_to_the_query_for_its_statements(client: FlaskClient, engine: EmbeddedEngine) -> None:
    for slug in ("ict-t1", "question-target-with-evidence", "source-policy-update"):
        page = Page(client.get(f"/page/{slug}").text)
        (address,) = {link for link in page.links if link.startswith("/sparql/form?")}
        (query,) = parse_qs(urlsplit(unescape(address)).query)["query"]
        rows = select(engine, query).rows
        iri = thing(slug)
        counted = select(engine, f"SELECT * {{ {{ {iri} ?p ?o }} UNION {{ ?s ?q {iri} }} }}").rows
        assert len(rows) == len(counted)
        assert client.get(address).status_code == 200


def test_a_page_says_how_to_cite_the_thing(client: FlaskClient) -> None:
    page = Page(client.get("/page/ict-t1").text)
    assert {"/page/ict-t1.bib", "/page/ict-t1.ris", "/page/ict-t1.csl.json", "/page/ict-t1.cite.txt"} <= page.links
    assert any(re.search(r"/release/[0-9a-f]+/page/ict-t1$", link) for link in page.links)
    for link in ("/page/ict-t1.bib", "/page/observation-software-revenue-2024.cite.txt"):
        assert client.get(link).status_code == 200
    assert "Software revenue came to" in client.get("/page/observation-software-revenue-2024.cite.txt").text


def test_a_statement_rests_on_what_its_subject_or_its_part_rests_on(client: FlaskClient) -> None:
    event = client.get("/page/event-three-plans-press-conference").text.partition("event of")[2].partition("</dd>")[0]
    assert event.count("/page/citation-yktchina-2021-11-30") == 3
    plan = client.get("/page/plan-ict").text.partition("has quantitative target")[2].partition("</dd>")[0]
    assert [f"line {number}" in plan for number in (60, 61, 62, 63)] == [True] * 4


def test_every_property_of_a_thing_has_words(engine: EmbeddedEngine) -> None:
    ours = f'FILTER(STRSTARTS(STR(?thing), "{name("id:").value}"))'
    used = select(engine, f"SELECT DISTINCT ?property {{ ?thing ?property ?o {ours} }}").column("property")
    labels = labels_of(engine, [term for term in used if isinstance(term, NamedNode)])
    unnamed = {
        term for term in used if isinstance(term, NamedNode) and term not in labels and term not in FOREIGN_WORDS
    }
    assert unnamed == set()


def test_a_name_that_is_the_same_in_all_languages_is_shown_once(client: FlaskClient) -> None:
    text = client.get("/page/technology-5g?lang=zh").text
    assert '<p class="others">' not in text.partition('<p class="iri">')[0]
    named = client.get("/page/country-china").text.partition('<p class="others">')[2].partition("</p>")[0]
    assert "中国" in named
    assert "China" not in named


def test_what_a_cited_page_supports_does_not_name_it_again(client: FlaskClient) -> None:
    row = client.get("/page/citation-gov-cn-2021-12-01").text.partition("is evidence for")[2].partition("</dd>")[0]
    assert "kind-official" in row
    assert 'class="source"' not in row


def test_a_match_says_how_sure_it_is(client: FlaskClient) -> None:
    row = client.get("/page/technology-big-data").text.partition("is the same as")[2].partition("</dd>")[0]
    assert row.count("confidence 0.9") >= 4


def test_what_a_source_says_is_beside_its_place(settings_with_text: FlaskClient, client: FlaskClient) -> None:
    shown, hidden = (any_client.get("/page/ict-t1").text for any_client in (settings_with_text, client))
    assert len(Page(shown).all("q")) == 1
    assert Page(shown).problems == []
    assert Page(hidden).all("q") == []


@pytest.fixture(scope="module")
def settings_with_text() -> FlaskClient:
    """A client of an application over a small graph and a text of four words."""
    engine = engine_over(
        """graph:plan-x { id:ict-t1 a fyp:Measure ; fyp:evidence id:passage-4-7 . }
        graph:source { id:passage-4-7 a fyp:Passage ; fyp:passageOf id:text ; fyp:inSection id:s ; fyp:lineNumber 1 ;
          fyp:startOffset 4 ; fyp:endOffset 7 . id:text a fyp:SourceDocument . id:s a fyp:Section . }
        graph:inferred { id:passage-4-7 a fyp:Evidence . }"""
    )
    app = create_app(read_settings({}), engine)
    holding = app.extensions["fyp-kg"]
    app.extensions["fyp-kg"] = replace(holding, source=SourceText(thing("text"), "one two six ten", (0,)))
    return app.test_client()


def test_every_thing_that_a_page_leads_to_is_a_thing_with_a_slug(engine: EmbeddedEngine) -> None:
    ours = f'FILTER(STRSTARTS(STR(?thing), "{name("id:").value}"))'
    text = f"SELECT DISTINCT ?thing {{ ?s ?p ?thing FILTER(isIRI(?thing)) {ours} FILTER NOT EXISTS {{ ?thing a ?c }} }}"
    assert select(engine, text).rows == ()
    for term in select(engine, f"SELECT DISTINCT ?thing {{ ?thing ?p ?o {ours} }}").column("thing"):
        assert isinstance(term, NamedNode)
        assert slug_of(term) is not None


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("heißt auch", "ist ein", "Zeile 60")),
        ("zh", ("又称", "类型", "第60行")),
    ],
)
def test_terms_of_others_and_places_are_described_in_the_language_of_the_reader(
    client: FlaskClient, language: str, words: tuple[str, ...]
) -> None:
    text = client.get(f"/page/technology-5g?lang={language}").text + client.get(f"/page/ict-t1?lang={language}").text
    for phrase in words:
        assert re.search(rf"<(dt|a)[^<>]*>{phrase}<", text), phrase
    for english in ("is also called", "is dated", "is the same as", ">is a<", "line 60", "</a> this</dt>"):
        assert english not in text, english


def test_a_link_that_leaves_the_site_says_so_and_no_other(client: FlaskClient) -> None:
    main = client.get("/page/technology-big-data").text.partition("<main")[2]
    links = re.findall(r"<a [^>]*href=\"([^\"]+)\"([^>]*)", main)
    assert [href for href, _ in links if "wikidata.org" in href]
    for href, rest in links:
        assert ('rel="external"' in rest) == (href.startswith("http") and "//localhost/" not in href), href


@pytest.mark.parametrize(("language", "words"), [("en", ("Bulgarian", "yes")), ("de", ("Bulgarisch", "ja"))])
def test_a_cited_page_names_its_language_and_truth_values_in_words(
    client: FlaskClient, language: str, words: tuple[str, ...]
) -> None:
    page = Page(client.get(f"/page/citation-24chasa-21979194?lang={language}").text)
    assert all(re.search(rf"\b{word}\b", page.text) for word in words)
    assert not re.search(r"(?<![.\w])(bg|true)\b", page.text)
