"""Prose of query files becomes safe HTML."""

from __future__ import annotations

import pytest

from server.core.i18n.markdown import prose


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
