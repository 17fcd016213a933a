"""A search text: its words, the words of the index that may be meant, and the expression for FTS5."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kg.core.errors import SearchTooLong
from kg.core.names import PREFIXES
from kg.search.folding import fold, is_han, squeezed, tokens, unhumped

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
            f"The text to search for has {len(text)} characters; give at most {MOST_CHARACTERS}, a name or a few words."
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


_FEWEST_HALF = 4  # letters of each part of a compound
_FEWEST_INSIDE = 3  # letters of a word that is looked for inside others
_MOST_INSIDE = 200
_MOST_SIMILAR = 40
_MOST_SPLITS = 6
_LONGEST_SYLLABLE = 24
_LONGEST_SOUND = 80
_V = re.compile("(?<=[ln])v")  # as lü is often typed
_TONE = re.compile("(?<=[a-z])[1-5]")


def slips(word: str) -> int:
    """How many letters of a word may be wrong, missing, too many or in the wrong order."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


@dataclass(frozen=True)
class Vocabulary:
    """Words of names, in order, and syllables of pinyin."""

    words: tuple[str, ...]
    syllables: frozenset[str]

    @cached_property
    def _joined(self) -> str:
        return "\n".join(("", *self.words, ""))

    def inside(self, word: str) -> list[str]:
        """Words that hold this one after their beginning, the shortest first."""
        if len(word) < _FEWEST_INSIDE:
            return []
        found = set()
        for match in re.finditer(re.escape(word), self._joined):
            start = self._joined.rfind("\n", 0, match.start()) + 1
            if start < match.start():
                found.add(self._joined[start : self._joined.index("\n", start)])
        return sorted(found, key=lambda one: (len(one), one))[:_MOST_INSIDE]

    def has(self, word: str) -> bool:
        """Whether a word has this one as its beginning or inside."""
        return len(word) >= _FEWEST_INSIDE and word in self._joined

    def split(self, word: str) -> list[str]:
        """A compound that no name has, as the two words that it is made of; else the word alone."""
        if len(word) < 2 * _FEWEST_HALF or word in self._joined:
            return [word]
        for end in range(len(word) - _FEWEST_HALF, _FEWEST_HALF - 1, -1):
            first, second = word[:end], word[end:]
            firsts = [first, first.removesuffix("s")] if len(first) > _FEWEST_HALF else [first]  # Forschungs-zentrum
            known = [one for one in firsts if f"\n{one}" in self._joined]
            if known and f"\n{second}" in self._joined:
                return [known[0], second]
        return [word]

    def similar(self, word: str, *, unfinished: bool = False, more_slips: int = 0) -> list[str]:
        """Words that differ from this one, or whose beginning does, by a few slips; the nearest first."""
        most = slips(word) + (more_slips if slips(word) else 0)
        if not most:
            return []
        found = _nearest(word, self.words, self.words, most)
        if not found and unfinished:
            longer = [one for one in self.words if len(one) > len(word)]
            found = _nearest(word, [one[: len(word)] for one in longer], longer, most)
        return found

    def sounds(self, letters: str) -> list[str]:
        """Ways to part letters into syllables, the fewest first; the last syllable may be unfinished."""
        spelt = _V.sub("u", letters)
        toneless = _TONE.sub("", spelt)
        return [way for one in dict.fromkeys((spelt, toneless)) for way in self._parted(one)]

    def _parted(self, spelt: str) -> list[str]:
        if len(spelt) > _LONGEST_SOUND:
            return []
        ways: list[list[list[str]]] = [[] for _ in range(len(spelt) + 1)]
        ways[0] = [[]]
        for end in range(1, len(spelt) + 1):
            for start in range(max(0, end - _LONGEST_SYLLABLE), end):
                piece = spelt[start:end]
                if ways[start] and (piece in self.syllables or (end == len(spelt) and piece in self._beginnings)):
                    ways[end] += [[*way, piece] for way in ways[start]]
            ways[end] = sorted(ways[end], key=lambda way: (len(way), way))[:_MOST_SPLITS]
        return [" ".join(way) for way in ways[-1]]

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(one[:length] for one in self.syllables for length in range(1, len(one)))


