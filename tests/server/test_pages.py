"""Every page has sound HTML, nothing fetched from elsewhere, no link that leads nowhere."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.catalogue import project_catalogue
from tests.server.page import Page

QUESTIONS = [f"/q/{slug}" for slug in project_catalogue().questions]
ERRORS = [
    ("/nowhere", 404),
    ("/q/nowhere", 404),
    ("/page/nowhere", 404),
    ("/q/objectives-mentioning-technology?scope=none", 400),
    ("/q/objectives-mentioning-technology?x=y", 400),
    ("/sparql?query=SELECT", 400),
    ("/sparql?query=CLEAR+ALL", 403),
    ("/sparql/form?query=SELECT", 400),
    ("/sparql/form?query=CLEAR+ALL", 403),
]
FORMS = ["/sparql", "/sparql/form", "/editor", "/editor?query=ASK+{}"] + [
    f"/sparql/form?query={query}"
    for query in (
        "ASK+{}",
        "SELECT+*+{}",
        "SELECT+*+{?s+?p+?o}+LIMIT+9",
        "SELECT+*+{FILTER(false)}",
        "DESCRIBE+<http://example.org/>",
        "CONSTRUCT+{?s+?p+?o}+{?s+?p+?o}+LIMIT+9",
    )
]
SEARCHES = [
    f"/search{query}" for query in ("", "?q=internet", "?q=数据&page=2", "?q=xyzzy+data", "?q=a&kind=fyp:Technology")
]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def get(client: FlaskClient, path: str, status: int = 200) -> Page:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == status, path
    assert response.content_type == "text/html; charset=utf-8", path
    return Page(response.text)


# what a page fetches by itself: its style, the scripts of search and pictures, and the picture of a question or item
OURS = re.compile(
    r"data:,$|/static/([a-z]+\.css|web/(chart|editor|explore|search)\.js)(\?|$)|/(q|page)/[a-z0-9-]+\.svg(\?|$)"
)


@pytest.mark.parametrize(
    ("path", "status"), [(path, 200) for path in ["/", "/q/", *QUESTIONS, *FORMS, *SEARCHES]] + ERRORS, ids=str
)
def test_a_page_is_sound_and_fetches_nothing_from_elsewhere(client: FlaskClient, path: str, status: int) -> None:
    page = get(client, path, status)
    assert page.problems == []
    assert "/static/style.css" in {address.partition("?")[0] for address in page.loaded}
    assert [address for address in page.loaded if not OURS.match(address)] == []
    assert "None" not in page.text
    assert "Undefined" not in page.text


def test_the_style_sheet_fetches_nothing(client: FlaskClient) -> None:
    with client.get("/static/style.css") as response:
        assert response.content_type == "text/css; charset=utf-8"
        text = response.get_data(as_text=True)
        assert "url(" not in text
        assert "@import" not in text


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<html><h1></h1><title></title></html>", "html has no lang"),
        ('<html lang="en"><title></title></html>', "0 h1"),
        ('<html lang="en"><h1></h1><title></title><p><div></div></p></html>', "<div> stands in <p>, which ends it"),
        ('<html lang="en"><h1></h1><title></title><b></html>', "</html> closes ['b'] in line 2"),
        ('<html lang="en"><h1></h1><title></title><input></html>', "<input> has no label"),
        ('<html lang="en"><h1></h1><title></title><table></table></html>', "a table has no caption"),
        ('<html lang="en"><h1></h1><title></title><th></th></html>', "a th has no scope"),
        ('<html lang="en"><h1></h1><title></title><a onclick="x"></a></html>', "<a> has a script"),
        ('<html lang="en"><h1></h1><title></title><script></script></html>', "a script comes from elsewhere"),
    ],
)
def test_the_reader_finds_what_is_wrong(html: str, problem: str) -> None:
    page = Page(html.replace("<html", "<!doctype html>\n<html").replace("<h1>", '<h1 id="x">'))
    assert problem in page.problems


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/dataset", "/exports", "/ontology", "/shapes", "/search?q=5G", "/q/key-messages", "/page/ict-t1"),
        *("/fragments?predicate=fyp:mentionsTechnology", "/fragments/quads?subject=id:ict-t1"),
    ],
)
def test_what_a_page_shows_can_be_had_by_a_query_that_it_links(client: FlaskClient, path: str) -> None:
    asked = [parse_qs(urlsplit(link).query)["query"][0] for link in get(client, path).links if "/sparql/form?" in link]
    assert asked
    for text in asked[:20]:
        answer = client.get("/sparql", query_string={"query": text}, headers={"Accept": "text/csv, text/turtle"})
        assert answer.status_code == 200
        assert answer.text
