"""A page as a voice reads it: each text with the language that it is said to be in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from kg.names import LANGUAGES

_VOID = {"base", "br", "hr", "img", "input", "link", "meta", "source"}
_UNREAD = {"script", "style", "code", "pre", "title"}
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SAID_IN_ATTRIBUTES = ("aria-label", "placeholder")


class Spoken(HTMLParser):
    """The texts of a page with their languages; ``title`` cannot be marked within, and is left out."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or self._open[-1][1]
        self.said += [(text, language) for name in _SAID_IN_ATTRIBUTES if (text := given.get(name))]
        if tag not in _VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(tag in _UNREAD for tag, _ in self._open):
            self.said.append((" ".join(data.split()), self._open[-1][1]))


def chinese_outside(text: str) -> list[str]:
    """The Chinese of a page that is not said to be Chinese."""
    said = Spoken(text).said
    return [one for one, language in said if _CHINESE.search(one) and not language.startswith("zh")]


def untranslated(text: str, english: Iterable[str]) -> list[str]:
    """Words of ours that stand in English where a page says that they are in another language."""
    known = set(english)
    return [one for one, language in Spoken(text).said if one in known and language in LANGUAGES[1:]]
