"""A text that somebody searches for, taken apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from kg.core.errors import SearchTooLong
from kg.core.messages import Message
from kg.core.names import PREFIXES
from kg.search.folding import fold, is_han, squeezed, unhumped

MOST_CHARACTERS = 300

_OURS = ("fyp", "id")


@dataclass(frozen=True)
class SearchQuery:
    """The folded text, its words (Chinese together), and whether the last one is unfinished."""

    form: str
    words: tuple[str, ...]
    begins: bool = False

    @cached_property
    def squeezed(self) -> str:
        """The folded text without spaces."""
        return squeezed(self.form)

    @property
    def is_latin(self) -> bool:
        """Whether it may be pinyin."""
        return not is_han(self.form)

    def split(self, part: Callable[[str], list[str]]) -> SearchQuery:
        """The same with each word of letters parted."""
        words = [one for word in self.words for one in ([word] if is_han(word) else part(word))]
        return replace(self, form=" ".join(words), words=tuple(words))

    def is_open(self, place: int) -> bool:
        """Whether the word at a place is the unfinished one."""
        return self.begins and place == len(self.words) - 1


def read_search_query(text: str, *, begins: bool = False) -> SearchQuery:
    """Take a text apart; an IRI of ours, or a compact one, stands for the name in it.

    Raises:
        SearchTooLong: it has more than ``MOST_CHARACTERS``.
    """
    if len(text) > MOST_CHARACTERS:
        raise SearchTooLong(
            Message(
                "The text to search for has %(number)s characters; give at most %(most)s, a name or a few words.",
                number=len(text),
                most=MOST_CHARACTERS,
            )
        )
    form = fold(_local(text.strip()))
    return SearchQuery(form, tuple(form.split()), begins)


def _local(text: str) -> str:
    """The name in an IRI of ours, also in angle brackets, or in a compact one."""
    bare = text.removeprefix("<").removesuffix(">")
    for prefix in _OURS:
        for start in (PREFIXES[prefix], prefix + ":"):
            if bare.startswith(start):
                return unhumped(bare.removeprefix(start))
    return text
