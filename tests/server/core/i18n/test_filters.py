"""Numbers are written as the reader writes them, and Chinese amid other words is marked."""

from __future__ import annotations

import pytest
from flask import Flask
from markupsafe import Markup

from server.core.i18n.filters import numeral, prose, runs


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


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain words", "plain words"),
        ("*own* and **strong**", "<em>own</em> and <strong>strong</strong>"),
        ("`?x < 1`", "<code>?x &lt; 1</code>"),
        ("[a page](https://example.org/?a=1&b=2)", '<a href="https://example.org/?a=1&amp;b=2">a page</a>'),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<b onclick="x">', "&lt;b onclick=&quot;x&quot;&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("“目标本身”：*目标*", "“目标本身”：<em>目标</em>"),
        ("", ""),
    ],
)
def test_emphasis_code_and_links_are_set_and_html_is_shown(text: str, html: str) -> None:
    assert str(prose(text)) == html
