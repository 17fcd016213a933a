"""A language that was chosen is carried on, on every page alike; what is data keeps its address."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from server.core.i18n.language_links import is_page, with_language
from tests.server.page import Page
from tests.server.two_releases import Stage

PAGES = ["/", "/q/", "/q/planned-growth", "/page/plan-ict", "/search?q=5g", "/dataset", "/sparql", "/releases"]
PAGES += [
    "/ontology",
    "/shapes",
    "/exports",
    "/dumps/",
    "/fragments",
    "/problem/QueryInvalid",
    "/q/planned-growth/embed",
    *(
        "/plans",
        "/plans/plan-ict",
        "/compare?left=plan-ict&right=plan-bd",
        "/editor",
        "/explore?start=plan-ict",
        "/look",
    ),
]
FILES = re.compile(
    r"\.(csv|tsv|json|svg|png|rq|ttl|nt|rdf|jsonld|xlsx|txt|bib|ris|xml|graphml)\b|^/(static|id|data|graph)/"
)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/q/">', '<a href="/q/?lang=de">'),
        ('<a class="x" href="/page/plan-ii#says">', '<a class="x" href="/page/plan-ii?lang=de#says">'),
        ('<a href="/q/x?plan=id:a">', '<a href="/q/x?plan=id:a&amp;lang=de">'),
        ('<a href="?page=2">', '<a href="?page=2&amp;lang=de">'),
        ('<a href="/ontology/0.10.0">', '<a href="/ontology/0.10.0?lang=de">'),
        ('<a href="/release/0a/q/x">', '<a href="/release/0a/q/x?lang=de">'),
        ('<a href="/">', '<a href="/?lang=de">'),
        ('<form action="/q/x">', '<form action="/q/x"><input type="hidden" name="lang" value="de">'),
    ],
)
def test_links_and_forms_that_lead_to_pages_carry_it(html: str, expected: str) -> None:
    assert with_language(html, "de") == expected


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/q/x?lang=zh">',
        '<a href="/q/x?plan=a&amp;lang=zh">',
        '<a href="?lang=zh" hreflang="zh">',
        '<a href="/q/x.csv">',
        '<a href="/page/plan-ii.bib?x=1">',
        '<a href="/data/plan-ii.ttl">',
        '<a href="/data/plan-ii">',
        '<a href="/id/plan-ii">',
        '<a href="/ontology.ttl">',
        '<a href="/dumps/SHA256SUMS">',
        '<a href="/exports/networks/plans.graphml">',
        '<a href="/graph/plan-ii">',
        '<a href="/openapi.json">',
        '<a href="/metrics">',
        '<a href="#main">',
        '<a href="https://example.org/q/">',
        '<a href="//example.org/q/">',
        '<a data-href="/q/">',
        '<img src="/q/x.svg">',
        '<form action="/sparql" method="post">',
        "&lt;a href=&quot;/q/&quot;&gt;",
        "<abbr>",
    ],
)
def test_everything_else_stays_as_it_is(html: str) -> None:
    assert with_language(html, "de") == html


def test_below_a_path_only_what_is_below_it_is_ours() -> None:
    html = '<a href="/fyp/q/"><a href="/q/"><a href="/fyp/release/0a/page/x"><a href="/fypq/">'
    expected = '<a href="/fyp/q/?lang=de"><a href="/q/"><a href="/fyp/release/0a/page/x?lang=de"><a href="/fypq/">'
    assert with_language(html, "de", "/fyp") == expected


def test_pages_are_distinguished_from_files() -> None:
    assert all(is_page(path.partition("?")[0]) for path in PAGES)
    assert not any(map(is_page, ["/q/x.csv", "/robots.txt", "/static/style.css", "/catalog", "/reconcile", "/health"]))


def of_ours(page: Page) -> set[str]:
    """The links that a reader follows within this site, but the switch of languages."""
    links = (anchor for anchor in page.all("a") if "hreflang" not in anchor)
    return {link["href"] for link in links if link["href"].startswith(("/", "?"))}


@pytest.mark.parametrize("path", PAGES)
def test_a_chosen_language_stays_on_every_kind_of_page(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}{'&' if '?' in path else '?'}lang=de", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert response.headers["Content-Language"] == "de"
    assert "Accept-Language" not in response.vary
    page = Page(response.text)
    assert page.all("html")[0]["lang"] == "de"
    links = of_ours(page)
    assert links
    lost = {link for link in links if is_page(link.partition("?")[0].partition("#")[0]) and "lang=" not in link}
    assert not lost
    assert not {link for link in links if FILES.search(link.partition("?")[0]) and "lang=en" in link}
    assert page.problems == []


@pytest.mark.parametrize("path", PAGES)
def test_the_language_of_a_browser_changes_the_words_and_no_link(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/html", "Accept-Language": "zh-CN,en;q=0.5"})
    assert response.headers["Content-Language"] == "zh"
    assert "Accept-Language" in response.vary
    page = Page(response.text)
    assert page.all("html")[0]["lang"] == "zh"
    pages = {
        link for link in of_ours(page) if is_page(link.partition("?")[0].partition("#")[0]) and "/embed" not in link
    }
    assert not {link for link in pages if "lang=" in link}


@pytest.mark.parametrize("path", PAGES)
def test_a_language_that_we_have_not_is_refused_on_every_page(client: FlaskClient, path: str) -> None:
    for named in ("fr", "", "DE", "%ff", "%3Cb%3E"):
        response = client.get(f"{path}{'&' if '?' in path else '?'}lang={named}", headers={"Accept": "text/html"})
        assert response.status_code == 400, named
        assert "<b>" not in response.text


def test_the_fields_of_a_query_are_left_to_the_endpoint(client: FlaskClient) -> None:
    assert client.get("/sparql?query=ASK{}&lang=fr", headers={"Accept": "text/csv"}).status_code == 200


def test_each_language_has_a_tag_of_its_own(client: FlaskClient) -> None:
    for path in ("/", "/q/", "/releases", "/page/plan-ii"):
        tags = {
            client.get(path, headers={"Accept-Language": language}).headers["ETag"] for language in ("en", "de", "zh")
        }
        assert len(tags) == 3, path


def test_data_follow_no_browser(client: FlaskClient) -> None:
    for path in (
        "/q/planned-growth.csv",
        "/search.json?q=lüse+zhizao",
        "/q/planned-growth.json",
        "/q/planned-growth.svg",
    ):
        answers = {client.get(path, headers={"Accept-Language": language}).data for language in ("en", "de", "zh")}
        assert len(answers) == 1, path
    assert "按拼音匹配" in client.get("/search.json?q=lüse+zhizao&lang=zh").text


def test_a_page_of_an_older_release_keeps_the_language_too(stage: Stage) -> None:
    text = stage.app.test_client().get(f"/release/{stage.old}/q/?lang=zh").text
    assert f'href="/release/{stage.old}/dataset?lang=zh"' in text
    behind = stage.app.test_client().get("/q/?lang=zh", environ_overrides={"SCRIPT_NAME": "/fyp"}).text
    assert 'href="/fyp/dataset?lang=zh"' in behind


def test_what_went_wrong_is_reported_in_the_language_that_was_chosen(client: FlaskClient) -> None:
    page = Page(client.get("/nowhere?lang=de", headers={"Accept": "text/html"}).text)
    assert "Unter dieser Adresse gibt es nichts" in page.text
    assert "/q/?lang=de" in page.links
