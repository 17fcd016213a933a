"""Jelly: quads in frames of Protocol Buffers (https://w3id.org/jelly). The only module that knows pyjelly."""

from __future__ import annotations

from functools import lru_cache
from typing import IO, TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple
from pyoxigraph import Literal as OurLiteral

from kg.core.names import name
from kg.release.dump.source import Source

if TYPE_CHECKING:
    from pyjelly.integrations.generic.generic_sink import GraphName
    from pyjelly.serialize.streams import QuadStream

_STRING = name("xsd:string")
_TERMS_HELD = 2**12  # graphs, properties, classes, and the subjects of late


def write(source: Source, out: IO[bytes]) -> None:
    """Write the release as one flat stream of quads, which any reader of Jelly 1.0 understands."""
    from pyjelly.serialize.ioutils import write_delimited  # pyjelly takes a sixth of a second, and most write no dump

    stream = _stream()
    stream.enroll()
    for quad in source.quads_by_graph():
        frame = stream.quad(_terms(quad))
        if frame is not None:
            write_delimited(frame, out)
    last = stream.flow.to_stream_frame()
    if last is not None:
        write_delimited(last, out)


def _stream() -> QuadStream:
    """A stream that promises plain RDF 1.1; left to itself, pyjelly would announce quoted triples."""
    from pyjelly import jelly
    from pyjelly.integrations.generic.serialize import GenericSinkTermEncoder
    from pyjelly.options import StreamParameters
    from pyjelly.serialize.streams import QuadStream, SerializerOptions

    options = SerializerOptions(logical_type=jelly.LOGICAL_STREAM_TYPE_FLAT_QUADS, params=StreamParameters())
    return QuadStream(encoder=GenericSinkTermEncoder(lookup_preset=options.lookup_preset), options=options)


def _terms(quad: Quad) -> tuple[GraphName, ...]:
    return tuple(_term(term) for term in (quad.subject, quad.predicate, quad.object, quad.graph_name))


@lru_cache(_TERMS_HELD)
def _term(term: NamedNode | BlankNode | OurLiteral | Triple | DefaultGraph) -> GraphName:
    from pyjelly.integrations.generic import generic_sink

    if isinstance(term, NamedNode):
        return generic_sink.IRI(term.value)
    if isinstance(term, BlankNode):
        return generic_sink.BlankNode(term.value)
    if isinstance(term, OurLiteral):
        datatype = None if term.language or term.datatype == _STRING else term.datatype.value
        return generic_sink.Literal(term.value, term.language, datatype)
    assert isinstance(term, DefaultGraph)  # noqa: S101 - a release holds no quoted triple
    return generic_sink.DefaultGraph
