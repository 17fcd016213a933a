"""Responses of external engines: their forms, their errors, and their names for graphs."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from math import ceil
from typing import IO
from urllib.parse import urlencode

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from kg.core.media_types import Form
from kg.engine import Answer
from kg.engine.pool.worker import Sink
from kg.engine.remote.client import RemoteResponse, Request
from kg.engine.remote.quirks import Correction, GraphNames, Product, reworded
from kg.engine.remote.rewriting import RemoteQuery
from kg.engine.store import write_answer
from kg.sparql.lexer import Kind, kind_of

_HELD_BYTES = 2 * 2**20
ROWS, TRIPLES = "application/sparql-results+json", "application/n-triples"
# a chunk is cut after this separator: no substitution reaches beyond it
_ENDS = {ROWS: b"}", TRIPLES: b"\n"}
# only the head of JSON rows matches this: within a text the quotation marks would be escaped
_VARS = re.compile(rb'"vars"\s*:\s*\[([^\]]*)\]')
_HEAD_BYTES = 2**16


class InvalidResponse(Exception):
    """A reply is not what its media type says."""


def corrected_reply(
    chunks: Iterable[bytes], naming: GraphNames | None, product: Product, media_type: str
) -> Iterator[bytes]:
    """Yield a reply piece by piece, with errors of the product corrected, and in our names if ``naming`` is given."""
    corrections = list(product.corrections)
    if naming is not None:
        corrections += naming.in_json if media_type == ROWS else naming.in_triples
    # A substitution must see a name whole. So each piece ends after a separator, and the rest waits for the next chunk.
    held, end = b"", _ENDS[media_type]
    for chunk in chunks:
        head, separator, tail = chunk.rpartition(end)
        if not separator:
            held += chunk
            continue
        yield _corrected(held + head + separator, corrections)
        held = tail
    yield _corrected(held, corrections)


def _corrected(piece: bytes, corrections: Iterable[Correction]) -> bytes:
    for pattern, replacement in corrections:
        piece = pattern.sub(replacement, piece)
    return piece


def triples_of(body: IO[bytes] | bytes) -> Iterator[Triple]:
    """Yield the statements of N-Triples.

    Raises:
        InvalidResponse: the text is not N-Triples.
    """
    try:
        for quad in pyoxigraph.parse(body, format=RdfFormat.N_TRIPLES):
            yield quad.triple
    except (SyntaxError, ValueError) as error:
        raise InvalidResponse(str(error)) from error


def rows_of(body: IO[bytes] | bytes) -> QuerySolutions | QueryBoolean:
    """Return the rows, or the truth value, of JSON.

    Raises:
        InvalidResponse: the text is not such JSON.
    """
    try:
        return pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise InvalidResponse(str(error)) from error


def written(results: QuerySolutions | QueryBoolean | Iterable[Triple], form: Form, most_bytes: int) -> Answer:
    """Return the results of a reply, already in our names, as the answer in the wanted form.

    Raises:
        InvalidResponse: the reply is not what it should be.
        AnswerTooLarge: the answer has more bytes than allowed.
        QueryFailed: it cannot be written in that form.
    """
    # opened before the size of the answer is known, because ``Sink`` expects a descriptor
    spill = tempfile.TemporaryFile()  # noqa: SIM115 - it may belong to the answer
    try:
        sink = Sink(spill.fileno(), most_bytes)
        try:
            write_answer(results, form, sink)
        except SyntaxError as error:  # of rows after the first ones
            raise InvalidResponse(str(error)) from error
        is_spilled, held = sink.whole()
    except BaseException:
        spill.close()
        raise
    if not is_spilled:
        spill.close()
        return Answer(held, form)
    return Answer(b"", form, spill, sink.size)


def with_sorted_columns(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield JSON with the columns sorted by name, as our own engine orders ``SELECT *``; the head must come early."""
    held, head = b"", None
    # Pieces are collected until the head is complete. Without a head in the first 64 KiB nothing changes.
    while head is None and len(held) < _HEAD_BYTES and (chunk := next(chunks, None)) is not None:
        held += chunk
        head = _VARS.search(held)
    if head is not None:
        names = sorted(re.findall(rb'"[^"]*"', head[1]))
        held = held[: head.start(1)] + b",".join(names) + held[head.end(1) :]
    yield held
    yield from chunks


def spooled(chunks: Iterable[bytes]) -> IO[bytes]:
    """Return a file with the pieces, in memory while it is small, positioned at its start."""
    file = tempfile.SpooledTemporaryFile(_HELD_BYTES)  # noqa: SIM115 - its reader closes it
    for chunk in chunks:
        file.write(chunk)
    file.seek(0, os.SEEK_SET)
    return file


_FORM, _QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
# other names that products use for the media types that we ask for
_ALSO = {ROWS: (ROWS, "application/json"), TRIPLES: (TRIPLES, "text/plain", "text/ntriples")}
_TIMES = (408, 504)


def media_type_for(text: str) -> str:
    """Return the media type of the answer to a query."""
    return TRIPLES if kind_of(text).makes_graph else ROWS


def question(url: str, sent: RemoteQuery, product: Product, seconds: float) -> Request:
    """Return the request for a question that may run for ``seconds``."""
    fields = [("default-graph-uri", node.value) for node in sent.default_graphs]
    fields += [("named-graph-uri", node.value) for node in sent.named_graphs]
    if product.timeout is not None:
        name, value = product.timeout
        # rounded up and not below 1, because a product may read 0 as no limit
        fields.append((name, value.format(seconds=max(1, ceil(seconds)), milliseconds=max(1, ceil(1000 * seconds)))))
    text = reworded(sent.text, product.wordings)
    accept = media_type_for(text)
    if product.is_form:
        body = urlencode([("query", text), *fields]).encode("ascii")
        return Request("POST", url, accept, body, _FORM)
    return Request("POST", url, accept, text.encode(), _QUERY, fields)


def is_whole(reply: RemoteResponse, media_type: str, product: Product) -> bool:
    """Return True if a reply is a complete answer in the media type that was asked for."""
    # an incomplete answer has the usual status and media type; only a header marks it
    is_partial = any(name.lower() in reply.headers for name in product.partial)
    return reply.status == 200 and reply.media_type in _ALSO[media_type] and not is_partial


def is_timeout_reply(reply: RemoteResponse, product: Product) -> bool:
    """Return True if a reply says that the query ran too long, or that the answer is partial."""
    if reply.status in _TIMES or (
        reply.status == 200 and any(header.lower() in reply.headers for header in product.partial)
    ):
        return True
    excerpt = reply.excerpt() if product.too_long is not None and reply.status >= 400 else ""
    return product.too_long is not None and product.too_long.search(excerpt) is not None


def own_query(text: str) -> RemoteQuery:
    """Return a query of our own, over all that the engine holds."""
    assert kind_of(text) is not Kind.UPDATE  # noqa: S101 - our own texts
    return RemoteQuery(text, (), ())
