"""What a search finds: things, each with the text that matched and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import NamedNode


class MatchKind(StrEnum):
    """How a text matched, from the closest to the loosest."""

    EXACT = "exact"
    BEGINS = "begins"
    SOUNDS = "sounds"  # by pinyin
    WORDS = "words"
    INSIDE = "inside"  # as a part of a word
    SCATTERED = "scattered"  # in several names of the thing
    SIMILAR = "similar"  # in spite of another spelling
    DESCRIBED = "described"


@dataclass(frozen=True)
class Hit:
    """A thing that was found; ``label`` is in the reader's language if it has one, ``matched`` is what was found.

    ``score`` goes from 0 to 1. ``exact`` says that a name of the thing is the text itself, but for case, accents, width
    and script. ``kinds`` are the classes that the data name, ``plans`` those that the thing is part of or mentioned in.
    """

    thing: NamedNode
    label: str
    language: str
    matched: str
    matched_language: str
    kinds: tuple[NamedNode, ...]
    plans: tuple[NamedNode, ...]
    score: float
    exact: bool
    how: MatchKind = MatchKind.EXACT
    about: str = ""
    about_language: str = ""


@dataclass(frozen=True)
class SearchResult:
    """Some of what matches, best first, and how many match in all.

    ``kinds`` counts what matches by class, among what is of the chosen plans; ``plans`` by plan, among what is of the
    chosen kinds: so each says what another choice would give.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    kinds: Mapping[NamedNode, int] = field(default_factory=dict)
    plans: Mapping[NamedNode, int] = field(default_factory=dict)
