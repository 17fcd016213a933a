"""The words of files exist in every language, and have the same blanks in each."""

from __future__ import annotations

import string

import pytest

from kg.core.names import LANGUAGES
from kg.output.export import texts as words
from kg.questions.catalogue import Column
from tests.kg.output.export.conftest import CATALOGUE

TEXTS = {name: value for name, value in vars(words).items() if name.isupper() and name != "KINDS"}


def blanks(text: str) -> frozenset[str]:
    return frozenset(blank for _, blank, *_ in string.Formatter().parse(text) if blank)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_complete_and_has_the_same_blanks_in_each_language(name: str) -> None:
    texts = TEXTS[name]
    assert tuple(texts) == LANGUAGES
    assert len({blanks(text) for text in texts.values()}) == 1


def test_every_kind_of_column_has_a_name_in_every_language() -> None:
    columns: list[Column] = [column for question in CATALOGUE.questions.values() for column in question.columns]
    assert {column.kind for column in columns} <= set(words.KINDS)
    assert all(tuple(texts) == LANGUAGES for texts in words.KINDS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_have_names_that_excel_takes(language: str) -> None:
    names = [texts[language] for texts in (words.SHEET_ROWS, words.SHEET_NOTES, words.SHEET_COLUMNS)]
    assert len(set(names)) == 3
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
