"""What a release holds, as the page about the data shows it: each table with the query that gives the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.dataset import Counts
from kg.dataset.linksets import LINKING, Linkset, query
from kg.describe import Labels, definitions_of, labels_of
from kg.engine import Engine
from kg.names import PREFIXES, name, sparql_prologue
from kg.vocabularies import Vocabulary
from server.shown import Cell, ShownTable, best_label, number

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

    statements: str
    graphs: str
    links: str
    vocabularies: str
    by_kind: Part
    by_class: Part
    by_vocabulary: Part


def contents_of(engine: Engine, counts: Counts) -> Contents:
    """The tables of the page, from the counts of the release.

    Raises:
        As ``Engine.answer``.
    """
    classes = [cls for cls in counts.classes if cls.value.startswith(PREFIXES["fyp"])]
    labels = labels_of(engine, {*counts.kinds.values(), *classes})
    return Contents(
        statements=number(str(counts.whole.triples)),
        graphs=str(len(counts.graphs)),
        links=str(sum(one.triples for one in counts.links)),
        vocabularies=str(len({one.vocabulary for one in counts.links})),
        by_kind=Part(_by_kind(engine, counts, labels), _GRAPHS),
        by_class=Part(_by_class(counts, classes, labels), _CLASSES),
        by_vocabulary=Part(_by_vocabulary(counts.links), query()),
    )


def _by_kind(engine: Engine, counts: Counts, labels: Labels) -> ShownTable:
    statements, graphs = Counter[NamedNode](), Counter[NamedNode]()
    for graph, kind in counts.kinds.items():
        statements[kind] += counts.graphs.get(graph, 0)
        graphs[kind] += 1
    meanings = definitions_of(engine, statements)
    rows = (
        (
            Cell(best_label(labels, kind).text),
            Cell(meanings[kind].text if kind in meanings else ""),
            _count(graphs[kind]),
            _count(found),
        )
        for kind, found in statements.most_common()
    )
    return ShownTable(("Kind", "What it holds", "Graphs", "Statements"), tuple(rows))


def _by_class(counts: Counts, classes: list[NamedNode], labels: Labels) -> ShownTable:
    ordered = sorted(classes, key=lambda cls: (-counts.classes[cls], cls.value))
    rows = ((Cell(best_label(labels, cls).text), _count(counts.classes[cls])) for cls in ordered)
    return ShownTable(("Kind of thing", "Number"), tuple(rows))


def _by_vocabulary(links: tuple[Linkset, ...]) -> ShownTable:
    predicates = [name(one) for one in LINKING]
    found = dict[Vocabulary, Counter[NamedNode]]()
    for one in links:
        found.setdefault(one.vocabulary, Counter())[one.predicate] += one.triples
    rows = (
        (
            Cell(_capital(vocabulary.title.removeprefix("the "))),
            *(_count(held[one]) for one in predicates),
            _count(held.total()),
        )
        for vocabulary, held in sorted(found.items(), key=lambda pair: -pair[1].total())
    )
    return ShownTable(("Dataset", "Exact", "Close", "Broader", "Narrower", "Related", "All"), tuple(rows))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(found: int) -> Cell:
    return Cell(number(str(found)) if found else "", numeric=True)
