"""The connection monitor closes the newest connections of a client beyond its limit, and those that stall a send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from server.gateway.connections import LOWEST_BYTES_PER_SECOND, ConnectionLimits, ConnectionMonitor, accepted

SEND_SECONDS = 10.0


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1.0

    def __call__(self) -> float:
        return self.now


class Listener:
    """A server's side of connections to a port of its own."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._opened = [self._listening]

    def connect(self, address: str = "127.0.0.1") -> tuple[socket.socket, socket.socket]:
        """A connection from an address: the client's side and the server's."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=5, source_address=(address, 0))
        served, _ = self._listening.accept()
        served.settimeout(0)
        self._opened += [client, served]
        return client, served

    def close(self) -> None:
        for each in self._opened:
            each.close()


def fill(served: socket.socket) -> None:
    """Send until the client must read before it can be sent more."""
    with suppress(BlockingIOError):
        while True:
            served.send(bytes(2**16))


def read(client: socket.socket, size: int) -> None:
    while size > 0:
        size -= len(client.recv(min(size, 2**16)))


def is_open(client: socket.socket) -> bool:
    client.settimeout(0)
    try:
        return client.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def monitor_of(listener: Listener, clock: Clock, per_client: int = 0) -> ConnectionMonitor:
    return ConnectionMonitor(ConnectionLimits(listener.port, per_client, SEND_SECONDS), clock)


def test_the_newest_connections_beyond_the_limit_of_a_client_are_closed(listener: Listener, clock: Clock) -> None:
    monitor = monitor_of(listener, clock, per_client=2)
    first = [listener.connect()[0] for _ in range(2)]
    assert monitor.check() == 0
    clock.now += 1
    later = [listener.connect()[0] for _ in range(3)]
    other = listener.connect("127.0.0.2")[0]
    assert monitor.check() == 3
    assert [is_open(client) for client in first] == [True, True]
    assert [is_open(client) for client in later] == [False, False, False]
    assert is_open(other)


def test_without_a_limit_a_client_has_any_number_of_connections(listener: Listener, clock: Clock) -> None:
    for _ in range(20):
        listener.connect()
    assert monitor_of(listener, clock).check() == 0
    assert len(list(accepted(listener.port))) == 20


def test_a_client_that_reads_nothing_is_disconnected(listener: Listener, clock: Clock) -> None:
    monitor = monitor_of(listener, clock)
    client, served = listener.connect()
    fill(served)
    assert monitor.check() == 0
    clock.now += SEND_SECONDS - 0.1
    assert monitor.check() == 0
    clock.now += 0.2
    assert monitor.check() == 1
    with pytest.raises(OSError, match=r"reset|pipe"):
        served.send(b"more")
    assert client.fileno() >= 0


def test_a_client_that_reads_fast_enough_is_not_disconnected(listener: Listener, clock: Clock) -> None:
    monitor = monitor_of(listener, clock)
    client, served = listener.connect()
    fill(served)
    for _ in range(30):
        assert monitor.check() == 0
        clock.now += 1
        read(client, 2 * LOWEST_BYTES_PER_SECOND)
        fill(served)


def test_a_client_that_reads_a_little_now_and_then_is_disconnected(listener: Listener, clock: Clock) -> None:
    monitor = monitor_of(listener, clock)
    client, served = listener.connect()
    fill(served)
    closed = 0
    for _ in range(12):
        read(client, 1000)
        closed += monitor.check()
        clock.now += 1
    assert closed == 1


def test_a_connection_without_data_on_the_way_is_left_to_the_header_timeout(listener: Listener, clock: Clock) -> None:
    monitor = monitor_of(listener, clock)
    client, served = listener.connect()
    served.send(b"a response")
    read(client, len(b"a response"))
    for _ in range(3):
        clock.now += 2 * SEND_SECONDS
        assert monitor.check() == 0
    assert is_open(client)


def test_connections_to_other_ports_are_left_alone(listener: Listener, clock: Clock) -> None:
    other = Listener()
    try:
        clients = [other.connect()[0] for _ in range(3)]
        assert monitor_of(listener, clock, per_client=1).check() == 0
        assert all(is_open(client) for client in clients)
    finally:
        other.close()
