"""What a release holds, as the page about the data shows it: each table with the query that gives the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.core.names import PREFIXES, name, sparql_prologue
from kg.core.vocabularies import Vocabulary
from kg.engine import Engine
from kg.graph.describe import Label, Labels, definitions_of, labels_of
from kg.output.metadata import Counts
from kg.output.metadata.linksets import LINKING, Linkset, query
from server.core.i18n.language import gettext
from server.core.i18n.numbers import format_number
from server.pages.result.cells import Cell, ShownTable, best_label

_GRAPHS = sparql_prologue("fyp", "graph") + (
    "SELECT ?kind ?graph (COUNT(*) AS ?statements) WHERE {\n"
    "  GRAPH graph:meta { ?graph fyp:statementKind ?kind }\n"
    "  GRAPH ?graph { ?thing ?property ?value }\n"
    "} GROUP BY ?kind ?graph ORDER BY ?kind ?graph"
)
_CLASSES = (
    "SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {\n"
    "  ?thing a ?class\n"
    f'  FILTER (STRSTARTS(STR(?class), "{PREFIXES["fyp"]}"))\n'
    "} GROUP BY ?class ORDER BY DESC(?things) ?class"
)


@dataclass(frozen=True)
class Part:
    """A table of the page, and the SPARQL text that gives its numbers."""

    table: ShownTable
    query: str


@dataclass(frozen=True)
class Contents:
    """What a release holds: statements by how they came about, things by class, links by vocabulary."""

    statements: int
    graphs: int
    links: int
    vocabularies: int
    by_kind: Part
    by_class: Part
    by_vocabulary: Part


def contents_of(engine: Engine, counts: Counts, language: str = "en") -> Contents:
    """The tables of the page in a language, from the counts of the release.

    Raises:
        As ``Engine.answer``.
    """
    classes = [cls for cls in counts.classes if cls.value.startswith(PREFIXES["fyp"])]
    labels = labels_of(engine, {*counts.kinds.values(), *classes})
    return Contents(
        statements=counts.whole.triples,
        graphs=len(counts.graphs),
        links=sum(one.triples for one in counts.links),
        vocabularies=len({one.vocabulary for one in counts.links}),
        by_kind=Part(_by_kind(engine, counts, labels, language), _GRAPHS),
        by_class=Part(_by_class(counts, classes, labels, language), _CLASSES),
        by_vocabulary=Part(_by_vocabulary(counts.links, language), query()),
    )


def _by_kind(engine: Engine, counts: Counts, labels: Labels, language: str) -> ShownTable:
    statements, graphs = Counter[NamedNode](), Counter[NamedNode]()
    for graph, kind in counts.kinds.items():
        statements[kind] += counts.graphs.get(graph, 0)
        graphs[kind] += 1
    meanings = definitions_of(engine, statements)
    rows = (
        (
            _named(labels, kind, language),
            _told(meanings.get(kind), language),
            _count(graphs[kind], language),
            _count(found, language),
        )
        for kind, found in statements.most_common()
    )
    headings = (gettext("Kind"), gettext("What it holds"), gettext("Graphs"), gettext("Statements"))
    return ShownTable(headings, tuple(rows))


def _by_class(counts: Counts, classes: list[NamedNode], labels: Labels, language: str) -> ShownTable:
    ordered = sorted(classes, key=lambda cls: (-counts.classes[cls], cls.value))
    rows = ((_named(labels, cls, language), _count(counts.classes[cls], language)) for cls in ordered)
    return ShownTable((gettext("Kind of thing"), gettext("Number")), tuple(rows))


def _by_vocabulary(links: tuple[Linkset, ...], language: str) -> ShownTable:
    predicates = [name(one) for one in LINKING]
    found = dict[Vocabulary, Counter[NamedNode]]()
    for one in links:
        found.setdefault(one.vocabulary, Counter())[one.predicate] += one.triples
    rows = (
        (
            Cell(_capital(gettext(vocabulary.title).removeprefix("the "))),
            *(_count(held[one], language) for one in predicates),
            _count(held.total(), language),
        )
        for vocabulary, held in sorted(found.items(), key=lambda pair: -pair[1].total())
    )
    matching = (gettext("Exact match"), gettext("Close match"))
    wider = (gettext("Broader"), gettext("Narrower"), gettext("Related"))
    return ShownTable((gettext("Dataset"), *matching, *wider, gettext("In total")), tuple(rows))


def _named(labels: Labels, iri: NamedNode, language: str) -> Cell:
    return _told(best_label(labels, iri, language), language)


def _told(text: Label | None, language: str) -> Cell:
    """A text of the graph, with its language where that is not the page's."""
    if text is None:
        return Cell("")
    return Cell(text.text, text.language if text.language not in ("", language) else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(found: int, language: str) -> Cell:
    return Cell(format_number(found, language) if found else "", numeric=True)
