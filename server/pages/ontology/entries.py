"""A term as the page of the ontology shows it, with what the ontology and the graph tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.names import LANGUAGES, curie
from kg.graph.describe import Labels, labels_of
from kg.graph.ontology import DOCUMENTS, OntologyVersion, Sort, Term, Uses, query_of
from server.core import urls
from server.core.context import request_context
from server.core.i18n.language import gettext, named_here, ngettext
from server.core.i18n.numbers import format_number
from server.pages.ontology.labels import TermLabels, text_in
from server.pages.result.cells import Cell, best_label


@dataclass(frozen=True)
class Fact:
    """Something that the ontology says of a term: a heading and cells, ``between`` which something may stand.

    ``reason`` says why there are none, in the language of the ontology.
    """

    heading: str
    cells: tuple[Cell, ...] = ()
    between: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Entry:
    """A term on the page; ``count`` is empty where the release at hand is not the one that the terms are those of."""

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


def teller(edition: OntologyVersion, naming: TermLabels, uses: Uses | None) -> Callable[[Term], Entry]:
    """Tells of one term after the other; the labels of all examples are asked for at once."""
    examples = {one for things in uses.examples.values() for one in things} if uses is not None else set()
    labels: Labels = labels_of(request_context().engine, examples) if examples else {}
    # of the version that the page shows; the shapes of older releases are not kept in them
    shapes = edition.documents.get(DOCUMENTS[2])
    address = urls.shapes("" if uses is not None or shapes is None else shapes.version, lang=named_here())
    rules = _rules(edition, address)

    def tell(term: Term) -> Entry:
        label = text_in(term.labels, naming.language)
        others = (one for one in LANGUAGES if one in term.labels and one != (label.language or naming.language))
        shown = uses.examples[term.iri] if uses is not None else ()
        return Entry(
            term.local,
            curie(term.iri),
            gettext(term.sort.value),
            label,
            tuple(Cell(term.labels[one], one) for one in others),
            term.definition,
            term.deprecated,
            tuple(fact for fact in _facts(term, naming, rules) if fact.cells or fact.reason),
            _counted(term, uses.counts[term.iri], naming.language) if uses is not None else "",
            urls.sparql(query_of(term)) if uses is not None else "",
            tuple(_shown(labels, one, naming.language) for one in shown),
        )

    return tell


def _counted(term: Term, count: int, language: str) -> str:
    number = format_number(count, language)
    if term.sort is Sort.CLASS:
        return ngettext("%(number)s thing", "%(number)s things", count, number=number)
    return ngettext("%(number)s statement", "%(number)s statements", count, number=number)


def _shown(labels: Labels, iri: NamedNode, language: str) -> Cell:
    label = best_label(labels, iri, language)
    return Cell(label.text, label.language if label.language not in ("", language) else "", urls.page_of(iri))


def _rules(edition: OntologyVersion, address: str) -> dict[NamedNode, list[Cell]]:
    """The shapes that look at the things of a class, or at those that have a property."""
    found: dict[NamedNode, list[Cell]] = {}
    for group in edition.constraints:
        for iri in (*group.classes, *group.subjects_of):
            words = f"{group.local} ({len(group.constraints)})"
            found.setdefault(iri, []).append(Cell(words, href=f"{address}#{group.local}"))
    return found


def _facts(term: Term, naming: TermLabels, rules: Mapping[NamedNode, list[Cell]]) -> Iterable[Fact]:
    below = naming.vocabulary.below.get(term.iri, ())
    individuals = tuple(one for one in below if naming.vocabulary.terms[one].sort is Sort.INDIVIDUAL)
    yield Fact(gettext("Is a"), naming.cells(term.classes))
    yield Fact(gettext("Is below"), naming.cells(term.above))
    yield Fact(gettext("Stands above"), naming.cells(one for one in below if one not in individuals))
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
    """What a term leads to, or why it leads to nothing in particular."""
    return Fact(heading, cells, reason="" if cells else reason)


def _english(text: str, language: str) -> Cell:
    """A text in the language of the ontology."""
    return Cell(text, "en" if language != "en" else "")
