"""On paper: what is folded away on a screen is there, since nobody can unfold it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.tabs import open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]

FOLDED = (("/q/plans-in-numbers", "The picture in words"), ("/q/plans-in-numbers", "Cite this answer"))
SHEETS = """() => {
  const unseen = (one) => !one.checkVisibility({ contentVisibilityAuto: true });
  return [...document.querySelectorAll("main details:not(.facets) > :not(summary, .actions)")].filter(unseen).length;
}"""


def folded(page: Page, summary: str) -> Locator:
    """Return the parts that are folded under a summary."""
    around = page.locator("details:not(.facets)", has=page.get_by_text(summary, exact=True))
    return around.locator("> :not(summary)").first


@pytest.mark.parametrize(("path", "summary"), FOLDED)
def test_what_is_folded_on_a_screen_is_printed(browser: Browser, origin: str, path: str, summary: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go(path)
        assert page.evaluate(SHEETS) > 0
        expect(folded(page, summary)).not_to_be_visible()
        page.emulate_media(media="print")
        expect(folded(page, summary)).to_be_visible()
        assert page.evaluate(SHEETS) == 0


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_the_table_of_targets_and_outcomes_is_not_wider_than_the_page(
    browser: Browser, origin: str, language: str
) -> None:
    with open_tab(browser, origin, language=language) as tab:
        page = tab.go("/q/targets-against-outcomes")
        table = page.locator(".answer-wide")
        assert table.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
