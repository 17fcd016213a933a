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
from kg.engine.limits import UNLIMITED, Budget
from kg.graph.labels import Label, Labels
from kg.search.database import FORMAT, Connections, write_index
from kg.search.entries import Role, read_entries
from kg.search.folding import fold
from kg.search.query import SearchQuery, expression, read_search_query, read_vocabulary
from kg.search.ranking import Hit, MatchKind, RankedResource, Ranking, SearchResult


@dataclass(frozen=True)
class Profile:
    """The classes and plans that a set of resources shares."""

    kinds: tuple[NamedNode, ...]
    all_kinds: frozenset[NamedNode]
    plans: tuple[NamedNode, ...]

    def matches_filter(self, kinds: Collection[NamedNode], plans: Collection[NamedNode]) -> bool:
        """Return True if it has one of the kinds and one of the plans; an empty choice means any."""
        return (not kinds or not self.all_kinds.isdisjoint(kinds)) and (
            not plans or not set(plans).isdisjoint(self.plans)
        )


@dataclass(frozen=True)
class Profiles:
    """The profile of every resource; resources are numbered from 1.

    Few combinations of classes and plans are shared by many resources, so counting by profile is fast.
    """

    by_number: dict[int, Profile]
    of_things: array[int]

    def of(self, thing: int) -> Profile:
        """Return the profile of a resource."""
        return self.by_number[self.of_things[thing]]

    @cached_property
    def kinds(self) -> frozenset[NamedNode]:
        """Return the classes of all resources, inferred ones included."""
        return frozenset[NamedNode]().union(*(profile.all_kinds for profile in self.by_number.values()))

    @cached_property
    def plans(self) -> frozenset[NamedNode]:
        """Return the plans of all resources."""
        return frozenset(plan for profile in self.by_number.values() for plan in profile.plans)

    def narrow(self, things: Iterable[int], kinds: Collection[NamedNode], plans: Collection[NamedNode]) -> list[int]:
        """Return the resources of one of the kinds and one of the plans."""
        numbers = {number for number, profile in self.by_number.items() if profile.matches_filter(kinds, plans)}
        return [thing for thing in things if self.of_things[thing] in numbers]

    def count(
        self, things: Iterable[int], kinds: Collection[NamedNode], plans: Collection[NamedNode]
    ) -> tuple[dict[NamedNode, int], dict[NamedNode, int]]:
        """Return the counts by kind within the plans, and by plan within the kinds; the largest first."""
        by_kind: Counter[NamedNode] = Counter()
        by_plan: Counter[NamedNode] = Counter()
        # resources are counted by profile first, so the loop runs over a few profiles and not over all matches
        for number, count in Counter(map(self.of_things.__getitem__, things)).items():
            profile = self.by_number[number]
            if profile.matches_filter((), plans):
                by_kind.update(dict.fromkeys(profile.kinds, count))
            if profile.matches_filter(kinds, ()):
                by_plan.update(dict.fromkeys(profile.plans, count))
        return _most_first(by_kind), _most_first(by_plan)


def _most_first(counter: Counter[NamedNode]) -> dict[NamedNode, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0].value)))


def read_profiles(base: sqlite3.Connection) -> Profiles:
    """Read the profiles of an index.

    Raises:
        ValueError, TypeError, OverflowError or KeyError: a value is not as this program writes it.
    """
    by_number = {
        number: Profile(_iris(kinds), frozenset(_iris(all_kinds)), _iris(plans))
        for number, kinds, all_kinds, plans in base.execute("SELECT id, kinds, all_kinds, plans FROM profiles")
    }
    # numbers of resources begin at 1, so place 0 is never read
    of_things = array("L", [0])
    of_things.extend(number for (number,) in base.execute("SELECT profile FROM things ORDER BY id"))
    for number in set(of_things[1:]):
        # the access raises KeyError for a profile that is missing, before any search depends on it
        by_number[number]
    return Profiles(by_number, of_things)


def _iris(text: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(value) for value in json.loads(text))


_TEXTS = "SELECT thing, id, role, language, text FROM texts WHERE thing IN (SELECT value FROM json_each(?)) ORDER BY id"
_IRIS = "SELECT id, iri FROM things WHERE id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class _IndexedText:
    number: int
    role: Role
    language: str
    text: str


_NOTHING = _IndexedText(0, Role.LABEL, "", "")


