"""How well a form of a name fits what is asked: exact, beginning, words, inside a word, similar; from 1 to 0."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from kg.search.entries import Role
from kg.search.folding import is_han, squeezed
from kg.search.forms import Form, Sort
from kg.search.hit import MatchKind
from kg.search.query import SearchQuery
from kg.search.vocabulary import Vocabulary

_ROLE_COST = {Role.LABEL: 0.0, Role.ALTERNATIVE: 0.01, Role.IDENTIFIER: 0.02, Role.PRINTED: 0.02}
MINOR_COST = 0.03
OWN_LANGUAGE = 0.003
_LEAST_SIMILAR = 0.72
_LEAST_SIMILAR_SOUND = 0.8
SCATTERED, DESCRIBED = 0.48, 0.30


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
