"""Quads that are hard to write: several graphs, one triple in two of them, blank nodes, all kinds of literals."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.build.canonical import canonical_lines
from kg.core.names import graph, name, thing

RELEASE_ID = "0123456789abcdef"
ONE, OTHER = graph("one"), graph("other")
SAID, SHARED = name("rdfs:comment"), name("rdfs:label")
NODE = BlankNode("x")
WORDS = ('"', "'''", "\\", "\n\t\r", "中文", "\U0001f680", "", "a b", "@prefix x: <y> .", "\u0000\u007f")

QUADS = [
    *(Quad(thing("a"), SAID, Literal(word), ONE) for word in WORDS),
    *(Quad(thing("a"), SAID, Literal(word, language="zh"), OTHER) for word in WORDS[4:5]),
    *(Quad(thing("a"), SHARED, Literal("in both", language="en"), place) for place in (ONE, OTHER)),
    Quad(thing("a"), SHARED, Literal("in both"), OTHER),
    Quad(thing("b"), SAID, Literal("2026", datatype=name("xsd:gYear")), OTHER),
    Quad(thing("b"), SAID, Literal("1.50", datatype=name("xsd:decimal")), OTHER),
    Quad(thing("b"), SAID, NODE, ONE),
    Quad(NODE, SAID, Literal("nameless"), OTHER),
    Quad(NamedNode("http://example.org/ü?q=1#é"), SAID, NamedNode("urn:x:y"), NamedNode("urn:graph:z")),
    Quad(thing("c"), SAID, Literal("nowhere"), DefaultGraph()),
]


def canonical(path: Path, quads: list[Quad]) -> Path:
    """Write quads as a release holds them."""
    path.write_bytes(b"".join(canonical_lines(quads)))
    return path