class HitReader:
    """Reads the hits of one search from the database."""

    def __init__(self, base: sqlite3.Connection, profiles: Profiles, query: SearchQuery, language: str) -> None:
        self._base, self._profiles, self._query = base, profiles, query
        # the languages of the project follow after the reader's own and texts without a language
        self._languages = tuple(dict.fromkeys((language, "", *LANGUAGES)))

    def hits(self, ranked: Sequence[RankedResource]) -> tuple[Hit, ...]:
        """Return a hit for each ranked resource, in the same order."""
        wanted = json.dumps([match.thing for match in ranked])
        iris = dict(self._base.execute(_IRIS, (wanted,)).fetchall())
        texts: dict[int, list[_IndexedText]] = defaultdict(list)
        for thing, number, role, language, text in self._base.execute(_TEXTS, (wanted,)):
            texts[thing].append(_IndexedText(number, Role(role), language, text))
        return tuple(self._hit(match, NamedNode(iris[match.thing]), texts[match.thing]) for match in ranked)

    def _hit(self, match: RankedResource, thing: NamedNode, texts: list[_IndexedText]) -> Hit:
        names = [text for text in texts if text.role is not Role.DESCRIPTION]
        label = self._best(text for text in names if text.role is min(name.role for name in names))
        about = self._best(text for text in texts if text.role is Role.DESCRIPTION)
        # a match over several names or by description has no single text, so the text with most words is shown
        matched = next((text for text in texts if text.number == match.text), None) or self._best_text(match, texts)
        profile = self._profiles.of(match.thing)
        return Hit(
            thing=thing,
            label=label.text,
            language=label.language,
            matched=matched.text,
            matched_language=matched.language,
            kinds=profile.kinds,
            plans=profile.plans,
            score=match.score,
            exact=match.exact,
            how=match.how,
            about=about.text,
            about_language=about.language,
        )

    def _best(self, texts: Iterable[_IndexedText]) -> _IndexedText:
        """Return the text in the reader's language, else in another one."""
        places = {language: place for place, language in enumerate(self._languages)}
        return min(texts, key=lambda text: (places.get(text.language, len(places)), text.number), default=_NOTHING)

    def _best_text(self, match: RankedResource, texts: list[_IndexedText]) -> _IndexedText:
        """Return the text with the most words of the query."""
        role = Role.DESCRIPTION if match.how is MatchKind.DESCRIBED else Role.LABEL
        order = {language: place for place, language in enumerate(self._languages)}

        def text_rank(text: _IndexedText) -> tuple[int, bool, int, int]:
            folded = fold(text.text)
            has = sum(word in folded for word in self._query.words)
            return (-has, text.role is not role, order.get(text.language, len(order)), text.number)

        return min(texts, key=text_rank, default=_NOTHING)


_FEW = 3  # with fewer matches, and none exact, similar names are searched
_MOST_SIMILAR = 200
_MOST_RANKED = 300  # further matches stay in the order of FTS5
_MOST_NEAR = 100
STEPS_OF_A_SEARCH = 1_000  # a search takes more than a millisecond before it compares names

# the index `forms_squeezed` serves this range without reading the table
_BEGINNING = """SELECT thing, MAX(squeezed = :from), MIN(LENGTH(squeezed)) FROM forms
WHERE squeezed >= :from AND squeezed < :to GROUP BY thing ORDER BY 2 DESC, 3, 1"""
# bm25 weighs names above sounds, and sounds above descriptions. The row number makes the order stable among equals.
_FOUND = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY bm25(found, 10, 5, 1), rowid"
_LABELS = """SELECT iri, language, text FROM texts JOIN things ON things.id = thing
WHERE role = ? AND iri IN (SELECT value FROM json_each(?)) ORDER BY texts.id"""
# the greatest code point ends the range of texts with one beginning
_LAST = "\U0010ffff"


