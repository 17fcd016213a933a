"""A reader who chooses Chinese keeps it from page to page, by mouse and by keyboard, and so do the suggestions."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.tabs import open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]


def expect_chinese(page: Page, address: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(address) + r".*[?&]lang=zh"))
    assert page.locator("html").get_attribute("lang") == "zh"
    expect(page.locator("header.site")).to_contain_text("问题")


def test_a_language_that_is_chosen_stays(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/q/planned-growth")
        page.get_by_role("link", name="中文", exact=True).click()
        expect_chinese(page, "/q/planned-growth")
        page.get_by_role("link", name="增幅（%）").click()
        expect_chinese(page, "/q/planned-growth")
        expect(page.get_by_role("columnheader", name="增幅（%）")).to_have_attribute("aria-sort", "ascending")
        page.get_by_role("cell").get_by_role("link", name="5G用户普及率达56%").first.click()
        expect_chinese(page, "/page/")
        page.get_by_role("link", name="五年规划").first.click()
        expect_chinese(page, "/")


def test_suggestions_speak_the_language_of_the_page(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, width=360, theme="dark", language="de") as tab:
        page = tab.go("/?lang=zh")
        page.keyboard.press("/")
        page.keyboard.type("gongye hulianwang")
        first = page.get_by_role("option").first
        expect(first).to_contain_text("工业互联网")
        expect(page.get_by_role("listbox")).to_have_attribute("aria-label", "建议")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect_chinese(page, "/page/")


def test_the_language_of_the_browser_needs_no_choice(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, language="de") as tab:
        page = tab.go("/q/planned-growth")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Welche Zielvorgaben")
        page.get_by_role("link", name="Wachstum in %").click()
        expect(page).to_have_url(re.compile(r"/q/planned-growth\?sort=growth$"))


def test_answers_and_remedies_of_the_editor_keep_the_language(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/editor?lang=zh")
        code = page.locator(".cm-content")
        code.click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text("PREFIX fyp: <https://w3id.org/fyp-kg/ontology#> SELECT * { ?p a fyp:SectoralPlan }")
        page.keyboard.press("Control+Enter")
        link = page.locator(".editor-answer a[href*='/page/plan-']").first
        expect(link).to_have_attribute("href", re.compile("[?&]lang=zh"))
        code.click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text("SELECT * { ?s ?p ?o")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".note p").last).to_have_text("括号 { 没有闭合，请在末尾加上 }。")
