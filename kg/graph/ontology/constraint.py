"""A shape in words: what must hold of the things that it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.core.names import PREFIXES

Phrase: TypeAlias = tuple[str | NamedNode | Literal, ...]
"""Words with terms among them, which a page shows by their labels."""


@dataclass(frozen=True)
class Constraint:
    """One rule: of the values at ``path`` (of the thing itself where it is empty) every one of ``conditions`` holds.

    ``query`` is that of a rule in SPARQL, which gives what is wrong.
    """

    iri: NamedNode
    severity: str
    message: str
    path: Phrase
    conditions: tuple[Phrase, ...]
    query: str = ""

    @property
    def local(self) -> str:
        """The name without its namespace; the anchor of the rule on its page."""
        return local_name(self.iri)


@dataclass(frozen=True)
class ShapeGroup:
    """The rules for the things of some classes, or for those that have some property."""

    iri: NamedNode
    classes: tuple[NamedNode, ...]
    subjects_of: tuple[NamedNode, ...]
    constraints: tuple[Constraint, ...]

    @property
    def local(self) -> str:
        """The name without its namespace."""
        return local_name(self.iri)


def local_name(shape: NamedNode) -> str:
    """The name of a shape without its namespace."""
    return shape.value.removeprefix(PREFIXES["shape"])
