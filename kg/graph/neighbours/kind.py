"""Kinds of neighbours, and how an address names them: a property, which way it is read, and the class it leads to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.core.graphs import KINDS
from kg.core.names import PREFIXES, SLUG, curie, name
from kg.engine import Term

# those that tell of the graph itself lead to no thing
_OF_THE_GRAPH = ("kindMeta", "kindQuestions", "kindOntology")
_COMPACT = re.compile(r"([a-z][a-z0-9-]*):([A-Za-z][A-Za-z0-9_-]*)", re.ASCII)
_AGAINST = "~"


def trust_of(kind: NamedNode) -> str:
    """A kind of statement in one word, such as ``stated`` for ``fyp:kindStated``."""
    return kind.value.rpartition("#")[2].removeprefix("kind").lower()


TRUSTS: Mapping[str, NamedNode] = {
    trust_of(name(f"fyp:{one}")): name(f"fyp:{one}") for one in KINDS.values() if one not in _OF_THE_GRAPH
}
"""The kinds of statements that link things, by their word; the surest first, what follows by rule near the end."""


@lru_cache(maxsize=1_000)
def _compact(iri: NamedNode) -> str:
    """As ``curie``: a page writes the few there are some hundred times."""
    return curie(iri)


@dataclass(frozen=True)
class Kind:
    """Neighbours of one class that one property leads to, or leads from where it is ``inverse``."""

    property: NamedNode
    cls: NamedNode
    inverse: bool = False

    def is_named(self) -> bool:
        """Whether both have compact names, without which an address cannot name the kind."""
        return all(_COMPACT.fullmatch(curie(one)) for one in (self.property, self.cls))

    def __str__(self) -> str:
        """As an address has it: ``fyp:hasObjective/fyp:Objective``, or ``~fyp:inSection/fyp:Passage``."""
        return f"{_AGAINST if self.inverse else ''}{_compact(self.property)}/{_compact(self.cls)}"


def kind_in(inverse: Term | None, property_: Term | None, cls: Term | None) -> Kind:
    """The kind that a row of an answer names."""
    assert isinstance(inverse, Literal)  # noqa: S101 - bound above
    assert isinstance(property_, NamedNode)  # noqa: S101 - the graph has no other properties
    assert isinstance(cls, NamedNode)  # noqa: S101 - the graph has no anonymous classes
    return Kind(property_, cls, inverse.value == "true")


@dataclass(frozen=True)
class Opening:
    """A kind of neighbours of a thing that is to be seen."""

    slug: str
    kind: Kind

    def __str__(self) -> str:
        """As an address has it."""
        return f"{self.slug}/{self.kind}"


def read_opening(text: str) -> Opening | None:
    """What an address names, such as ``plan-ict/fyp:hasObjective/fyp:Objective``; None if it names no such thing."""
    slug, _, rest = text.partition("/")
    kind = read_kind(rest)
    return Opening(slug, kind) if kind is not None and SLUG.fullmatch(slug) else None


def read_kind(text: str) -> Kind | None:
    """A kind of neighbours from its words in an address."""
    property_, _, cls = text.removeprefix(_AGAINST).partition("/")
    found = [read_name(one) for one in (property_, cls)]
    if found[0] is None or found[1] is None:
        return None
    return Kind(found[0], found[1], text.startswith(_AGAINST))


def read_name(text: str) -> NamedNode | None:
    """A compact IRI of one of our prefixes."""
    found = _COMPACT.fullmatch(text)
    return name(text) if found is not None and found[1] in PREFIXES else None
