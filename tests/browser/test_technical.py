"""A linker reads about the data in German on a phone and in Chinese on a desk: nothing is cut, nothing complains."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.tabs import Theme, open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]

PATHS = [
    *("/dataset", "/dumps/", "/releases", "/exports", "/status", "/reconcile/about", "/shapes"),
    *("/ontology?q=target", "/fragments/quads?subject=id:plan-ict"),
]
# elements that reach beyond the page to the right, except those in a part that scrolls
CUT = """() => [...document.querySelectorAll("body *")].filter((one) =>
  one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
  && !one.closest(".scroll, .subjects, pre, .visually-hidden, .skip")).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(("language", "width", "theme"), [("de", 360, "dark"), ("zh", 1280, "light")])
def test_no_page_is_cut_in_a_language_of_long_or_of_dense_words(
    browser: Browser, origin: str, language: str, width: int, theme: Theme
) -> None:
    with open_tab(browser, origin, width=width, theme=theme, language=language) as tab:
        for path in PATHS:
            page = tab.go(path)
            assert page.evaluate("document.documentElement.lang") == language, path
            assert page.evaluate(CUT) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.evaluate("document.querySelector('h1').style.minWidth = '2000px'")
        assert page.evaluate(CUT) != []


def test_a_reader_finds_a_pattern_by_keyboard_and_stays_in_the_language_chosen(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, language="en") as tab:
        page = tab.go("/fragments?lang=de")
        page.get_by_label("Prädikat").focus()
        page.keyboard.type("skos:prefLabel")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Aussagen, die zu einem Muster passen")
        expect(page.locator("caption")).to_contain_text("Seite 1 von")
        page.get_by_role("link", name="Nächste Seite").focus()
        page.keyboard.press("Enter")
        expect(page.locator("caption")).to_contain_text("Seite 2 von")
        assert "lang=de" in page.url


@pytest.mark.parametrize("path", ["/q/targets-against-outcomes.png", "/page/ict-t1.png"])
def test_a_picture_opened_by_itself_fills_the_tab_without_a_complaint(browser: Browser, origin: str, path: str) -> None:
    with open_tab(browser, origin) as tab:
        picture = tab.go(path).locator("img")
        assert picture.evaluate("one => one.complete && one.naturalWidth > 100")
        # the browser's own style centres smaller content in the tab
        assert picture.evaluate("one => getComputedStyle(one).margin !== '0px'")
