"""Numbers are written as the reader writes them, and Chinese amid other words is marked."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from server.core.i18n.filters import numeral, runs


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain words", "plain words"),
        ("People’s Daily (人民日报), 2021", 'People’s Daily (<span lang="zh">人民日报</span>), 2021'),
        ("《规划》 and 规划、计划。", '<span lang="zh">《规划》</span> and <span lang="zh">规划、计划。</span>'),
        ("<b>规</b>", '&lt;b&gt;<span lang="zh">规</span>&lt;/b&gt;'),
        (Markup('<em title="规划">规划</em>'), '<em title="规划"><span lang="zh">规划</span></em>'),
        ("", ""),
    ],
)
def test_each_run_of_chinese_is_marked_and_html_is_shown(app: Flask, text: str, html: str) -> None:
    with app.test_request_context("/?lang=de"):
        assert runs(text) == html


def test_what_is_chinese_anyway_is_left_as_it_is(app: Flask) -> None:
    with app.test_request_context("/?lang=zh"):
        assert runs("规划<") == "规划&lt;"
        assert runs("tagged (规划)", "en") == 'tagged (<span lang="zh">规划</span>)'
    with app.test_request_context("/"):
        assert runs("规划", "zh") == "规划"


@pytest.mark.parametrize(("language", "written"), [("en", "12,345"), ("de", "12.345"), ("zh", "12,345")])
def test_thousands_are_marked_in_the_manner_of_the_reader(app: Flask, language: str, written: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        assert numeral(12_345) == written
        assert numeral(2021) == "2021"
