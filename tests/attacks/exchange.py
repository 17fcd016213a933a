"""An exchange with a server over a socket of its own: bytes are sent as they are, and all that comes back is read."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass

from tests.serving import HOST

_READ_BYTES = 65_536
_LEAST_SECONDS = 0.01
_STATUS = re.compile(rb"(?:HTTP/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n)*HTTP/1\.[01] (\d{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_BODILESS = {204, 304}


@dataclass(frozen=True)
class Exchange:
    """The bytes received, the seconds from the last byte sent to the end, and whether the server ended it in time."""

    received: bytes
    seconds: float
    ended: bool

    @property
    def status(self) -> int | None:
        """The status of the first response that is not merely provisional."""
        return status_of(self.received)

    def is_cut(self, method: str) -> bool:
        """Return True if the body is shorter or longer than the response says."""
        start = _STATUS.match(self.received)
        if start is None:
            return False
        head, _, body = self.received[start.start(1) :].partition(b"\r\n\r\n")
        length = _LENGTH.search(head + b"\r\n")
        if method == "HEAD" or self.status in _BODILESS:
            return body != b""
        return length is not None and len(body) != int(length[1])


def status_of(received: bytes) -> int | None:
    """Return the status of the first response that is not merely provisional."""
    match = _STATUS.match(received)
    return int(match[1]) if match else None


def exchange(port: int, sent: bytes, seconds: float, *, source: str = HOST, leave: bool = False) -> Exchange:
    """Send bytes, and read for at most so many seconds; ``leave`` says that nothing more will be sent."""
    received, ended = bytearray(), False
    with socket.create_connection((HOST, port), timeout=seconds, source_address=(source, 0)) as peer:
        began = time.monotonic()
        try:
            peer.sendall(sent)
            began = time.monotonic()
            if leave:
                peer.shutdown(socket.SHUT_WR)
            while chunk := peer.recv(_READ_BYTES):
                received += chunk
                peer.settimeout(max(_LEAST_SECONDS, began + seconds - time.monotonic()))
            ended = True
        except TimeoutError:
            pass
        except OSError:  # a server need not read what it refuses, and its answer may be lost with the connection
            ended = True
        return Exchange(bytes(received), time.monotonic() - began, ended)
