"""Ranking: score how well the forms of a name match a query, and pick the best form of each resource."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from pyoxigraph import NamedNode
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from kg.engine.budget import UNLIMITED, Budget
from kg.search.entries import Form, Role, Sort
from kg.search.folding import is_han, squeezed
from kg.search.query import SearchQuery, Vocabulary

_ROLE_COST = {Role.LABEL: 0.0, Role.ALTERNATIVE: 0.01, Role.IDENTIFIER: 0.02, Role.PRINTED: 0.02}
MINOR_COST = 0.03
OWN_LANGUAGE = 0.003
_LEAST_SIMILAR = 0.72
_LEAST_SIMILAR_SOUND = 0.8
SCATTERED, DESCRIBED = 0.48, 0.30


class MatchKind(StrEnum):
    """How a text matched, from the closest to the loosest."""

    EXACT = "exact"
    BEGINS = "begins"
    SOUNDS = "sounds"  # by pinyin
    WORDS = "words"
    INSIDE = "inside"  # as a part of a word
    SCATTERED = "scattered"  # in several names of the thing
    SIMILAR = "similar"  # in spite of another spelling
    DESCRIBED = "described"


@dataclass(frozen=True)
class Fit:
    """How a form fits, and how well."""

    how: MatchKind
    score: float
    exact: bool = False


class Scorer:
    """Scores forms against one text."""

    def __init__(self, asked: SearchQuery, known: Vocabulary, *, similar: bool) -> None:
        self._asked, self._similar = asked, similar
        self._sounds = [squeezed(way) for way in known.sounds(asked.squeezed)] if asked.is_latin else []

    def fit(self, form: Form, role: Role) -> Fit | None:
        """How a form fits; None when it does not."""
        if form.sort is Sort.SPELT:
            fit = self._spelt(form.form) or (self._alike(form.form) if self._similar else None)
        else:
            fit = self._sound(form)
        return None if fit is None else Fit(fit.how, fit.score - _ROLE_COST[role], fit.exact)

    def _spelt(self, form: str) -> Fit | None:
        asked, whole = self._asked, squeezed(form)
        if form == asked.form:
            return Fit(MatchKind.EXACT, 1.0, exact=True)
        if whole == asked.squeezed:
            return Fit(MatchKind.EXACT, 0.95)
        share = len(asked.squeezed) / max(1, len(whole))
        if whole.startswith(asked.squeezed):
            return Fit(MatchKind.BEGINS, 0.82 + 0.1 * share)
        return self._words(form, share)

    def _words(self, form: str, share: float) -> Fit | None:
        """All words are in the form: as words, one after the other or not, as beginnings of words, or inside words."""
        asked = self._asked
        if not all(word in form for word in asked.words):
            return None
        padded = f" {form} "
        if is_han(asked.form) and asked.form in form:
            return Fit(MatchKind.WORDS, 0.72 + 0.08 * share)
        if f" {asked.form} " in padded:
            return Fit(MatchKind.WORDS, 0.72 + 0.08 * share)
        if all(f" {word} " in padded or (is_han(word) and word in form) for word in asked.words):
            return Fit(MatchKind.WORDS, 0.70 + 0.06 * share)
        if all(f" {word}" in padded or is_han(word) for word in asked.words):
            return Fit(MatchKind.WORDS, 0.66 + 0.04 * share)
        return Fit(MatchKind.INSIDE, 0.56 + 0.06 * share)

    def _sound(self, form: Form) -> Fit | None:
        whole, best = squeezed(form.form), None
        for sound in [self._asked.squeezed] if form.sort is Sort.INITIALS else self._sounds:
            share = len(sound) / max(1, len(whole))
            if whole == sound:
                return Fit(MatchKind.SOUNDS, 0.85 if form.sort is Sort.INITIALS else 0.9)
            if whole.startswith(sound):
                best = Fit(MatchKind.SOUNDS, 0.62 + 0.08 * share)
            elif form.sort is Sort.SOUND and best is None and sound in whole and _at_syllable(form.form, sound):
                best = Fit(MatchKind.SOUNDS, 0.55 + 0.08 * share)
        if best is None and self._similar and form.sort is Sort.SOUND and self._asked.is_latin:
            return _similar(fuzz.ratio(self._asked.squeezed, whole) / 100, _LEAST_SIMILAR_SOUND)
        return best

    def _alike(self, form: str) -> Fit | None:
        """Word by word, each with the word that is most like it; Chinese as a whole."""
        if is_han(self._asked.form):
            whole = squeezed(form)
            ratio = max(fuzz.ratio(self._asked.squeezed, whole), 0.95 * fuzz.partial_ratio(self._asked.squeezed, whole))
            return _similar(ratio / 100 if len(whole) > 1 else 0, _LEAST_SIMILAR)
        parts = form.split()
        weight = sum(map(len, self._asked.words))
        alike = sum(len(word) * self._like(place, word, parts) for place, word in enumerate(self._asked.words))
        share = min(len(self._asked.squeezed), len(squeezed(form))) / max(
            len(self._asked.squeezed), len(squeezed(form)), 1
        )
        return _similar(alike / weight * (0.94 + 0.06 * share), _LEAST_SIMILAR)

    def _like(self, place: int, word: str, parts: list[str]) -> float:
        if any(word in part for part in parts):
            return 1.0
        ends = [part[: len(word)] for part in parts] if self._asked.is_open(place) else []
        return max((OSA.normalized_similarity(word, part) for part in [*parts, *ends]), default=0.0)


def _similar(ratio: float, least: float) -> Fit | None:
    return Fit(MatchKind.SIMILAR, 0.3 + 0.3 * (ratio - 0.5) / 0.5) if ratio >= least else None


def _at_syllable(spaced: str, sound: str) -> bool:
    """Whether a sound begins at one of the syllables."""
    syllables = spaced.split()
    return any("".join(syllables[place:]).startswith(sound) for place in range(len(syllables)))


_FORMS = """SELECT forms.thing, minor, texts.id, sort, form, role, language
FROM forms JOIN texts ON texts.id = forms.text JOIN things ON things.id = forms.thing
WHERE forms.thing IN (SELECT value FROM json_each(?)) ORDER BY forms.thing, texts.id, sort, form"""
_LEAST_NEAR = 0.4
_SORTS, _ROLES = tuple(Sort), tuple(Role)  # their numbers are their places: an enum's own way to a member is longer


@dataclass(frozen=True)
class Ranked:
    """A thing with the best fit of its texts; ``text`` is the number of that text, 0 for a description.

    ``own`` says that the text is in the language of the reader.
    """

    thing: int
    text: int
    how: MatchKind
    score: float
    exact: bool = False
    own: bool = False


class _Row(NamedTuple):  # many are made for each search, and a dataclass takes four times as long to make
    thing: int
    minor: bool
    text: int
    form: Form
    role: Role
    language: str


def _rows(base: sqlite3.Connection, things: Iterable[int]) -> list[_Row]:
    return [
        _Row(thing, bool(minor), text, Form(_SORTS[sort], form), _ROLES[role], language)
        for thing, minor, text, sort, form, role, language in base.execute(_FORMS, (json.dumps(list(things)),))
    ]


class Ranking:
    """Things and how well they fit one text, for one reader."""

    def __init__(
        self, base: sqlite3.Connection, asked: SearchQuery, known: Vocabulary, language: str, budget: Budget = UNLIMITED
    ) -> None:
        self._base, self._asked, self._known, self._language = base, asked, known, language
        self._budget = budget
        self._ranked: dict[int, Ranked] = {}

    def of(self, thing: int) -> Ranked:
        """How a thing fits that was ranked."""
        return self._ranked[thing]

    def add(self, things: Iterable[int]) -> None:
        """Rank things; one that fits only by its description, or not as a whole, comes last."""
        self._ranked |= self._fits([thing for thing in things if thing not in self._ranked])

    def add_late(self, things: Iterable[int]) -> None:
        """Rank things that come after those that were ranked, and so fit no better."""
        least = min((one.score for one in self._ranked.values()), default=1.0)
        late = self._fits([thing for thing in things if thing not in self._ranked])
        self._ranked |= {thing: replace(one, score=min(one.score, least)) for thing, one in late.items()}

    def similar(self, things: Iterable[int]) -> list[int]:
        """Rank those that are similar enough, and say which they are, best first."""
        found = self._best(self._rows(things), Scorer(self._asked, self._known, similar=True))
        self._ranked |= found
        return sorted(found, key=lambda thing: (-found[thing].score, thing))

    def nearest(self, things: Iterable[int]) -> list[Ranked]:
        """The things whose names are as a whole most like the text, best first."""
        best: dict[int, Ranked] = {}
        for row in self._rows(things):
            self._budget.check()
            ratio = fuzz.ratio(self._asked.squeezed, squeezed(row.form.form)) / 100
            if row.form.sort is Sort.SPELT and ratio >= _LEAST_NEAR:
                _keep(best, _ranked(row, Fit(MatchKind.SIMILAR, ratio), self._language))
        return sorted(best.values(), key=lambda one: (-one.score, one.thing))

    def _fits(self, things: Sequence[int]) -> dict[int, Ranked]:
        """The best fit of each."""
        rows = self._rows(things)
        found = self._best(rows, Scorer(self._asked, self._known, similar=False))
        words: dict[int, set[str]] = {thing: set() for thing in things if thing not in found}
        minor: set[int] = set()
        for row in rows:
            self._budget.check()
            if row.thing in words:
                words[row.thing].update(word for word in self._asked.words if word in row.form.form)
                minor |= {row.thing} if row.minor else set()
        for thing, held in words.items():
            scattered = len(held) == len(set(self._asked.words))
            how, score = (MatchKind.SCATTERED, SCATTERED) if scattered else (MatchKind.DESCRIBED, DESCRIBED)
            found[thing] = Ranked(thing, 0, how, round(score - MINOR_COST * (thing in minor), 4))
        return found

    def _rows(self, things: Iterable[int]) -> list[_Row]:
        rows = _rows(self._base, things)
        self._budget.spend(len(rows))
        return rows

    def _best(self, rows: Iterable[_Row], scorer: Scorer) -> dict[int, Ranked]:
        best: dict[int, Ranked] = {}
        for row in rows:
            self._budget.check()
            fit = scorer.fit(row.form, row.role)
            if fit is not None:
                _keep(best, _ranked(row, fit, self._language))
        return best


def _ranked(row: _Row, fit: Fit, language: str) -> Ranked:
    own = row.language == language
    score = min(1.0, max(0.0, fit.score - MINOR_COST * row.minor + OWN_LANGUAGE * own))
    return Ranked(row.thing, row.text, fit.how, round(score, 4), fit.exact, own)


def _keep(best: dict[int, Ranked], one: Ranked) -> None:
    """Keep the best; a spelling that languages share is taken in the reader's own, with the score of the best."""
    before = best.setdefault(one.thing, one)
    if (one.exact and one.own, one.score) > (before.exact and before.own, before.score):
        best[one.thing] = replace(one, score=max(one.score, before.score))


@dataclass(frozen=True)
class Hit:
    """A thing that was found; ``label`` is in the reader's language if it has one, ``matched`` is what was found.

    ``score`` goes from 0 to 1. ``exact`` says that a name of the thing is the text itself, but for case, accents, width
    and script. ``kinds`` are the classes that the data name, ``plans`` those that the thing is part of or mentioned in.
    """

    thing: NamedNode
    label: str
    language: str
    matched: str
    matched_language: str
    kinds: tuple[NamedNode, ...]
    plans: tuple[NamedNode, ...]
    score: float
    exact: bool
    how: MatchKind = MatchKind.EXACT
    about: str = ""
    about_language: str = ""


@dataclass(frozen=True)
class SearchResult:
    """Some of what matches, best first, and how many match in all.

    ``kinds`` counts what matches by class, among what is of the chosen plans; ``plans`` by plan, among what is of the
    chosen kinds: so each says what another choice would give.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    kinds: Mapping[NamedNode, int] = field(default_factory=dict)
    plans: Mapping[NamedNode, int] = field(default_factory=dict)
