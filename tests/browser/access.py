"""Findings of axe-core that would keep someone from reading or using a page (WCAG 2.2, level AA, and more)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from kg.core.settings import PROJECT

AXE = PROJECT / "server" / "web" / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# a menu lies over the page when it is open
_OPEN = """() => { for (const one of document.querySelectorAll("details:not(.editor-menu)")) one.open = true; }"""


def complaints(page: Page) -> list[str]:
    """Each rule that the page breaks with all of it open, and the first elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))  # the protocol of the browser is not bound by the page's policy
    page.evaluate(_OPEN)
    result: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, iframes: false, reporter: 'no-passes'})", _TAGS
    )
    return [
        f"{broken['id']}: {broken['help']}: " + "; ".join(str(node["html"])[:160] for node in broken["nodes"][:3])
        for broken in result["violations"]
    ]


def wider_than_screen(page: Page) -> list[str]:
    """Elements that stick out to the right, so that the page as a whole must be scrolled sideways."""
    return list(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")]
                .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, pre"))
                .map(one => one.outerHTML.slice(0, 160)).slice(0, 3)"""
        )
    )
