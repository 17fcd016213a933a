"""A client for the graph store of an engine (SPARQL 1.1 Graph Store Protocol), and the queries of a push."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from kg.core.errors import CopyFailed
from kg.engine.remote.client import Client, RemoteResponse, Request, TooLarge, TooSlow, Unreachable
from kg.engine.remote.quirks import CompletionMarker, Product, completion_markers_query, marks_in
from kg.engine.remote.responses import (
    TRIPLES,
    InvalidResponse,
    corrected_reply,
    is_whole,
    own_query,
    question,
    rows_of,
    spooled,
    triples_of,
)

_ATTEMPTS = 3
# an answer may be a whole graph, so time and size of an answer allow for the largest releases
_SECONDS = 600.0
# a limit that no graph reaches: the client demands one
_MOST_BYTES = 2**40
_PIECE = 2**18


class GraphStore:
    """A graph store: its SPARQL endpoint and its graph store address."""

    def __init__(self, url: str, graph_store: str, product: Product, client: Client) -> None:
        self.url, self.graph_store = url, graph_store
        self._product, self._client = product, client

    @property
    def chunk_bytes(self) -> int:
        """Return the maximum size of a request."""
        return self._product.chunk_bytes

    def count(self, graph: str) -> int:
        """Return the number of statements in a graph; 0 if there is no such graph.

        Raises:
            CopyFailed: the store does not say.
        """
        rows = self._rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        number = rows[0][0] if rows else None
        if not isinstance(number, Literal):
            raise CopyFailed(f"{self.url} counts no statements.")
        return int(number.value)

    def marks(self) -> dict[str, CompletionMarker]:
        """Return the complete releases in the store.

        Raises:
            CopyFailed: the store does not say.
        """
        return marks_in((row[0], row[1]) for row in self._rows(completion_markers_query()))

    def graphs_below(self, start: str) -> list[str]:
        """Return the graphs whose names start with ``start``.

        Raises:
            CopyFailed: the store does not say.
        """
        text = f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{start}")) }} ORDER BY ?g'
        return [row[0].value for row in self._rows(text) if isinstance(row[0], NamedNode)]

    def add(self, graph: str, lines: Sequence[bytes]) -> None:
        """Add statements to a graph; existing ones change nothing.

        Raises:
            CopyFailed: the store does not take them.
        """
        request = Request("POST", self.graph_store, "*/*", b"".join(lines), TRIPLES, [("graph", graph)])
        self._done(request, "takes no statements", (200, 201, 202, 204))

    def remove(self, graph: str) -> None:
        """Remove a graph if it exists.

        Raises:
            CopyFailed: the store does not.
        """
        # 404 is a success as well: a graph that does not exist needs no removal
        request = Request("DELETE", self.graph_store, fields=[("graph", graph)])
        self._done(request, "removes no graph", (200, 202, 204, 404))

    def read(self, graph: str) -> Iterator[Triple]:
        """Yield the statements of a graph, with the names that the engine uses.

        Raises:
            CopyFailed: the store does not give them.
        """
        # some products cannot return a graph by the Graph Store Protocol, so a query returns it
        if self._product.reads_graph_store:
            request = Request("GET", self.graph_store, TRIPLES, fields=[("graph", graph)])
        else:
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            request = question(self.url, own_query(text), self._product, _SECONDS)
        reply = self._send(request)
        with reply.body:
            self._refuse_partial(request, reply)
            # quirks of the product are corrected, but names are compared unchanged
            chunks = iter(lambda: reply.body.read(_PIECE), b"")
            with spooled(corrected_reply(chunks, None, self._product, TRIPLES)) as body:
                yield from self._triples(body)

    def _triples(self, body: IO[bytes]) -> Iterator[Triple]:
        try:
            yield from triples_of(body)
        except InvalidResponse as error:
            raise CopyFailed(f"{self.graph_store} gives statements that cannot be read: {error}.") from error

    def _rows(self, text: str) -> list[tuple[object, ...]]:
        request = question(self.url, own_query(text), self._product, _SECONDS)
        reply = self._send(request)
        with reply.body:
            self._refuse_partial(request, reply)
            try:
                solutions = rows_of(
                    b"".join(corrected_reply(iter([reply.body.read()]), None, self._product, request.accept))
                )
                return [tuple(row) for row in solutions] if isinstance(solutions, QuerySolutions) else []
            except (InvalidResponse, SyntaxError) as error:
                raise CopyFailed(f"{self.url} gives an answer that cannot be read: {error}.") from error

    def _refuse_partial(self, request: Request, reply: RemoteResponse) -> None:
        if not is_whole(reply, request.accept, self._product):
            raise CopyFailed(f"{request.url} gives no whole answer: {_reply_words(reply)}.")

    def _done(self, request: Request, otherwise: str, expected: Sequence[int]) -> None:
        reply = self._send(request)
        with reply.body:
            if reply.status not in expected:
                raise CopyFailed(f"{request.url} {otherwise}: {_reply_words(reply)}.")

    def _send(self, request: Request) -> RemoteResponse:
        """Send a request, with retries: repeating any of these requests is safe."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._client.send(request, _SECONDS, _MOST_BYTES)
            except (Unreachable, TooSlow, TooLarge) as error:
                if attempt == _ATTEMPTS - 1:
                    raise CopyFailed(
                        f"{request.url} gives no reply ({error or 'it takes too long'}). "
                        "Run the command again: it goes on where it broke off."
                    ) from error
        # unreachable, since the last attempt returns or raises; mypy cannot see that
        raise AssertionError


def _reply_words(reply: RemoteResponse) -> str:
    excerpt = reply.excerpt()
    return f"it answers {reply.status} {reply.media_type}" + (f" ({excerpt})" if excerpt else "")
