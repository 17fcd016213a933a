"""The monitor of client connections: a limit for each client, and the lowest rate for reading a response.

The HTTP server offers neither. Both are read from the kernel: the open sockets of this process from ``/proc``, and
their counters from ``TCP_INFO`` (Linux 4.6 or later). On other systems the monitor finds no connection.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from kg.core.client_address import client_key

INTERVAL_SECONDS = 0.5
# A client that reads a response more slowly than this for KG_SEND_SECONDS is disconnected.
LOWEST_BYTES_PER_SECOND = 16 * 1024
_DESCRIPTORS = Path("/proc/self/fd")
# struct tcp_info (linux/tcp.h): unacked, then bytes_acked, then notsent_bytes
_TCP_INFO = struct.Struct("=24xI92xQ16xI")
# SO_LINGER with no time: the kernel resets the connection and drops its buffers
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class ConnectionLimits:
    """The served port, the most connections of one client (0: any number), and the seconds that a send may stall."""

    port: int
    per_client: int
    send_seconds: float


@dataclass(frozen=True)
class Counters:
    """The counters of a connection: the bytes that its client acknowledged, and if more bytes are pending."""

    acknowledged: int
    is_pending: bool


@dataclass
class _Connection:
    """A known connection. ``period`` is the start of the current measurement: time and acknowledged bytes."""

    client: str
    first_seen: float
    period: tuple[float, int] | None = None


class ConnectionMonitor:
    """Closes connections beyond the limits. ``start`` runs it in a thread of its own."""

    def __init__(self, limits: ConnectionLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._connections: dict[int, _Connection] = {}
        self._ended = threading.Event()

    def start(self) -> None:
        """Check the connections at regular intervals until ``stop``."""
        threading.Thread(target=self._run, name="connections", daemon=True).start()

    def stop(self) -> None:
        """Stop the thread."""
        self._ended.set()

    def check(self) -> int:
        """Check each accepted connection once, close those beyond the limits, and return how many were closed."""
        # A connection is known by the inode of its socket. A descriptor is used again at once after a close, so its
        # number could mean another client. A connection that has ended is absent from ``seen`` and so is forgotten.
        now, seen, surplus = self._clock(), dict[int, _Connection](), set[int]()
        for inode, peer in accepted(self._limits.port):
            connection = self._connections.get(inode) or _Connection(client_key(peer.getpeername()[0]), now)
            seen[inode] = connection
            if self._is_stalled(connection, counters_of(peer), now):
                surplus.add(inode)
        self._connections = seen
        surplus |= self._beyond_the_limit()
        # a second pass: the duplicates of the first are closed, and only now all connections are counted
        if surplus:
            for inode, peer in accepted(self._limits.port):
                if inode in surplus:
                    abort(peer)
        return len(surplus)

    def _run(self) -> None:
        while not self._ended.wait(INTERVAL_SECONDS):
            with suppress(OSError):  # no descriptor is free; the next check may find one
                self.check()

    def _is_stalled(self, connection: _Connection, counters: Counters, now: float) -> bool:
        """Return True if data were pending for a whole period and the client read them too slowly."""
        if not counters.is_pending:
            connection.period = None
            return False
        # the rate is measured over a whole period from the first pending byte, so that a short pause does no harm
        if connection.period is None:
            connection.period = (now, counters.acknowledged)
        began, acknowledged = connection.period
        if now - began < self._limits.send_seconds:
            return False
        connection.period = (now, counters.acknowledged)
        return counters.acknowledged - acknowledged < LOWEST_BYTES_PER_SECOND * (now - began)

    def _beyond_the_limit(self) -> set[int]:
        """Return the newest connections of each client with more than the limit."""
        if not self._limits.per_client:
            return set()
        clients: defaultdict[str, list[int]] = defaultdict(list)
        for inode, connection in self._connections.items():
            clients[connection.client].append(inode)
        # the oldest stay: they may wait for an answer that is nearly finished
        oldest_first = (sorted(inodes, key=self._first_seen) for inodes in clients.values())
        return {inode for inodes in oldest_first for inode in inodes[self._limits.per_client :]}

    def _first_seen(self, inode: int) -> float:
        return self._connections[inode].first_seen


def accepted(port: int) -> Iterator[tuple[int, socket.socket]]:
    """Yield the inode and a duplicate of each connected TCP socket of this process whose own port is ``port``.

    The duplicate is closed before the next one is yielded, so that it does not keep the connection open.

    Raises:
        OSError: no descriptor is free.
    """
    # granian opens and closes sockets in its own threads meanwhile. Each step therefore checks that the descriptor
    # still belongs to the same inode.
    for descriptor in _descriptors():
        inode = _inode_of_socket(descriptor)
        if inode is None:
            continue
        try:
            duplicate = socket.socket(fileno=os.dup(descriptor))
        except OSError:
            # the socket is still open, so the error says that no descriptor is free
            if _inode_of_socket(descriptor) == inode:
                raise
            continue  # it was closed in the meantime
        with closing(duplicate):
            # the number may belong to another file by now
            if os.fstat(duplicate.fileno()).st_ino == inode and _is_accepted(duplicate, port):
                yield inode, duplicate


def counters_of(peer: socket.socket) -> Counters:
    """Return the kernel's counters of a TCP connection."""
    unacknowledged, acknowledged, unsent = _TCP_INFO.unpack(
        peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
    )
    return Counters(acknowledged, bool(unacknowledged or unsent))


def abort(peer: socket.socket) -> None:
    """Reset a connection. Other holders of its socket see it closed."""
    with suppress(OSError):  # the client closed it first
        # Closing the duplicate would change nothing, since granian has the socket open. A shutdown acts on the
        # connection itself, so granian then closes its own descriptor. With this option, that last close drops the
        # unsent bytes.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        peer.shutdown(socket.SHUT_RDWR)


def _descriptors() -> list[int]:
    try:
        return [int(path.name) for path in _DESCRIPTORS.iterdir()]
    except FileNotFoundError:  # not Linux
        return []


def _inode_of_socket(descriptor: int) -> int | None:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_ino if stat.S_ISSOCK(status.st_mode) else None


def _is_accepted(peer: socket.socket, port: int) -> bool:
    if peer.family not in (socket.AF_INET, socket.AF_INET6) or peer.type != socket.SOCK_STREAM:
        return False
    try:
        peer.getpeername()
    except OSError:  # it listens, or its client has gone
        return False
    return bool(peer.getsockname()[1] == port)
