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

from kg.core.errors import Message, SearchTooLong
from kg.core.names import PREFIXES
from kg.search.folding import fold, is_han, split_camel_case, tokens, without_spaces

MOST_CHARACTERS = 300

# both namespaces of this graph: terms of the ontology and resources
_OURS = ("fyp", "id")


@dataclass(frozen=True)
class SearchQuery:
    """The folded text, its words (a run of Chinese is one word), and whether the last word is unfinished."""

    form: str
    words: tuple[str, ...]
    begins: bool = False

    @cached_property
    def without_spaces(self) -> str:
        """Return the folded text without spaces."""
        return without_spaces(self.form)

    @property
    def is_latin(self) -> bool:
        """Return True if the text may be pinyin."""
        return not is_han(self.form)

    def split(self, part: Callable[[str], list[str]]) -> SearchQuery:
        """Return the query with each compound word split by ``part``."""
        words = [piece for word in self.words for piece in ([word] if is_han(word) else part(word))]
        return replace(self, form=" ".join(words), words=tuple(words))

    def is_open(self, place: int) -> bool:
        """Return True if the word at this place is the unfinished one."""
        return self.begins and place == len(self.words) - 1


def read_search_query(text: str, *, begins: bool = False) -> SearchQuery:
    """Parse a search text; an IRI of ours, or a compact one, is replaced by its local name.

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
    """Return the local name of our IRI, also in angle brackets or compact; other texts are unchanged."""
    bare = text.removeprefix("<").removesuffix(">")
    for prefix in _OURS:
        for start in (PREFIXES[prefix], prefix + ":"):
            if bare.startswith(start):
                return split_camel_case(bare.removeprefix(start))
    return text


_FEWEST_HALF = 4  # letters of each part of a compound
_FEWEST_INSIDE = 3  # letters of a word that is searched inside others
_MOST_INSIDE = 200
_MOST_SIMILAR = 40
_MOST_SPLITS = 6
_LONGEST_SYLLABLE = 24
_LONGEST_SOUND = 80
_V = re.compile("(?<=[ln])v")  # lü is often typed as lv
_TONE = re.compile("(?<=[a-z])[1-5]")


def allowed_edits(word: str) -> int:
    """Return how many letters of a word may be wrong, missing, extra or swapped."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


@dataclass(frozen=True)
class Vocabulary:
    """The sorted words of names in an index, and its syllables of pinyin."""

    words: tuple[str, ...]
    syllables: frozenset[str]

    @cached_property
    def _joined(self) -> str:
        # one text with a line for each word, so that a single scan searches all words; each word is between two line
        # feeds
        return "\n".join(("", *self.words, ""))

    def inside(self, word: str) -> list[str]:
        """Return words that contain this one after their beginning, the shortest first."""
        if len(word) < _FEWEST_INSIDE:
            return []
        words = set()
        for match in re.finditer(re.escape(word), self._joined):
            # a match at the start of its line is a beginning, which a prefix query of FTS5 finds without this list
            start = self._joined.rfind("\n", 0, match.start()) + 1
            if start < match.start():
                words.add(self._joined[start : self._joined.index("\n", start)])
        return sorted(words, key=lambda other: (len(other), other))[:_MOST_INSIDE]

    def has(self, word: str) -> bool:
        """Return True if a word of the index contains this one."""
        return len(word) >= _FEWEST_INSIDE and word in self._joined

    def split(self, word: str) -> list[str]:
        """Split an unknown compound into two known words; else return the word alone."""
        if len(word) < 2 * _FEWEST_HALF or word in self._joined:
            return [word]
        # the longest first part is tried first, and each part must begin a word of the index
        for end in range(len(word) - _FEWEST_HALF, _FEWEST_HALF - 1, -1):
            first, second = word[:end], word[end:]
            firsts = [first, first.removesuffix("s")] if len(first) > _FEWEST_HALF else [first]  # Forschungs-zentrum
            begun = [candidate for candidate in firsts if f"\n{candidate}" in self._joined]
            if begun and f"\n{second}" in self._joined:
                return [begun[0], second]
        return [word]

    def similar(self, word: str, *, unfinished: bool = False, more_slips: int = 0) -> list[str]:
        """Return words within a few slips of this one, the nearest first.

        If the word is ``unfinished``, beginnings of words are compared too.
        """
        # a short word has no slips, not even the extra ones: too many other short words would match
        most = allowed_edits(word) + (more_slips if allowed_edits(word) else 0)
        if not most:
            return []
        nearest = _nearest(word, self.words, self.words, most)
        if not nearest and unfinished:
            # beginnings are as long as the word, so that the missing end does not count as slips
            longer = [other for other in self.words if len(other) > len(word)]
            nearest = _nearest(word, [other[: len(word)] for other in longer], longer, most)
        return nearest

    def sounds(self, letters: str) -> list[str]:
        """Return ways to split letters into syllables, the fewest first; the last syllable may be unfinished."""
        spelt = _V.sub("u", letters)
        toneless = _TONE.sub("", spelt)
        # digits may be tones or a part of a name, so both spellings are tried
        return [way for spelling in dict.fromkeys((spelt, toneless)) for way in self._parted(spelling)]

    def _parted(self, spelt: str) -> list[str]:
        if len(spelt) > _LONGEST_SOUND:
            return []
        # dynamic programming: `ways[end]` holds the best ways to split the first `end` letters. Each way extends one
        # that ends at an earlier place by one syllable. Without the limit on splits their number could grow
        # exponentially.
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
        return frozenset(syllable[:length] for syllable in self.syllables for length in range(1, len(syllable)))


