"""The description of the dataset agrees with its content."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.core.media_types import FORMS
from kg.core.names import FORMATS, PREFIXES, describe_graphs, graph, name, slug_of, thing
from kg.core.vocabularies import vocabulary_of
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.metadata import (
    DATASET,
    UNION,
    Counts,
    Site,
    Sizes,
    count,
    describe_in_release,
    service_description,
    void_description,
)
from kg.output.metadata.void import LINKING, describe_linksets, linksets
from tests.kg.output.metadata.sites import DUMPS, FULL, SITE
from tests.kg.output.metadata.valid import complaints

ENDPOINT = SITE.endpoint
DOCUMENT = SITE.document
TYPE = name("rdf:type")


@pytest.fixture(scope="module")
def counts(engine: EmbeddedEngine) -> Counts:
    """The counts of the real graph."""
    return count(engine)


def objects(triples: list[Triple], subject: NamedNode, predicate: str) -> list[object]:
    return [triple.object for triple in triples if (triple.subject, triple.predicate) == (subject, name(predicate))]


def number(triples: list[Triple], subject: NamedNode, predicate: str) -> int:
    (literal,) = objects(triples, subject, predicate)
    assert isinstance(literal, Literal)
    assert literal.datatype == name("xsd:integer")
    return int(literal.value)


def sizes(triples: set[Triple]) -> Sizes:
    return Sizes(len(triples), len({triple.subject for triple in triples}), len({triple.object for triple in triples}))


def test_the_whole_and_each_graph_are_counted(counts: Counts, store: Store, engine: EmbeddedEngine) -> None:
    assert counts.release_id == engine.release_id
    assert counts.whole == sizes({quad.triple for quad in store})
    assert counts.graphs == Counter(quad.graph_name for quad in store)


def test_each_property_is_counted(counts: Counts, store: Store) -> None:
    by_property = defaultdict(set)
    for quad in store:
        by_property[quad.predicate].add(quad.triple)
    assert counts.properties == {predicate: sizes(triples) for predicate, triples in by_property.items()}


def test_each_class_and_its_use_of_properties_is_counted(counts: Counts, store: Store) -> None:
    triples = {quad.triple for quad in store}
    members = defaultdict(set)
    for item in triples:
        if item.predicate == TYPE:
            members[item.object].add(item.subject)
    assert counts.classes == {cls: len(things) for cls, things in members.items()}
    used = Counter(
        (cls, triple.predicate) for triple in triples for cls, things in members.items() if triple.subject in things
    )
    assert counts.uses == used


def test_a_build_need_not_count_uses_of_which_a_release_says_nothing(counts: Counts, store: Store) -> None:
    result = count(EmbeddedEngine(store, counts.release_id, 100), uses=False)
    assert result == replace(counts, uses={})
    assert describe_in_release(result) == describe_in_release(counts)


def test_a_triple_of_two_graphs_is_one_of_their_union() -> None:
    thing, cls = NamedNode("http://example.org/thing"), NamedNode("http://example.org/Class")
    quads = [Quad(thing, TYPE, cls, graph(item)) for item in ("plan-a", "plan-b")]
    blank = Quad(thing, TYPE, BlankNode(), graph("plan-a"))
    result = count(EmbeddedEngine(Store([*quads, blank]), "release", 10))
    assert result.whole == Sizes(2, 1, 2)
    assert result.graphs == {graph("plan-a"): 2, graph("plan-b"): 1}
    assert result.classes == {cls: 1}
    assert result.properties == {TYPE: Sizes(2, 1, 2)}
    assert result.uses == {(cls, TYPE): 2}


def test_a_release_without_a_statement_can_be_described() -> None:
    result = count(EmbeddedEngine(Store(), "release", 10))
    assert result.whole == Sizes(0, 0, 0)
    assert number(service_description(result, ENDPOINT), DATASET, "void:triples") == 0


def test_the_service_says_what_it_can(counts: Counts) -> None:
    statements = service_description(counts, ENDPOINT)
    (service,) = [item.subject for item in statements if (item.predicate, item.object) == (TYPE, name("sd:Service"))]
    assert isinstance(service, NamedNode)
    assert objects(statements, service, "sd:endpoint") == [ENDPOINT]
    assert objects(statements, service, "sd:feature") == [name("sd:UnionDefaultGraph")]
    assert objects(statements, service, "sd:supportedLanguage") == [name("sd:SPARQL11Query")]
    assert objects(statements, service, "sd:defaultDataset") == [DATASET]
    formats = objects(statements, service, "sd:resultFormat")
    assert len(formats) == len(set(formats)) == len(FORMS)
    assert {NamedNode(FORMATS + item) for item in ("SPARQL_Results_JSON", "JSON-LD", "RDF_XML")} <= set(formats)


def test_service_description_and_void_say_the_same_of_the_dataset(counts: Counts) -> None:
    service = service_description(counts, ENDPOINT)
    void = void_description(counts, SITE)
    (start,) = [place for place, item in enumerate(service) if item.subject == DATASET][:1]
    assert set(service[start:]) < set(void)


def test_the_dataset_is_described_by_its_counts(counts: Counts) -> None:
    statements = void_description(counts, SITE)
    assert objects(statements, DOCUMENT, "foaf:primaryTopic") == [DATASET]
    assert objects(statements, DATASET, "sd:defaultGraph") == [UNION]
    assert objects(statements, DATASET, "void:sparqlEndpoint") == [ENDPOINT]
    assert (
        number(statements, UNION, "void:triples") == number(statements, DATASET, "void:triples") == counts.whole.triples
    )
    assert set(objects(statements, DATASET, "sd:namedGraph")) == set(counts.graphs)
    for iri, triples in counts.graphs.items():
        assert number(statements, iri, "void:triples") == triples
        assert objects(statements, iri, "sd:name") == [iri]
    assert number(statements, DATASET, "void:classes") == len(counts.classes)
    assert number(statements, DATASET, "void:properties") == len(counts.properties)


def test_the_graph_meta_says_nothing_but_what_void_says_too(counts: Counts, store: Store) -> None:
    statements = set(void_description(counts, SITE))
    assert [quad for quad in store.graph(graph("meta")) if quad.triple not in statements] == []


def test_the_graph_meta_counts_what_it_does_not_use_itself(counts: Counts, store: Store) -> None:
    statements = [quad.triple for quad in store.graph(graph("meta"))]
    used = {item.predicate for item in statements}
    counted = {item.object for item in statements if item.predicate == name("void:property")}
    assert counted == set(counts.properties) - used
    typed = {item.object for item in statements if item.predicate == TYPE}
    assert {item.object for item in statements if item.predicate == name("void:class")} == set(counts.classes) - typed
    assert {name("fyp:Plan"), name("fyp:Objective")} < set(counts.classes) - typed


def test_what_a_release_says_of_itself_follows_from_the_rest_of_it(store: Store) -> None:
    others = [quad for quad in store if quad.graph_name != graph("meta")]
    graphs = list(describe_graphs(Store(others).sizes()))
    statements = describe_in_release(count(EmbeddedEngine(Store([*others, *graphs]), "release", 10)))
    assert {quad.triple for quad in store.graph(graph("meta"))} == {*statements, *(quad.triple for quad in graphs)}


@pytest.mark.slow
def test_partitions_add_up(counts: Counts) -> None:
    statements = void_description(counts, SITE)
    by_property = objects(statements, DATASET, "void:propertyPartition")
    assert len(by_property) == len(set(by_property)) == len(counts.properties)
    assert sum(number(statements, part, "void:triples") for part in by_property if isinstance(part, NamedNode)) == (
        counts.whole.triples
    )
    by_class = objects(statements, DATASET, "void:classPartition")
    assert len(by_class) == len(set(by_class)) == len(counts.classes)
    for part in by_class:
        assert isinstance(part, NamedNode)
        (cls,) = objects(statements, part, "void:class")
        assert isinstance(cls, NamedNode)
        assert number(statements, part, "void:entities") == counts.classes[cls]
        uses = [
            object_ for object_ in objects(statements, part, "void:propertyPartition") if isinstance(object_, NamedNode)
        ]
        assert sum(number(statements, use, "void:triples") for use in uses) == sum(
            triples for (of, _), triples in counts.uses.items() if of == cls
        )


def test_parts_have_names_that_are_no_others() -> None:
    iris = [
        name("fyp:Plan"),
        NamedNode("http://example.org/Plan"),
        NamedNode("http://example.com/Plan"),
        NamedNode(PREFIXES["fyp"] + "a/b?c"),
        NamedNode(PREFIXES["fyp"] + "中"),
    ]
    quads = [Quad(graph("plan-a"), TYPE, iri, graph("plan-a")) for iri in iris]
    statements = service_description(count(EmbeddedEngine(Store(quads), "release", 10)), ENDPOINT)
    parts = [part.value for part in objects(statements, DATASET, "void:classPartition") if isinstance(part, NamedNode)]
    assert len(set(parts)) == len(iris)
    assert [part for part in parts if part.endswith("Plan")] == [name("dataset:class-fyp-Plan").value]
    assert all(part.count("#") == 1 for part in parts)


def test_no_blank_node_and_no_literal_without_need(counts: Counts) -> None:
    for item in void_description(counts, SITE):
        assert isinstance(item.subject, NamedNode)
        assert isinstance(item.object, NamedNode | Literal)


@pytest.mark.parametrize("site", [SITE, FULL])
def test_void_has_what_the_specification_asks_for(counts: Counts, site: Site) -> None:
    assert complaints(void_description(counts, site)) == ""


def test_the_document_names_files_search_and_day_where_there_are_any(counts: Counts) -> None:
    full, bare = void_description(counts, FULL), void_description(counts, SITE)
    assert objects(full, DATASET, "void:dataDump") == [dump.address for dump in DUMPS]
    assert objects(full, DATASET, "void:openSearchDescription") == [FULL.search]
    assert objects(full, DATASET, "dcterms:issued") == [Literal("2026-11-25", datatype=name("xsd:date"))]
    for predicate in ("void:dataDump", "void:openSearchDescription", "dcterms:issued", "dcterms:modified"):
        assert objects(bare, DATASET, predicate) == []


def test_the_pattern_of_its_names_fits_all_things_and_no_others(counts: Counts, store: Store) -> None:
    (pattern,) = objects(void_description(counts, SITE), DATASET, "void:uriRegexPattern")
    assert isinstance(pattern, Literal)
    things = {quad.subject for quad in store if isinstance(quad.subject, NamedNode)}
    for item in things:
        assert isinstance(item, NamedNode)
        assert (re.search(pattern.value, item.value) is not None) == (slug_of(item) is not None)


def test_a_description_that_lacks_a_title_is_found_out(counts: Counts) -> None:
    statements = [item for item in void_description(counts, SITE) if item.predicate != name("dcterms:title")]
    assert "dcterms:title" in complaints(statements)


Q1 = NamedNode("http://www.wikidata.org/entity/Q1")
EXACT, CLOSE = name("skos:exactMatch"), name("skos:closeMatch")


def links_of(*quads: Quad) -> list[tuple[str, NamedNode, int]]:
    result = linksets(EmbeddedEngine(Store(quads), "release", 10))
    return [(item.vocabulary.prefix, item.predicate, item.triples) for item in result]


def test_the_linksets_of_the_release_are_the_links_of_its_graph(store: Store, engine: EmbeddedEngine) -> None:
    counted = Counter(
        (vocabulary.prefix, quad.predicate)
        for quad in store.graph(graph("links"))
        if quad.predicate in {name(linking) for linking in LINKING}
        if isinstance(quad.object, NamedNode) and (vocabulary := vocabulary_of(quad.object))
    )
    assert {(linkset.vocabulary.prefix, linkset.predicate): linkset.triples for linkset in linksets(engine)} == counted
    assert len({prefix for prefix, _ in counted}) > 9


def test_every_match_is_in_a_linkset(engine: EmbeddedEngine) -> None:
    text = f"PREFIX skos: <{PREFIXES['skos']}> SELECT (COUNT(*) AS ?n) {{ ?s {'|'.join(LINKING)} ?o }}"
    (row,) = select(engine, text).rows
    assert isinstance(row[0], Literal)
    assert sum(linkset.triples for linkset in linksets(engine)) == int(row[0].value)


def test_a_link_in_two_graphs_is_one_link_and_the_closest_come_first() -> None:
    twice = [Quad(thing("a"), EXACT, Q1, graph(item)) for item in ("links", "links-more")]
    close = Quad(thing("b"), CLOSE, Q1, graph("links"))
    assert links_of(close, *twice) == [("wikidata", EXACT, 1), ("wikidata", CLOSE, 1)]


def test_what_links_to_no_vocabulary_of_ours_or_from_elsewhere_is_in_no_linkset() -> None:
    foreign = Quad(NamedNode("https://example.org/a"), EXACT, Q1, graph("links"))
    unknown = Quad(thing("a"), EXACT, NamedNode("https://example.org/Q1"), graph("links"))
    assert links_of(foreign, unknown, Quad(thing("a"), name("rdfs:seeAlso"), Q1, graph("links"))) == []
    assert links_of(Quad(thing("a"), EXACT, Literal(Q1.value), graph("plan-a"))) == []
    assert links_of() == []


def test_linksets_have_what_void_asks_for(engine: EmbeddedEngine) -> None:
    statements = list(describe_linksets(linksets(engine)))
    assert complaints([*statements, Triple(DATASET, name("rdf:type"), name("void:Dataset"))]) == ""
    iris = [item.subject for item in statements if item.object == name("void:Linkset")]
    assert len(iris) == len(set(iris)) == len(linksets(engine))
