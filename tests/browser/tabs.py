"""A tab of a real browser, which notes what no page of ours may do: complain, fail, or ask another host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests.serving import HOST

Theme = Literal["light", "dark"]
WIDTHS = (360, 1280)
THEMES: tuple[Theme, ...] = ("light", "dark")
_HEIGHTS = {360: 740, 1280: 900}


@dataclass
class Tab:
    """A page of the browser on the service at ``origin``; ``complaints`` is what was noted of it."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open an address of the service, and wait until it is loaded."""
        self.page.goto(self.origin + path)
        return self.page

    def watch(self) -> None:
        """Note what goes wrong from now on."""
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)

    def forgive(self, status: int) -> None:
        """Take back what the browser itself says of a page that is meant to have this status."""
        expected = f"console: Failed to load resource: the server responded with a status of {status} "
        self.complaints[:] = [complaint for complaint in self.complaints if not complaint.startswith(expected)]

    def _note_message(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != HOST:
            self.complaints.append(f"another host: {request.url}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")


@contextmanager
def open_tab(
    browser: Browser,
    origin: str,
    *,
    width: int = 1280,
    theme: Theme = "light",
    language: str = "en",
    reduced_motion: bool = True,
    scripts: bool = True,
) -> Iterator[Tab]:
    """A new tab of a reader with this screen, theme and language; ``reduced_motion`` is the preference of CSS.

    It fails at the end if something was noted.
    """
    context = browser.new_context(
        viewport={"width": width, "height": _HEIGHTS.get(width, 900)},
        color_scheme=theme,
        locale=language,
        reduced_motion="reduce" if reduced_motion else "no-preference",
        java_script_enabled=scripts,
        accept_downloads=True,
        has_touch=width < 600,
    )
    context.set_default_timeout(15_000)
    try:
        tab = Tab(context.new_page(), origin)
        tab.watch()
        yield tab
        if tab.complaints:
            raise AssertionError("\n".join(tab.complaints))
    finally:
        context.close()
