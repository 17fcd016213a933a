"""The crawler finds what is wrong: a small site with each fault."""

from __future__ import annotations

import pytest
from flask import Flask, redirect
from werkzeug.wrappers import Response

from tests.crawl.crawler import Crawler, Report

PAGE = '<!doctype html>\n<html lang="en"><head><title>t</title></head><body><h1>h</h1>{}</body></html>'
PAGES = {
    "/": '<a href="/page/good#part">1</a><a href="/gone">2</a><a href="away">3</a><a href="https://example.org/">4</a>',
    "/page/good": '<p id="part">p</p><a href="#lost">5</a><img src="https://example.org/i.png" alt="i">',
    "/there": '<table><tr><td style="color:red">6</td></tr></table>',
}


@pytest.fixture
def report() -> Report:
    site = Flask(__name__)
    for path, body in PAGES.items():
        site.add_url_rule(path, path, lambda body=body: PAGE.format(body))
    site.add_url_rule("/away", "away", lambda: redirect("/there"))

    @site.after_request
    def add_policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        return response

    return Crawler(site.test_client()).crawl()


def test_it_follows_links_and_redirects(report: Report) -> None:
    assert report.pages == len(PAGES)


def test_it_names_what_does_not_answer_and_where_it_is(report: Report) -> None:
    assert report.broken == ["404 /gone on /"]
    assert report.lost_anchors == ["/page/good#lost on /page/good"]


def test_it_names_what_comes_from_elsewhere_and_what_is_malformed(report: Report) -> None:
    assert report.foreign == ["https://example.org/i.png on /page/good"]
    assert any("has a style" in fault for fault in report.malformed)
    assert any("no caption" in fault for fault in report.malformed)


def test_it_demands_a_policy() -> None:
    site = Flask(__name__)
    site.add_url_rule("/", "home", lambda: PAGE.format(""))
    assert "the policy is ''" in Crawler(site.test_client()).crawl().malformed[0]
