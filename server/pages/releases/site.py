"""The description of the dataset: its counts, dates and files."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from flask import url_for
from pyoxigraph import NamedNode

from kg.core.errors import ReleaseBroken, ReleaseMissing
from kg.core.names import PREFIXES, name, sparql_prologue, thing
from kg.core.vocabularies import Vocabulary
from kg.engine import Engine
from kg.graph.labels import (
    Label,
    Labels,
    definitions_of,
    labels_of,
)
from kg.output.metadata import Access, Counts, Dump, Edition, Site
from kg.output.metadata.void import LINKING, Linkset, links_query
from kg.release import Release
from kg.release.store import ReleaseStore
from server.core import urls
from server.core.context import RequestContext, request_context
from server.core.i18n.language import gettext
from server.core.i18n.numbers import format_number
from server.core.urls import permalink, pinned_address
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
    """A table of the page, and the SPARQL query for its numbers."""

    table: ShownTable
    query: str


@dataclass(frozen=True)
class Contents:
    """The contents of a release: statements by kind, resources by class, links by vocabulary."""

    statements: int
    graphs: int
    links: int
    vocabularies: int
    by_kind: Part
    by_class: Part
    by_vocabulary: Part


def contents_of(engine: Engine, counts: Counts, language: str = "en") -> Contents:
    """Return the tables of the page in a language, from the counts of the release.

    Raises:
        As ``Engine.answer``.
    """
    classes = [cls for cls in counts.classes if cls.value.startswith(PREFIXES["fyp"])]
    labels = labels_of(engine, {*counts.kinds.values(), *classes})
    return Contents(
        statements=counts.whole.triples,
        graphs=len(counts.graphs),
        links=sum(link.triples for link in counts.links),
        vocabularies=len({link.vocabulary for link in counts.links}),
        by_kind=Part(_by_kind(engine, counts, labels, language), _GRAPHS),
        by_class=Part(_by_class(counts, classes, labels, language), _CLASSES),
        by_vocabulary=Part(_by_vocabulary(counts.links, language), links_query()),
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
            _cell_of(meanings.get(kind), language),
            _count(graphs[kind], language),
            _count(number, language),
        )
        for kind, number in statements.most_common()
    )
    headings = (gettext("Kind"), gettext("What it holds"), gettext("Graphs"), gettext("Statements"))
    return ShownTable(headings, tuple(rows))


def _by_class(counts: Counts, classes: list[NamedNode], labels: Labels, language: str) -> ShownTable:
    ordered = sorted(classes, key=lambda cls: (-counts.classes[cls], cls.value))
    rows = ((_named(labels, cls, language), _count(counts.classes[cls], language)) for cls in ordered)
    return ShownTable((gettext("Kind of thing"), gettext("Number")), tuple(rows))


def _by_vocabulary(links: tuple[Linkset, ...], language: str) -> ShownTable:
    predicates = [name(entry) for entry in LINKING]
    by_vocabulary = dict[Vocabulary, Counter[NamedNode]]()
    for link in links:
        by_vocabulary.setdefault(link.vocabulary, Counter())[link.predicate] += link.triples
    rows = (
        (
            # titles are written for the middle of a sentence; a cell has no article
            Cell(_capital(gettext(vocabulary.title).removeprefix("the "))),
            *(_count(held[predicate], language) for predicate in predicates),
            _count(held.total(), language),
        )
        for vocabulary, held in sorted(by_vocabulary.items(), key=lambda pair: -pair[1].total())
    )
    matching = (gettext("Exact match"), gettext("Close match"))
    wider = (gettext("Broader"), gettext("Narrower"), gettext("Related"))
    return ShownTable((gettext("Dataset"), *matching, *wider, gettext("In total")), tuple(rows))


def _named(labels: Labels, iri: NamedNode, language: str) -> Cell:
    return _cell_of(best_label(labels, iri, language), language)


def _cell_of(text: Label | None, language: str) -> Cell:
    """Return a text of the graph, with its language if it is not the page's."""
    if text is None:
        return Cell("")
    return Cell(text.text, text.language if text.language not in ("", language) else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(count: int, language: str) -> Cell:
    return Cell(format_number(count, language) if count else "", numeric=True)


_PROTOCOL = NamedNode("https://www.w3.org/TR/sparql11-protocol/")
_GRAPH_STORE = NamedNode("https://www.w3.org/TR/sparql11-http-rdf-update/")
_FRAGMENTS = NamedNode("https://linkeddatafragments.org/specification/triple-pattern-fragments/")
_EXAMPLE = thing("plan-ii")


def site_here() -> Site:
    """Return the site for the release of this request. Below a pinned release, all its addresses keep the pin.

    Raises:
        RequestInvalid: the request names no host.
    """
    service = request_context()
    return Site(
        home=_iri(url_for("home.home")),
        page=_iri(urls.dataset()),
        document=_iri(url_for("datasets.void")),
        endpoint=_iri(urls.sparql()),
        # ``?default`` names the default graph (SPARQL 1.1 Graph Store HTTP Protocol), here the union of all graphs
        union=_iri(url_for("graphs.indirect") + "?default"),
        example=_EXAMPLE,
        built_on=built_on(service),
        search=_iri(url_for("opensearch.description")),
        dumps=dumps_here(),
        editions=_editions(service),
        current_id=_current_id(service),
        access=_access(),
    )


def built_on(service: RequestContext) -> datetime.date | None:
    """Return the date of the release; None if it is not in this release store, but in another engine."""
    release = _release(service)
    return release.built_on if release is not None else None


def _release(service: RequestContext) -> Release | None:
    """Return the release of this request, if it is in the release store."""
    try:
        return ReleaseStore(service.settings.home).get(service.engine.release_id)
    # a release in an external engine has no folder here (decision 0028), and its pages must work all the same
    except (ReleaseMissing, ReleaseBroken):
        return None


def dumps_here() -> tuple[Dump, ...]:
    """Return the dumps of this release, as its manifest lists them."""
    release = _release(request_context())
    listed = release.manifest.dumps if release is not None else ()
    return tuple(
        Dump(
            _iri(url_for("dumps.file", name=entry.name)),
            entry.format.media_type,
            entry.packing.media_type,
            entry.bytes,
            entry.sha256,
        )
        for entry in listed
    )


def _editions(service: RequestContext) -> tuple[Edition, ...]:
    """Return the releases that addresses may pin, newest first, with the release of the request."""
    own = service.engine.release_id
    releases = ReleaseStore(service.settings.home).releases() if service.settings.older_releases else []
    days = {release.release_id: release.built_on for release in releases}
    if own not in days:
        days = {own: built_on(service), **days}
    front = url_for("home.home")
    return tuple(Edition(entry, NamedNode(permalink(front, entry)), day) for entry, day in days.items())


def _current_id(service: RequestContext) -> str:
    out = pinned_address()
    return out.current_id if out is not None else service.engine.release_id


def _access() -> tuple[Access, ...]:
    endpoint, described = _iri(urls.sparql()), _iri(url_for("openapi.document"))
    matching, fragments = _iri(url_for("reconcile.endpoint")), _iri(url_for("fragments.triples"))
    return (
        Access("sparql", "SPARQL endpoint", endpoint, endpoint, _PROTOCOL),
        Access("graph-store", "Named graphs", _iri(url_for("graphs.indirect")), described, _GRAPH_STORE),
        Access("questions", "Questions with their answers as files", _iri(url_for("canned.index")), described),
        Access("reconcile", "Reconciliation of names, as from OpenRefine", matching, matching),
        Access("fragments", "Statements by pattern, page by page", fragments, fragments, _FRAGMENTS),
        Access("search", "Search by name", _iri(urls.search()), _iri(url_for("opensearch.description"))),
    )


def _iri(address: str) -> NamedNode:
    return NamedNode(urls.absolute(address))
