"""Suggestions of canned questions for a search text, with the values that its words name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

from pyoxigraph import NamedNode

from kg.core.names import curie
from kg.engine import Engine
from kg.engine.limits import UNLIMITED, Budget
from kg.graph.labels import labels_of
from kg.questions.catalogue import CannedQuestion, Catalogue, Parameter, options_of
from kg.search.folding import fold, is_han

MOST = 5
_FEWEST_WORDS = 2  # a single word is a search for names
_SHORT = 2  # so few letters begin too many words
_FEWEST_SIGNS = 4  # Chinese characters, which may be several words
_MOST_WORDS = 12
_MOST_WEIGHED = 24  # the most questions whose pick lists are searched
_IN_TITLE, _IN_QUESTION, _IN_DESCRIPTION, _AS_VALUE = 8, 3, 1, 8
# endings of German and English inflection, if three letters remain
_ENDING = re.compile("(?<=...)(?:es|en|er|s|e|n)$")
# words of this list are folded, so ``für`` is ``fur``
_EMPTY = frozenset(
    (
        *("a", "about", "and", "are", "at", "by", "do", "does", "for", "how", "in", "is", "of", "on", "the", "to"),
        *("what", "which", "who", "with"),
        *("das", "dem", "den", "der", "die", "ein", "eine", "fur", "fuer", "im", "ist", "mit", "nach", "sind", "und"),
        *("von", "was", "welche", "wer", "wie", "zu", "zum", "zur"),
        *("的", "和", "与", "有", "在", "哪些", "什么"),
    )
)


@dataclass(frozen=True)
class AskedQuestion:
    """A question that matches the words, with the values that they name, by parameter."""

    question: CannedQuestion
    values: Mapping[str, NamedNode]
    score: int

    @property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """Return the values as an address writes them."""
        return {name: (curie(value),) for name, value in self.values.items()}


@dataclass(frozen=True)
class _SearchableQuestion:
    """The folded texts of a question in all languages, with weights."""

    question: CannedQuestion
    texts: tuple[tuple[str, int], ...]

    def weight(self, word: str) -> int:
        """Return the weight of a word, 0 if the question does not have it."""
        return max((worth for text, worth in self.texts if _has(text, word)), default=0)

    def weight_of_part(self, word: str) -> int:
        """Return the weight of a word, or of the beginning or end of a Chinese one.

        The rest of a Chinese word may name a value.
        """
        return self.weight(word) or (max(self.weight(word[:2]), self.weight(word[-2:])) if is_han(word) else 0)


@dataclass(frozen=True)
class QuestionSearch:
    """Searches the questions of a catalogue over one release; pick lists are read on first use."""

    catalogue: Catalogue
    _named: dict[str, list[tuple[NamedNode, str]]] = field(default_factory=dict)
    _worded: list[_SearchableQuestion] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._worded.extend(_worded(question) for question in self.catalogue.questions.values())

    def find(
        self, engine: Engine, text: str, most: int = MOST, budget: Budget = UNLIMITED
    ) -> tuple[AskedQuestion, ...]:
        """Return the questions that have every word in their texts or as the name of a value; the best first.

        Raises:
            As ``Engine.answer`` and ``Budget.check``.
        """
        words = [word for word in dict.fromkeys(fold(text).split()) if word not in _EMPTY]
        several = len(words) >= _FEWEST_WORDS or any(is_han(word) and len(word) >= _FEWEST_SIGNS for word in words)
        if not several or len(words) > _MOST_WORDS:
            return ()
        # the texts are compared first, without the engine; pick lists are read for the best of these only
        touched = sorted(
            (
                (weight, worded)
                for worded in self._worded
                if (weight := sum(worded.weight_of_part(word) for word in words))
            ),
            key=lambda pair: (-pair[0], pair[1].question.slug),
        )
        likely = (self._asked(engine, worded, words, budget) for _, worded in touched[:_MOST_WEIGHED])
        fitting = [asked for asked in likely if asked is not None]
        return tuple(sorted(fitting, key=lambda asked: (-asked.score, asked.question.slug))[:most])

    def _asked(
        self, engine: Engine, worded: _SearchableQuestion, words: Sequence[str], budget: Budget
    ) -> AskedQuestion | None:
        weights = {word: worded.weight(word) for word in words}
        open_words = {word for word, weight in weights.items() if not weight}
        values = {}
        for parameter in worded.question.parameters:
            names = self._names(engine, parameter) if open_words and parameter.options_query else []
            value, covered = _value(names, worded, words, open_words, budget)
            if value is not None and covered:
                values[parameter.name] = value
                open_words -= covered
        if open_words:
            return None
        return AskedQuestion(worded.question, values, sum(weights.values()) + _AS_VALUE * len(values))

    def _names(self, engine: Engine, parameter: Parameter) -> list[tuple[NamedNode, str]]:
        """Return every value of a pick list with each of its folded names."""
        query = parameter.options_query or ""
        # the lock protects the dictionary only: two threads may read one list, with the same result
        with self._lock:
            pairs = self._named.get(query)
        if pairs is None:
            values = [option.value for option in options_of(parameter, engine) if isinstance(option.value, NamedNode)]
            labels = labels_of(engine, values)
            named = [(value, {fold(label.text) for label in labels.get(value, {}).values()}) for value in values]
            pairs = [(value, name) for value, names in named for name in sorted(names)]
            with self._lock:
                self._named[query] = pairs
        return pairs


def _value(
    names: Iterable[tuple[NamedNode, str]],
    worded: _SearchableQuestion,
    words: Sequence[str],
    open_words: set[str],
    budget: Budget,
) -> tuple[NamedNode | None, set[str]]:
    """Return the value that the words name in full, else the only one whose name has all open words."""
    best, most, partly = None, set[str](), set[NamedNode]()
    for value, name in names:
        budget.check()
        covered = _covered(name, words, worded)
        # the name that covers the most words wins, as ``big data`` says more than ``data``
        if covered & open_words and len(covered) > len(most):
            best, most = value, covered
        if all(any(_alike(word, own) for own in name.split()) for word in open_words):
            partly.add(value)
    # a part of a name is enough only if it fits a single value
    if best is None and len(partly) == 1:
        return partly.pop(), set(open_words)
    return best, most


def _worded(question: CannedQuestion) -> _SearchableQuestion:
    parts = (
        (question.title, _IN_TITLE),
        (question.question, _IN_QUESTION),
        *((parameter.labels, _IN_QUESTION) for parameter in question.parameters),
        (question.description, _IN_DESCRIPTION),
    )
    # spaces around the text make the search for a whole word a plain search for a text
    return _SearchableQuestion(
        question, tuple((f" {fold(text)} ", worth) for texts, worth in parts for text in texts.values())
    )


def _covered(name: str, words: Sequence[str], worded: _SearchableQuestion) -> set[str]:
    """Return the words that make up a name, or nothing if a part is missing.

    A Chinese word may contain both the name and words of the question.
    """
    if is_han(name) and " " not in name:
        # a Chinese word has no spaces, so the rest after the name is looked up in the question
        return {word for word in words if name in word and all(map(worded.weight, word.replace(name, " ").split()))}
    own = name.split()
    covered = {word for word in words if any(_alike(word, part) for part in own)}
    return covered if own and all(any(_alike(word, part) for word in covered) for part in own) else set()


def _alike(word: str, other: str) -> bool:
    return word == other or _stem(word) == _stem(other)


@lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    return _ENDING.sub("", word)


def _has(text: str, word: str) -> bool:
    """Return True if a folded text has a word, inflected or as a beginning; Chinese is searched as text."""
    if is_han(word):
        return word in text
    stem = _stem(word)
    return f" {word} " in text or (len(stem) > _SHORT and f" {stem}" in text)
