"""The catalogues hold every word of ours in every language, and no other."""

from __future__ import annotations

import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from kg.core.names import LANGUAGES
from kg.core.settings import PROJECT

SERVER = PROJECT / "server"
OTHERS = LANGUAGES[1:]
HOLDERS = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>")
WHERE = [("**.py", "python"), ("templates/**.html", "jinja2")]  # as in pyproject.toml
KEYWORDS = {**DEFAULT_KEYWORDS, "Message": None}  # as in the Makefile

Key = str | tuple[str, ...]


def said() -> set[Key]:
    """Every text that the program marks as one of ours."""
    return {
        text
        for folder in ("kg", "server")
        for _, _, text, *_ in extract_from_dir(PROJECT / folder, WHERE, keywords=KEYWORDS, directory_filter=_has_texts)
    }


def _has_texts(folder: str | os.PathLike[str]) -> bool:
    return Path(folder).name not in ("static", "web", "translations")


def catalogue(language: str) -> Catalog:
    with (SERVER / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def faults(held: Catalog, wanted: set[Key]) -> list[str]:
    """Return the faults of the translations into a language."""
    entries = {_key(entry): entry for entry in held if entry.id}
    problems = [f"missing: {identifier}" for identifier in wanted - entries.keys()]
    problems += [f"said nowhere: {identifier}" for identifier in (*(entries.keys() - wanted), *held.obsolete)]
    for key, entry in entries.items():
        texts = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ("",))
        if entry.fuzzy or not all(texts) or (not isinstance(entry.string, str) and len(texts) != held.num_plurals):
            problems.append(f"not translated: {key}")
        for text in texts:
            holders = sorted(HOLDERS.findall(key if isinstance(key, str) else key[-1]))
            if text and sorted(HOLDERS.findall(text)) != holders:
                problems.append(f"other values: {text}")
            if "%" in HOLDERS.sub("", text).replace("%%", ""):  # templates fill in every text
                problems.append(f"stray per cent sign: {text}")
            if text and _margins(text) != _margins(key) and held.locale_identifier != "zh":
                problems.append(f"other margins: {text!r}")
    return problems


def _key(entry: Message) -> Key:
    return entry.id if isinstance(entry.id, str) else tuple(entry.id or ())


def _margins(key: Key) -> tuple[bool, bool]:
    text = key if isinstance(key, str) else key[0]
    # a comma before "or" is a space in German
    return text[:1] in " ,", text[-1:].isspace()


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_of_ours_is_translated(language: str) -> None:
    assert faults(catalogue(language), said()) == [], "Run 'make words', and fill in server/translations."


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Rows"\nmsgstr ""', "not translated: Rows"),
        ('#, fuzzy\nmsgid "Rows"\nmsgstr "Zeilen"', "not translated: Rows"),
        ('#~ msgid "Rows"\n#~ msgstr "Zeilen"', "said nowhere: Rows"),
        ('msgid "Columns"\nmsgstr "Spalten"', "said nowhere: Columns"),
        ("", "missing: Rows"),
        ('msgid "%(n)s rows"\nmsgstr "%(m)s Zeilen"', "other values: %(m)s Zeilen"),
        ('msgid "Rows"\nmsgstr "Zeilen (%)"', "stray per cent sign: Zeilen (%)"),
        ('msgid "{n} rows"\nmsgstr "Zeilen"', "other values: Zeilen"),
        ('msgid "<b>Rows</b>"\nmsgstr "<b>Zeilen"', "other values: <b>Zeilen"),
        ('msgid " or "\nmsgstr "oder"', "other margins: 'oder'"),
        ('msgid "row"\nmsgid_plural "rows"\nmsgstr[0] "Zeile"\nmsgstr[1] ""', "not translated: ('row', 'rows')"),
    ],
)
def test_each_fault_is_found(entry: str, fault: str) -> None:
    head = 'msgid ""\nmsgstr "Language: de\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
    problems = faults(read_po(BytesIO(f"{head}{entry}\n".encode()), locale="de"), {"Rows"})
    assert any(problem.startswith(fault) for problem in problems), problems


def test_a_sound_catalogue_has_none() -> None:
    text = 'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "Rows %(n)s"\nmsgstr "Zeilen %(n)s"\n'
    assert faults(read_po(BytesIO(text.encode()), locale="de"), {"Rows %(n)s"}) == []
