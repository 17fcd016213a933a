"""A deadline for a response: a client of HTTP limits the time between two bytes, and not that of all together."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any


class Deadline:
    """Shuts down the connections that were opened within a block when the time is over.

    ``trace`` belongs into the extensions of a request. A thread waits, since the thread that reads is blocked.
    """

    def __init__(self, seconds: float) -> None:
        self._end, self._over = time.monotonic() + seconds, threading.Event()
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self.has_passed = False

    def extend(self, seconds: float) -> None:
        """Let it pass so many seconds from now."""
        self._end = time.monotonic() + seconds

    def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Note a connection, as soon as it is open."""
        if not name.endswith("connect_tcp.complete"):
            return
        opened = info["return_value"].get_extra_info("socket")
        with self._lock:  # a duplicate, since TLS takes the socket for itself
            self._sockets.append(socket.socket(fileno=os.dup(opened.fileno())))
        if self.has_passed:
            self._shut_down()

    def __enter__(self) -> Deadline:
        """Begin to wait."""
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connections, which stay open."""
        self._over.set()
        self._thread.join()
        for each in self._sockets:
            each.close()

    def _watch(self) -> None:
        while not self._over.wait(max(0.0, self._end - time.monotonic())):
            if time.monotonic() >= self._end:
                self.has_passed = True
                self._shut_down()
                return

    def _shut_down(self) -> None:
        with self._lock:
            for each in self._sockets:
                with suppress(OSError):  # it was closed by the other side
                    each.shutdown(socket.SHUT_RDWR)
