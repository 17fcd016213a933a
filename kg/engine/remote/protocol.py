"""A question as a request of the SPARQL 1.1 Protocol, as a product likes it, and what its reply says of it."""

from __future__ import annotations

from math import ceil
from urllib.parse import urlencode

from kg.engine.remote.client import RemoteResponse, Request
from kg.engine.remote.quirks import Product, reworded
from kg.engine.remote.responses import ROWS, TRIPLES
from kg.engine.remote.rewriting import Sent
from kg.sparql.lexer import Kind, kind_of

_FORM, _QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
# what products call the media types that we ask for
_ALSO = {ROWS: (ROWS, "application/json"), TRIPLES: (TRIPLES, "text/plain", "text/ntriples")}
_TIMES = (408, 504)


def media_type_for(text: str) -> str:
    """What a text is answered with."""
    return TRIPLES if kind_of(text).makes_graph else ROWS


def question(url: str, sent: Sent, product: Product, seconds: float) -> Request:
    """The request for a question that may run for so long."""
    fields = [("default-graph-uri", node.value) for node in sent.default_graphs]
    fields += [("named-graph-uri", node.value) for node in sent.named_graphs]
    if product.timeout is not None:
        name, value = product.timeout
        fields.append((name, value.format(seconds=max(1, ceil(seconds)), milliseconds=max(1, ceil(1000 * seconds)))))
    text = reworded(sent.text, product.wordings)
    accept = media_type_for(text)
    if product.is_form:
        body = urlencode([("query", text), *fields]).encode("ascii")
        return Request("POST", url, accept, body, _FORM)
    return Request("POST", url, accept, text.encode(), _QUERY, fields)


def is_whole(reply: RemoteResponse, media_type: str, product: Product) -> bool:
    """Whether a reply is an answer, all of it, in the media type that was asked for."""
    said_partial = any(name.lower() in reply.headers for name in product.partial)
    return reply.status == 200 and reply.media_type in _ALSO[media_type] and not said_partial


def says_too_long(reply: RemoteResponse, product: Product) -> bool:
    """Whether a reply says that the question ran too long, or that only a part was found in its time."""
    if reply.status in _TIMES or (
        reply.status == 200 and any(header.lower() in reply.headers for header in product.partial)
    ):
        return True
    excerpt = reply.excerpt() if product.too_long is not None and reply.status >= 400 else ""
    return product.too_long is not None and product.too_long.search(excerpt) is not None


def asks(text: str) -> Sent:
    """A question of our own, over whatever the engine holds."""
    assert kind_of(text) is not Kind.UPDATE  # noqa: S101 - our own texts
    return Sent(text, (), ())
