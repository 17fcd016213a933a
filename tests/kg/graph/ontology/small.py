"""Small ontologies for tests, written in Turtle."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from kg.core.names import PREFIXES, name
from kg.graph.ontology import Vocabulary, read_vocabulary

PROLOGUE = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())


def triples(turtle: str) -> list[Triple]:
    """The statements of a text, whose prefixes need no declaration."""
    quads = pyoxigraph.parse(PROLOGUE + turtle, format=RdfFormat.TURTLE)
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


def vocabulary(turtle: str) -> Vocabulary:
    """The ontology that a text describes."""
    return read_vocabulary(triples(turtle))


def fyp(local: str) -> NamedNode:
    """A term of ours."""
    return name(f"fyp:{local}")
