"""Ranking: of each thing the form that fits best."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from rapidfuzz import fuzz

from kg.engine.budget import UNLIMITED, Budget
from kg.search.entries import Role
from kg.search.folding import squeezed
from kg.search.forms import Form, Sort
from kg.search.hit import MatchKind
from kg.search.query import SearchQuery
from kg.search.scoring import DESCRIBED, MINOR_COST, OWN_LANGUAGE, SCATTERED, Fit, Scorer
from kg.search.vocabulary import Vocabulary

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
