"""A page of an answer: rows by the page, headings that sort, facets that narrow and widen, all by link."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from server.pages.result.cells import Cell, naming_column
from tests.server.page import Page
from tests.server.pages.question.test_question import Rows

LONG = "/q/targets-against-outcomes"


def rows(client: FlaskClient, path: str) -> list[list[str]]:
    return [row for row in Rows(client.get(path).text).rows if row]


def follow(client: FlaskClient, path: str, words: str) -> str:
    """The address behind the link with these words."""
    match = re.search(r'href="([^"]+)"[^>]*>' + re.escape(words), client.get(path).text)
    assert match, f"no link {words!r} on {path}"
    return match[1].replace("&amp;", "&")


@pytest.mark.slow
def test_pages_hold_all_rows_once_and_in_order(client: FlaskClient) -> None:
    whole = rows(client, f"{LONG}?size=500")
    paged, path = [], f"{LONG}?size=20"
    while path:
        paged += rows(client, path)
        page = client.get(path).text
        path = follow(client, path, "Next rows") if "Next rows" in page else ""
    assert paged == whole
    assert len(whole) > 100


def test_a_page_says_which_rows_it_shows(client: FlaskClient) -> None:
    count = len(rows(client, f"{LONG}?size=500"))
    assert f"Rows 21 to 40 of {count}" in client.get(f"{LONG}?size=20&page=2").text
    assert f"<caption>{count} rows</caption>" in client.get(f"{LONG}?size=500").text


def test_a_page_past_the_end_is_the_last_one(client: FlaskClient) -> None:
    text = client.get(f"{LONG}?size=20&page=999").text
    assert "Next rows" not in text
    assert "Previous rows" in text
    assert rows(client, f"{LONG}?size=20&page=999")


def test_a_heading_sorts_by_its_column_and_then_the_other_way_round(client: FlaskClient) -> None:
    up = follow(client, f"{LONG}?size=500", "Share of the way in %")
    down = follow(client, up, "Share of the way in %")
    at = re.findall(r'data-heading="([^"]*)"', client.get(up).text).index("Share of the way in %")
    shares = [float(row[at].replace(",", "")) for row in rows(client, up) if row[at]]
    assert shares == sorted(shares)
    assert len(shares) > 5
    assert [float(row[at].replace(",", "")) for row in rows(client, down) if row[at]] == sorted(shares, reverse=True)
    assert Page(client.get(up).text).all("th")[at]["aria-sort"] == "ascending"
    assert Page(client.get(down).text).all("th")[at]["aria-sort"] == "descending"


def test_a_facet_narrows_by_as_many_rows_as_it_says_and_widens_again(client: FlaskClient) -> None:
    text = client.get(LONG).text
    number = re.search(r'only\.progress=fyp:met"[^>]*>met <span class="quiet">(\d+)', text)
    assert number
    narrowed = f"{LONG}?only.progress=fyp:met"
    assert len(rows(client, narrowed)) == int(number[1]) > 0
    assert 'aria-current="true"' in client.get(narrowed).text
    assert follow(client, narrowed, "Show all") == LONG
    assert follow(client, narrowed, "met") == LONG


def test_a_column_that_repeats_the_chosen_value_is_left_out(client: FlaskClient) -> None:
    assert 'data-heading="Plan"' in client.get(LONG).text
    assert 'data-heading="Plan"' not in client.get(f"{LONG}?plan=id:plan-ict").text


def test_what_a_row_is_about_is_its_heading_and_is_one_cell_of_it(client: FlaskClient) -> None:
    for path, heading in (
        (LONG, "Indicator"),
        ("/q/plans-covering-technologies", "Plan"),
        ("/q/labels-by-language", "Kind of thing"),
    ):
        heads = [
            header_cell for header_cell in Page(client.get(path).text).all("th") if header_cell.get("scope") == "row"
        ]
        assert {header_cell["data-heading"] for header_cell in heads} == {heading}, path
        assert len(heads) == len(rows(client, path)), path


def test_the_column_of_things_heads_the_rows_and_else_the_first_one() -> None:
    thing, number = Cell("a", href="/page/a"), Cell("1", numeric=True)
    assert naming_column([(number, thing), (number, thing)]) == 1
    assert naming_column([(Cell("x"), thing, thing), (thing, Cell(""), thing)]) == 2
    assert naming_column([(number, Cell("x"))]) == naming_column([]) == 0


def test_a_cell_without_a_value_says_so_to_who_hears_it(client: FlaskClient) -> None:
    text = client.get(LONG).text
    assert '<span aria-hidden="true">–</span><span class="visually-hidden">no value</span></td>' in text
    assert not re.search(r"<t[dh][^>]*data-heading[^>]*>\s*</t[dh]>", text)
    assert "no value" not in client.get(f"{LONG}.csv").text


def test_what_the_numbers_count_is_said(client: FlaskClient) -> None:
    text = client.get(LONG).text
    assert "Counted in brackets: targets" in text
    assert "The numbers count the rows of this answer." in text


def test_several_places_of_evidence_share_a_column_and_keep_their_headings(client: FlaskClient) -> None:
    text = client.get(f"{LONG}?plan=id:plan-ict").text
    assert 'data-heading="Sources"' in text
    assert "Source of the observation:" in Page(text).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("sort=colour", "The answer has no column"),
        ("only.indicator=x", "its facets are plan, progress"),
        ("page=0", "page: give a whole number"),
        ("lang=fr", "lang: "),
        ("size=1000000", "size: "),
    ],
)
def test_invalid_parameters_are_refused_with_the_reason(client: FlaskClient, fields: str, words: str) -> None:
    response = client.get(f"{LONG}?{fields}", headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert words in Page(response.text).text
    assert Page(response.text).problems == []


@pytest.mark.parametrize("language", ["de", "zh"])
def test_a_question_is_answered_in_the_wanted_language_and_keeps_it(client: FlaskClient, language: str) -> None:
    page = Page(client.get(f"{LONG}?lang={language}").text)
    assert page.problems == []
    assert page.all("html")[0]["lang"] == language
    assert any(link.startswith(f"{LONG}?sort=") and link.endswith(f"&lang={language}") for link in page.links)
    assert "?lang=en" in page.links


def test_a_frame_holds_the_answer_alone_and_may_be_in_other_sites(client: FlaskClient) -> None:
    response = client.get(f"{LONG}/embed?plan=id:plan-ict")
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get(LONG).headers["Content-Security-Policy"]
    page = Page(response.text)
    assert page.problems == []
    assert page.all("form") == []
    assert f"{LONG}?plan=id:plan-ict" in page.links
    assert len(rows(client, f"{LONG}/embed?plan=id:plan-ict")) == 10
