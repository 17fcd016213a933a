"""The words of the description."""

from __future__ import annotations

from string import Formatter

from kg.core.names import LANGUAGES
from server.api.openapi.texts import WORDS, words
from server.core.http.statuses import STATUS


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_everything_is_said_in_every_language_with_the_same_blanks() -> None:
    for key, texts in WORDS.items():
        assert set(texts) == set(LANGUAGES), key
        assert all(texts.values()), key
        assert len({frozenset(blanks(text)) for text in texts.values()}) == 1, key


def test_every_status_has_its_words() -> None:
    assert {str(status) for status in STATUS.values()} <= set(WORDS)


def test_blanks_are_filled_in() -> None:
    assert words("only", "de", column="Plan").endswith(": Plan")
