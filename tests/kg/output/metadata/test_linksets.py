"""Linksets are counted by what they lead to and by how close the match is."""

from __future__ import annotations

from collections import Counter

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.core.names import PREFIXES, graph, name, thing
from kg.core.vocabularies import vocabulary_of
from kg.engine import select
from kg.engine.embedded import EmbeddedEngine
from kg.engine.store import Store
from kg.output.metadata import DATASET, linksets
from kg.output.metadata.linksets import LINKING, describe_linksets
from tests.kg.output.metadata.valid import complaints

Q1 = NamedNode("http://www.wikidata.org/entity/Q1")
EXACT, CLOSE = name("skos:exactMatch"), name("skos:closeMatch")


def links_of(*quads: Quad) -> list[tuple[str, NamedNode, int]]:
    found = linksets(EmbeddedEngine(Store(quads), "release", 10))
    return [(one.vocabulary.prefix, one.predicate, one.triples) for one in found]


def test_the_linksets_of_the_release_are_the_links_of_its_graph(store: Store, engine: EmbeddedEngine) -> None:
    counted = Counter(
        (vocabulary.prefix, quad.predicate)
        for quad in store.graph(graph("links"))
        if quad.predicate in {name(one) for one in LINKING}
        if isinstance(quad.object, NamedNode) and (vocabulary := vocabulary_of(quad.object))
    )
    assert {(one.vocabulary.prefix, one.predicate): one.triples for one in linksets(engine)} == counted
    assert len({prefix for prefix, _ in counted}) > 9


def test_every_match_is_in_a_linkset(engine: EmbeddedEngine) -> None:
    text = f"PREFIX skos: <{PREFIXES['skos']}> SELECT (COUNT(*) AS ?n) {{ ?s {'|'.join(LINKING)} ?o }}"
    (row,) = select(engine, text).rows
    assert isinstance(row[0], Literal)
    assert sum(one.triples for one in linksets(engine)) == int(row[0].value)


def test_a_link_in_two_graphs_is_one_link_and_the_closest_come_first() -> None:
    twice = [Quad(thing("a"), EXACT, Q1, graph(one)) for one in ("links", "links-more")]
    close = Quad(thing("b"), CLOSE, Q1, graph("links"))
    assert links_of(close, *twice) == [("wikidata", EXACT, 1), ("wikidata", CLOSE, 1)]


def test_what_links_to_no_vocabulary_of_ours_or_from_elsewhere_is_in_no_linkset() -> None:
    foreign = Quad(NamedNode("https://example.org/a"), EXACT, Q1, graph("links"))
    unknown = Quad(thing("a"), EXACT, NamedNode("https://example.org/Q1"), graph("links"))
    assert links_of(foreign, unknown, Quad(thing("a"), name("rdfs:seeAlso"), Q1, graph("links"))) == []
    assert links_of(Quad(thing("a"), EXACT, Literal(Q1.value), graph("plan-a"))) == []
    assert links_of() == []


def test_linksets_have_what_void_asks_for(engine: EmbeddedEngine) -> None:
    told = list(describe_linksets(linksets(engine)))
    assert complaints([*told, Triple(DATASET, name("rdf:type"), name("void:Dataset"))]) == ""
    iris = [one.subject for one in told if one.object == name("void:Linkset")]
    assert len(iris) == len(set(iris)) == len(linksets(engine))
