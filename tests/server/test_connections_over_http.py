"""A real server closes connections that stay silent, that stall, or that are too many of one client."""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, Quad

from kg.core.names import graph, name
from tests.serving import HOST, Server, make_release, until

pytestmark = pytest.mark.server

HEADER_SECONDS = 1.0
SEND_SECONDS = 1.0
PER_CLIENT = 20
PATIENCE_SECONDS = 20
LABELS, LABEL_LETTERS = 4_000, 2_000
LIGHT = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = b"GET /sparql?format=csv&query=SELECT+*+%7B+?s+?p+?o+%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with short timeouts, over a release whose whole table has eight megabytes."""
    home = tmp_path_factory.mktemp("large")
    labels = (Literal(f"{number:04}" + "x" * LABEL_LETTERS) for number in range(LABELS))
    make_release(home, [Quad(graph("plan-a"), name("rdfs:label"), label, graph("plan-a")) for label in labels])
    limits = {"header_seconds": HEADER_SECONDS, "send_seconds": SEND_SECONDS, "max_connections_per_client": PER_CLIENT}
    with Server(home, None, **limits) as served:
        yield served


def connect(server: Server, source: str = HOST) -> socket.socket:
    return socket.create_connection((HOST, server.port), timeout=PATIENCE_SECONDS, source_address=(source, 0))


def closed_after(connection: socket.socket) -> float:
    """Read to the end of a connection: the seconds until then."""
    began = time.monotonic()
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - began


def is_reset(connection: socket.socket) -> bool:
    """Wait until a connection is reset, without a read: a slow reader may be fast enough to keep it."""
    poll = select.poll()
    poll.register(connection, 0)  # errors and hang-ups are reported without being asked for
    return any(event & select.POLLERR for _, event in poll.poll(PATIENCE_SECONDS * 1000))


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: loc",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"PRI * HTT",
        LIGHT,
        LIGHT + b"GET / HT",
    ],
    ids=["silent", "half a head", "HTTP/2 preface", "half a preface", "kept alive", "half of a second head"],
)
def test_a_connection_that_stays_silent_is_closed_within_the_header_timeout(server: Server, begun: bytes) -> None:
    with connect(server) as connection:
        connection.sendall(begun)
        assert closed_after(connection) < HEADER_SECONDS + 5


def test_a_head_that_comes_byte_by_byte_is_not_waited_for(server: Server) -> None:
    with connect(server) as connection, pytest.raises(OSError, match=r"reset|pipe"):
        send_slowly(connection, LIGHT * 4)


def send_slowly(connection: socket.socket, text: bytes) -> None:
    for byte in text:
        connection.sendall(bytes([byte]))
        time.sleep(HEADER_SECONDS / 10)


def test_connections_of_one_client_are_limited_and_another_is_answered(server: Server) -> None:
    many = [connect(server) for _ in range(3 * PER_CLIENT)]
    try:
        with connect(server, "127.0.0.2") as other:
            other.sendall(LIGHT)
            assert other.recv(65_536).startswith(b"HTTP/1.1 200 ")
        assert all(closed_after(connection) < PATIENCE_SECONDS for connection in many)
    finally:
        for connection in many:
            connection.close()


def spilled_bytes(server: Server) -> int:
    """Bytes of deleted files, all spilled answers, that the serving process has open."""
    total = 0
    for process in server.processes():
        for descriptor in Path(f"/proc/{process}/fd").glob("*"):
            try:
                if "(deleted)" in str(descriptor.readlink()):
                    total = max(total, descriptor.stat().st_size)
            except OSError:
                continue
    return total


def test_a_client_that_does_not_read_a_large_answer_is_disconnected_and_its_file_is_released(server: Server) -> None:
    with connect(server, "127.0.0.3") as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(LARGE)
        assert until(lambda: spilled_bytes(server) >= LABELS * LABEL_LETTERS)
        assert is_reset(connection)
    assert until(lambda: spilled_bytes(server) == 0)


def test_a_client_that_reads_a_large_answer_gets_all_of_it_and_its_file_is_released(server: Server) -> None:
    with connect(server, "127.0.0.4") as connection:
        connection.sendall(LARGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    assert length is not None
    assert len(body) == int(length[1]) > LABELS * LABEL_LETTERS
    assert until(lambda: spilled_bytes(server) == 0)


def test_the_soft_limit_of_open_files_leaves_room_for_all_connections(server: Server) -> None:
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    soft = re.search(r"Max open files\s+(\d+)", limits)
    assert soft is not None
    assert int(soft[1]) >= 4096
