"""A reader's way from the picture on the home page to the objectives behind it, and from a plan to a comparison."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.tabs import open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]

_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
_SHIFT = """() => new Promise(resolve => new PerformanceObserver(list => {
    resolve(list.getEntries().reduce((sum, one) => sum + one.value, 0))
  }).observe({type: "layout-shift", buffered: true}) ?? setTimeout(() => resolve(0), 100))"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_square_of_the_picture_leads_to_the_objectives_behind_it(browser: Browser, origin: str, width: int) -> None:
    with open_tab(browser, origin, width=width) as tab:
        page = tab.go("/")
        square = page.locator('.matrix a[href*="technology=id:technology-5g"][href*="only.plan=id:plan-ict"]')
        expect(square).to_contain_text("5")
        square.click()
        expect(page.locator("table.answer tbody tr")).to_have_count(5)


def test_a_plan_is_compared_with_another_by_keyboard_alone(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, scripts=False) as tab:
        page = tab.go("/plans")
        page.get_by_role("link", name="Information and Communication Industry").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Information and Communication Industry")
        page.get_by_label("Compare with").focus()
        page.keyboard.type("Big")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Information and Communication Industry and Big Data Industry"
        )
        expect(page.get_by_role("row", name="Big data").first).to_be_visible()


@pytest.mark.parametrize("language", ["de", "zh"])
@pytest.mark.parametrize("path", ["/", "/plans", "/plans/plan-gr", "/compare?left=plan-ict&right=plan-bd"])
def test_nothing_is_wider_than_a_small_screen(browser: Browser, origin: str, path: str, language: str) -> None:
    with open_tab(browser, origin, width=360, theme="dark", language=language) as tab:
        assert tab.go(path).evaluate(_WIDE) <= 0


@pytest.mark.parametrize("path", ["/", "/plans", "/plans/plan-ict"])
def test_nothing_moves_while_a_page_loads(browser: Browser, origin: str, path: str) -> None:
    with open_tab(browser, origin) as tab:
        assert tab.go(path).evaluate(_SHIFT) == 0
