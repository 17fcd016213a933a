"""The page about the data tells what a query gives, and leads to the query."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Literal

from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.output.metadata import Counts, count
from server.core.i18n.numbers import format_number
from server.pages.releases.site import Contents, Part, contents_of
from tests.server.page import Page
from tests.server.two_releases import Stage


@pytest.fixture(scope="module")
def counts(engine: EmbeddedEngine) -> Counts:
    return count(engine)


@pytest.fixture
def contents(app: Flask, engine: EmbeddedEngine, counts: Counts) -> Contents:
    with app.test_request_context("/dataset"):
        return contents_of(engine, counts)


def total(engine: EmbeddedEngine, part: Part) -> int:
    """The sum of the last column of what the query gives."""
    cells = [row[-1] for row in select(engine, part.query).rows]
    return sum(int(cell.value) for cell in cells if isinstance(cell, Literal))


def shown(part: Part) -> int:
    """The sum of the last column of the table."""
    return sum(int(row[-1].text.replace(",", "")) for row in part.table.rows)


def test_each_table_says_what_its_query_gives(contents: Contents, engine: EmbeddedEngine) -> None:
    for part in (contents.by_kind, contents.by_class, contents.by_vocabulary):
        assert shown(part) == total(engine, part) > 0
        assert len(part.table.headings) == len(part.table.rows[0])


def test_the_four_numbers_are_those_of_the_tables(contents: Contents, counts: Counts) -> None:
    assert contents.statements == counts.whole.triples
    assert contents.links == shown(contents.by_vocabulary)
    assert contents.vocabularies == len(contents.by_vocabulary.table.rows)
    assert contents.graphs == sum(int(row[2].text) for row in contents.by_kind.table.rows)


def test_the_rows_of_links_add_up(contents: Contents) -> None:
    for _, *closeness, together in contents.by_vocabulary.table.rows:
        assert sum(int(cell.text or 0) for cell in closeness) == int(together.text)


def test_the_page_is_sound_and_leads_to_its_queries(client: FlaskClient, contents: Contents) -> None:
    response = client.get("/dataset")
    page = Page(response.text)
    assert page.problems == []
    assert format_number(contents.statements, "en") in page.text
    queries = Counter(
        parse_qs(urlsplit(link).query)["query"][0] for link in page.links if link.startswith("/sparql/form")
    )
    assert set(queries) == {contents.by_kind.query, contents.by_class.query, contents.by_vocabulary.query}
    for link in page.links:
        if link.startswith("/"):
            assert client.get(link, headers={"Accept": "text/html,*/*;q=0.5"}, follow_redirects=True).status_code == 200


def test_the_page_of_an_older_release_tells_of_that_and_names_the_others(stage: Stage) -> None:
    client = stage.app.test_client()
    page = Page(client.get(f"/release/{stage.old}/dataset").text)
    assert page.problems == []
    assert f"{stage.old} , shown here" in page.text
    assert f"http://localhost/release/{stage.new}/" in page.links
    current = client.get("/dataset").text
    assert f"http://localhost/release/{stage.old}/" in current
    assert "current" in Page(current).text
