"""The words of a picture: what its things, kinds of neighbours, links and marks are called in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.names import name
from kg.engine import Engine
from kg.graph.evidence import places_of
from kg.graph.labels import Label, inverses_of, labels_of, note_texts_of
from kg.graph.neighbours import TRUSTS, Kind, trust_of
from kg.output.sentences import sentences_of
from server.pages.resource.reader import Reader
from server.pages.resource.rows import Mark
from server.pages.result.cells import best_label, named_by

_PLACES = frozenset(name(f"fyp:{one}") for one in ("Passage", "Citation"))
_LONGEST = 60


@dataclass(frozen=True)
class ExplorerTexts:
    """Names for one reader; ``language`` of a name is empty where it is in that reader's language."""

    reader: Reader
    inverses: dict[NamedNode, NamedNode]
    notes: dict[NamedNode, dict[str, Label]]

    def thing(self, iri: NamedNode) -> Label:
        """What a thing is called; a note by its text."""
        if iri in self.notes:
            return self._foreign(best_label(self.notes, iri, self.reader.language))
        return self._foreign(self.reader.label(iri))

    def short(self, iri: NamedNode) -> Label:
        """The same in a few words."""
        whole = self.thing(iri)
        if len(whole.text) <= _LONGEST:
            return whole
        cut = whole.text[:_LONGEST]
        at_word = cut.rsplit(" ", 1)[0] if " " in cut[_LONGEST // 2 :] else cut
        return Label(at_word.rstrip(",;:") + "…", whole.language)

    def term(self, iri: NamedNode) -> Label:
        """What a class, a property or a kind of statement is called."""
        return self._foreign(best_label(self.reader.labels, iri, self.reader.language))

    def link(self, kind: Kind) -> tuple[Label, bool]:
        """What a kind of neighbours has to do with the thing, and whether that is said from their side."""
        if not kind.inverse:
            return self.term(kind.property), False
        back = self.inverses.get(kind.property)
        return (self.term(back), False) if back is not None else (self.term(kind.property), True)

    def mark(self, trust: NamedNode) -> Mark:
        """How a statement came about, as a mark."""
        return Mark(trust_of(trust), self.term(trust).text)

    def _foreign(self, label: Label) -> Label:
        return Label(label.text, "" if label.language == self.reader.language else label.language)


def explorer_texts(
    engine: Engine,
    language: str,
    things: dict[NamedNode, NamedNode | None],
    terms: Iterable[NamedNode],
    *,
    subject: NamedNode | None = None,
) -> ExplorerTexts:
    """The names of things, given with their classes, and of properties and classes.

    Raises:
        As ``Engine.answer``.
    """
    inverses = inverses_of(engine, (one for one in terms))
    places = places_of(engine, (one for one, cls in things.items() if cls in _PLACES))
    notes = note_texts_of(engine, (one for one, cls in things.items() if cls == name("fyp:EditorialNote")))
    named = {*things, *terms, *inverses.values(), *TRUSTS.values(), *named_by(places.values())}
    labels = labels_of(engine, named - notes.keys())
    unnamed = [one for one in things if one not in labels and one not in places and one not in notes]
    told = sentences_of(engine, unnamed, language, subject=subject)
    return ExplorerTexts(Reader(language, labels, places, told), inverses, notes)
