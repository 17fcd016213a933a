"""Load: many connections that are kept open, each asking its next request as soon as the last one is answered.

One thread and plain sockets: a request takes some 20 microseconds here, so that it is the server that is measured.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from kg.sparql.lexer import kind_of

RESULTS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
NO_ANSWER = "no answer"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"
_READ_BYTES = 1 << 18


@dataclass(frozen=True)
class Request:
    """A request as it is sent, and the name of what it asks."""

    name: str
    sent: bytes


@dataclass
class Times:
    """Measurements of a run: seconds of each request by name, and how many were not answered with 200, by status."""

    by_name: dict[str, list[float]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """How many requests were not answered with 200."""
        return self.failures.total()

    @property
    def all(self) -> list[float]:
        """The seconds of all requests."""
        return [value for values in self.by_name.values() for value in values]


def request(authority: str, path: str, name: str, text: str, accept: str = RESULTS) -> Request:
    """A query by GET on a connection that stays open."""
    head = f"GET {path}?query={quote(text)} HTTP/1.1\r\nHost: {authority}\r\nAccept: {accept}\r\n\r\n"
    return Request(name, head.encode("ascii"))


def accept_for(text: str) -> str:
    """Return the media types that may answer a query: of rows, or of statements."""
    return TRIPLES if kind_of(text).makes_graph else RESULTS


class _Connection:
    """A connection with a request on the way."""

    def __init__(self, host: str, port: int, selector: selectors.BaseSelector, source: str) -> None:
        self._address, self._source, self._selector = (host, port), source, selector
        self._asked, self._began, self._held = "", 0.0, bytearray()
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(
            self._address, source_address=(self._source, 0) if self._source else None
        )
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._socket, selectors.EVENT_READ, self)

    def close(self) -> None:
        self._selector.unregister(self._socket)
        self._socket.close()

    def ask(self, request: Request, *, anew: bool = False) -> None:
        """Ask, again if the server has closed the connection meanwhile, as it may (RFC 9112, section 9.5)."""
        self._asked, self._began = request.name, time.perf_counter()
        self._held.clear()
        if not anew:
            try:
                self._socket.sendall(request.sent)
            except OSError:
                anew = True
            else:
                return
        self.close()
        self._open()
        self._socket.sendall(request.sent)

    def read(self, times: Times) -> bool:
        """Take what has come; says whether the answer is whole."""
        try:
            came = self._socket.recv(_READ_BYTES)
        except OSError:
            came = b""
        self._held += came
        if came and not _is_whole(self._held):
            return False
        if self._held.startswith(b"HTTP/1.1 200"):
            times.by_name.setdefault(self._asked, []).append(time.perf_counter() - self._began)
        else:
            times.failures[self._held[9:12].decode("latin-1") or NO_ANSWER] += 1
        return True


def _is_whole(held: bytearray) -> bool:
    head = held.find(b"\r\n\r\n")
    if head < 0:
        return False
    length = _LENGTH.search(held, 0, head + 2)
    if length is None:
        return held.endswith(_LAST_CHUNK)
    return len(held) >= head + 4 + int(length[1])


def run(
    authority: str,
    requests: Iterator[Request],
    clients: int,
    seconds: float,
    *,
    patience: float = 120.0,
    least: int = 0,
    source: str = "",
    lasting: int = 0,
) -> Times:
    """Let so many clients ask for so long, and at least so many requests; what is on the way at the end is counted.

    A request that then takes more than ``patience`` seconds has failed. ``source`` is the address of the clients,
    and after ``lasting`` requests each of them opens a new connection.
    """
    host, _, port = authority.partition(":")
    times, began, asked = Times(), time.perf_counter(), clients
    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            _Connection(host, int(port), selector, source).ask(next(requests))
        while selector.get_map():
            passed = time.perf_counter() - began
            ready = selector.select(max(0.0, seconds + patience - passed))
            if not ready:
                times.failures[NO_ANSWER] += _give_up(selector)
            for key, _ in ready:
                connection = key.data
                if not connection.read(times):
                    continue
                if time.perf_counter() - began < seconds or asked < least:
                    connection.ask(next(requests), anew=lasting > 0 and asked % lasting == 0)
                    asked += 1
                else:
                    connection.close()
    times.seconds = time.perf_counter() - began
    return times


def _give_up(selector: selectors.BaseSelector) -> int:
    """Leave those that do not answer, and say how many they are."""
    left = list(selector.get_map().values())
    for key in left:
        key.data.close()
    return len(left)


def new(authority: str, path: str, questions: Sequence[tuple[str, str]], start: int) -> Iterator[Request]:
    """Yield the questions in turn without end, each text once: a number in a comment makes it new."""
    number, accepted = start, [(name, text, accept_for(text)) for name, text in questions]
    while True:
        for name, text, accept in accepted:
            number += 1
            yield request(authority, path, name, f"{text}\n# {number}", accept)


def repeated(authority: str, path: str, questions: Sequence[tuple[str, str]]) -> Iterator[Request]:
    """Yield the questions in turn without end, each with the same text again and again."""
    made = [request(authority, path, name, text, accept_for(text)) for name, text in questions]
    while True:
        yield from made
