"""The ontology as its page shows it: its parts with their terms, the alignment, and the versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kg.charts import Chart
from kg.charts.classes import draw, told
from kg.core.messages import N_
from kg.core.names import curie
from kg.graph.ontology import DOCUMENTS, Module, Term, Vocabulary, diagram_of, terms_query
from kg.graph.ontology.version import ontology_query
from server.core import urls
from server.core.i18n.language import named_here
from server.pages.ontology.entries import Entry, teller
from server.pages.ontology.labels import TermLabels, names_of, text_in
from server.pages.ontology.version_choice import edition_with, own_edition, own_uses
from server.pages.ontology.versions import Step, steps
from server.pages.result.cells import Cell

LONGEST_FILTER = 100
"""The most characters of the words to look for among the terms."""

_ONTOLOGY = DOCUMENTS[0]
_QUERIES = {
    N_("The terms with label and definition"): terms_query(),
    N_("All statements of the ontology"): ontology_query(),
}
_REST = {"en": "Terms", "de": "Begriffe", "zh": "术语"}


@dataclass(frozen=True)
class Part:
    """A part of the ontology with its terms, and its diagram in words where it has one."""

    slug: str
    label: Cell
    definition: str
    entries: tuple[Entry, ...]
    diagram: Chart | None = None
    diagram_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Glossary:
    """The page."""

    vocabulary: Vocabulary
    language: str
    wanted: str
    title: Cell
    parts: tuple[Part, ...]
    found: int
    alignments: tuple[tuple[Cell, tuple[Cell, ...]], ...]
    steps: tuple[Step, ...]
    is_current: bool
    has_shapes: bool
    queries: dict[str, str]


def glossary(version: str, language: str, wanted: str) -> Glossary:
    """The page of a version (empty: that of the release) in a language, with the terms that fit ``wanted``.

    Raises:
        VersionUnknown: there is no such version.
        As ``Engine.answer``.
    """
    edition, own = edition_with(_ONTOLOGY, version), own_edition()
    is_current = edition is own
    vocabulary = edition.vocabulary
    # a page with some of the terms leads to the page with all of them
    whole = urls.ontology("" if is_current else vocabulary.version, lang=named_here())
    naming = TermLabels(vocabulary, language, whole if wanted else "")
    tell = teller(edition, naming, own_uses() if is_current else None)
    parts = tuple(_part(module, naming, tell, wanted, drawn=is_current) for module in vocabulary.modules)
    kept = tuple(part for part in parts if part.entries)
    aligned = (term for term in vocabulary.terms.values() if term.alignments)
    return Glossary(
        vocabulary,
        language,
        wanted,
        text_in(vocabulary.titles, language),
        kept,
        sum(len(part.entries) for part in kept),
        tuple((naming.cell(term.iri), tuple(map(naming.cell, term.alignments))) for term in aligned),
        () if wanted else tuple(steps(language)),
        is_current,
        bool(edition.constraints),
        _QUERIES if is_current else {},
    )


def _part(module: Module, naming: TermLabels, tell: Callable[[Term], Entry], wanted: str, *, drawn: bool) -> Part:
    vocabulary, language = naming.vocabulary, naming.language
    terms = (vocabulary.terms[iri] for iri in module.members)
    entries = tuple(tell(term) for term in terms if _fits(term, wanted))
    part = Part(module.slug or "rest", text_in(module.labels or _REST, language), module.definition, entries)
    diagram = diagram_of(vocabulary, module) if drawn and not wanted else None
    if diagram is None:
        return part
    names = names_of(vocabulary, language)
    return replace(part, diagram=draw(diagram, names, language), diagram_words=tuple(told(diagram, names, language)))


def _fits(term: Term, wanted: str) -> bool:
    """Whether a name, a label or the definition holds the words, whatever their case."""
    texts = (curie(term.iri), *term.labels.values(), term.definition)
    return all(any(word in text.casefold() for text in texts) for word in wanted.casefold().split())
