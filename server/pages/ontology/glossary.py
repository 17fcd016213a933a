"""The glossary of the ontology: its terms with labels, definitions and uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from kg.charts import Chart
from kg.charts.classes import draw, edges_in_words
from kg.core.errors import N_
from kg.core.names import LANGUAGES, curie
from kg.graph.labels import Labels, labels_of
from kg.graph.ontology import (
    DOCUMENTS,
    Module,
    OntologyVersion,
    Sort,
    Term,
    Uses,
    Vocabulary,
    diagram_of,
    query_of,
    terms_query,
)
from kg.graph.ontology.versions import ontology_query
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import gettext, named_here, ngettext
from server.core.i18n.numbers import format_number
from server.pages.ontology.versions import (
    Step,
    TermLabels,
    edition_with,
    names_of,
    own_edition,
    own_uses,
    steps,
    text_in,
)
from server.pages.result.cells import Cell, best_label


@dataclass(frozen=True)
class Fact:
    """A statement of the ontology about a term: a heading and cells, with a separator ``between`` them.

    ``reason`` explains an empty statement, in the language of the ontology.
    """

    heading: str
    cells: tuple[Cell, ...] = ()
    between: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    """A term on the page. ``count`` is empty if the page shows another version than the release has."""

    anchor: str
    compact: str
    sort: str
    label: Cell
    others: tuple[Cell, ...]
    definition: str
    deprecated: bool
    facts: tuple[Fact, ...]
    count: str = ""
    count_href: str = ""
    examples: tuple[Cell, ...] = ()


def entry_maker(edition: OntologyVersion, naming: TermLabels, uses: Uses | None) -> Callable[[Term], Entry]:
    """Return a function that makes the entry of a term. The labels of all examples are read at once."""
    # counts and examples are those of the release, so other versions have none
    examples = {thing for things in uses.examples.values() for thing in things} if uses is not None else set()
    labels: Labels = labels_of(request_context().engine, examples) if examples else {}
    # shapes of the version on the page; older versions do not include their shapes
    shapes = edition.documents.get(DOCUMENTS[2])
    address = urls.shapes("" if uses is not None or shapes is None else shapes.version, lang=named_here())
    rules = _rules(edition, address)

    def entry_of_term(term: Term) -> Entry:
        label = text_in(term.labels, naming.language)
        others = (
            language
            for language in LANGUAGES
            if language in term.labels and language != (label.language or naming.language)
        )
        shown = uses.examples[term.iri] if uses is not None else ()
        return Entry(
            term.local,
            curie(term.iri),
            gettext(term.sort.value),
            label,
            tuple(Cell(term.labels[other], other) for other in others),
            term.definition,
            term.deprecated,
            tuple(fact for fact in _facts(term, naming, rules) if fact.cells or fact.reason),
            _counted(term, uses.counts[term.iri], naming.language) if uses is not None else "",
            urls.sparql(query_of(term)) if uses is not None else "",
            tuple(_shown(labels, entry, naming.language) for entry in shown),
        )

    return entry_of_term


def _counted(term: Term, count: int, language: str) -> str:
    number = format_number(count, language)
    if term.sort is Sort.CLASS:
        return ngettext("%(number)s thing", "%(number)s things", count, number=number)
    return ngettext("%(number)s statement", "%(number)s statements", count, number=number)


def _shown(labels: Labels, iri: NamedNode, language: str) -> Cell:
    label = best_label(labels, iri, language)
    return Cell(label.text, label.language if label.language not in ("", language) else "", urls.page_of(iri))


def _rules(edition: OntologyVersion, address: str) -> dict[NamedNode, list[Cell]]:
    """Return the shapes that apply to the resources of each class, or to those with each property."""
    rules: dict[NamedNode, list[Cell]] = {}
    for group in edition.constraints:
        for iri in (*group.classes, *group.subjects_of):
            words = f"{group.local} ({len(group.constraints)})"
            rules.setdefault(iri, []).append(Cell(words, href=f"{address}#{group.local}"))
    return rules


def _facts(term: Term, naming: TermLabels, rules: Mapping[NamedNode, list[Cell]]) -> Iterable[Fact]:
    below = naming.vocabulary.below.get(term.iri, ())
    individuals = tuple(child for child in below if naming.vocabulary.terms[child].sort is Sort.INDIVIDUAL)
    yield Fact(gettext("Is a"), naming.cells(term.classes))
    yield Fact(gettext("Is below"), naming.cells(term.above))
    yield Fact(gettext("Narrower terms"), naming.cells(child for child in below if child not in individuals))
    yield Fact(gettext("Its individuals"), naming.cells(individuals))
    yield _reasoned(gettext("Leads from (domain)"), naming.cells(term.domain), term.reasons.get("domain", ""))
    yield _reasoned(gettext("Leads to (range)"), naming.cells(term.range), term.reasons.get("range", ""))
    yield Fact(gettext("Properties from it"), naming.cells(naming.vocabulary.leading_from.get(term.iri, ())))
    yield Fact(gettext("Properties to it"), naming.cells(naming.vocabulary.leading_to.get(term.iri, ())))
    yield _reasoned(gettext("Way back (inverse)"), naming.cells(term.inverses), term.reasons.get("inverse", ""))
    for chain in term.chains:
        yield Fact(gettext("Follows from the chain"), naming.cells(chain), between=" → ")
    yield Fact(gettext("Shares nothing with"), naming.cells(term.disjoint))
    yield Fact(gettext("Characteristics"), tuple(Cell(gettext(trait)) for trait in term.traits))
    for note in term.notes:
        yield Fact(gettext("Note"), (_english(note, naming.language),))
    for example in term.examples:
        yield Fact(gettext("For instance"), (_english(example, naming.language),))
    yield Fact(gettext("In other vocabularies"), naming.cells(term.alignments))
    yield Fact(gettext("Shapes (rules)"), tuple(rules.get(term.iri, ())))


def _reasoned(heading: str, cells: tuple[Cell, ...], reason: str) -> Fact:
    """Return the targets of a term, or the reason why there are none."""
    return Fact(heading, cells, reason="" if cells else reason)


def _english(text: str, language: str) -> Cell:
    """Return a text marked as English, the language of the ontology."""
    return Cell(text, "en" if language != "en" else "")


LONGEST_FILTER = 100
"""The most characters of a search among the terms."""

_ONTOLOGY = DOCUMENTS[0]
_QUERIES = {
    N_("The terms with label and definition"): terms_query(),
    N_("All statements of the ontology"): ontology_query(),
}
_REST = {"en": "Terms", "de": "Begriffe", "zh": "术语"}


@dataclass(frozen=True)
class Part:
    """An ontology module with its terms, and its diagram with a text alternative if there is one."""

    slug: str
    label: Cell
    definition: str
    entries: tuple[Entry, ...]
    diagram: Chart | None = None
    diagram_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Glossary:
    """The content of the page of the ontology."""

    vocabulary: Vocabulary
    language: str
    wanted: str
    title: Cell
    parts: tuple[Part, ...]
    matching: int
    alignments: tuple[tuple[Cell, tuple[Cell, ...]], ...]
    steps: tuple[Step, ...]
    is_current: bool
    has_shapes: bool
    queries: dict[str, str]


def glossary(version: str, language: str, wanted: str) -> Glossary:
    """Return the page of a version in a language, with the terms that match ``wanted``.

    An empty version is that of the release.

    Raises:
        VersionUnknown: there is no such version.
        As ``Engine.answer``.
    """
    edition, own = edition_with(_ONTOLOGY, version), own_edition()
    is_current = edition is own
    vocabulary = edition.vocabulary
    # on a filtered page, links to terms lead to the page with all terms
    whole = urls.ontology("" if is_current else vocabulary.version, lang=named_here())
    naming = TermLabels(vocabulary, language, whole if wanted else "")
    entry_of_term = entry_maker(edition, naming, own_uses() if is_current else None)
    parts = tuple(_part(module, naming, entry_of_term, wanted, drawn=is_current) for module in vocabulary.modules)
    shown_parts = tuple(part for part in parts if part.entries)
    aligned = (term for term in vocabulary.terms.values() if term.alignments)
    return Glossary(
        vocabulary,
        language,
        wanted,
        text_in(vocabulary.titles, language),
        shown_parts,
        sum(len(part.entries) for part in shown_parts),
        tuple((naming.cell(term.iri), tuple(map(naming.cell, term.alignments))) for term in aligned),
        () if wanted else tuple(steps(language)),
        is_current,
        bool(edition.constraints),
        _QUERIES if is_current else {},
    )


def _part(
    module: Module, naming: TermLabels, entry_of_term: Callable[[Term], Entry], wanted: str, *, drawn: bool
) -> Part:
    vocabulary, language = naming.vocabulary, naming.language
    terms = (vocabulary.terms[iri] for iri in module.members)
    entries = tuple(entry_of_term(term) for term in terms if _fits(term, wanted))
    part = Part(module.slug or "rest", text_in(module.labels or _REST, language), module.definition, entries)
    # diagrams exist for the release only; on a filtered page they would show terms that the page does not list
    diagram = diagram_of(vocabulary, module) if drawn and not wanted else None
    if diagram is None:
        return part
    names = names_of(vocabulary, language)
    return replace(
        part, diagram=draw(diagram, names, language), diagram_words=tuple(edges_in_words(diagram, names, language))
    )


def _fits(term: Term, wanted: str) -> bool:
    """Return True if a name, a label or the definition contains each word, ignoring case."""
    texts = (curie(term.iri), *term.labels.values(), term.definition)
    return all(any(word in text.casefold() for text in texts) for word in wanted.casefold().split())
