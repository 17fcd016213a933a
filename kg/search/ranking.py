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

from kg.engine.limits import UNLIMITED, Budget
from kg.search.entries import Form, Role, Sort
from kg.search.folding import is_han, without_spaces
from kg.search.query import SearchQuery, Vocabulary

# small beside the distance between kinds of matches: the role decides among matches of about the same quality
_ROLE_COST = {Role.LABEL: 0.0, Role.ALTERNATIVE: 0.01, Role.IDENTIFIER: 0.02, Role.PRINTED: 0.02}
MINOR_COST = 0.03
# less than the difference between a label and an alternative name, so the language decides between equal roles
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
    SCATTERED = "scattered"  # over several names of the resource
    SIMILAR = "similar"  # with another spelling
    DESCRIBED = "described"


@dataclass(frozen=True)
class Fit:
    """How a form matches, and its score."""

    how: MatchKind
    score: float
    exact: bool = False


class Scorer:
    """Scores forms against one query."""

    def __init__(self, query: SearchQuery, vocabulary: Vocabulary, *, similar: bool) -> None:
        self._query, self._similar = query, similar
        self._sounds = (
            [without_spaces(way) for way in vocabulary.sounds(query.without_spaces)] if query.is_latin else []
        )

    def fit(self, form: Form, role: Role) -> Fit | None:
        """Return how a form matches, or None."""
        if form.sort is Sort.SPELT:
            fit = self._spelt(form.form) or (self._alike(form.form) if self._similar else None)
        else:
            fit = self._sound(form)
        return None if fit is None else Fit(fit.how, fit.score - _ROLE_COST[role], fit.exact)

    # scores are a base for the kind of match and a part for the share of the name that the query covers. So a short
    # name precedes a long one that matches in the same way.
    def _spelt(self, form: str) -> Fit | None:
        query, whole = self._query, without_spaces(form)
        if form == query.form:
            return Fit(MatchKind.EXACT, 1.0, exact=True)
        # equal without spaces only, as in "big data" and "bigdata"
        if whole == query.without_spaces:
            return Fit(MatchKind.EXACT, 0.95)
        share = len(query.without_spaces) / max(1, len(whole))
        if whole.startswith(query.without_spaces):
            return Fit(MatchKind.BEGINS, 0.82 + 0.1 * share)
        return self._words(form, share)

    def _words(self, form: str, share: float) -> Fit | None:
        """Match all words: as words in order, as words, as beginnings of words, or inside words."""
        query = self._query
        # cheap test first: without every word somewhere in the form, none of the cases below applies
        if not all(word in form for word in query.words):
            return None
        # spaces at both ends let a word be tested with its boundaries at any place
        padded = f" {form} "
        if is_han(query.form) and query.form in form:
            return Fit(MatchKind.WORDS, 0.72 + 0.08 * share)
        if f" {query.form} " in padded:
            return Fit(MatchKind.WORDS, 0.72 + 0.08 * share)
        if all(f" {word} " in padded or (is_han(word) and word in form) for word in query.words):
            return Fit(MatchKind.WORDS, 0.70 + 0.06 * share)
        if all(f" {word}" in padded or is_han(word) for word in query.words):
            return Fit(MatchKind.WORDS, 0.66 + 0.04 * share)
        return Fit(MatchKind.INSIDE, 0.56 + 0.06 * share)

    def _sound(self, form: Form) -> Fit | None:
        whole, best = without_spaces(form.form), None
        for sound in [self._query.without_spaces] if form.sort is Sort.INITIALS else self._sounds:
            share = len(sound) / max(1, len(whole))
            if whole == sound:
                return Fit(MatchKind.SOUNDS, 0.85 if form.sort is Sort.INITIALS else 0.9)
            if whole.startswith(sound):
                best = Fit(MatchKind.SOUNDS, 0.62 + 0.08 * share)
            elif form.sort is Sort.SOUND and best is None and sound in whole and _at_syllable(form.form, sound):
                best = Fit(MatchKind.SOUNDS, 0.55 + 0.08 * share)
        if best is None and self._similar and form.sort is Sort.SOUND and self._query.is_latin:
            return _similar(fuzz.ratio(self._query.without_spaces, whole) / 100, _LEAST_SIMILAR_SOUND)
        return best

    def _alike(self, form: str) -> Fit | None:
        """Match word by word, each with its most similar word; Chinese is compared as a whole."""
        if is_han(self._query.form):
            whole = without_spaces(form)
            # a part of a longer text counts slightly less than an equal text
            ratio = max(
                fuzz.ratio(self._query.without_spaces, whole),
                0.95 * fuzz.partial_ratio(self._query.without_spaces, whole),
            )
            return _similar(ratio / 100 if len(whole) > 1 else 0, _LEAST_SIMILAR)
        parts = form.split()
        # a word counts by its length, so a short word that matches cannot hide a long one that does not
        weight = sum(map(len, self._query.words))
        alike = sum(len(word) * self._like(place, word, parts) for place, word in enumerate(self._query.words))
        share = min(len(self._query.without_spaces), len(without_spaces(form))) / max(
            len(self._query.without_spaces), len(without_spaces(form)), 1
        )
        return _similar(alike / weight * (0.94 + 0.06 * share), _LEAST_SIMILAR)

    def _like(self, place: int, word: str, parts: list[str]) -> float:
        if any(word in part for part in parts):
            return 1.0
        # an unfinished word is also compared with beginnings of its length
        ends = [part[: len(word)] for part in parts] if self._query.is_open(place) else []
        return max((OSA.normalized_similarity(word, part) for part in [*parts, *ends]), default=0.0)