# RapidFuzz's own stub wants a scorer of floats, and counts of slips are whole numbers
_distance: Any = OSA.distance


def _nearest(word: str, among: Iterable[str], whole: list[str] | tuple[str, ...], most: int) -> list[str]:
    found = process.extract(word, among, scorer=_distance, score_cutoff=most, limit=_MOST_SIMILAR)
    return list(dict.fromkeys(whole[place] for _, _, place in found))


def read_vocabulary(base: sqlite3.Connection) -> Vocabulary:
    """Read it from the base of an index.

    Raises:
        TypeError: a word is no text.
    """
    words = tuple(word for (word,) in base.execute("SELECT word FROM words ORDER BY word"))
    syllables = frozenset(one for (one,) in base.execute("SELECT syllable FROM syllables"))
    if not all(isinstance(word, str) for word in (*words, *syllables)):
        raise TypeError("a word is no text")
    return Vocabulary(words, syllables)


_MOST_WIDENED = 8  # words that are also looked for inside others and as pinyin; the rest of a long text is not
_FEWEST_LETTERS = 2  # of a word that may be the beginning of another
_FEWEST_DESCRIBED = 4
_FEWEST_SOUND = 3
_FEWEST_PAIR = 2


def expression(asked: SearchQuery, known: Vocabulary, *, similar: bool = False, any_word: bool = False) -> str:
    """Things that have all words in their names, sounds or descriptions; ``similar`` ones too, or with any word."""
    groups = [
        _group(asked, place, word, known, similar=similar, far=any_word) for place, word in enumerate(asked.words)
    ]
    whole = (" OR " if any_word else " AND ").join(groups)
    if not asked.is_latin:
        return whole
    sounds = _sounds(asked.squeezed, known, pairs=similar)
    return " OR ".join([whole, *sounds])


def _group(asked: SearchQuery, place: int, word: str, known: Vocabulary, *, similar: bool, far: bool) -> str:
    """All that one word may stand for."""
    if is_han(word):
        return f"({' OR '.join(_chinese(word, pairs=similar))})"
    open_ = asked.is_open(place)
    beginning = "*" if open_ or len(word) >= _FEWEST_LETTERS else ""
    names, others = [f'"{word}" {beginning}'], []
    if place < _MOST_WIDENED:
        inside = known.inside(word)
        names += _quoted(inside)
        if similar and (far or not known.has(word)):
            names += _quoted(known.similar(word, unfinished=open_, more_slips=int(far)))
        others = _sounds(word, known, pairs=False) if len(asked.words) > 1 else []
    ending = "*" if open_ or len(word) >= _FEWEST_DESCRIBED else ""
    about = [f'about : "{word}" {ending}'] if not similar or not far else []
    meanings = [f"names : ({' OR '.join(names)})", *about, *others]
    return f"({' OR '.join(meanings)})"


def _chinese(word: str, *, pairs: bool) -> list[str]:
    """A run of characters as a phrase, or any two that follow each other in it."""
    signs = tokens(word)
    found = [" ".join(signs)]
    if pairs and len(signs) > _FEWEST_PAIR:
        found = [" ".join(signs[start : start + 2]) for start in range(len(signs) - 1)]
    return [f'names : "{phrase}"' if pairs else f'{{names about}} : "{phrase}"' for phrase in found]


def _sounds(letters: str, known: Vocabulary, *, pairs: bool) -> list[str]:
    """Letters as syllables of pinyin, or any three that follow each other in them."""
    if len(letters) < _FEWEST_SOUND:
        return []
    ways = known.sounds(letters)
    found = [f'sounds : "{way}" *' for way in ways]
    if pairs and ways and len(syllables := ways[0].split()) > _FEWEST_PAIR + 1:
        found += [f'sounds : "{" ".join(syllables[place : place + 2])}"' for place in range(len(syllables) - 1)]
    return found


def _quoted(words: Iterable[str]) -> list[str]:
    return [f'"{word}"' for word in words]
