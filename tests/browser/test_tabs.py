"""The watch over a tab sees what it is there for."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.tabs import open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]


def test_a_page_of_ours_opens_without_a_complaint(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        assert "Five-Year Plans" in tab.go("/").title()


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.log('hello')", "console: hello"),
        ("setTimeout(() => { throw new Error('broken') })", "script: broken"),
    ],
)
def test_what_a_page_must_not_do_is_noted(browser: Browser, origin: str, script: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        _run(browser, origin, script)


def _run(browser: Browser, origin: str, script: str) -> None:
    with open_tab(browser, origin) as tab:
        tab.go("/").evaluate(f"{script}; new Promise(resolve => setTimeout(resolve, 20))")
