"""The names that a misspelt one may mean."""

from __future__ import annotations

from collections import OrderedDict
from difflib import get_close_matches
from threading import Lock

from pyoxigraph import NamedNode

from kg.engine import Engine, select
from kg.names import PREFIXES, slug_of

_MOST = 5
_LONGEST = 80  # characters; the longest slug has fewer
_CLOSENESS = 0.6
_HELD_RELEASES = 2

_held: OrderedDict[str, tuple[str, ...]] = OrderedDict()
_lock = Lock()


def near_slugs(engine: Engine, slug: str) -> list[str]:
    """The slugs of living things that are most like a text, the nearest first.

    Raises:
        As ``Engine.answer``.
    """
    if not 0 < len(slug) <= _LONGEST:
        return []
    return get_close_matches(slug.lower().replace("_", "-"), _slugs(engine), _MOST, _CLOSENESS)


def _slugs(engine: Engine) -> tuple[str, ...]:
    """All slugs of a release, asked once for it."""
    with _lock:
        if engine.release_id in _held:
            _held.move_to_end(engine.release_id)
            return _held[engine.release_id]
    base = PREFIXES["id"]
    text = f'SELECT DISTINCT ?thing {{ ?thing a ?class FILTER(STRSTARTS(STR(?thing), "{base}")) }} ORDER BY ?thing'
    things = select(engine, text).column("thing")
    slugs = tuple(slug for thing in things if isinstance(thing, NamedNode) and (slug := slug_of(thing)))
    with _lock:
        _held[engine.release_id] = slugs
        while len(_held) > _HELD_RELEASES:
            _held.popitem(last=False)
    return slugs
