"""The languages of a page, in texts and spoken attributes but not in code, and what is out of place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import server
from kg.core.names import LANGUAGES

_SPOKEN = ("alt", "aria-label", "data-heading", "placeholder", "title")
_MUTE = frozenset(["code", "pre", "script", "style", "textarea"])  # a query is code, too
_VOID = {"base", "br", "hr", "img", "input", "link", "meta", "source"}
_PLACE = re.compile(r"%\(\w+\)[sd]|%%")
_LEAST = 4  # Characters of a piece of a text, so that a match within another word is no accident.
# Words that are in English sentences and hardly ever in German ones, nor in names.
_ENGLISH = re.compile(r"\b(?:the|of|and|is|are|which|with|that|from|this|each|by|not|to|for)\b")
_NAMES = re.compile(
    r"[a-z]+:\S+|Up to [\d.]+.*|.*(?:Library of Congress|of OpenAlex|Development Goals|Thesaurus for Economics).*"
)


_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]{3}")


class Spoken(HTMLParser):
    """The texts of a page, each with the language that its element or one around it names."""

    def __init__(self, page: str, mute: frozenset[str] = _MUTE) -> None:
        super().__init__()
        self._mute = mute
        self.texts: list[tuple[str, str]] = []
        self.markable: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        language = attributes.get("lang") or self._open[-1][1]
        if tag not in _VOID:
            self._open.append((tag, language))
        for name in _SPOKEN:
            self._note(attributes.get(name, ""), language)
            # a name in Chinese amid other words cannot be marked within an attribute
            if _LATIN.search(attributes.get(name, "")) is None:
                self.markable.append((attributes.get(name, ""), language))

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(tag in self._mute for tag, _ in self._open):
            self._note(data, self._open[-1][1])
            self.markable.append((data, self._open[-1][1]))

    def _note(self, text: str, language: str) -> None:
        if text.strip():
            self.texts.append((" ".join(text.split()), language))

    def among(self, language: str) -> Iterator[str]:
        """The texts in a language."""
        return (text for text, spoken in self.texts if spoken == language)


def chinese_outside(page: str) -> list[str]:
    """The Chinese of a page that is not said to be so; titles and options cannot be marked within, and are left out."""
    fragments = Spoken(page, _MUTE | {"title", "option"}).markable
    return [
        " ".join(text.split())
        for text, language in fragments
        if _CHINESE.search(text) and not language.startswith("zh")
    ]


def left_in_english(page: str, english: Iterable[str]) -> list[str]:
    """Return words of ours that are in English where a page says that they are in another language."""
    untranslated_texts = set(english)
    return [text for text, language in Spoken(page).texts if text in untranslated_texts and language in LANGUAGES[1:]]


def catalogue(language: str) -> Catalog:
    """Our texts with what they are in a language."""
    path = Path(server.__file__).parent / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as opened:
        return read_po(opened, locale=language)


def untranslated(page: str, language: str, texts: Mapping[str, str]) -> list[str]:
    """Return English where the page says its own language: texts of ours, whole or in part, or telling words."""
    parts = re.compile("|".join(re.escape(part) for text in texts for part in _pieces(text)))

    def is_english(text: str) -> bool:
        telling = _ENGLISH.search(text) is not None and not _NAMES.fullmatch(text)
        return text in texts or telling or parts.search(text) is not None

    return list(filter(is_english, Spoken(page).among(language)))


def _pieces(text: str) -> Iterator[str]:
    """The parts of a text between its places, if they are sentences and no mere words."""
    for part in _PLACE.split(text):
        if len(part.split()) >= _LEAST:
            yield part.strip()


def differing(language: str) -> dict[str, str]:
    """Our texts that are otherwise in a language, by the English; those of several numbers by each of them."""
    texts: dict[str, str] = {}
    for message in catalogue(language):
        msgid, msgstr = (message.id, message.string)
        pairs = [(msgid, msgstr)] if isinstance(msgid, str) else [(each, (msgstr or [""])[0]) for each in msgid]
        texts |= {key: str(value) for key, value in pairs if key and key != value}
    return texts
