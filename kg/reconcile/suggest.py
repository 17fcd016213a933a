"""What somebody who types may mean: things, types and properties whose names go on so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from kg.core.errors import SearchTooLong
from kg.engine import Engine
from kg.engine.budget import UNLIMITED, Budget
from kg.reconcile.entities import Entity, described, entities_of, named_thing
from kg.reconcile.lookup import Finder
from kg.reconcile.query import MOST_CHARACTERS
from kg.reconcile.schema import Schema
from kg.search.folding import fold

SUGGESTED = 20
"""As many are told at once."""


class Named(Protocol):
    """What has an id and labels: types and properties."""

    @property
    def id(self) -> str:
        """The id."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels by language."""


Term = TypeVar("Term", bound=Named)


def suggest_entities(
    engine: Engine,
    finder: Finder,
    schema: Schema,
    prefix: str,
    *,
    skip: int = 0,
    language: str = "en",
    budget: Budget = UNLIMITED,
) -> list[Entity]:
    """Things whose names begin with a text or have words that do; the one that it names by its id comes first.

    Raises:
        As ``Engine.answer`` and ``Budget.check``.
    """
    named = named_thing(prefix)
    try:
        found = finder.find(
            prefix, kinds=schema.sought(), limit=SUGGESTED, offset=skip, language=language, begins=True
        ).hits
    except SearchTooLong:
        found = ()
    things = [hit.thing for hit in found if hit.thing != named]
    if named is not None and not skip:
        things = [named, *things]
    known = described(engine, schema, entities_of(engine, schema, things, language, budget), language, budget)
    return [known[one] for one in things if one in known][:SUGGESTED]


def suggest_terms(
    terms: Iterable[Term], prefix: str, *, skip: int = 0, language: str = "en", budget: Budget = UNLIMITED
) -> Sequence[Term]:
    """Types or properties that are called so in any language, or have that id; for an empty text all of them.

    Raises:
        As ``Budget.check``.
    """
    typed = prefix.strip()
    if len(typed) > MOST_CHARACTERS:
        return []
    wanted = fold(typed)
    ranked = []
    for one in terms:
        budget.check()
        ranked.append((_rank(one, typed, wanted), one.labels.get(language, one.id), one.id, one))
    ranked.sort(key=lambda ranked: ranked[:3])
    return [one for rank, _, _, one in ranked if rank < _NOT][skip : skip + SUGGESTED]


_NOT = 4
_HELD_NAMES = 4_096  # of types and properties, never of a visitor


def _rank(term: Named, typed: str, wanted: str) -> int:
    """0 for the very one, then for a beginning, for the beginning of a word, for a part; 4 for nothing of that."""
    if term.id == typed:
        return 0
    names = [_folded(one) for one in (*term.labels.values(), term.id)]
    if wanted in names:
        return 0
    if any(one.startswith(wanted) for one in names):
        return 1
    if any(f" {wanted}" in f" {one}" for one in names):
        return 2
    return 3 if any(wanted in one for one in names) else _NOT


@lru_cache(maxsize=_HELD_NAMES)
def _folded(label: str) -> str:
    return fold(label)
