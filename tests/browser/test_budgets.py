"""Every kind of page is seen at once, does not move, weighs little, and logs nothing to the console or to others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from kg.release import Release
from tests.browser.budgets import FIRST_CONTENT_MS, cost_of, weight_of
from tests.browser.examples import EDITOR_BYTES, EXAMPLES, Example
from tests.browser.tabs import open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_page_keeps_its_budget(browser: Browser, origin: str, release: Release, example: Example) -> None:
    with open_tab(browser, origin) as tab:
        cost = cost_of(tab.page, origin + example.at(release.release_id))
        tab.forgive(example.status)
    assert cost.shift == 0
    assert cost.bytes <= example.most_bytes
    assert cost.first_content_ms <= FIRST_CONTENT_MS


def test_the_editor_keeps_its_budget_with_its_first_answer(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/editor")
        page.get_by_role("button", name="Run Ctrl").click()
        page.get_by_role("tab", name="Table").wait_for()
        assert weight_of(page) <= EDITOR_BYTES


def test_a_page_that_moves_and_one_that_is_late_are_noticed(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        tab.page.route("**/look", lambda route: route.fulfill(body=_LATE, content_type="text/html"))
        cost = cost_of(tab.page, f"{origin}/look")
    assert cost.shift > 0
    assert cost.first_content_ms > FIRST_CONTENT_MS


_LATE = """<!doctype html><title>Late</title><link rel="icon" href="data:,"><body><script>
setTimeout(() => {
  document.body.innerHTML = "<p>At last</p><p id=below>below</p>";
  setTimeout(() => document.body.prepend(Object.assign(document.createElement("div"), {style: "height: 300px"})), 100);
}, 600);
</script>"""
