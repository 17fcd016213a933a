"""The way into a picture: a thing with the most telling of its neighbours, so that no picture begins bare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.core.names import thing
from kg.engine import Engine
from kg.graph.neighbours import Kind, Opening, kinds_of
from server.pages.explorer.explorer_request import ExplorerRequest
from server.pages.explorer.families import family_of

MOST_AT_FIRST = 24
"""How many neighbours are open at first: with the thing itself, as many as one takes in at a glance."""

_TELLING = ("technology", "element", "plan", "cooperation", "body", "figure")
_MOST_KINDS = 2


def entry_to(engine: Engine, asked: ExplorerRequest, slug: str) -> ExplorerRequest:
    """As ``entering``, with the numbers asked of the graph; nothing is open of what the graph does not know.

    Raises:
        As ``Engine.answer``.
    """
    iri = thing(slug)
    return entering(asked, slug, kinds_of(engine, [iri]).get(iri, {}))


def entering(asked: ExplorerRequest, slug: str, counts: Mapping[Kind, int]) -> ExplorerRequest:
    """From one thing alone, with its most telling kinds of neighbours open.

    ``counts`` are the numbers of its neighbours by kind. Where no kind is telling any that fits is opened, and where
    none fits the least numerous, of which the picture shows the first.
    """
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0].inverse, str(one[0])))
    telling = [one for one in ranked if family_of(one[0].cls) in _TELLING]
    opened = _fitting(telling) or _fitting(ranked) or [kind for kind, _ in ranked[-1:]]
    return replace(asked.starting(slug), opened=tuple(Opening(slug, kind) for kind in opened))


def _fitting(ranked: Iterable[tuple[Kind, int]]) -> list[Kind]:
    """The first kinds that a picture has room for, each leading to another class."""
    opened: list[Kind] = []
    left = MOST_AT_FIRST
    for kind, count in ranked:
        if count <= left and len(opened) < _MOST_KINDS and kind.cls not in [one.cls for one in opened]:
            opened.append(kind)
            left -= count
    return opened
