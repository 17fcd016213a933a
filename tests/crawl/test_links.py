"""Every link of every page leads somewhere, and no page loads anything from elsewhere."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.crawl.crawler import Crawler, Report


@pytest.fixture(scope="module")
def report(app: Flask) -> Report:
    return Crawler(app.test_client()).crawl()


def test_every_link_is_answered(report: Report) -> None:
    assert report.pages > 2_000
    assert report.broken == []


def test_every_thing_that_an_address_names_has_a_page(report: Report) -> None:
    assert len(report.visited) > 2_000
    assert report.named - report.visited == set()


def test_every_link_to_a_part_of_a_page_finds_it(report: Report) -> None:
    assert report.lost_anchors == []


def test_no_page_loads_anything_from_another_host(report: Report) -> None:
    assert report.foreign == []


def test_every_page_is_well_formed_and_under_a_strict_policy(report: Report) -> None:
    assert report.malformed == []
