"""What is told of a term, of a part of the ontology, and of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from pyoxigraph import NamedNode

from kg.core.messages import N_
from kg.core.names import PREFIXES

Texts = Mapping[str, str]
"""A text for each language tag."""


class Sort(Enum):
    """What a term is; the order is that of reading."""

    CLASS = N_("class")
    OBJECT = N_("object property")
    DATA = N_("data property")
    ANNOTATION = N_("annotation property")
    INDIVIDUAL = N_("individual")

    @property
    def is_property(self) -> bool:
        """Whether a term of this sort joins a thing with something."""
        return self in (Sort.OBJECT, Sort.DATA, Sort.ANNOTATION)


@dataclass(frozen=True)
class Term:
    """A term of ours.

    ``above`` are the terms of ours that it stands directly below, ``alignments`` those of other vocabularies;
    ``classes`` are those of an individual. ``reasons`` say why there is no ``domain``, ``range`` or ``inverse``.
    """

    iri: NamedNode
    sort: Sort
    labels: Texts
    definition: str
    examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    above: tuple[NamedNode, ...] = ()
    alignments: tuple[NamedNode, ...] = ()
    classes: tuple[NamedNode, ...] = ()
    domain: tuple[NamedNode, ...] = ()
    range: tuple[NamedNode, ...] = ()
    inverses: tuple[NamedNode, ...] = ()
    chains: tuple[tuple[NamedNode, ...], ...] = ()
    disjoint: tuple[NamedNode, ...] = ()
    traits: tuple[str, ...] = ()
    reasons: Texts = field(default_factory=dict)
    deprecated: bool = False

    @property
    def local(self) -> str:
        """The name without its namespace; the anchor of the term on its page."""
        return self.iri.value.removeprefix(PREFIXES["fyp"])


@dataclass(frozen=True)
class Module:
    """A part of the ontology, and its terms in the order of reading; ``slug`` is empty for the rest without a part."""

    slug: str
    labels: Texts
    definition: str
    members: tuple[NamedNode, ...]


@dataclass(frozen=True)
class Vocabulary:
    """The ontology as a whole: its header, its terms in the order of their IRIs, and its parts."""

    iri: NamedNode
    version: str
    titles: Texts
    description: str
    issued: str
    terms: Mapping[NamedNode, Term]
    modules: tuple[Module, ...]

    @cached_property
    def below(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The terms directly below each term, individuals below their class."""
        found: dict[NamedNode, list[NamedNode]] = {}
        for term in self.terms.values():
            for one in (*term.above, *term.classes):
                found.setdefault(one, []).append(term.iri)
        return {one: tuple(terms) for one, terms in found.items()}

    @cached_property
    def leading_from(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The properties whose domain a class is."""
        return self._joining("domain")

    @cached_property
    def leading_to(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The properties whose range a class is."""
        return self._joining("range")

    def _joining(self, end: str) -> dict[NamedNode, tuple[NamedNode, ...]]:
        found: dict[NamedNode, list[NamedNode]] = {}
        for term in self.terms.values():
            for cls in getattr(term, end):
                found.setdefault(cls, []).append(term.iri)
        return {cls: tuple(terms) for cls, terms in found.items()}
