"""The search index of one release: find resources, nearest names and unknown words."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import weakref
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode

from kg.core.disk import write_failed
from kg.core.errors import ReleaseBroken
from kg.core.names import LANGUAGES
from kg.engine import Engine
from kg.engine.budget import UNLIMITED, Budget
from kg.graph.labels import Label, Labels
from kg.search.database import FORMAT, Connections, write_index
from kg.search.entries import Role, read_entries
from kg.search.folding import fold
from kg.search.query import SearchQuery, expression, read_search_query, read_vocabulary
from kg.search.ranking import Hit, MatchKind, Ranked, Ranking, SearchResult


@dataclass(frozen=True)
class Profile:
    """What things have in common."""

    kinds: tuple[NamedNode, ...]
    all_kinds: frozenset[NamedNode]
    plans: tuple[NamedNode, ...]

    def is_of(self, kinds: Collection[NamedNode], plans: Collection[NamedNode]) -> bool:
        """Whether it has one of the kinds and one of the plans; no kinds, or plans, are all of them."""
        return (not kinds or not self.all_kinds.isdisjoint(kinds)) and (
            not plans or not set(plans).isdisjoint(self.plans)
        )


@dataclass(frozen=True)
class Profiles:
    """The profile of every thing; things are numbered from 1."""

    by_number: dict[int, Profile]
    of_things: array[int]

    def of(self, thing: int) -> Profile:
        """The profile of a thing."""
        return self.by_number[self.of_things[thing]]

    @cached_property
    def kinds(self) -> frozenset[NamedNode]:
        """The classes of all things, also those that follow by rule."""
        return frozenset[NamedNode]().union(*(one.all_kinds for one in self.by_number.values()))

    @cached_property
    def plans(self) -> frozenset[NamedNode]:
        """The plans of all things."""
        return frozenset(plan for one in self.by_number.values() for plan in one.plans)

    def narrow(self, things: Iterable[int], kinds: Collection[NamedNode], plans: Collection[NamedNode]) -> list[int]:
        """The things of one of the kinds and one of the plans."""
        kept = {number for number, profile in self.by_number.items() if profile.is_of(kinds, plans)}
        return [thing for thing in things if self.of_things[thing] in kept]

    def count(
        self, things: Iterable[int], kinds: Collection[NamedNode], plans: Collection[NamedNode]
    ) -> tuple[dict[NamedNode, int], dict[NamedNode, int]]:
        """How many there are by kind, of the plans given, and by plan, of the kinds given; most first."""
        by_kind: Counter[NamedNode] = Counter()
        by_plan: Counter[NamedNode] = Counter()
        for number, count in Counter(map(self.of_things.__getitem__, things)).items():
            profile = self.by_number[number]
            if profile.is_of((), plans):
                by_kind.update(dict.fromkeys(profile.kinds, count))
            if profile.is_of(kinds, ()):
                by_plan.update(dict.fromkeys(profile.plans, count))
        return _most_first(by_kind), _most_first(by_plan)


def _most_first(counter: Counter[NamedNode]) -> dict[NamedNode, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0].value)))


def read_profiles(base: sqlite3.Connection) -> Profiles:
    """Read them from the base of an index.

    Raises:
        ValueError, TypeError, OverflowError or KeyError: a value is not as this program writes it.
    """
    by_number = {
        number: Profile(_iris(kinds), frozenset(_iris(all_kinds)), _iris(plans))
        for number, kinds, all_kinds, plans in base.execute("SELECT id, kinds, all_kinds, plans FROM profiles")
    }
    of_things = array("L", [0])
    of_things.extend(number for (number,) in base.execute("SELECT profile FROM things ORDER BY id"))
    for number in set(of_things[1:]):
        by_number[number]
    return Profiles(by_number, of_things)


def _iris(text: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(value) for value in json.loads(text))


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


def index_of(engine: Engine) -> SearchIndex:
    """An index made from an engine, in a temporary file that goes with it.

    Raises:
        WriteFailed: there is no room for the file.
        As ``Engine.answer``.
    """
    try:
        with tempfile.NamedTemporaryFile(prefix="fyp-kg-search-", suffix=".sqlite", delete=False) as file:
            path = Path(file.name)
    except OSError as error:
        raise write_failed("A search index", error, "Make room, or choose another folder with TMPDIR.") from error
    try:
        write_index(read_entries(engine), path, engine.release_id)
        index = SearchIndex(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    weakref.finalize(index, path.unlink, missing_ok=True)
    return index
