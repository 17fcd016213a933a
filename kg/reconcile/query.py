"""A query of a table: a name, the types and the properties that the resource should have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kg.search.folding import fold

USUAL_LIMIT = 10
LARGEST_LIMIT = 100
MOST_CHARACTERS = 300
"""The most characters of a text that are compared; a longer query or value finds nothing by its name."""


class Strictness(StrEnum):
    """The effect of a missing type: ``should`` lowers the score, the others leave the resource out."""

    ANY = "any"
    ALL = "all"
    SHOULD = "should"


@dataclass(frozen=True)
class TableValue:
    """A value in the table; if ``identifier`` is that of a resource, ``text`` is its name."""

    text: str = ""
    identifier: str = ""

    @cached_property
    def folded(self) -> str:
        """The beginning of the text as it is compared, folded once for all comparisons."""
        return fold(self.text[:MOST_CHARACTERS])


@dataclass(frozen=True)
class Condition:
    """A property, by its id, and its values in the table; the resource should have each of them."""

    property_id: str
    values: tuple[TableValue, ...]


@dataclass(frozen=True)
class Query:
    """One query; without a text, candidates are found by their properties. ``limit`` is from 1 to LARGEST_LIMIT."""

    text: str = ""
    types: tuple[str, ...] = ()
    strictness: Strictness = Strictness.ANY
    conditions: tuple[Condition, ...] = ()
    limit: int = USUAL_LIMIT

    @cached_property
    def folded(self) -> str:
        """The beginning of the text as it is compared, folded once for all comparisons."""
        return fold(self.text[:MOST_CHARACTERS])
