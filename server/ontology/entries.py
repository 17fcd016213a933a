"""A term as the page of the ontology shows it, with what the ontology and the graph tell of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.describe import Labels, labels_of
from kg.names import LANGUAGES, curie
from kg.terminology import DOCUMENTS, Edition, Sort, Term, Uses, query_of
from server import urls
from server.here import here
from server.ontology.naming import Naming, text_in
from server.shown import Cell, best_label, number


@dataclass(frozen=True)
class Fact:
    """Something that the ontology says of a term: a heading and cells, or words in the language of the ontology."""

    heading: str
    cells: tuple[Cell, ...] = ()
    words: str = ""


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


def teller(edition: Edition, naming: Naming, uses: Uses | None) -> Callable[[Term], Entry]:
    """Tells of one term after the other; the labels of all examples are asked for at once."""
    examples = {one for things in uses.examples.values() for one in things} if uses is not None else set()
    labels: Labels = labels_of(here().engine, examples) if examples else {}
    # of the version that the page shows; the shapes of older releases are not kept in them
    shapes = edition.documents.get(DOCUMENTS[2])
    rules = _rules(edition, urls.shapes("" if uses is not None or shapes is None else shapes.version))

    def tell(term: Term) -> Entry:
        cells = (text_in(term.labels, language) for language in LANGUAGES if language in term.labels)
        label = text_in(term.labels, naming.language)
        shown = uses.examples[term.iri] if uses is not None else ()
        return Entry(
            term.local,
            curie(term.iri),
            term.sort.value,
            label,
            tuple(cell for cell in cells if cell != label),
            term.definition,
            term.deprecated,
            tuple(fact for fact in _facts(term, naming, rules) if fact.cells or fact.words),
            number(str(uses.counts[term.iri])) if uses is not None else "",
            urls.sparql(query_of(term)) if uses is not None else "",
            tuple(Cell(best_label(labels, one, naming.language).text, href=urls.page_of(one)) for one in shown),
        )

    return tell


def _rules(edition: Edition, address: str) -> dict[NamedNode, list[Cell]]:
    """The shapes that look at the things of a class, or at those that have a property."""
    found: dict[NamedNode, list[Cell]] = {}
    for group in edition.constraints:
        for iri in (*group.classes, *group.subjects_of):
            words = f"{group.local} ({len(group.constraints)})"
            found.setdefault(iri, []).append(Cell(words, href=f"{address}#{group.local}"))
    return found


def _facts(term: Term, naming: Naming, rules: Mapping[NamedNode, list[Cell]]) -> Iterable[Fact]:
    below = naming.vocabulary.below.get(term.iri, ())
    individuals = tuple(one for one in below if naming.vocabulary.terms[one].sort is Sort.INDIVIDUAL)
    yield Fact("Is a", naming.cells(term.classes))
    yield Fact("Is below", naming.cells(term.above))
    yield Fact("Stands above", naming.cells(one for one in below if one not in individuals))
    yield Fact("Its individuals", naming.cells(individuals))
    yield Fact("Leads from (domain)", naming.cells(term.domain), "" if term.domain else term.reasons.get("domain", ""))
    yield Fact("Leads to (range)", naming.cells(term.range), "" if term.range else term.reasons.get("range", ""))
    yield Fact("Properties from it", naming.cells(naming.vocabulary.leading_from.get(term.iri, ())))
    yield Fact("Properties to it", naming.cells(naming.vocabulary.leading_to.get(term.iri, ())))
    yield Fact("Way back (inverse)", naming.cells(term.inverses), term.reasons.get("inverse", ""))
    for chain in term.chains:
        yield Fact("Follows from the chain", naming.cells(chain))
    yield Fact("Shares nothing with", naming.cells(term.disjoint))
    yield Fact("Characteristics", words=", ".join(term.traits))
    for note in term.notes:
        yield Fact("Note", words=note)
    for example in term.examples:
        yield Fact("For instance", words=example)
    yield Fact("In other vocabularies", naming.cells(term.alignments))
    yield Fact("Shapes (rules)", tuple(rules.get(term.iri, ())))
