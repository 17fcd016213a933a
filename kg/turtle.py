"""Graphs as text: the same triples give the same bytes, with the prefixes they use and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat, Triple

from kg.names import OUTSIDE, PREFIXES

_PREFIXED = {RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3, RdfFormat.RDF_XML}
_ROOT_ELEMENT = re.compile(rb"<rdf:RDF( [^>]*)>")


def serialize(triples: Iterable[Triple], form: RdfFormat) -> bytes:
    """Write triples in a format; prefixes stand in alphabetical order."""
    kept = list(triples)
    prefixes = _used_prefixes(kept) if form in _PREFIXED else None
    body = pyoxigraph.serialize(kept, format=form, prefixes=prefixes)
    assert body is not None  # noqa: S101 - serialize returns bytes when it is given no output
    # pyoxigraph writes prefixes in the order of a hash map, which differs from call to call
    if form == RdfFormat.RDF_XML:
        return _ROOT_ELEMENT.sub(lambda match: b"<rdf:RDF " + b" ".join(sorted(match[1].split())) + b">", body, count=1)
    lines = body.split(b"\n")
    count = next((place for place, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"\n".join(sorted(lines[:count]) + lines[count:])


def _used_prefixes(triples: list[Triple]) -> dict[str, str]:
    iris = {
        term.value
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object)
        if isinstance(term, NamedNode)
    }
    return {prefix: base for prefix, base in (OUTSIDE | PREFIXES).items() if any(iri.startswith(base) for iri in iris)}
