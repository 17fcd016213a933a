"""What is asked as an expression of FTS5 (https://www.sqlite.org/fts5.html, section 3): quoted words only."""

from __future__ import annotations

from collections.abc import Iterable

from kg.search.folding import is_han, tokens
from kg.search.query import SearchQuery
from kg.search.vocabulary import Vocabulary

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
