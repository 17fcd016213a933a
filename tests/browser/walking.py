"""A reader's hand, by the mouse or by the keyboard alone, and the words by which a reader finds elements."""

from __future__ import annotations

import gettext
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Literal

from playwright.sync_api import Browser, ElementHandle, Locator, Page, expect

from kg.core.names import LANGUAGES
from kg.core.settings import PROJECT
from server.core.i18n.language import NAMES
from tests.browser.tabs import THEMES, WIDTHS, Tab, Theme, open_tab

Way = Literal["mouse", "keys"]
WAYS: tuple[Way, ...] = ("mouse", "keys")
_SHORT = {"en": "EN", "de": "DE", "zh": "中文"}
_NARROW = 640
_MOST_STEPS = 400
_PLACE = re.compile(r"%\\\((\w+)\\\)[ds]|\\\{(\w+)\\\}")  # of a text that is escaped

# where the focus is: on the element, on its way, or again on something that this walk has seen
_STEP = """(thing, fresh) => {
  if (fresh) window.walked = new WeakSet();
  if (!thing.isConnected) return "gone";
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (at === thing) return "there";
  if (at === null || at === document.body) return "on";
  if (window.walked.has(at)) return "again: " + at.outerHTML.slice(0, 160);
  window.walked.add(at);
  return "on";
}"""
# whether one who cannot use the mouse sees where the focus is: a ring around it or what holds it, and nothing on top
_SEEN = """async thing => {
  const seen = () => {
    const [box] = thing.getClientRects();
    if (box === undefined) return "it is not shown";
    const [x, y] = [box.left + Math.min(box.width, 40) / 2, box.top + Math.min(box.height, 40) / 2];
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return "it is off the screen";
    if (box.width < innerWidth && (box.left < -1 || box.right > innerWidth + 1)) return "it is cut by the screen";
    const top = thing.getRootNode().elementFromPoint(x, y);
    if (top !== null && !thing.contains(top) && !top.contains(thing)) return "it is under " + top.outerHTML;
    for (let at = thing; at !== null; at = at.parentElement ?? at.getRootNode().host ?? null) {
      if (getComputedStyle(at).outlineStyle !== "none") return "";
    }
    return "it has no ring";
  };
  for (let frames = 0; frames < 30 && seen() !== ""; frames++) await new Promise(requestAnimationFrame);
  return seen();
}"""
_IN_TEXT = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.isContentEditable === true;
}"""


class OutOfReach(AssertionError):
    """The keyboard does not lead to an element, or leads to it out of sight."""


@dataclass(frozen=True)
class Words:
    """The texts of the pages in a language."""

    language: str

    def __call__(self, english: str) -> str:
        """A text of ours in this language."""
        return self._catalogue().gettext(english)

    def like(self, english: str, **values: str) -> re.Pattern[str]:
        """Return a pattern for a text of ours; a place of it that has no value here may hold anything."""
        return self._pattern(self(english), values)

    @staticmethod
    def _pattern(text: str, values: Mapping[str, str]) -> re.Pattern[str]:
        def filled(place: re.Match[str]) -> str:
            value = values.get(place[1] or place[2])
            return ".+" if value is None else re.escape(value)

        return re.compile(_PLACE.sub(filled, re.escape(text)))

    def _catalogue(self) -> gettext.NullTranslations:
        folder = PROJECT / "server" / "translations"
        return gettext.translation("messages", folder, [self.language], fallback=self.language == "en")


class Hand(ABC):
    """The actions of a reader on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def press(self, thing: Locator) -> None:
        """Follow a link, press a button, open a tab."""

    @abstractmethod
    def enter(self, field: Locator, text: str) -> None:
        """Write into a field, after what is in it."""

    @abstractmethod
    def take(self, option: Locator) -> None:
        """Take an option of a list that has opened at the field that one writes in."""

    @abstractmethod
    def choose(self, field: Locator, label: str) -> None:
        """Choose an option of a select."""

    @abstractmethod
    def run(self, button: Locator) -> None:
        """Press a button that also has a key."""


class Mouse(Hand):
    """By the mouse; only letters come from the keyboard."""

    def press(self, thing: Locator) -> None:
        """Click it, where nothing covers it."""
        thing.click()

    def enter(self, field: Locator, text: str) -> None:
        """Click the field and type."""
        field.click()
        self.page.keyboard.type(text)

    def take(self, option: Locator) -> None:
        """Click it."""
        option.click()

    def choose(self, field: Locator, label: str) -> None:
        """Choose it: the list of a select is drawn by the system, where no test can click."""
        field.select_option(label=label)

    def run(self, button: Locator) -> None:
        """Click the button."""
        button.click()