def _similar(ratio: float, least: float) -> Fit | None:
    return Fit(MatchKind.SIMILAR, 0.3 + 0.3 * (ratio - 0.5) / 0.5) if ratio >= least else None


def _at_syllable(spaced: str, sound: str) -> bool:
    """Return True if a sound begins at a syllable boundary."""
    syllables = spaced.split()
    return any("".join(syllables[place:]).startswith(sound) for place in range(len(syllables)))


_FORMS = """SELECT forms.thing, minor, texts.id, sort, form, role, language
FROM forms JOIN texts ON texts.id = forms.text JOIN things ON things.id = forms.thing
WHERE forms.thing IN (SELECT value FROM json_each(?)) ORDER BY forms.thing, texts.id, sort, form"""
_LEAST_NEAR = 0.4
_SORTS, _ROLES = tuple(Sort), tuple(Role)  # indexed by value: faster than the lookup of the enum


@dataclass(frozen=True)
class RankedResource:
    """A resource with its best fit; ``text`` is the number of the matching text, 0 for a description.

    ``own`` means that the text is in the reader's language.
    """

    thing: int
    text: int
    how: MatchKind
    score: float
    exact: bool = False
    own: bool = False


class _Row(NamedTuple):  # a dataclass takes four times as long to create
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
    """Resources and how well they match one query of one reader."""

    def __init__(
        self,
        base: sqlite3.Connection,
        query: SearchQuery,
        vocabulary: Vocabulary,
        language: str,
        budget: Budget = UNLIMITED,
    ) -> None:
        self._base, self._query, self._vocabulary, self._language = base, query, vocabulary, language
        self._budget = budget
        self._ranked: dict[int, RankedResource] = {}

    def of(self, thing: int) -> RankedResource:
        """Return the rank of a resource that was added."""
        return self._ranked[thing]

    def add(self, things: Iterable[int]) -> None:
        """Rank resources; a match only by description, or scattered over names, comes last."""
        self._ranked |= self._fits([thing for thing in things if thing not in self._ranked])

    def add_late(self, things: Iterable[int]) -> None:
        """Rank resources that come after those already ranked, with no better score."""
        # late resources come after all that are ranked, so their scores must not exceed those above them
        least = min((ranked.score for ranked in self._ranked.values()), default=1.0)
        late = self._fits([thing for thing in things if thing not in self._ranked])
        self._ranked |= {thing: replace(ranked, score=min(ranked.score, least)) for thing, ranked in late.items()}

    def similar(self, things: Iterable[int]) -> list[int]:
        """Rank the resources that are similar enough, and return them, best first."""
        ranked = self._best(self._rows(things), Scorer(self._query, self._vocabulary, similar=True))
        self._ranked |= ranked
        return sorted(ranked, key=lambda thing: (-ranked[thing].score, thing))

    def nearest(self, things: Iterable[int]) -> list[RankedResource]:
        """Return the resources whose whole names are nearest to the query, best first."""
        best: dict[int, RankedResource] = {}
        for row in self._rows(things):
            self._budget.check()
            ratio = fuzz.ratio(self._query.without_spaces, without_spaces(row.form.form)) / 100
            if row.form.sort is Sort.SPELT and ratio >= _LEAST_NEAR:
                _keep(best, _ranked(row, Fit(MatchKind.SIMILAR, ratio), self._language))
        return sorted(best.values(), key=lambda ranked: (-ranked.score, ranked.thing))

    def _fits(self, things: Sequence[int]) -> dict[int, RankedResource]:
        """Return the best fit of each resource."""
        rows = self._rows(things)
        best = self._best(rows, Scorer(self._query, self._vocabulary, similar=False))
        # these resources match by no single name: either their names have all words together, or the description has
        # them
        words: dict[int, set[str]] = {thing: set() for thing in things if thing not in best}
        minor: set[int] = set()
        for row in rows:
            self._budget.check()
            if row.thing in words:
                words[row.thing].update(word for word in self._query.words if word in row.form.form)
                minor |= {row.thing} if row.minor else set()
        for thing, held in words.items():
            scattered = len(held) == len(set(self._query.words))
            how, score = (MatchKind.SCATTERED, SCATTERED) if scattered else (MatchKind.DESCRIBED, DESCRIBED)
            best[thing] = RankedResource(thing, 0, how, round(score - MINOR_COST * (thing in minor), 4))
        return best

    def _rows(self, things: Iterable[int]) -> list[_Row]:
        rows = _rows(self._base, things)
        self._budget.spend(len(rows))
        return rows

    def _best(self, rows: Iterable[_Row], scorer: Scorer) -> dict[int, RankedResource]:
        best: dict[int, RankedResource] = {}
        for row in rows:
            self._budget.check()
            fit = scorer.fit(row.form, row.role)
            if fit is not None:
                _keep(best, _ranked(row, fit, self._language))
        return best


