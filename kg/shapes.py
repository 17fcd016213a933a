"""SHACL: the shapes of ``ontology/shapes.ttl`` held against the data by pySHACL."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pyshacl
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple
from rdflib.namespace import RDF, SH

from kg.checks import Violation
from kg.errors import TurtleInvalid
from kg.files import SHAPES
from kg.names import PREFIXES, curie


def read_shapes(path: Path = SHAPES) -> rdflib.Graph:
    """Read a shapes graph.

    Raises:
        TurtleInvalid: the file does not parse.
    """
    try:
        # pyoxigraph first: its message names line and column
        body = pyoxigraph.serialize(
            pyoxigraph.parse(path=str(path), format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES
        )
    except SyntaxError as error:
        raise TurtleInvalid(path, str(error.msg), error.lineno, error.offset) from error
    return rdflib.Graph().parse(data=body, format="nt")


def run_shapes(quads: Iterable[Quad], shapes: rdflib.Graph) -> list[Violation]:
    """All results of a validation without inference, in order of shape and thing; warnings among them."""
    data = rdflib.Graph().parse(data=_ntriples(quads), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    found = [_violation(report, result) for result in report.subjects(RDF.type, SH.ValidationResult)]
    return sorted(found, key=lambda violation: (violation.check, str(violation.thing), violation.detail))


def _ntriples(quads: Iterable[Quad]) -> bytes:
    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    body = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
    return body


def _violation(report: rdflib.Graph, result: rdflib.term.Node) -> Violation:
    focus, shape = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
    value, message = report.value(result, SH.value), report.value(result, SH.resultMessage)
    return Violation(
        check=str(shape).removeprefix(PREFIXES["shape"]),
        thing=NamedNode(str(focus)) if isinstance(focus, rdflib.URIRef) else None,
        detail=curie(NamedNode(str(value))) if isinstance(value, rdflib.URIRef) else str(value or ""),
        title="the shape does not fit",
        remedy=str(message),
        severity="warning" if report.value(result, SH.resultSeverity) == SH.Warning else "violation",
    )
