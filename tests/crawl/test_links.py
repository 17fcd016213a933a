"""Every link of every page leads somewhere, and no page loads anything from elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode

from kg.engine.store import Store
from tests.crawl.crawler import Crawler, Report
from tests.server.test_pages import BROWSER, OURS, QUESTIONS

SAMPLE = 60


@pytest.fixture(scope="module")
def report(app: Flask) -> Report:
    """The report of one visitor who has followed every link; all tests of links share it."""
    return Crawler(app.test_client()).crawl()


@pytest.fixture(scope="module")
def things(report: Report) -> list[str]:
    """Return the addresses of the pages of items."""
    return sorted(address for address in report.plain if address.startswith("/page/"))


@pytest.mark.slow
def test_links_of_some_pages_are_answered_and_the_pages_are_sound(app: Flask) -> None:
    """A quick look at each kind of page, for those who do not wait for all of them."""
    report = Crawler(app.test_client(), is_brief=True).crawl()
    assert report.pages > 50
    assert (report.broken, report.lost_anchors, report.foreign, report.malformed) == ([], [], [], [])


@pytest.mark.slow
def test_every_link_is_answered(report: Report) -> None:
    assert report.pages > 2_000
    assert report.broken == []


@pytest.mark.slow
def test_every_thing_that_an_address_names_has_a_page(report: Report) -> None:
    assert len(report.visited) > 2_000
    assert report.named - report.visited == set()


@pytest.mark.slow
def test_every_link_to_a_part_of_a_page_finds_it(report: Report) -> None:
    assert report.lost_anchors == []


@pytest.mark.slow
def test_no_page_loads_anything_from_another_host(report: Report) -> None:
    assert report.foreign == []


@pytest.mark.slow
def test_every_page_is_well_formed_and_under_a_strict_policy(report: Report) -> None:
    assert report.malformed == []


@pytest.mark.slow
def test_pages_of_things_are_sound(report: Report, things: list[str]) -> None:
    assert len(things) > SAMPLE
    pages = {address: report.plain[address] for address in things}
    assert [address for address, page in pages.items() if not all(map(OURS.match, page.loaded))] == []
    assert [address for address, page in pages.items() if page.has_none] == []


@pytest.mark.slow
def test_every_link_leads_to_a_page_of_ours_or_to_a_host_that_the_data_name(
    app: Flask, store: Store, report: Report, things: list[str]
) -> None:
    """The visitor follows one of many links that are alike; here all links of some pages are followed."""
    client = app.test_client()
    inside, outside = set[str](), set[str]()
    for address in ["/", "/q/", *QUESTIONS, *things[:: len(things) // SAMPLE]]:
        for link in report.plain[address].links - {"data:,"}:
            parts = urlsplit(link)
            if parts.netloc:
                assert parts.scheme in ("http", "https"), link
                outside.add(parts.netloc)
            elif parts.path:
                inside.add(link.partition("#")[0])
    assert [link for link in sorted(inside - report.answered) if status_of(client, link) != 200] == []
    assert outside <= hosts(store) | {"localhost"}  # where the lasting address of an answer is written in full
    assert len(inside) > SAMPLE


def status_of(client: FlaskClient, path: str) -> int:
    with client.get(path, headers=BROWSER, follow_redirects=path.startswith("/explore/from/")) as response:
        return response.status_code


def hosts(store: Store) -> set[str]:
    terms = {term for quad in store for term in (quad.subject, quad.predicate, quad.object)}
    return {
        urlsplit(term.value).netloc for term in terms if isinstance(term, NamedNode | Literal) and "://" in term.value
    }
