"""The page of the shapes, with each rule as text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.core.errors import N_
from kg.graph.ontology import DOCUMENTS, Constraint, Phrase, ShapeGroup
from kg.graph.ontology.versions import shapes_query
from server.core import urls
from server.core.i18n.language import gettext, named_here
from server.pages.ontology.versions import TermLabels, edition_with, editions_of, own_edition
from server.pages.result.cells import Cell

_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_PLACES = ("%(one)s", "%(other)s")

# ``N_`` marks the pieces for translation; with another text a rule stays English
PIECES = frozenset(
    [
        # separators
        *(N_(", "), N_(": "), N_(", or "), N_("; or "), N_("; and "), N_(", and from there ")),
        # number of values
        N_("no value"),
        *(N_("exactly %(one)s value"), N_("exactly %(one)s values")),
        *(N_("at most %(one)s value"), N_("at most %(one)s values")),
        *(N_("%(one)s or more values"), N_("%(one)s to %(other)s values")),
        # type of each value
        N_("each value is a whole number"),
        N_("each value is a decimal number"),
        N_("each value is true or false"),
        N_("each value is a text without a language"),
        N_("each value is a date"),
        N_("each value is an address"),
        N_("each value is a text, number or date"),
        N_("each value is a thing with an IRI"),
        N_("each value is of the type "),
        N_("each value is of the class "),
        N_("it is of the class "),
        *(N_("each value is %(one)s or more"), N_("each value is %(one)s or less")),
        *(N_("each value is %(one)s to %(other)s"), N_("each value is exactly %(one)s")),
        N_("each value has %(one)s or more characters"),
        N_("each value has at most %(one)s characters"),
        N_("each value has %(one)s to %(other)s characters"),
        N_("each value has exactly %(one)s characters"),
        N_("each value fits the pattern "),
        N_("each value is in one of the languages en, de, zh"),
        N_("no language occurs twice"),
        # relations between values
        N_("each value is less than that of "),
        N_("no value is more than that of "),
        N_("the values are the same as those of "),
        N_("no value is also a value of "),
        N_("one value is "),
        *(N_("for %(one)s or more of the values: "), N_("for at most %(one)s of the values: ")),
        *(N_("for exactly %(one)s of the values: "), N_("for %(one)s to %(other)s of the values: ")),
        # groups, paths, queries
        N_("at least one of these holds: "),
        N_("one of these holds, and no more: "),
        N_("all of these hold: "),
        N_("this does not hold: "),
        N_("what points here with "),
        N_("the query finds nothing wrong"),
    ]
)


def rule_words(piece: str) -> str | None:
    """Return a piece in the language of the page; None if it has no translation."""
    # how: numbers become placeholders, so that one translation serves all of them.
    # A third number has no placeholder, and its piece then is none of the list
    numbers = _NUMBER.findall(piece)
    places = iter(_PLACES)
    pattern = _NUMBER.sub(lambda _: next(places, ""), piece)
    if pattern not in PIECES:
        return None
    return gettext(pattern, **dict(zip(("one", "other"), numbers, strict=False)))


_SHAPES = DOCUMENTS[2]


@dataclass(frozen=True)
class Rule:
    """One rule. ``conditions`` are phrases of cells."""

    anchor: str
    severity: str
    message: str
    path: tuple[Cell, ...]
    conditions: tuple[tuple[Cell, ...], ...]
    query: str


@dataclass(frozen=True)
class RuleGroup:
    """The rules for the resources of some classes, or for those with some property."""

    anchor: str
    classes: tuple[Cell, ...]
    subjects_of: tuple[Cell, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class ShapesPage:
    """The content of the page of the shapes."""

    version: str
    language: str
    versions: tuple[str, ...]
    groups: tuple[RuleGroup, ...]
    total: int
    is_current: bool
    query: str


def shapes_page(version: str, language: str) -> ShapesPage:
    """Return the page of a version of the shapes, with labels in a language. An empty version is that of the release.

    Raises:
        VersionUnknown: there is no such version.
        As ``Engine.answer``.
    """
    edition = edition_with(_SHAPES, version)
    is_current = edition is own_edition()
    # links to terms lead to the ontology version of these shapes
    words = _Words(
        TermLabels(
            edition.vocabulary, language, urls.ontology("" if is_current else edition.version, lang=named_here())
        )
    )
    groups = tuple(words.group(constraint) for constraint in edition.constraints if constraint.constraints)
    return ShapesPage(
        edition.documents[_SHAPES].version,
        language,
        tuple(editions_of(_SHAPES)),
        groups,
        sum(len(group.rules) for group in groups),
        is_current,
        shapes_query() if is_current else "",
    )


class _Words:
    """Converts phrases and terms to cells."""

    def __init__(self, naming: TermLabels) -> None:
        self._naming = naming

    def group(self, group: ShapeGroup) -> RuleGroup:
        classes, subjects_of = (self._naming.cells(iris) for iris in (group.classes, group.subjects_of))
        return RuleGroup(group.local, classes, subjects_of, tuple(map(self._rule, group.constraints)))

    def _rule(self, constraint: Constraint) -> Rule:
        conditions = tuple(map(self._phrase, constraint.conditions))
        return Rule(
            constraint.local,
            constraint.severity,
            constraint.message,
            self._phrase(constraint.path),
            conditions,
            constraint.query,
        )

    def _phrase(self, phrase: Phrase) -> tuple[Cell, ...]:
        return tuple(map(self._piece, phrase))

    def _piece(self, piece: str | NamedNode | Literal) -> Cell:
        if isinstance(piece, NamedNode):
            return self._naming.cell(piece)
        if isinstance(piece, Literal):
            return Cell(f"“{piece.value}”")
        words = rule_words(piece)
        return Cell(piece, "en" if self._naming.language != "en" else "") if words is None else Cell(words)
