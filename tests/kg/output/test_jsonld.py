"""JSON-LD of ours: two other processors, offline, read the very statements back."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from kg.core.names import PREFIXES, name, thing
from kg.engine import construct, select
from kg.engine.embedded import EmbeddedEngine
from kg.output.jsonld import Context, context_of, write_jsonld

# rdflib's own reader of JSON-LD still uses what rdflib has given up
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

A, B = thing("a"), thing("b")
OTHER = NamedNode("https://example.org/vocabulary#is")


@pytest.fixture(scope="module")
def context(engine: EmbeddedEngine) -> Context:
    return context_of(engine)


def read(body: bytes) -> set[Triple]:
    return {quad.triple for quad in pyoxigraph.parse(body, format=RdfFormat.JSON_LD)}


def as_rdflib(triples: Iterable[Triple], form: str = "nt") -> rdflib.Graph:
    text = "".join(f"{triple} .\n" for triple in triples)
    return rdflib.Graph().parse(data=text, format=form)


def test_one_thing_of_every_class_is_read_back_by_both(engine: EmbeddedEngine, context: Context) -> None:
    base = PREFIXES["id"]
    text = (
        f'SELECT (MIN(?thing) AS ?one) {{ ?thing a ?class FILTER(STRSTARTS(STR(?thing), "{base}")) }} GROUP BY ?class'
    )
    things = {column for column in select(engine, text).column("one") if isinstance(column, NamedNode)}
    assert len(things) > 30
    for item in things:
        text = f"CONSTRUCT {{ {item} ?p ?o . ?s ?q {item} }} WHERE {{ {{ {item} ?p ?o }} UNION {{ ?s ?q {item} }} }}"
        triples = set(construct(engine, text))
        body = write_jsonld(triples, context)
        assert read(body) == triples
        theirs = rdflib.Graph().parse(data=body, format="json-ld")
        assert set(theirs) == set(as_rdflib(triples))


@pytest.mark.parametrize(
    "value",
    [
        Literal("plain"),
        Literal("wort", language="de"),
        Literal("词", language="zh-hans"),
        Literal("2025", datatype=name("xsd:integer")),
        Literal("02025", datatype=name("xsd:integer")),
        Literal("-0", datatype=name("xsd:integer")),
        Literal("123456789012345678901234567890", datatype=name("xsd:integer")),
        Literal("1.50", datatype=name("xsd:decimal")),
        Literal("1E3", datatype=name("xsd:double")),
        Literal("true", datatype=name("xsd:boolean")),
        Literal("1", datatype=name("xsd:boolean")),
        Literal("2021-11-30", datatype=name("xsd:date")),
        Literal("https://example.org/", datatype=name("xsd:anyURI")),
        Literal("x", datatype=NamedNode("https://example.org/type")),
        Literal('quotes " and \\ and \n'),
        Literal("@id"),
        B,
        NamedNode("https://example.org/x"),
        NamedNode("urn:x:y"),
        NamedNode(PREFIXES["id"] + "//odd"),
        NamedNode(PREFIXES["id"]),
        NamedNode(PREFIXES["fyp"] + "a:b"),
        NamedNode(PREFIXES["skos"] + "prefLabel"),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "property_",
    [
        name("fyp:targetValue"),
        name("fyp:numericValue"),
        name("fyp:year"),
        name("fyp:implicit"),
        name("fyp:noteText"),
        name("fyp:asPrinted"),
        name("fyp:unit"),
        name("skos:prefLabel"),
        name("dcterms:date"),
        name("rdf:type"),
        OTHER,
    ],
    ids=str,
)
def test_any_value_of_any_property_is_read_back(
    context: Context, property_: NamedNode, value: Literal | NamedNode
) -> None:
    triples = {Triple(A, property_, value), Triple(A, property_, B), Triple(A, property_, Literal("y", language="en"))}
    assert read(write_jsonld(triples, context)) == triples


def test_nodes_without_a_name_keep_what_they_share(context: Context) -> None:
    node = BlankNode("n")
    triples = [Triple(A, name("fyp:targetValue"), node), Triple(node, name("fyp:year"), Literal(2025))]
    (first, second) = sorted(read(write_jsonld(triples, context)), key=lambda content: str(content.predicate))
    assert first.object == second.subject


def test_an_answer_holds_the_part_of_the_context_that_it_uses_and_refers_to_nothing(
    engine: EmbeddedEngine, context: Context
) -> None:
    triples = construct(
        engine, f"CONSTRUCT {{ {thing('quantity-ict-t1')} ?p ?o }} WHERE {{ {thing('quantity-ict-t1')} ?p ?o }}"
    )
    body = write_jsonld(triples, context)
    document = json.loads(body)
    whole = context.document()["@context"]
    assert document["@context"].items() <= whole.items()
    assert {"year", "asPrinted", "fyp:unit"} <= set(document["@context"]) < set(whole)
    (node,) = document["@graph"]
    assert node["@type"] == "Quantity"
    assert node["year"] == 2025
    assert node["fyp:unit"] == "unit:CCY_CNY"
    assert body == write_jsonld(reversed(triples), context)


def test_labels_are_grouped_by_language(engine: EmbeddedEngine, context: Context) -> None:
    text = f"CONSTRUCT {{ {thing('country-china')} ?p ?o }} WHERE {{ {thing('country-china')} ?p ?o }}"
    (node,) = json.loads(write_jsonld(construct(engine, text), context))["@graph"]
    assert node["skos:prefLabel"] == {"de": "China", "en": "China", "zh": "中国"}


def test_the_published_context_gives_the_same_as_the_embedded_one(engine: EmbeddedEngine, context: Context) -> None:
    text = f"CONSTRUCT {{ {thing('ict-t1')} ?p ?o }} WHERE {{ {thing('ict-t1')} ?p ?o }}"
    triples = set(construct(engine, text))
    document = json.loads(write_jsonld(triples, context)) | context.document()
    assert read(json.dumps(document).encode()) == triples
    theirs = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    assert set(theirs) == set(as_rdflib(triples))


def test_no_name_is_a_prefix_and_a_term(context: Context) -> None:
    assert not set(context.keys.values()) & set(PREFIXES)
    assert len(set(context.keys.values())) == len(context.keys)
    assert context.key(name("fyp:unit")) == "fyp:unit"
