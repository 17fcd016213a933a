"""Only a real server shows that HEAD sends no byte of a body, that QUERY gets through, that a host is needed."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, Quad

from kg.core.names import graph, name
from tests.serving import HOST, make_release, serving

# Not marked server: these few tests of a real service are part of `make test`.


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server over a release of one statement."""
    home = tmp_path_factory.mktemp("small")
    make_release(home, [Quad(graph("plan-a"), name("rdfs:label"), Literal("中", language="zh"), graph("plan-a"))])
    with serving(home) as port:
        yield port


def exchange(port: int, *lines: str, body: bytes = b"") -> tuple[str, bytes]:
    """Send a request, read to the end of the connection: the status line and headers, and every byte after them."""
    head = "\r\n".join([*lines, "Connection: close", f"Content-Length: {len(body)}", "", ""])
    with socket.create_connection((HOST, port), timeout=30) as connection:
        connection.sendall(head.encode("ascii") + body)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    start, _, rest = received.partition(b"\r\n\r\n")
    return start.decode("latin-1").lower(), rest


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sparql?query=ASK%7B%7D", 200),
        ("/sparql", 200),
        ("/.well-known/void", 200),
        ("/graph/plan-a", 200),
        ("/graph-store?default", 200),
        ("/graph/plan-b", 404),
        ("/nowhere", 404),
        ("/sparql?query=ASK", 400),
        ("/sparql?query=ASK%7B%7D&format=ttl", 406),
        ("/sparql?update=CLEAR%20ALL", 403),
    ],
)
def test_head_sends_the_headers_of_get_and_no_byte_more(port: int, path: str, status: int) -> None:
    start, rest = exchange(port, f"HEAD {path} HTTP/1.1", f"Host: {HOST}:{port}")
    assert start.startswith(f"http/1.1 {status} ")
    assert rest == b""
    got, body = exchange(port, f"GET {path} HTTP/1.1", f"Host: {HOST}:{port}")
    assert got.splitlines()[0] == start.splitlines()[0]
    assert body
    types = [next(line for line in head.splitlines() if line.startswith("content-type:")) for head in (start, got)]
    assert types[0] == types[1]


def test_the_method_query_gets_through(port: int) -> None:
    headers = [f"Host: {HOST}:{port}", "Content-Type: application/sparql-query", "Accept: text/csv"]
    start, rest = exchange(port, "QUERY /sparql HTTP/1.1", *headers, body=b"SELECT ?o { ?s ?p ?o }")
    assert start.startswith("http/1.1 200 ")
    assert rest == "o\r\n中\r\n".encode()


def test_a_url_may_hold_chinese_as_it_is(port: int) -> None:
    for path in ("/sparql", "/sparql/form"):
        target = f"{path}?query=ASK{{FILTER(STRLEN('规划')=2)}}&format=csv"
        with socket.create_connection((HOST, port), timeout=30) as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            received = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert received.startswith(b"HTTP/1.1 200 ")
        assert b"true" in received


def test_options_have_no_body_and_name_the_methods(port: int) -> None:
    start, rest = exchange(port, "OPTIONS /sparql HTTP/1.1", f"Host: {HOST}:{port}")
    (allowed,) = [line for line in start.splitlines() if line.startswith("allow:")]
    assert set(allowed.removeprefix("allow:").replace(" ", "").split(",")) == {
        "get",
        "head",
        "options",
        "post",
        "query",
    }
    assert rest == b""


@pytest.mark.parametrize("path", ["/reconcile", "/labels"])
def test_a_body_that_is_refused_by_its_length_is_answered_to_a_client_that_sends_first(port: int, path: str) -> None:
    head = [f"POST {path} HTTP/1.1", f"Host: {HOST}:{port}", "Content-Type: application/x-www-form-urlencoded"]
    start, _ = exchange(port, *head, body=b"queries=" + b"x" * 4 * 2**20)
    assert start.startswith("http/1.1 413 ")
