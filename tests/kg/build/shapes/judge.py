"""pySHACL as a second opinion on the shapes: its findings in some quads, in the form of ``kg.build.shapes``."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph
import pyshacl
import rdflib
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple
from rdflib.namespace import RDF, SH

from kg.build.checks import Violation
from kg.core.names import PREFIXES, curie
from kg.sources.files import SHAPES


def judged(quads: Iterable[Quad]) -> list[Violation]:
    """Return all results of a validation without inference, in order of shape and focus node."""
    data = rdflib.Graph().parse(data=_ntriples(quads), format="nt")
    shapes = rdflib.Graph().parse(SHAPES, format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    violations = [_violation(report, result) for result in report.subjects(RDF.type, SH.ValidationResult)]
    return sorted(violations, key=lambda violation: (violation.check, str(violation.thing), violation.detail))


def _ntriples(quads: Iterable[Quad]) -> bytes:
    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    body = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    assert body is not None
    return body


def _violation(report: rdflib.Graph, result: rdflib.term.Node) -> Violation:
    focus, shape = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
    value, message = report.value(result, SH.value), report.value(result, SH.resultMessage)
    return Violation(
        check=str(shape).removeprefix(PREFIXES["shape"]),
        thing=NamedNode(str(focus)) if isinstance(focus, rdflib.URIRef) else None,
        detail=curie(NamedNode(str(value)))
        if isinstance(value, rdflib.URIRef)
        else ""
        if value is None
        else str(value),
        title="the shape does not fit",
        remedy=str(message),
        severity="warning" if report.value(result, SH.resultSeverity) == SH.Warning else "violation",
    )
