"""Hold a description against the shapes of the specifications."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyshacl
import rdflib
from pyoxigraph import RdfFormat, Triple

from kg.core.turtle import serialize

SHAPES = Path(__file__).with_name("shapes.ttl")


def complaints(triples: Iterable[Triple]) -> str:
    """Return the faults that a validator finds, in its words; empty when all is well."""
    data = rdflib.Graph().parse(data=serialize(triples, RdfFormat.TURTLE).decode(), format="turtle")
    shapes = rdflib.Graph().parse(SHAPES, format="turtle")
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    return "" if conforms else str(text)
