"""Readers walk in the graph: by pointer, by keyboard alone, as a list without scripts; and take the picture along."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.tabs import WIDTHS, Theme, open_tab

pytestmark = [pytest.mark.chromium, pytest.mark.server]

_SVG = "{http://www.w3.org/2000/svg}"
_TECHNOLOGIES = "fyp:coversTechnology/fyp:Technology"
_CANVAS = ".explorer-canvas"
_BIG_DATA_PLAN = "14. Fünfjahresplan für die Big-Data-Branche"
_TOLD = ".explorer-status"


def _shown(page: Page) -> dict[str, str]:
    """Return the nodes of the picture, and the label of each."""
    text = page.locator("script.explorer-data").text_content() or "{}"
    return {node["id"]: node["whole"] for node in json.loads(text)["nodes"]}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_reader_walks_from_a_plan_to_its_technologies(browser: Browser, origin: str, width: int) -> None:
    with open_tab(
        browser, origin, width=width, theme="dark" if width < 600 else "light", reduced_motion=width > 600
    ) as tab:
        page = tab.go("/explore")
        page.get_by_role("link", name="14th Five-Year Plan for the Big Data Industry").first.click()
        expect(page.locator(_CANVAS)).to_have_attribute("aria-label", "Things in the picture: 23; links: 36.")
        page = tab.go("/explore?start=plan-bd")
        expect(page.locator(_CANVAS)).to_have_attribute("aria-label", "Things in the picture: 1; links: 0.")
        page.get_by_role("link", name="Open: Technology (8)").click()
        expect(page.get_by_role("link", name="Close: Technology (8)")).to_be_focused()
        assert "technology-open-source" in _shown(page)
        assert parse_qs(urlsplit(page.url).query)["open"] == ["plan-bd/fyp:coversTechnology/fyp:Technology"]
        expect(page.locator(_CANVAS).locator("canvas").first).to_be_visible()

        page.get_by_role("link", name="Open: Challenge (3)").click()
        expect(page.get_by_role("link", name="Close: Challenge (3)")).to_be_visible()
        page.locator(".explorer-legend").get_by_role("link", name="inferred").click()
        expect(page.locator(".explorer-legend .left-out")).to_have_text("inferred left out")
        assert "technology-open-source" not in _shown(page)
        assert len(_shown(page)) == 4

        page.go_back()
        expect(page.locator(".explorer-legend .left-out")).to_have_count(0)
        assert "technology-open-source" in _shown(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_a_thing_leads_to_its_picture_with_neighbours(browser: Browser, origin: str, width: int) -> None:
    with open_tab(browser, origin, width=width) as tab:
        page = tab.go("/page/ict-o1")
        page.get_by_role("link", name="See it in the explorer").click()
        expect(page.locator(".explorer-panel h2")).to_have_text("Build-up of new digital infrastructure")
        assert 8 < len(_shown(page)) <= 25
        assert len(parse_qs(urlsplit(page.url).query)["open"]) == 2
        page.locator(".explorer-list").get_by_role("link", name="IPv6", exact=True).first.click()
        page.get_by_role("link", name="Start from here").click()
        expect(page).to_have_url(re.compile("start=technology-ipv6"))
        expect(page.locator(".explorer-panel h2")).to_have_text("IPv6")
        assert len(_shown(page)) > 2


# whether something is drawn at the left or the right edge of the picture
_AT_EDGE = """([width, side]) => [...document.querySelectorAll(".explorer-canvas canvas")].some((canvas) => {
  const from = side === "left" ? 0 : canvas.width - width;
  const copy = new OffscreenCanvas(width, canvas.height).getContext("2d");
  copy.drawImage(canvas, -from, 0);
  return copy.getImageData(0, 0, width, canvas.height).data.some((value) => value !== 0);
})"""


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "de")])
@pytest.mark.parametrize("slug", ["ministry-miit", "plan-gr"])
def test_no_text_is_cut_at_the_sides_of_a_small_screen(
    browser: Browser, origin: str, theme: Theme, language: str, slug: str
) -> None:
    with open_tab(browser, origin, width=360, theme=theme, language=language) as tab:
        page = tab.go(f"/explore/from/{slug}")
        expect(page.locator(_CANVAS)).to_have_attribute("aria-label", re.compile(r"\d\d"))
        page.evaluate("new Promise(requestAnimationFrame)")
        assert page.evaluate(_AT_EDGE, [200, "left"]), "the picture is drawn"
        for side in ("left", "right"):
            assert not page.evaluate(_AT_EDGE, [4, side]), side


class _SlowServer:
    """Holds what a page asks of the explorer until it is let go."""

    def __init__(self, page: Page) -> None:
        self._held: list[Route] = []
        self._slow = True
        page.route("**/explore?**", self._hold)

    def _hold(self, route: Route) -> None:
        if self._slow:
            self._held.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        """Answer what is held, and from now on everything at once."""
        self._slow = False
        for route in self._held:
            route.continue_()


_KEYS = ("ArrowRight", "Enter", "Enter", "ArrowRight", "Enter", "ArrowLeft", "ArrowLeft", "Delete")
_TARGETS = "/explore?start=plan-tw&open=plan-tw/fyp:hasQuantitativeTarget/fyp:QuantitativeTarget"


def test_acts_that_follow_one_another_quickly_come_out_as_if_done_slowly(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go(_TARGETS)
        expect(page.locator(_CANVAS)).to_be_visible()
        page.locator(_CANVAS).focus()
        for key in _KEYS:
            with page.expect_response("**/explore?**"):
                page.keyboard.press(key)
            expect(page.locator(".explorer")).not_to_have_attribute("aria-busy", "true")
        slowly, status = page.url, page.locator(_TOLD).text_content() or ""
        assert "Hidden: " in status

        page = tab.go(_TARGETS)
        expect(page.locator(_CANVAS)).to_be_visible()
        page.locator(_CANVAS).focus()
        slow = _SlowServer(page)
        for key in _KEYS:
            page.keyboard.press(key)
        slow.let_go()
        expect(page.locator(_TOLD)).to_have_text(status)
        expect(page.locator(".explorer")).not_to_have_attribute("aria-busy", "true")
        assert page.url == slowly


def test_links_pressed_while_a_step_is_on_its_way_change_the_page_that_it_brings(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/explore?start=plan-bd")
        expect(page.locator(_CANVAS)).to_be_visible()
        slow = _SlowServer(page)
        page.get_by_role("link", name="Open: Technology (8)").click()
        page.get_by_role("link", name="Open: Challenge (3)").click()
        page.get_by_role("link", name="Open: Technology (8)").click()  # an impatient reader does not mean to close it
        slow.let_go()
        expect(page.get_by_role("link", name="Close: Challenge (3)")).to_be_visible()
        expect(page.get_by_role("link", name="Close: Technology (8)")).to_be_visible()
        assert len(_shown(page)) == 12
        page.go_back()
        expect(page.get_by_role("link", name="Open: Challenge (3)")).to_be_visible()
        expect(page.get_by_role("link", name="Close: Technology (8)")).to_be_visible()


def test_who_goes_back_while_a_step_is_on_its_way_is_there(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/explore?start=plan-bd")
        page.get_by_role("link", name="Open: Technology (8)").click()
        expect(page.get_by_role("link", name="Close: Technology (8)")).to_be_visible()
        slow = _SlowServer(page)
        page.get_by_role("link", name="Open: Challenge (3)").click()
        page.go_back(wait_until="commit")
        slow.let_go()
        expect(page.get_by_role("link", name="Open: Technology (8)")).to_be_visible()
        assert urlsplit(page.url).query == "start=plan-bd"
        assert set(_shown(page)) == {"plan-bd"}


def test_the_picture_is_walked_by_keyboard_alone(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin) as tab:
        page = tab.go("/explore?start=plan-tw&open=plan-tw/fyp:hasQuantitativeTarget/fyp:QuantitativeTarget")
        expect(page.locator(_CANVAS)).to_be_visible()  # what is hidden takes no focus
        page.locator(_CANVAS).focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator(_TOLD)).to_contain_text("has quantitative target (stated)")
        expect(page.locator(".explorer-panel h2")).not_to_have_text(
            "14th Five-Year Plan for Technical Worker Education"
        )
        chosen = parse_qs(urlsplit(page.url).query)["at"][0]
        before = len(_shown(page))
        page.keyboard.press("Enter")
        expect(page.locator(_TOLD)).to_contain_text("Opened: ")
        assert len(_shown(page)) > before
        page.keyboard.press("Delete")
        expect(page.locator(_TOLD)).to_contain_text("Hidden: ")
        assert chosen not in _shown(page)
        page.keyboard.press("p")
        expect(page.get_by_role("link", name="All about it")).to_be_focused()
        page.get_by_role("link", name="Show all again").press("Enter")
        expect(page.get_by_role("link", name="Show all again")).to_have_count(0)
        assert chosen in _shown(page)


def test_without_scripts_the_list_is_walked_from_link_to_link(browser: Browser, origin: str) -> None:
    with open_tab(browser, origin, scripts=False, language="de") as tab:
        page = tab.go("/explore?start=ministry-miit")
        expect(page.locator(_CANVAS)).to_be_hidden()
        page.get_by_role("link", name="Öffnen: Fachplan (5)").click()
        page.locator(".explorer-list").get_by_role("link", name=_BIG_DATA_PLAN, exact=True).click()
        page.get_by_role("link", name="Öffnen: Herausforderung (3)").click()
        expect(page.locator(".explorer-list .branches .branches .branches li")).to_have_count(3)


def test_the_picture_is_saved_with_its_chinese_names_and_the_query_gives_its_links(
    browser: Browser, origin: str, tmp_path: Path
) -> None:
    with open_tab(browser, origin, language="zh") as tab:
        page = tab.go("/explore?start=ministry-miit&open=ministry-miit/~fyp:issuedBy/fyp:SectoralPlan")
        with page.expect_download() as saving:
            page.locator("button[data-tool=svg]").click()
        saving.value.save_as(tmp_path / "picture.svg")
        root = ElementTree.parse(tmp_path / "picture.svg").getroot()
        texts = ["".join(element.itertext()) for element in root.iter(f"{_SVG}text")]
        assert "工业和信息化部" in texts
        assert len(texts) == len(_shown(page)) == 6
        links = [element for element in root.iter(f"{_SVG}g") if element.get("class") == "link"]
        with page.expect_download() as saving:
            page.locator("button[data-tool=png]").click()
        saving.value.save_as(tmp_path / "picture.png")
        assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")

        href = page.locator("a.explorer-query").get_attribute("href") or ""
        query = urlsplit(href).query
        request = Request(f"{origin}/sparql?{query}", headers={"Accept": "application/sparql-results+json"})
        with urlopen(request) as response:
            rows = json.load(response)["results"]["bindings"]
        assert len(rows) == len(links) == 5


def test_two_hundred_things_and_more_are_drawn_without_a_complaint(browser: Browser, origin: str) -> None:
    plans = ("plan-ict", "plan-bd", "plan-gr", "plan-sw", "plan-ii", "plan-tw")
    kinds = (
        "fyp:hasObjective/fyp:Objective",
        "fyp:hasOfficialPart/fyp:OfficialElement",
        "~fyp:notesOn/fyp:EditorialNote",
    )
    starts = "&".join(f"start={plan}" for plan in plans)
    opened = "".join(f"&open={plan}/{kind}" for plan in plans for kind in (*kinds, _TECHNOLOGIES))
    with open_tab(browser, origin) as tab:
        page = tab.go(f"/explore?{starts}{opened}")
        expect(page.locator(_CANVAS)).to_have_attribute("aria-label", re.compile(": 2[0-9][0-9];"), timeout=30_000)
        page.get_by_role("button", name="Fit the picture").click()