class SearchIndex:
    """The names and descriptions of one release; thread-safe."""

    def __init__(self, path: Path) -> None:
        """Open an index.

        Raises:
            ReleaseBroken: the file is no index, or of another format.
        """
        self.path = path
        self._connections, self._budget = Connections(path), UNLIMITED
        self._original: SearchIndex | None = None
        try:
            with self._connections.acquire() as base:
                facts = dict(base.execute("SELECT key, value FROM meta"))
                self.release_id = facts.get("release", "") if facts.get("format") == str(FORMAT) else None
                self._vocabulary = read_vocabulary(base)
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
        # the copy shares connections and vocabulary, and differs in its budget only
        limited = copy(self)
        limited._budget = budget
        # a temporary file is removed with the first object, so the copy keeps that alive
        limited._original = self
        return limited

    def close(self) -> None:
        """Close the connections; running searches are not disturbed."""
        self._connections.close()

    @property
    def kinds(self) -> frozenset[NamedNode]:
        """Return the classes of all resources in the index."""
        return self._profiles.kinds

    @property
    def plans(self) -> frozenset[NamedNode]:
        """Return the plans of all resources in the index."""
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
        """Return the matches of a text, best first: ``limit`` of them from ``offset``, in a stable order.

        ``kinds`` and ``plans`` filter: a resource has one of the classes, inferred ones included, and one of the plans.
        ``language`` is that of the labels. ``begins``: the last word is unfinished, as in a search while typing.

        Raises:
            SearchTooLong: the text is too long.
        """
        query = read_search_query(text, begins=begins)
        if not query.words:
            return SearchResult()
        self._budget.spend(STEPS_OF_A_SEARCH)
        # an unknown compound is split before anything is matched, so that its parts are searched as words
        query = query.split(self._vocabulary.split)
        with self._connections.acquire(self._budget) as base:
            ranking = Ranking(base, query, self._vocabulary, language, self._budget)
            matching = self._matching(base, query, ranking)
            narrowed = self._profiles.narrow(matching, kinds, plans) if kinds or plans else matching
            shown = self._order(narrowed, ranking)[offset : offset + limit]
            # matches after the first many are ranked only if this page shows them
            ranking.add_late(shown)
            hits = HitReader(base, self._profiles, query, language).hits([ranking.of(thing) for thing in shown])
        # counts use the matches before narrowing, so that they show what another choice of filters would give
        return SearchResult(hits, len(narrowed), *self._profiles.count(matching, kinds, plans))

    def nearest(self, text: str, limit: int = 5, language: str = "en") -> tuple[Hit, ...]:
        """Return resources with names nearest to a text, for example a slug; not all words need to match.

        Raises:
            SearchTooLong: the text is too long.
        """
        query = read_search_query(text)
        if not query.words:
            return ()
        self._budget.spend(STEPS_OF_A_SEARCH)
        with self._connections.acquire(self._budget) as base:
            near = self._match(base, expression(query, self._vocabulary, similar=True, any_word=True), _MOST_NEAR)
            ranked = Ranking(base, query, self._vocabulary, language, self._budget).nearest(near)[:limit]
            return HitReader(base, self._profiles, query, language).hits(ranked)

    def labels(self, iris: Iterable[NamedNode]) -> Labels:
        """Return the labels of resources in this index; others are left out."""
        with self._connections.acquire(self._budget) as base:
            rows = base.execute(_LABELS, (int(Role.LABEL), json.dumps([iri.value for iri in iris]))).fetchall()
        labels: Labels = {}
        for iri, language, text in rows:
            labels.setdefault(NamedNode(iri), {}).setdefault(language, Label(text, language))
        return labels

    def unknown(self, text: str) -> tuple[str, ...]:
        """Return the folded words of a text that no entry has.

        Raises:
            SearchTooLong: the text is too long.
        """
        query = read_search_query(text)
        with self._connections.acquire(self._budget) as base:
            alone = ((word, SearchQuery(word, (word,))) for word in dict.fromkeys(query.words))
            return tuple(
                word for word, single in alone if not self._match(base, expression(single, self._vocabulary), 1)
            )

    def _matching(self, base: sqlite3.Connection, query: SearchQuery, ranking: Ranking) -> list[int]:
        """Return all matches: names with this beginning, then the order of FTS5, then similar ones."""
        around = {"from": query.without_spaces, "to": query.without_spaces + _LAST}
        beginning = base.execute(_BEGINNING, around).fetchall()
        exact = bool(beginning) and bool(beginning[0][1])
        # names that begin with the query come first, because only the first few hundred are ranked
        things = [thing for thing, *_ in beginning] + self._match(base, expression(query, self._vocabulary))
        matching = list(dict.fromkeys(things))
        if exact or len(matching) >= _FEW:
            return matching
        more = self._match(base, expression(query, self._vocabulary, similar=True), _MOST_SIMILAR)
        return [*matching, *ranking.similar(thing for thing in dict.fromkeys(more) if thing not in matching)]

    def _order(self, things: Sequence[int], ranking: Ranking) -> list[int]:
        """Sort by score, then by number of plans, then by IRI; after the first many the order of FTS5 stays."""
        many = things[:_MOST_RANKED]
        ranking.add(many)
        # the numbers of resources follow their IRIs, so the last key is the order of IRIs
        ordered = sorted(
            many, key=lambda thing: (-ranking.of(thing).score, -len(self._profiles.of(thing).plans), thing)
        )
        return [*ordered, *things[_MOST_RANKED:]]

    def _match(self, base: sqlite3.Connection, fts_expression: str, most: int = -1) -> list[int]:
        self._budget.check()
        return [thing for (thing,) in base.execute(f"{_FOUND} LIMIT {most:d}", (fts_expression,))]


def index_of(engine: Engine) -> SearchIndex:
    """Build an index from an engine, in a temporary file that is deleted with the index.

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
    # the finalizer refers to the path and not to the index, which it would otherwise keep alive
    weakref.finalize(index, path.unlink, missing_ok=True)
    return index
