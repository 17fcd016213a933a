"""SVG for clients: one image with a title, a text alternative, tooltips, and stable ids."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from kg.charts import Chart, chart_of
from kg.charts.renderer import Renderer, accessible_svg
from tests.kg.charts.answers import HOSTILE, answer

SVG = "{http://www.w3.org/2000/svg}"
CHART = {"kind": "bars", "category": "a", "value": "n"}


def picture(language: str = "en") -> Chart:
    drawn = chart_of(answer(CHART, ("a", "n"), [("a <b> & c", 3), *((label, 1) for label in HOSTILE)], language))
    assert drawn is not None
    return drawn


def test_an_svg_is_one_image_with_a_title_and_a_description(renderer: Renderer) -> None:
    shown = picture("zh")
    root = ET.fromstring(accessible_svg(renderer.svg(shown.spec), shown))
    assert root.tag == f"{SVG}svg"
    assert (root.get("role"), root.get("lang")) == ("img", "zh")
    title, text = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", shown.title)
    assert (text.tag, text.text) == (f"{SVG}desc", shown.text)
    assert root.get("aria-labelledby") == f"{title.get('id')} {text.get('id')}"
    assert {root.get("width"), root.get("height")} == {str(shown.width), str(shown.height)}
    assert root.get("viewBox") == f"0 0 {shown.width} {shown.height}"


def test_a_mark_says_at_the_pointer_what_it_is_and_nothing_else_speaks(renderer: Renderer) -> None:
    shown = picture()
    root = ET.fromstring(accessible_svg(renderer.svg(shown.spec), shown))
    titles = [title.text for title in root.iter(f"{SVG}title")][1:]
    assert "a <b> & c: 3" in titles
    assert not [
        element for element in root.iter() if element is not root and (element.get("role") or element.get("aria-label"))
    ]


@pytest.mark.parametrize("first", ["clip3", "gradient_7"])
def test_ids_are_numbered_again(first: str) -> None:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><g clip-path="url(#{first})"/><path fill="url(#other)"/>'
        f'<defs><clipPath id="{first}"/><linearGradient id="other"/></defs></svg>'
    )
    shown = accessible_svg(svg, Chart({}, "t", "d", "en", 1, 1))
    assert 'clip-path="url(#picture-0)"' in shown
    assert 'fill="url(#picture-1)"' in shown
    assert first not in shown


def test_the_same_picture_has_the_same_bytes_every_time(renderer: Renderer) -> None:
    shown = picture()
    assert accessible_svg(renderer.svg(shown.spec), shown) == accessible_svg(renderer.svg(shown.spec), shown)
