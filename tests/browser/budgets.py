"""The cost of a page for its reader: when something is seen, whether it moves, and how much is transferred."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

FIRST_CONTENT_MS = 300.0
_MOST_LOADS = 6

_OBSERVE = """
window.moved = 0;
new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
}).observe({type: "layout-shift", buffered: true});
"""
# asked by the protocol of the browser, as the policy of a page lets nothing wait for a text that is evaluated
_PAINT = """() => new Promise(done => {
    const look = () => {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        paint ? done(paint.startTime) : setTimeout(look, 10);
    };
    look();
})"""
_WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter(one => one.initiatorType !== "fetch" && one.initiatorType !== "xmlhttprequest")
    .reduce((sum, one) => sum + one.encodedBodySize, 0)"""

# pictures further down are loaded when they come near; they must not move what is there, nor may a late script
_SCROLL = """async () => {
    for (const one of document.images) {
        one.scrollIntoView();
        if (!one.complete) await new Promise(done => { one.onload = one.onerror = done; });
    }
    scrollTo(0, document.documentElement.scrollHeight);
    await new Promise(done => setTimeout(done, 250));
}"""


@dataclass(frozen=True)
class Cost:
    """Of one page: milliseconds to the first content, the sum of its layout shifts, and its compressed bytes."""

    first_content_ms: float
    shift: float
    bytes: int


def weight_of(page: Page) -> int:
    """The compressed bytes of a page and of all that it has loaded so far, without answers."""
    return int(page.evaluate(_WEIGHT))


def cost_of(page: Page, address: str) -> Cost:
    """Load a page until its first content comes in time, at most some times, and scroll it to its end.

    The best load counts, as the machine may be busy with other work, but never the first, which fills the caches.
    """
    page.set_default_timeout(60_000)
    page.add_init_script(_OBSERVE)
    page.goto(address)
    weight = weight_of(page)
    best = float("inf")
    for _ in range(_MOST_LOADS):
        page.goto(address)
        best = min(best, float(page.evaluate(_PAINT)))
        if best <= FIRST_CONTENT_MS:
            break
    page.wait_for_load_state("networkidle")  # a given query is asked before its reader scrolls
    page.evaluate(_SCROLL)
    return Cost(best, float(page.evaluate("window.moved")), weight)
