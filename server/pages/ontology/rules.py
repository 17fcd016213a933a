"""The shapes as their page shows them: what must hold, of what, how grave a breach is, and what an editor is told."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.graph.ontology import DOCUMENTS, Constraint, Phrase, ShapeGroup
from kg.graph.ontology.versions import shapes_query
from server.core import urls
from server.core.i18n.language import named_here
from server.pages.ontology.labels import TermLabels
from server.pages.ontology.rule_texts import rule_words
from server.pages.ontology.version_choice import edition_with, editions_of, own_edition
from server.pages.result.cells import Cell

_SHAPES = DOCUMENTS[2]


@dataclass(frozen=True)
class Rule:
    """One rule; ``conditions`` are phrases of cells."""

    anchor: str
    severity: str
    message: str
    path: tuple[Cell, ...]
    conditions: tuple[tuple[Cell, ...], ...]
    query: str


@dataclass(frozen=True)
class RuleGroup:
    """The rules for the things of some classes, or for those with some property."""

    anchor: str
    classes: tuple[Cell, ...]
    subjects_of: tuple[Cell, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Ruled:
    """The page."""

    version: str
    language: str
    versions: tuple[str, ...]
    groups: tuple[RuleGroup, ...]
    total: int
    is_current: bool
    query: str


def ruled(version: str, language: str) -> Ruled:
    """The page of a version of the shapes (empty: that of the release), with terms by their labels in a language.

    Raises:
        VersionUnknown: there is no such version.
        As ``Engine.answer``.
    """
    edition = edition_with(_SHAPES, version)
    is_current = edition is own_edition()
    # terms lead to the version of the ontology that the shapes went with
    words = _Words(
        TermLabels(
            edition.vocabulary, language, urls.ontology("" if is_current else edition.version, lang=named_here())
        )
    )
    groups = tuple(words.group(one) for one in edition.constraints if one.constraints)
    return Ruled(
        edition.documents[_SHAPES].version,
        language,
        tuple(editions_of(_SHAPES)),
        groups,
        sum(len(group.rules) for group in groups),
        is_current,
        shapes_query() if is_current else "",
    )


class _Words:
    """Words and terms as cells."""

    def __init__(self, naming: TermLabels) -> None:
        self._naming = naming

    def group(self, group: ShapeGroup) -> RuleGroup:
        classes, subjects_of = (self._naming.cells(iris) for iris in (group.classes, group.subjects_of))
        return RuleGroup(group.local, classes, subjects_of, tuple(map(self._rule, group.constraints)))

    def _rule(self, one: Constraint) -> Rule:
        conditions = tuple(map(self._phrase, one.conditions))
        return Rule(one.local, one.severity, one.message, self._phrase(one.path), conditions, one.query)

    def _phrase(self, phrase: Phrase) -> tuple[Cell, ...]:
        return tuple(map(self._piece, phrase))

    def _piece(self, piece: str | NamedNode | Literal) -> Cell:
        if isinstance(piece, NamedNode):
            return self._naming.cell(piece)
        if isinstance(piece, Literal):
            return Cell(f"“{piece.value}”")
        words = rule_words(piece)
        return Cell(piece, "en" if self._naming.language != "en" else "") if words is None else Cell(words)