# RapidFuzz's type stub expects a scorer of floats, but edit distances are integers.
_distance: Any = OSA.distance


def _nearest(word: str, among: Iterable[str], whole: list[str] | tuple[str, ...], most: int) -> list[str]:
    matches = process.extract(word, among, scorer=_distance, score_cutoff=most, limit=_MOST_SIMILAR)
    # duplicates arise where several words have the same beginning
    return list(dict.fromkeys(whole[place] for _, _, place in matches))


def read_vocabulary(base: sqlite3.Connection) -> Vocabulary:
    """Read the vocabulary of an index.

    Raises:
        TypeError: a word is no text.
    """
    words = tuple(word for (word,) in base.execute("SELECT word FROM words ORDER BY word"))
    syllables = frozenset(syllable for (syllable,) in base.execute("SELECT syllable FROM syllables"))
    # SQLite stores a value of any type in any column, so an altered file may hold a number here
    if not all(isinstance(word, str) for word in (*words, *syllables)):
        raise TypeError("a word is no text")
    return Vocabulary(words, syllables)


_MOST_WIDENED = 8  # the first words, which are also searched inside others and as pinyin
_FEWEST_LETTERS = 2  # letters of a word that may be the beginning of another
_FEWEST_DESCRIBED = 4
_FEWEST_SOUND = 3
_FEWEST_PAIR = 2


def expression(query: SearchQuery, vocabulary: Vocabulary, *, similar: bool = False, any_word: bool = False) -> str:
    """Return the FTS5 expression (https://www.sqlite.org/fts5.html, section 3) for a query, made of quoted words.

    It matches entries with all words in names, sounds or descriptions; with ``similar`` also near spellings, with
    ``any_word`` entries with any of the words.
    """
    groups = [
        _group(query, place, word, vocabulary, similar=similar, far=any_word) for place, word in enumerate(query.words)
    ]
    whole = (" OR " if any_word else " AND ").join(groups)
    if not query.is_latin:
        return whole
    # pinyin is also searched as a whole, because a reader may type several syllables with or without spaces
    sounds = _sounds(query.without_spaces, vocabulary, pairs=similar)
    return " OR ".join([whole, *sounds])


def _group(query: SearchQuery, place: int, word: str, vocabulary: Vocabulary, *, similar: bool, far: bool) -> str:
    """Return the alternatives for one word."""
    # each character is a token of FTS5, so a run is a phrase and needs no asterisk
    if is_han(word):
        return f"({' OR '.join(_chinese(word, pairs=similar))})"
    open_ = query.is_open(place)
    beginning = "*" if open_ or len(word) >= _FEWEST_LETTERS else ""
    names, others = [f'"{word}" {beginning}'], []
    if place < _MOST_WIDENED:
        inside = vocabulary.inside(word)
        names += _quoted(inside)
        # near spellings are a last resort: a word that the index has is spelt correctly
        if similar and (far or not vocabulary.has(word)):
            names += _quoted(vocabulary.similar(word, unfinished=open_, more_slips=int(far)))
        # a query of one word has its sounds in `expression` already
        others = _sounds(word, vocabulary, pairs=False) if len(query.words) > 1 else []
    # descriptions hold many words, so a short beginning would match too many of them
    ending = "*" if open_ or len(word) >= _FEWEST_DESCRIBED else ""
    about = [f'about : "{word}" {ending}'] if not similar or not far else []
    meanings = [f"names : ({' OR '.join(names)})", *about, *others]
    return f"({' OR '.join(meanings)})"


def _chinese(word: str, *, pairs: bool) -> list[str]:
    """Return a run of characters as a phrase, or as its pairs of adjacent characters."""
    signs = tokens(word)
    phrases = [" ".join(signs)]
    # pairs find a name of which one character is wrong, as the other pairs still match
    if pairs and len(signs) > _FEWEST_PAIR:
        phrases = [" ".join(signs[start : start + 2]) for start in range(len(signs) - 1)]
    return [f'names : "{phrase}"' if pairs else f'{{names about}} : "{phrase}"' for phrase in phrases]


def _sounds(letters: str, vocabulary: Vocabulary, *, pairs: bool) -> list[str]:
    """Return letters as syllables of pinyin, or as their runs of two adjacent syllables."""
    if len(letters) < _FEWEST_SOUND:
        return []
    ways = vocabulary.sounds(letters)
    terms = [f'sounds : "{way}" *' for way in ways]
    # the way with the fewest syllables is the most likely one, and one way is enough for a loose match
    if pairs and ways and len(syllables := ways[0].split()) > _FEWEST_PAIR + 1:
        terms += [f'sounds : "{" ".join(syllables[place : place + 2])}"' for place in range(len(syllables) - 1)]
    return terms


def _quoted(words: Iterable[str]) -> list[str]:
    return [f'"{word}"' for word in words]
