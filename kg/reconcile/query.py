"""What is asked: a name, the types and the properties that the thing should have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kg.search.folding import fold

USUAL_LIMIT = 10
LARGEST_LIMIT = 100
MOST_CHARACTERS = 300
"""Characters of a text that are compared; a longer query or value finds nothing by its name."""


class Strictness(StrEnum):
    """What becomes of things that lack a wanted type: ``should`` lowers their score, the others leave them out."""

    ANY = "any"
    ALL = "all"
    SHOULD = "should"


@dataclass(frozen=True)
class Given:
    """A value that the asker knows of a thing; ``identifier`` is that of another thing, ``text`` is then its name."""

    text: str = ""
    identifier: str = ""

    @cached_property
    def folded(self) -> str:
        """The beginning of the text as it is compared, folded once for all comparisons."""
        return fold(self.text[:MOST_CHARACTERS])


@dataclass(frozen=True)
class Condition:
    """A property, by its id, and the values that the asker knows; each should be among those of the thing."""

    property_id: str
    values: tuple[Given, ...]


@dataclass(frozen=True)
class Query:
    """One query; without a text the things are sought by their properties. ``limit`` goes from 1 to LARGEST_LIMIT."""

    text: str = ""
    types: tuple[str, ...] = ()
    strictness: Strictness = Strictness.ANY
    conditions: tuple[Condition, ...] = ()
    limit: int = USUAL_LIMIT

    @cached_property
    def folded(self) -> str:
        """The beginning of the text as it is compared, folded once for all comparisons."""
        return fold(self.text[:MOST_CHARACTERS])
