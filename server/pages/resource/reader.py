"""Who reads a page of a thing: in which language, and with which words things and terms are shown to that reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from kg.core.messages import N_
from kg.core.names import name
from kg.engine import Term
from kg.graph.describe import Label, Labels, Place
from server.core.i18n.language import gettext
from server.core.i18n.numbers import language_words
from server.pages.result.cells import Cell, best_label, linked_words, shown_cell

_LANGUAGE, _TRUTH = name("dcterms:language"), name("xsd:boolean")
_ANSWERS = {"true": N_("yes"), "false": N_("no"), "1": N_("yes"), "0": N_("no")}


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

    def value(self, property_: NamedNode, term: Term) -> Cell:
        """What a property has, in words: a language by its name, yes and no for a truth value."""
        cell = self.cell(term)
        if not isinstance(term, Literal):
            return cell
        if property_ == _LANGUAGE:
            return replace(cell, text=language_words(term.value, self.language))
        if term.datatype == _TRUTH and term.value in _ANSWERS:
            return replace(cell, text=gettext(_ANSWERS[term.value]))
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
