"""The content of a writable graph store: the reading half of a test runs over a release with just that."""

from __future__ import annotations

from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat

from kg.core.names import graph
from tests.w3c.manifest import Step

# The default graph of the service is the union of its named graphs, so what is put there is put into one of them.
DEFAULT = graph("default")

State = dict[NamedNode, tuple[str, ...]]
"""The Turtle documents that were put and posted into each graph."""


def named_by(step: Step) -> NamedNode | None:
    """The graph that a request names, directly or by its parameters; None for the store itself."""
    parts = urlsplit(step.path)
    if parts.path != "/gsp":
        return graph(parts.path.removeprefix("/gsp/"))
    fields = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "default" in fields:
        return DEFAULT
    return NamedNode(fields["graph"]) if "graph" in fields else None


def after(state: State, step: Step) -> State:
    """The state after a write."""
    named = named_by(step)
    if named is None:
        return state
    remaining = {iri: documents for iri, documents in state.items() if iri != named}
    if step.method == "PUT":
        return remaining | {named: _documents(step)}
    if step.method == "POST":
        return remaining | {named: state.get(named, ()) + _documents(step)}
    return remaining


def quads(state: State) -> list[Quad]:
    """The state as quads; an empty store holds one statement about nothing, for a release is never empty."""
    result = [
        Quad(quad.subject, quad.predicate, quad.object, iri)
        for iri, documents in state.items()
        for document in documents
        for quad in pyoxigraph.parse(document, format=RdfFormat.TURTLE, base_iri=iri.value)
    ]
    return result or [Quad(DEFAULT, DEFAULT, DEFAULT, graph("other"))]


def same_graph(left: Iterable[Quad], right: Iterable[Quad]) -> bool:
    """Return True if two graphs are isomorphic."""
    return _canonical(left) == _canonical(right)


def _canonical(quads: Iterable[Quad]) -> set[Quad]:
    dataset = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def _documents(step: Step) -> tuple[str, ...]:
    content_type = step.headers["content-type"]
    if not content_type.startswith("multipart/"):
        return (step.body.decode("utf-8"),)
    parts = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + step.body).get_payload()
    assert isinstance(parts, list)
    return tuple(_decoded(part) for part in parts if isinstance(part, Message))


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8")
