"""Everyone can read and use every kind of page: by axe-core, by keyboard alone, on a small screen, on paper."""

from __future__ import annotations

from itertools import pairwise

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.routing import Map, Rule

from kg.release import Release
from tests.browser.access import complaints, wider_than_screen
from tests.browser.examples import EXAMPLES, Example, without_example
from tests.browser.tabs import THEMES, Theme, open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]

_EVERYDAY = (
    "/",
    "/plans/plan-ict",
    "/compare?left=plan-ict&right=plan-ii",
    "/q/discrepancies",
    "/page/plan-ict",
    "/editor",
)
_SINNER = """() => {
    document.querySelector("main").innerHTML = '<h3>Low</h3><img src="data:,"><p>Pale</p>';
    document.querySelector("main p").style.color = "#bbb";
}"""


def test_every_kind_of_page_has_an_example(app: Flask) -> None:
    assert without_example(app.url_map) == set()


def test_a_new_page_without_an_example_is_noticed() -> None:
    assert without_example(Map([Rule("/new", endpoint="new.page")])) == {"new.page"}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_axe_finds_nothing(browser: Browser, origin: str, release: Release, example: Example, theme: Theme) -> None:
    width = 1280 if theme == "light" else 360
    with open_tab(browser, origin, width=width, theme=theme) as tab:
        tab.page.set_default_timeout(60_000)  # the first sight of some pages makes files
        page = tab.go(example.at(release.release_id))
        tab.forgive(example.status)
        assert complaints(page) == []
        assert wider_than_screen(page) == []


def test_a_page_that_shuts_people_out_is_noticed(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/problem/ThingUnknown")
        page.evaluate(_SINNER)
        rules = {complaint.partition(":")[0] for complaint in complaints(page)}
    assert {"color-contrast", "image-alt", "page-has-heading-one"} <= rules


def test_a_page_that_is_wider_than_the_screen_is_noticed(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, width=360) as tab:
        page = tab.go("/problem/ThingUnknown")
        page.evaluate("document.querySelector('h1').style.width = '900px'")
        assert wider_than_screen(page)


def test_the_first_key_leads_past_the_head_of_the_page(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/q/")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Skip to the content"
        assert page.locator(":focus").bounding_box()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator("main :focus").count() == 1


@pytest.mark.parametrize("path", ["/q/mentions-of-a-technology", "/page/plan-ict"])
def test_the_keyboard_walks_a_page_in_reading_order_and_sees_where_it_is(
    browser: Browser, origin: str, path: str
) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go(path)
        tops = []
        for _ in range(25):
            page.keyboard.press("Tab")
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            tops.append(_top(page))
        assert all(below > above - 40 for above, below in pairwise(tops)), tops


def _top(page: Page) -> float:
    return float(page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"))


def test_the_menu_of_a_small_screen_opens_and_closes_by_keyboard(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, width=360) as tab:
        page = tab.go("/q/")
        menu = page.get_by_role("button", name="Menu")
        assert not page.get_by_role("link", name="Ontology").is_visible()
        menu.press("Enter")
        assert page.get_by_role("link", name="Ontology").is_visible()
        page.keyboard.press("Tab")
        assert page.locator(".places :focus").count() == 1
        page.keyboard.press("Escape")
        assert not page.get_by_role("link", name="Ontology").is_visible()


def test_a_menu_of_the_editor_fits_on_a_small_screen(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, width=360, language="de") as tab:
        page = tab.go("/editor")
        page.locator(".editor-menu summary").press("Enter")
        assert page.get_by_role("button", name="Als .rq-Datei speichern").is_visible()
        assert wider_than_screen(page) == []


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_text_at_twice_its_size_needs_no_scrolling_sideways(browser: Browser, origin: str, language: str) -> None:
    with open_tab(browser, origin, width=320, language=language) as tab:  # as 640 pixels at 200 %: WCAG 1.4.10
        for path in (*_EVERYDAY, "/dataset", "/ontology"):
            assert wider_than_screen(tab.go(path)) == [], path


def test_on_paper_a_page_has_its_marks_and_no_controls(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, theme="dark") as tab:
        page = tab.go("/page/ict-t1")
        page.emulate_media(media="print", color_scheme="light")
        assert not page.get_by_role("search").is_visible()
        mark = page.locator(".kind-editorial:visible").first
        assert mark.is_visible()
        assert mark.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
        assert mark.evaluate("one => getComputedStyle(one, '::before').borderTopWidth") == "4px"
