"""A page as a strict reader of HTML sees it: what is wrong with it, where it leads, what it loads, what it says."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kg.core.names import LANGUAGES

_OUR_SCRIPT = re.compile(r"(/release/[0-9a-f]+)?/static/web/")
_VOID = {"base", "br", "source", "hr", "img", "input", "link", "meta"}
_BLOCKS = {
    "blockquote",
    "details",
    "div",
    "dl",
    "figure",
    "form",
    "h1",
    "h2",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
}
_FIELDS = {"input", "select", "textarea"}
_LOADING = {"audio", "embed", "iframe", "img", "link", "object", "script", "source", "video"}

# links that a browser follows for nobody, and scripts that are none (HTML, section 4.12.1: data blocks)
_NAMED_ONLY = {"alternate", "canonical", "describedby", "search"}
DATA_BLOCKS = {"application/ld+json", "application/json"}

Attributes = dict[str, str]


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.elements: list[tuple[str, Attributes]] = []
        self.texts: list[str] = []
        self.data: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self._open]
        if not text.startswith("<!doctype html>\n"):
            self.problems.append("no doctype")
        self._check()

    def all(self, tag: str) -> list[Attributes]:
        """The attributes of every element with this tag."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """Return the readable text, with single spaces."""
        return " ".join(" ".join(self.texts).split())

    @property
    def links(self) -> set[str]:
        """Where the links lead."""
        return {link["href"] for link in self.all("a")}

    @property
    def loaded(self) -> set[str]:
        """Return the addresses that a browser fetches by itself."""
        return {
            attributes.get("src", attributes.get("srcset", attributes.get("href", attributes.get("data", ""))))
            for tag, attributes in self.elements
            if tag in _LOADING
            and attributes.get("rel") not in _NAMED_ONLY
            and attributes.get("type") not in DATA_BLOCKS
        }

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) < len(attrs):
            self.problems.append(f"<{tag}> has an attribute twice")
        if tag in _BLOCKS and "p" in self._open:
            self.problems.append(f"<{tag}> stands in <p>, which ends it")
        if tag == "a" and "a" in self._open:
            self.problems.append("a link stands in a link")
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1:] != [tag]:
            self.problems.append(f"</{tag}> closes {self._open[-1:]} in line {self.getpos()[0]}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        kind = self.elements[-1][1].get("type") if self._open[-1:] == ["script"] else None
        if kind != "application/json":  # the words of scripts
            (self.data if kind in DATA_BLOCKS else self.texts).append(data)

    def _check(self) -> None:
        self._expect([element.get("lang") in LANGUAGES for element in self.all("html")] == [True], "html has no lang")
        self._expect(len(self.all("h1")) == 1, f"{len(self.all('h1'))} h1")
        self._expect(len(self.all("title")) == 1, "not one title")
        ids = [attributes["id"] for _, attributes in self.elements if "id" in attributes]
        self._expect(len(ids) == len(set(ids)), "an id stands twice")
        targets = {None, *ids}
        labelled = {label["for"] for label in self.all("label")}
        for tag, attributes in self.elements:
            hidden = attributes.get("type") == "hidden"
            self._expect(tag not in _FIELDS or hidden or attributes.get("id") in labelled, f"<{tag}> has no label")
            self._expect("style" not in attributes, f"<{tag}> has a style, which the policy forbids")
            self._expect(not any(name.startswith("on") for name in attributes), f"<{tag}> has a script")
            for name in ("for", "aria-describedby"):
                self._expect(attributes.get(name) in targets, f"{name} of <{tag}> leads nowhere")
        self._expect(len(self.all("caption")) == len(self.all("table")), "a table has no caption")
        self._expect(all("scope" in heading for heading in self.all("th")), "a th has no scope")
        scripts = [script for script in self.all("script") if script.get("type") not in DATA_BLOCKS]
        ours = [{"type": "module", "src": script.get("src", "")} for script in scripts]
        self._expect(scripts == ours, "there is a script within the page, or one that is no module")
        self._expect(all(_OUR_SCRIPT.match(script["src"]) for script in ours), "a script comes from elsewhere")

    def _expect(self, held: bool, otherwise: str) -> None:
        if not held:
            self.problems.append(otherwise)
