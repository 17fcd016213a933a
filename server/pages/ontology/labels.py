"""What terms of the ontology are called on a page, and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, short
from kg.graph.ontology import Vocabulary
from server.core import urls
from server.pages.result.cells import Cell


def names_of(vocabulary: Vocabulary, language: str) -> dict[NamedNode, str]:
    """What each term is called in a language."""
    return {iri: text_in(term.labels, language).text or term.local for iri, term in vocabulary.terms.items()}


def text_in(texts: Mapping[str, str], language: str) -> Cell:
    """A text in a language, or in the first one that there is; says which, if it is not the page's."""
    found = next((one for one in (language, *LANGUAGES, "") if one in texts), None)
    return Cell("") if found is None else Cell(texts[found], found if found != language else "")


class TermLabels:
    """Terms as cells: those of a vocabulary lead to their place on the page at ``base``, or on the page at hand."""

    def __init__(self, vocabulary: Vocabulary, language: str, base: str = "") -> None:
        self.vocabulary, self.language, self._base = vocabulary, language, base
        self._cells: dict[NamedNode, Cell] = {}

    def cell(self, iri: NamedNode) -> Cell:
        """One term."""
        if iri not in self._cells:
            self._cells[iri] = self._made(iri)
        return self._cells[iri]

    def cells(self, iris: Iterable[NamedNode]) -> tuple[Cell, ...]:
        """Several terms."""
        return tuple(map(self.cell, iris))

    def _made(self, iri: NamedNode) -> Cell:
        term = self.vocabulary.terms.get(iri)
        if term is None:
            return Cell(short(iri), href=urls.page_of(iri))
        label = text_in(term.labels, self.language)
        return Cell(label.text or term.local, label.language, f"{self._base}#{term.local}")
