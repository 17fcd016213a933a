"""From numbers in the index to hits."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES
from kg.search.entries import Role
from kg.search.folding import fold
from kg.search.hit import Hit, MatchKind
from kg.search.profiles import Profiles
from kg.search.query import SearchQuery
from kg.search.ranking import Ranked

_TEXTS = "SELECT thing, id, role, language, text FROM texts WHERE thing IN (SELECT value FROM json_each(?)) ORDER BY id"
_IRIS = "SELECT id, iri FROM things WHERE id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class _Said:
    number: int
    role: Role
    language: str
    text: str


_NOTHING = _Said(0, Role.LABEL, "", "")


class HitReader:
    """Makes hits for one search."""

    def __init__(self, base: sqlite3.Connection, profiles: Profiles, asked: SearchQuery, language: str) -> None:
        self._base, self._profiles, self._asked = base, profiles, asked
        self._languages = tuple(dict.fromkeys((language, "", *LANGUAGES)))

    def hits(self, ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
        """A hit for each, in the same order."""
        wanted = json.dumps([one.thing for one in ranked])
        iris = dict(self._base.execute(_IRIS, (wanted,)).fetchall())
        said: dict[int, list[_Said]] = defaultdict(list)
        for thing, number, role, language, text in self._base.execute(_TEXTS, (wanted,)):
            said[thing].append(_Said(number, Role(role), language, text))
        return tuple(self._hit(one, NamedNode(iris[one.thing]), said[one.thing]) for one in ranked)

    def _hit(self, one: Ranked, thing: NamedNode, said: list[_Said]) -> Hit:
        names = [text for text in said if text.role is not Role.DESCRIPTION]
        label = self._best(text for text in names if text.role is min(name.role for name in names))
        about = self._best(text for text in said if text.role is Role.DESCRIPTION)
        matched = next((text for text in said if text.number == one.text), None) or self._telling(one, said)
        profile = self._profiles.of(one.thing)
        return Hit(
            thing=thing,
            label=label.text,
            language=label.language,
            matched=matched.text,
            matched_language=matched.language,
            kinds=profile.kinds,
            plans=profile.plans,
            score=one.score,
            exact=one.exact,
            how=one.how,
            about=about.text,
            about_language=about.language,
        )

    def _best(self, texts: Iterable[_Said]) -> _Said:
        """The one in the reader's language, else in another."""
        places = {language: place for place, language in enumerate(self._languages)}
        return min(texts, key=lambda text: (places.get(text.language, len(places)), text.number), default=_NOTHING)

    def _telling(self, one: Ranked, said: list[_Said]) -> _Said:
        """The text that has the most words of what is asked."""
        role = Role.DESCRIPTION if one.how is MatchKind.DESCRIBED else Role.LABEL
        order = {language: place for place, language in enumerate(self._languages)}

        def worth(text: _Said) -> tuple[int, bool, int, int]:
            folded = fold(text.text)
            has = sum(word in folded for word in self._asked.words)
            return (-has, text.role is not role, order.get(text.language, len(order)), text.number)

        return min(said, key=worth, default=_NOTHING)
