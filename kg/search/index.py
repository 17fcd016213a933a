"""The index of one release, to search in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from pathlib import Path

from pyoxigraph import NamedNode

from kg.core.errors import ReleaseBroken
from kg.engine.budget import UNLIMITED, Budget
from kg.graph.labels import Label, Labels
from kg.search.connections import Connections
from kg.search.entries import Role
from kg.search.expression import expression
from kg.search.hit import Hit, SearchResult
from kg.search.hits import HitReader
from kg.search.profiles import read_profiles
from kg.search.query import SearchQuery, read_search_query
from kg.search.ranking import Ranking
from kg.search.vocabulary import read_vocabulary
from kg.search.writer import FORMAT

_FEW = 3  # so few, and none exact, that similar ones are worth while
_MOST_SIMILAR = 200
_MOST_RANKED = 300  # more than this are in the order of FTS5
_MOST_NEAR = 100
STEPS_OF_A_SEARCH = 1_000  # one takes a millisecond and more before it compares a single name

_BEGINNING = """SELECT thing, MAX(squeezed = :from), MIN(LENGTH(squeezed)) FROM forms
WHERE squeezed >= :from AND squeezed < :to GROUP BY thing ORDER BY 2 DESC, 3, 1"""
_FOUND = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY bm25(found, 10, 5, 1), rowid"
_LABELS = """SELECT iri, language, text FROM texts JOIN things ON things.id = thing
WHERE role = ? AND iri IN (SELECT value FROM json_each(?)) ORDER BY texts.id"""
_LAST = "\U0010ffff"


class SearchIndex:
    """The names and descriptions of one release; may be used by many threads at once."""

    def __init__(self, path: Path) -> None:
        """Open an index.

        Raises:
            ReleaseBroken: the file is no index, or of another format.
        """
        self.path = path
        self._connections, self._budget = Connections(path), UNLIMITED
        try:
            with self._connections.lend() as base:
                facts = dict(base.execute("SELECT key, value FROM meta"))
                self.release_id = facts.get("release", "") if facts.get("format") == str(FORMAT) else None
                self._known = read_vocabulary(base)
                self._profiles = read_profiles(base)
        except ReleaseBroken:
            self.close()
            raise
        except (ValueError, TypeError, OverflowError, LookupError) as error:
            self.close()
            raise ReleaseBroken(f"{path} cannot be read as an index ({error}). Run 'kg build'.") from error
        if self.release_id is None:
            self.close()
            raise ReleaseBroken(f"{path} has another format than this program reads. Run 'kg build'.")

    def within(self, budget: Budget) -> SearchIndex:
        """Return the same index for one request, whose searches end when the budget is used up.

        They then raise as ``Budget.spend``.
        """
        limited = copy(self)
        limited._budget = budget
        return limited

    def close(self) -> None:
        """Close its connections; who searches now is not disturbed."""
        self._connections.close()

    @property
    def kinds(self) -> frozenset[NamedNode]:
        """The kinds that narrow to something: the classes of all things here."""
        return self._profiles.kinds

    @property
    def plans(self) -> frozenset[NamedNode]:
        """The plans that narrow to something."""
        return self._profiles.plans

    def find(
        self,
        text: str,
        *,
        kinds: Collection[NamedNode] = (),
        plans: Collection[NamedNode] = (),
        limit: int = 20,
        offset: int = 0,
        language: str = "en",
        begins: bool = False,
    ) -> SearchResult:
        """What matches a text, best first, ``limit`` of it from ``offset`` on; the order is the same on each page.

        ``kinds`` and ``plans`` narrow: a thing is of one of the kinds, also by rule, and of one of the plans. The
        ``language`` is that of the labels shown. ``begins``: the last word is unfinished, as while somebody types.

        Raises:
            SearchTooLong: the text is too long.
        """
        asked = read_search_query(text, begins=begins)
        if not asked.words:
            return SearchResult()
        self._budget.spend(STEPS_OF_A_SEARCH)
        asked = asked.split(self._known.split)
        with self._connections.lend(self._budget) as base:
            ranking = Ranking(base, asked, self._known, language, self._budget)
            matching = self._matching(base, asked, ranking)
            kept = self._profiles.narrow(matching, kinds, plans) if kinds or plans else matching
            shown = self._order(kept, ranking)[offset : offset + limit]
            ranking.add_late(shown)
            hits = HitReader(base, self._profiles, asked, language).hits([ranking.of(thing) for thing in shown])
        return SearchResult(hits, len(kept), *self._profiles.count(matching, kinds, plans))

    def nearest(self, text: str, limit: int = 5, language: str = "en") -> tuple[Hit, ...]:
        """Things whose names are nearest to a text, be it a slug, that need not hold all its words.

        Raises:
            SearchTooLong: the text is too long.
        """
        asked = read_search_query(text)
        if not asked.words:
            return ()
        self._budget.spend(STEPS_OF_A_SEARCH)
        with self._connections.lend(self._budget) as base:
            near = self._match(base, expression(asked, self._known, similar=True, any_word=True), _MOST_NEAR)
            ranked = Ranking(base, asked, self._known, language, self._budget).nearest(near)[:limit]
            return HitReader(base, self._profiles, asked, language).hits(ranked)

    def labels(self, iris: Iterable[NamedNode]) -> Labels:
        """The labels of things that are found here, classes and plans among them; others are left out."""
        with self._connections.lend(self._budget) as base:
            rows = base.execute(_LABELS, (int(Role.LABEL), json.dumps([iri.value for iri in iris]))).fetchall()
        found: Labels = {}
        for iri, language, text in rows:
            found.setdefault(NamedNode(iri), {}).setdefault(language, Label(text, language))
        return found

    def unknown(self, text: str) -> tuple[str, ...]:
        """The words of a text, folded, that nothing here has.

        Raises:
            SearchTooLong: the text is too long.
        """
        asked = read_search_query(text)
        with self._connections.lend(self._budget) as base:
            alone = ((word, SearchQuery(word, (word,))) for word in dict.fromkeys(asked.words))
            return tuple(word for word, one in alone if not self._match(base, expression(one, self._known), 1))

    def _matching(self, base: sqlite3.Connection, asked: SearchQuery, ranking: Ranking) -> list[int]:
        """All that matches: names that begin so, then the rest in the order of FTS5, then what is similar."""
        around = {"from": asked.squeezed, "to": asked.squeezed + _LAST}
        beginning = base.execute(_BEGINNING, around).fetchall()
        exact = bool(beginning) and bool(beginning[0][1])
        found = [thing for thing, *_ in beginning] + self._match(base, expression(asked, self._known))
        matching = list(dict.fromkeys(found))
        if exact or len(matching) >= _FEW:
            return matching
        more = self._match(base, expression(asked, self._known, similar=True), _MOST_SIMILAR)
        return [*matching, *ranking.similar(thing for thing in dict.fromkeys(more) if thing not in matching)]

    def _order(self, things: Sequence[int], ranking: Ranking) -> list[int]:
        """Best first; of equals what more plans have, then by IRI. After the first many the order of FTS5 stays."""
        many = things[:_MOST_RANKED]
        ranking.add(many)
        ordered = sorted(many, key=lambda one: (-ranking.of(one).score, -len(self._profiles.of(one).plans), one))
        return [*ordered, *things[_MOST_RANKED:]]

    def _match(self, base: sqlite3.Connection, wanted: str, most: int = -1) -> list[int]:
        self._budget.check()
        return [thing for (thing,) in base.execute(f"{_FOUND} LIMIT {most:d}", (wanted,))]
