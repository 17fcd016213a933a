"""Photographs of every kind of page, to be looked at: ``make screenshots`` puts them into ``.screenshots``."""

from __future__ import annotations

import html
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from kg.core.settings import PROJECT, read_settings
from tests.browser.examples import EXAMPLES, Example
from tests.browser.tabs import THEMES, WIDTHS, Theme, open_tab
from tests.serving import HOST, serving

FOLDER = PROJECT / ".screenshots"
_LANGUAGES = ("de", "zh")
_PATIENCE_MS = 60_000  # the first sight of some pages makes files
_TALLEST = 6_000  # pixels: a longer page is cut, since its end looks like its middle


@dataclass(frozen=True)
class Shot:
    """One photograph: of which page, how wide, in which theme and language, and where it lies."""

    example: Example
    width: int
    theme: Theme
    language: str = "en"

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.example.name}-{self.width}-{self.theme}-{self.language}.png"


def shots(wanted: str = "") -> Iterator[Shot]:
    """List the screenshots: all at both widths in both themes, and in the other languages once at each width."""
    for example in EXAMPLES:
        if wanted and wanted not in example.name:
            continue
        for width in WIDTHS:
            yield from (Shot(example, width, theme) for theme in THEMES)
            yield from (Shot(example, width, "light", language) for language in _LANGUAGES)


def photograph(browser: Browser, origin: str, shot: Shot, release: str, folder: Path) -> None:
    """Open the page, wait until it has come to rest, and keep its picture."""
    with open_tab(browser, origin, width=shot.width, theme=shot.theme, language=shot.language) as tab:
        tab.page.set_default_timeout(_PATIENCE_MS)
        page = tab.go(shot.example.at(release))
        page.wait_for_load_state("networkidle")
        tall = int(page.evaluate("document.documentElement.scrollHeight"))
        if tall > _TALLEST:
            page.set_viewport_size({"width": shot.width, "height": _TALLEST})
        page.screenshot(path=folder / shot.file, full_page=tall <= _TALLEST)
        tab.forgive(shot.example.status)


def contact_sheet(taken: list[Shot]) -> str:
    """A page with all photographs, a row for each kind of page."""
    rows = []
    for example in dict.fromkeys(shot.example for shot in taken):
        cells = "".join(
            f'<a href="{shot.file}"><img src="{shot.file}" alt="{shot.file}" loading="lazy" height="420"></a>'
            for shot in taken
            if shot.example == example
        )
        rows.append(f"<h2>{html.escape(example.name)} <small>{html.escape(example.path)}</small></h2><p>{cells}</p>")
    style = "body{font:15px system-ui;margin:24px;background:#888}p{display:flex;gap:12px;overflow-x:auto}"
    return f"<!doctype html><meta charset=utf-8><title>Screenshots</title><style>{style}</style>{''.join(rows)}"


def take(origin: str, wanted: str = "", folder: Path = FOLDER) -> list[Shot]:
    """Photograph the kinds of page whose name contains ``wanted``, and make the sheet."""
    folder.mkdir(exist_ok=True)
    taken = list(shots(wanted))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        health = browser.new_page().goto(f"{origin}/health")
        assert health is not None
        release = health.headers["fyp-release"]
        for shot in taken:
            photograph(browser, origin, shot, release, folder)
        browser.close()
    (folder / "index.html").write_text(contact_sheet(taken), "utf-8")
    return taken


def main() -> None:
    """Serve the release that is built and photograph it; arguments: a part of a name, and a service that runs."""
    wanted, origin = [*sys.argv[1:], "", ""][:2]
    if origin:
        taken = take(origin, wanted)
    else:
        with serving(read_settings({}).home) as port:
            taken = take(f"http://{HOST}:{port}", wanted)
    print(f"{len(taken)} photographs: {FOLDER / 'index.html'}")


if __name__ == "__main__":
    main()