class Keys(Hand):
    """By the keyboard alone: Tab, arrows, Enter, Space, Escape, and the keys that a button names."""

    def press(self, thing: Locator) -> None:
        """Go to it and press Enter."""
        self.reach(thing)
        self.page.keyboard.press("Enter")

    def enter(self, field: Locator, text: str) -> None:
        """Go to the field and type."""
        self.reach(field)
        self.page.keyboard.type(text)

    def take(self, option: Locator) -> None:
        """Go down to it and press Enter."""
        expect(option).to_be_visible()
        self._arrow("ArrowDown", lambda: option.get_attribute("aria-selected") == "true")
        self.page.keyboard.press("Enter")

    def choose(self, field: Locator, label: str) -> None:
        """Go to the select, and up and down in it."""
        self.reach(field)
        self.page.keyboard.press("Home")
        self._arrow("ArrowDown", lambda: label == field.evaluate("one => one.selectedOptions[0]?.label"))

    def run(self, button: Locator) -> None:
        """Press the key that the button names."""
        self.page.keyboard.press(button.get_attribute("aria-keyshortcuts") or "")

    def reach(self, thing: Locator) -> None:
        """Go on by Tab until the focus is on the element, which must then be seen; in a list of tabs by arrows."""
        thing.wait_for()
        if thing.get_attribute("role") == "tab" and thing.get_attribute("tabindex") == "-1":
            self.reach(thing.locator("xpath=..").get_by_role("tab", selected=True))
            self._arrow("ArrowRight", lambda: thing.evaluate("one => one === document.activeElement") is True)
            return
        handle = thing.element_handle()
        self._walk_to(handle, str(thing))
        if problem := handle.evaluate(_SEEN):
            raise OutOfReach(f"{thing} has the focus, but {problem}")

    def _walk_to(self, handle: ElementHandle, name: str) -> None:
        for step in range(_MOST_STEPS):
            where = handle.evaluate(_STEP, step == 0)
            if where == "there":
                return
            if where != "on":
                break
            if self.page.evaluate(_IN_TEXT):  # where Tab indents until Escape was pressed; once more for an open list
                self.page.keyboard.press("Escape")
                self.page.keyboard.press("Escape")
            self.page.keyboard.press("Tab")
        raise OutOfReach(f"Tab does not lead to {name}; {where}")

    def _arrow(self, key: str, there: Callable[[], bool]) -> None:
        for _ in range(_MOST_STEPS):
            if there():
                return
            self.page.keyboard.press(key)
        raise OutOfReach(f"{key} does not lead there")


HANDS: Mapping[Way, type[Hand]] = {"mouse": Mouse, "keys": Keys}


@dataclass(frozen=True)
class Walk:
    """A reader: in which language, on which screen, in which theme, by mouse or keyboard."""

    language: str
    width: int
    theme: Theme
    way: Way

    def __str__(self) -> str:
        """Its name among the tests."""
        return f"{self.language}-{self.width}-{self.theme}-{self.way}"

    @property
    def narrow(self) -> bool:
        """Return True if the head of the page is folded into a menu."""
        return self.width < _NARROW

    @property
    def words(self) -> Words:
        """Return the texts of the pages in the language of this reader."""
        return Words(self.language)


def walks() -> list[Walk]:
    """Return half of all walks: every language, width, theme and way, and every combination of three of these."""
    # The way is the parity of the other three. Whichever factor is left out, its values give both parities.
    cases = product(enumerate(LANGUAGES), enumerate(WIDTHS), enumerate(THEMES))
    return [Walk(language, width, theme, WAYS[(i + j + k) % 2]) for (i, language), (j, width), (k, theme) in cases]


@dataclass(frozen=True)
class Walker:
    """One on a walk: the tab, the hand, the words."""

    walk: Walk
    tab: Tab
    hand: Hand

    @property
    def page(self) -> Page:
        """The page at hand."""
        return self.tab.page

    @property
    def words(self) -> Words:
        """Return the texts of the pages in the language of this reader."""
        return self.walk.words

    def link(self, name: str) -> Locator:
        """The first link of the page itself with this name."""
        return self.page.get_by_role("main").get_by_role("link", name=name).first

    def button(self, english: str) -> Locator:
        """The button that says this."""
        return self.page.get_by_role("button", name=self.words(english)).first

    def to_place(self, english: str) -> None:
        """Follow a link of the head of the page, which a small screen folds into a menu."""
        self._from_head(self.words(english), self.words)

    def speak(self) -> None:
        """Choose the language in the head of the page, which is in another one."""
        here = Words(self.page.locator("html").get_attribute("lang") or "")
        self._from_head(_SHORT[self.walk.language], here)
        expect(self.page.locator(f"html[lang={self.walk.language}]")).to_be_attached()

    def _from_head(self, name: str, here: Words) -> None:
        head = self.page.get_by_role("banner")
        if self.walk.narrow:
            self.hand.press(head.get_by_role("button", name=here("Menu"), exact=True))
        self.hand.press(head.get_by_role("link", name=name, exact=True))


@contextmanager
def walking(browser: Browser, origin: str, walk: Walk, path: str = "/") -> Iterator[Walker]:
    """Open a page; by day the browser asks for the reader's language, by night the reader must choose it."""
    chosen = walk.theme == "dark"
    other = next(name for name in NAMES if name != walk.language)
    language = other if chosen else walk.language
    with open_tab(browser, origin, width=walk.width, theme=walk.theme, language=language) as tab:
        page = tab.go(path)
        walker = Walker(walk, tab, HANDS[walk.way](page))
        if chosen:
            walker.speak()
        yield walker
