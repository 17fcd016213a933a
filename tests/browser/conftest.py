"""Fixtures: a browser, and the real server over the real graph."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.serving import HOST, serving


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a window.

    Ended with this folder: Playwright runs a loop in this thread for as long as it lives, and asyncio allows one only.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def origin(home: Path) -> Iterator[str]:
    """The address of the service."""
    with serving(home) as port:
        yield f"http://{HOST}:{port}"
