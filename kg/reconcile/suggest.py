"""Completions: resources, types and properties whose names begin with a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from pyoxigraph import NamedNode

from kg.core.errors import SearchTooLong
from kg.engine import Engine
from kg.engine.limits import UNLIMITED, Budget
from kg.reconcile.candidates import Finder
from kg.reconcile.schema import MOST_CHARACTERS, Schema
from kg.reconcile.values import Entity, described, entities_of, parse_resource_id
from kg.search.folding import fold

SUGGESTED = 20
"""The most suggestions of one response."""


class HasLabels(Protocol):
    """A type or a property: it has an id and labels."""

    @property
    def id(self) -> str:
        """The id."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels by language."""


Term = TypeVar("Term", bound=HasLabels)


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
    """Return the resources whose names, or words in them, begin with a text; the one with that id comes first.

    Raises:
        As ``Engine.answer`` and ``Budget.check``.
    """
    named = _existing(engine, schema, prefix, budget)
    # the resource of the id comes first, which shifts the hits before it; so all pages are cut from one list
    offset = 0 if named else skip
    most = skip - offset + SUGGESTED
    try:
        hits = finder.find(
            prefix, kinds=schema.searchable_classes(), limit=most, offset=offset, language=language, begins=True
        ).hits
    except SearchTooLong:
        hits = ()
    things = [*named, *(hit.thing for hit in hits if hit.thing not in named)][skip - offset : most]
    entities = described(engine, schema, entities_of(engine, schema, things, language, budget), language, budget)
    return [entities[thing] for thing in things if thing in entities]


def _existing(engine: Engine, schema: Schema, text: str, budget: Budget) -> list[NamedNode]:
    """Return the resource that an id or an IRI names, if the graph has it."""
    named = parse_resource_id(text)
    return [] if named is None else list(entities_of(engine, schema, [named], budget=budget))


def suggest_terms(
    terms: Iterable[Term], prefix: str, *, skip: int = 0, language: str = "en", budget: Budget = UNLIMITED
) -> Sequence[Term]:
    """Return the types or properties with such a name in any language, or such an id; all for an empty text.

    Raises:
        As ``Budget.check``.
    """
    typed = prefix.strip()
    if len(typed) > MOST_CHARACTERS:
        return []
    wanted = fold(typed)
    ranked = []
    for term in terms:
        budget.check()
        ranked.append((_rank(term, typed, wanted), term.labels.get(language, term.id), term.id, term))
    # without the term itself, which has no order
    ranked.sort(key=lambda ranked: ranked[:3])
    return [term for rank, _, _, term in ranked if rank < _NOT][skip : skip + SUGGESTED]


_NOT = 4
_HELD_NAMES = 4_096  # of types and properties, never of a visitor


def _rank(term: HasLabels, typed: str, wanted: str) -> int:
    """Return 0 for the whole name, 1 for its beginning, 2 for the beginning of a word, 3 for a part, else 4."""
    # the id is compared as typed, since folding would remove its case
    if term.id == typed:
        return 0
    names = [_folded(name) for name in (*term.labels.values(), term.id)]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    if any(f" {wanted}" in f" {name}" for name in names):
        return 2
    return 3 if any(wanted in name for name in names) else _NOT


@lru_cache(maxsize=_HELD_NAMES)
def _folded(label: str) -> str:
    return fold(label)
