"""Examples to begin with in the editor: first those for beginners, then the canned questions by subject."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.core.errors import HeaderInvalid
from kg.core.names import LANGUAGES
from kg.core.settings import PROJECT
from kg.questions.catalogue import Catalogue, Texts
from kg.sparql.header import read_query_files
from server.core.i18n.language import gettext

_FOLDER = PROJECT / "queries" / "examples"


@dataclass(frozen=True)
class Example:
    """A query for beginners: its slug, its title in each language, and its text without the header."""

    slug: str
    title: Texts
    text: str


@lru_cache(maxsize=1)
def beginners(folder: Path = _FOLDER) -> tuple[Example, ...]:
    """The examples for beginners, the easiest first.

    Raises:
        FileUnreadable: there are none.
        HeaderInvalid: one has no title in one of our languages, or no order.
    """
    found = []
    for file in read_query_files(folder):
        title, order = file.header.get("title"), str(file.header.get("order"))
        if not isinstance(title, dict) or not all(title.get(one) for one in LANGUAGES) or not order.isdecimal():
            raise HeaderInvalid(f"{file.path}: it needs an order and a title in each of {', '.join(LANGUAGES)}.")
        found.append((int(order), Example(file.slug, title, without_header(file.text))))
    return tuple(example for _, example in sorted(found, key=lambda one: one[0]))


def without_header(text: str) -> str:
    """A query file as a reader wants to see it, without the lines for programs at its top."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))


def listed(catalogue: Catalogue, language: str) -> list[dict[str, object]]:
    """All examples under their subjects, with the text of each."""
    first = [{"slug": one.slug, "title": one.title[language], "text": one.text} for one in beginners()]
    subjects: list[dict[str, object]] = [{"subject": gettext("First steps"), "examples": first}]
    for subject, questions in catalogue.by_subject().items():
        shown = [
            {"slug": one.slug, "title": one.question[language], "text": without_header(one.text)} for one in questions
        ]
        subjects.append({"subject": catalogue.subjects[subject][language], "examples": shown})
    return subjects
