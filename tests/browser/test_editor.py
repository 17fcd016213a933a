"""The editor as a researcher uses it: by mouse, by keyboard, in Chinese, with mistakes, and in a hurry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.tabs import Tab, Theme, open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]

# while the list waits for the server, it takes no click
LIST = ".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@contextmanager
def editor(
    browser: Browser,
    origin: str,
    path: str = "/editor",
    *,
    width: int = 1280,
    theme: Theme = "light",
    language: str = "en",
) -> Iterator[tuple[Tab, Page]]:
    with open_tab(browser, origin, width=width, theme=theme, language=language) as tab:
        page = tab.go(path)
        expect(page.locator(".cm-content")).to_be_visible()
        yield tab, page


def text_of(page: Page) -> str:
    return "\n".join(page.locator(".cm-line").all_inner_texts())


def write(page: Page, text: str) -> None:
    """Write a whole query in a new tab."""
    page.get_by_role("button", name="New tab").click()
    page.locator(".cm-content").evaluate("it => it.focus()")
    page.keyboard.insert_text(text)


@pytest.mark.parametrize(("word", "way"), [("目标", "Chinese"), ("mubiao", "pinyin"), ("Ziel", "German")])
def test_from_an_empty_tab_to_a_table_by_completion_in_any_language(
    browser: Browser, origin: str, word: str, way: str
) -> None:
    with editor(browser, origin) as (_, page):
        write(page, "SELECT * WHERE { ?x a ")
        page.keyboard.type(word)
        option = page.locator(f"{LIST} li", has_text="fyp:Objective").first
        expect(option).to_contain_text("class")
        option.click()
        assert text_of(page).startswith("PREFIX fyp: <"), way
        assert text_of(page).endswith("?x a fyp:Objective")
        page.keyboard.type(" }")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".query-status")).to_contain_text(re.compile(r"^\d+ rows in [\d.]+ s$"))
        expect(page.locator(".editor-answer table")).to_be_visible()


def test_properties_of_the_class_come_first_and_things_are_found_by_their_name(browser: Browser, origin: str) -> None:
    with editor(browser, origin) as (_, page):
        write(page, "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#>\nSELECT * { ?x a fyp:Objective ; ")
        page.keyboard.press("Control+Space")
        expect(page.locator("completion-section").first).to_have_text("Properties of: Objective")
        page.keyboard.type("mentionsT")
        expect(page.locator(f"{LIST} li[aria-selected]")).to_contain_text("fyp:mentionsTechnology")
        page.keyboard.press("Tab")
        assert "; fyp:mentionsTechnology" in text_of(page)
        page.keyboard.type(" gongyehulianwang")
        page.locator(f"{LIST} li", has_text="id:technology-industrial-internet").click()
        assert "fyp:mentionsTechnology id:technology-industrial-internet" in text_of(page)
        assert "PREFIX id: <" in text_of(page)


def test_an_error_is_marked_at_its_place_and_corrected_by_one_click_that_can_be_undone(
    browser: Browser, origin: str
) -> None:
    with editor(browser, origin) as (_, page):
        query = "SELECT ?plan WHERE { ?plan a fyp:SectoralPlan }"
        write(page, query)
        page.get_by_role("button", name="Run", exact=False).first.click()
        expect(page.locator(".note")).to_contain_text("the prefix fyp: is not declared")
        expect(page.locator(".wrong")).to_have_text("fyp:SectoralPlan")
        button = page.locator(".note button")
        expect(button).to_have_text("Add PREFIX fyp: <https://w3id.org/fyp-kg/ontology#> (Ctrl .)")
        button.click()
        assert text_of(page).startswith("PREFIX fyp: <")
        page.keyboard.press("Control+z")
        assert text_of(page) == query
        page.keyboard.press("Control+y")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".query-status")).to_contain_text("rows in")
        expect(page.locator(".note")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "offered", "corrected"),
    [
        ("SELCT * { ?s ?p ?o } LIMIT 1", "Replace SELCT by SELECT (Ctrl .)", "SELECT * { ?s ?p ?o } LIMIT 1"),
        (
            "PREFIX fyp: <x:>\nSELECT * { ?s fpy:hasObjective ?o }",
            "Replace fpy:hasObjective by fyp:hasObjective (Ctrl .)",
            "PREFIX fyp: <x:>\nSELECT * { ?s fyp:hasObjective ?o }",
        ),
        ("SELECT * { ?s ?p ?o LIMIT 1", "", ""),
    ],
)
def test_only_a_sure_correction_is_offered_and_its_button_says_what_it_does(
    browser: Browser, origin: str, query: str, offered: str, corrected: str
) -> None:
    with editor(browser, origin) as (_, page):
        write(page, query)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".note")).to_be_visible()
        expect(page.locator(".note button")).to_have_text([offered] if offered else [])
        page.keyboard.press("Control+.")
        assert text_of(page) == (corrected or query)


def test_a_heavy_query_is_cancelled_here_and_at_the_server(browser: Browser, origin: str) -> None:
    with editor(browser, origin) as (_, page):
        write(page, HEAVY)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".clock")).to_contain_text(re.compile(r"\d\.\d s"))
        cancel = page.get_by_role("button", name="Cancel")
        cancel.click()
        expect(page.locator(".query-status")).to_contain_text("Cancelled after")
        expect(cancel).to_be_disabled()
        # the worker is free: more of them than there are workers are cancelled, and the next question is answered
        for _ in range(6):
            page.keyboard.press("Control+Enter")
            expect(page.locator(".clock")).to_contain_text("s")
            page.keyboard.press("Escape")
            expect(page.locator(".query-status")).to_contain_text("Cancelled after")
        write(page, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".query-status")).to_contain_text("1 row in")
        metrics = page.request.get(f"{origin}/metrics").text()
        assert re.search(r'status="499"', metrics)


def test_tabs_and_history_remain_after_the_page_is_reloaded(browser: Browser, origin: str) -> None:
    with editor(browser, origin) as (_, page):
        write(page, "ASK { ?first ?p ?o }")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".query-status")).to_contain_text("Yes")
        write(page, "ASK { ?second ?p ?o }")
        page.reload()
        expect(page.get_by_role("tab")).to_have_count(3)
        assert text_of(page) == "ASK { ?second ?p ?o }"
        page.get_by_role("button", name="History").click()
        page.locator("#history input").fill("first")
        page.keyboard.press("Enter")
        assert text_of(page) == "ASK { ?first ?p ?o }"
        expect(page.get_by_role("tab")).to_have_count(3)  # the tab that has it already
        page.get_by_role("button", name="Close the tab").click()
        expect(page.get_by_role("tab")).to_have_count(2)


def test_a_link_opens_the_same_query_elsewhere_and_keeps_to_its_release(browser: Browser, origin: str) -> None:
    query = "SELECT ?x {\n  VALUES ?x { '规划' } # 中文\n}" + "\n# a long remark that packs well" * 9
    with editor(browser, origin) as (_, page):
        write(page, query)
        page.get_by_role("button", name="Share").click()
        expect(page.locator("#share")).to_be_visible()
        link = page.locator("#share-link").input_value()
        assert re.search(r"/release/[0-9a-f]{16}/editor#q=[\w-]+$", link)
        assert len(link) < len(query)
        assert link in page.locator("#share-reference").input_value()
    with editor(browser, origin, link.removeprefix(origin)) as (_, page):
        expect(page.locator(".cm-line")).to_have_text(query.split("\n"))
        expect(page.get_by_text("This address keeps to release")).to_be_visible()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".query-status")).to_contain_text("1 row")


def test_an_example_is_shared_by_its_name_and_a_damaged_link_is_reported(browser: Browser, origin: str) -> None:
    with editor(browser, origin) as (_, page):
        page.get_by_role("button", name="Examples").click()
        page.locator("#examples input").fill("industrial internet technology")
        page.locator("#examples input").fill("key message")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Share").click()
        expect(page.locator("#share")).to_be_visible()
        link = page.locator("#share-link").input_value()
        assert re.search(r"/editor#e=key-messages\.\w+$", link)
    with editor(browser, origin, link.removeprefix(origin)) as (_, page):
        expect(page.locator(".cm-content")).to_contain_text("SELECT")
        expect(page.locator(".tablist").get_by_role("tab", selected=True)).to_contain_text("key message")
    with editor(browser, origin, "/editor#q=%%%") as (_, page):
        expect(page.locator(".query-status")).to_contain_text("damaged")


def test_all_of_it_goes_by_the_keyboard_alone(browser: Browser, origin: str) -> None:
    with editor(browser, origin, width=360, theme="dark", language="de") as (_, page):
        page.locator(".editor-bar button").first.focus()
        page.keyboard.press("F1")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.className").startswith("editor-code"):
                break
        page.keyboard.press("Control+a")
        page.keyboard.type("ask{?s <https://example.org/p> ?o")  # with / in it, which elsewhere goes to the search
        page.keyboard.press("Alt+Shift+f")
        expect(page.locator(".query-status")).to_have_text("Formatiert.")
        assert "ask { ?s <https://example.org/p> ?o }" in text_of(page)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".query-status")).to_contain_text("Nein, in")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement.className").startswith("editor-code")


def test_a_file_is_opened_saved_and_the_answer_downloaded(browser: Browser, origin: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("SELECT ('规划' AS ?x) {}", encoding="utf-8")
    with editor(browser, origin) as (_, page):
        menu = page.locator(".editor-menu summary")
        menu.click()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Open a .rq file").click()
        chooser.value.set_files(file)
        expect(page.locator(".tablist").get_by_role("tab", selected=True)).to_have_text("mine")
        menu.click()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as a .rq file").click()
        assert saved.value.suggested_filename == "mine.rq"
        assert saved.value.path().read_text("utf-8") == file.read_text("utf-8")
        menu.click()
        with page.expect_download() as answer:
            page.get_by_role("button", name="CSV").click()
        assert "规划" in answer.value.path().read_text("utf-8")


def test_an_empty_answer_leads_to_the_misspelt_name_and_its_correction(browser: Browser, origin: str) -> None:
    with editor(browser, origin) as (_, page):
        write(page, "PREFIX fyp: <https://w3id.org/fyp-kg/ontology#>\nSELECT * { ?s fyp:hasObjectiv ?o }")
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Why is it empty?").click()
        page.get_by_role("button", name="Replace fyp:hasObjectiv by fyp:hasObjective").first.click()
        assert "fyp:hasObjective ?o" in text_of(page)


def test_without_scripts_there_is_a_form_that_works(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, scripts=False) as tab:
        page = tab.go("/editor")
        page.get_by_role("textbox", name="Query").fill("SELECT (42 AS ?x) {}")
        page.locator("form.plain button").first.click()
        expect(page.locator("table.answer")).to_contain_text("42")
        assert not page.locator(".workbench").is_visible()


def test_a_query_in_the_address_is_answered_in_the_views_and_reported(browser: Browser, origin: str) -> None:
    with editor(browser, origin, "/editor?query=ASK%20%7B%3Fs%20%3Fp%20%3Fo%7D") as (_, page):
        expect(page.locator(".query-status")).to_contain_text("Yes, in ")
        expect(page.locator(".server-result")).to_have_count(0)
        expect(page.locator(".editor-answer")).to_contain_text("Yes")
        expect(page.get_by_role("navigation", name="Site").get_by_role("link", name="SPARQL")).to_have_attribute(
            "aria-current", "page"
        )
