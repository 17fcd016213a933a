"""Chart images: a narrow screen gets the narrow drawing in its theme, and the page has the size of each beforehand."""

from __future__ import annotations

import re

from kg.charts import Chart, Theme, Width
from kg.core.settings import PROJECT
from server.pages.result.files import NARROW, Source, chart_image_of


def drawn(theme: Theme, width: Width) -> Chart:
    size = (344, 900) if width == "narrow" else (640, 400)
    return Chart({}, "Title", f"Words of {width} in {theme}.", "en", *size)


def address(theme: Theme, width: Width) -> str:
    return f"/{theme}-{width}.svg"


def test_each_screen_and_theme_has_its_file_and_its_size() -> None:
    image = chart_image_of(drawn, address)
    assert image is not None
    assert image.usual == Source("/light-wide.svg", 640, 400)
    dark = "(prefers-color-scheme: dark)"
    assert [(source.address, source.height, source.media) for source in image.sources] == [
        ("/dark-narrow.svg", 900, f"{NARROW} and {dark}"),
        ("/light-narrow.svg", 900, NARROW),
        ("/dark-wide.svg", 400, dark),
    ]
    assert image.text == "Words of wide in light."


def test_where_nothing_is_drawn_nothing_is_shown() -> None:
    assert chart_image_of(lambda *_: None, address) is None


def test_the_style_sheets_know_the_same_screens() -> None:
    for name in ("style.css", "plans.css"):
        text = (PROJECT / "server" / "static" / name).read_text("utf-8")
        blocks = re.findall(rf"@media {re.escape(NARROW)} \{{(.*?)\}}\s*\}}", text, re.DOTALL)
        assert any(".chart-frame" in block for block in blocks), name
