"""Who reads a page of a thing: in which language, and with which words things and terms are shown to that reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.describe import Label, Labels, Place
from kg.engine import Term
from server.answer.shown import Cell, best_label, linked_words, shown_cell


@dataclass(frozen=True)
class Reader:
    """A language, and the names of what a page shows.

    ``told`` are sentences that stand for things without a name.
    """

    language: str
    labels: Labels
    places: Mapping[NamedNode, Place]
    told: Mapping[NamedNode, str]

    def cell(self, term: Term | None) -> Cell:
        """A term as a reader sees it, with the language of its words where it is not that of the page."""
        cell = shown_cell(term, self.labels, self.places, self.language)
        if not isinstance(term, NamedNode):
            return cell
        if term in self.told and term not in self.labels and term not in self.places:
            return replace(cell, text=self.told[term], language="", fallback="")
        return cell

    def label(self, term: NamedNode) -> Label:
        """What a thing is called: by its name, by a place, or by a sentence about it."""
        if term not in self.labels and term in self.places:
            told = self._place(self.places[term])
            return Label(told.text[:1].upper() + told.text[1:], told.language)
        if term not in self.labels and term in self.told:
            return Label(self.told[term].rstrip(".。"), self.language)
        return best_label(self.labels, term, self.language)

    def _place(self, place: Place) -> Label:
        """A place in words; those of a cited page are in the language of its title."""
        words = linked_words(place, self.labels, self.language)
        return Label(words, self.language if place.line is not None else place.language)