def _ranked(row: _Row, fit: Fit, language: str) -> RankedResource:
    own = row.language == language
    score = min(1.0, max(0.0, fit.score - MINOR_COST * row.minor + OWN_LANGUAGE * own))
    return RankedResource(row.thing, row.text, fit.how, round(score, 4), fit.exact, own)


def _keep(best: dict[int, RankedResource], ranked: RankedResource) -> None:
    """Keep the better fit; a spelling in several languages counts as the reader's own, with the best score."""
    before = best.setdefault(ranked.thing, ranked)
    if (ranked.exact and ranked.own, ranked.score) > (before.exact and before.own, before.score):
        best[ranked.thing] = replace(ranked, score=max(ranked.score, before.score))


@dataclass(frozen=True)
class Hit:
    """A found resource; ``label`` is in the reader's language if there is one, ``matched`` is the matching text.

    ``score`` is from 0 to 1. ``exact`` means that a name equals the query but for case, accents, width and script.
    ``kinds`` are the stated classes, ``plans`` those that the resource belongs to or is mentioned in.
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
    """One page of hits, best first, and the number of all.

    ``kinds`` counts hits by class within the chosen plans, ``plans`` by plan within the chosen classes: the counts show
    what another choice would give.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    kinds: Mapping[NamedNode, int] = field(default_factory=dict)
    plans: Mapping[NamedNode, int] = field(default_factory=dict)
