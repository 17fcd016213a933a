"""Pictures on a small screen: the drawing that fits it, in letters that can be read, without scrolling sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from kg.charts.chart import WIDTHS
from tests.browser.tabs import open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]

_PAGES = ("/q/targets-against-outcomes", "/q/plan-technology-matrix", "/q/technology-network", "/page/plan-ict")
_SEEN = """async () => {
  const frame = document.querySelector(".chart-frame"), image = frame.querySelector("img");
  image.loading = "eager";
  await image.decode();
  return [image.currentSrc, image.naturalWidth, image.clientWidth, frame.scrollWidth - frame.clientWidth];
}"""


def seen(page: Page) -> tuple[str, int, int, int]:
    """The file of the picture, its own width, the width it is shown with, and how far one must scroll for it."""
    source, own, shown, hidden = page.evaluate(_SEEN)
    return source, own, shown, hidden


@pytest.mark.parametrize("path", _PAGES)
def test_a_picture_fits_a_small_screen_with_letters_of_their_size(browser: Browser, origin: str, path: str) -> None:
    with open_tab(browser, origin, width=360, theme="dark", language="de") as tab:
        source, own, shown, hidden = seen(tab.go(path))
    assert "theme=dark&width=narrow" in source
    assert own == WIDTHS["narrow"]
    assert shown >= 0.9 * own
    assert hidden == 0


def test_a_wide_screen_keeps_the_wide_picture(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        source, own, shown, _ = seen(tab.go(_PAGES[0]))
    assert "width=" not in source
    assert own == shown == WIDTHS["wide"]


def test_the_picture_that_one_explores_is_as_narrow_as_the_image(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, width=360) as tab:
        page = tab.go("/q/planned-growth")
        seen(page)
        page.locator(".picture-explore").click()
        assert page.locator(".picture-view svg").evaluate("one => one.viewBox.baseVal.width") == WIDTHS["narrow"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
