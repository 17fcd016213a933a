"""Files of large responses, kept until their clients have read them, within a budget for all files."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.core.errors import ClientBusy, EngineBusy
from kg.core.messages import Message
from server.core.wsgi import Finished

if TYPE_CHECKING:
    from inotify_simple import INotify

# the HTTP server opens the file within this time, or never
_OPENED_SECONDS = 10.0
# waiting clients fetch a finished response within this time
_TAKEN_SECONDS = 1.0
_MIB = 2**20


@dataclass
class _Sending:
    """A file in transfer: its receivers by client, and how often it was opened and closed."""

    response: Finished
    size: int
    clients: Counter[str] = field(default_factory=Counter)
    watch: int = -1
    opened: int = 0
    closed: int = 0

    @property
    def is_over(self) -> bool:
        """True if each receiver has opened and closed the file."""
        return self.closed >= self.clients.total()


class ResponseFiles:
    """The files of large responses in transfer; for one event loop.

    The HTTP server opens a file by its path, and does not report when it has sent it. inotify reports when it closes
    the file: it was sent, or its connection has ended. Without inotify a file counts for ten seconds.
    """

    def __init__(self, most_bytes: int, most_bytes_per_client: int) -> None:
        self._most_bytes, self._most_per_client = most_bytes, most_bytes_per_client
        self._sendings: dict[int, _Sending] = {}
        self._finished: dict[int, Finished] = {}
        self._per_client: Counter[str] = Counter()
        self._inotify: INotify | None = None
        self.bytes = 0

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start to watch files."""
        if sys.platform != "linux":
            return
        from inotify_simple import INotify

        with suppress(OSError):  # the system has too many watchers
            self._inotify = INotify(nonblocking=True)
            loop.add_reader(self._inotify.fileno(), self._read_events)

    def stop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop watching, and close all files."""
        if self._inotify is not None:
            loop.remove_reader(self._inotify.fileno())
            self._inotify.close()
            self._inotify = None
        for sending in list(self._sendings.values()):
            self._release(sending)
        for response in self._finished.values():
            response.close()

    def close_unless_sent(self, response: Finished) -> None:
        """Close the file of a finished response after a moment, unless it is in transfer by then."""

        def close() -> None:
            del self._finished[id(response)]
            if id(response) not in self._sendings:
                response.close()

        self._finished[id(response)] = response
        asyncio.get_running_loop().call_later(_TAKEN_SECONDS, close)

    def hold(self, response: Finished, client: str) -> None:
        """Keep the file of a response open until it was sent to a client.

        Raises:
            ClientBusy: the client has too many bytes in transfer.
            EngineBusy: all clients have. Half of the budget is reserved for clients without a transfer.
        """
        sending = self._sendings.get(id(response)) or _Sending(response, int(response.header("content-length")))
        self._check(sending, client)
        if id(response) not in self._sendings:
            self._sendings[id(response)] = sending
            self.bytes += sending.size
            self._watch(sending)
        sending.clients[client] += 1
        self._per_client[client] += sending.size
        asyncio.get_running_loop().call_later(_OPENED_SECONDS, self._expire, sending)

    def _check(self, sending: _Sending, client: str) -> None:
        on_the_way = self._per_client[client]
        if on_the_way and on_the_way + sending.size > self._most_per_client:
            raise ClientBusy(
                Message(
                    "Large answers of %(size)s MiB are on their way to you already; read them before the next.",
                    size=on_the_way // _MIB,
                )
            )
        new = 0 if id(sending.response) in self._sendings else sending.size
        # half of the budget is for clients without a transfer, so that a few clients cannot use up all of it
        most = self._most_bytes // 2 if on_the_way else self._most_bytes
        if self.bytes and self.bytes + new > most:
            raise EngineBusy(
                Message("Too many large answers are on their way to others; ask again in a moment, or add LIMIT.")
            )

    def _watch(self, sending: _Sending) -> None:
        if self._inotify is None:
            return
        from inotify_simple import flags

        with suppress(OSError):  # the system has too many watches
            sending.watch = self._inotify.add_watch(sending.response.path, flags.OPEN | flags.CLOSE_NOWRITE)

    def _read_events(self) -> None:
        assert self._inotify is not None  # noqa: S101 - it is the reader of its events
        from inotify_simple import flags

        watched = {sending.watch: sending for sending in self._sendings.values() if sending.watch >= 0}
        for event in self._inotify.read(timeout=0):
            sending = watched.get(event.wd)
            if sending is not None and event.mask & flags.OPEN:
                sending.opened += 1
            elif sending is not None and event.mask & flags.CLOSE_NOWRITE:
                sending.closed += 1
                if sending.is_over:
                    self._release(sending)

    def _expire(self, sending: _Sending) -> None:
        """Release a file that is not open some time after it was handed over."""
        if sending.opened == sending.closed:
            self._release(sending)

    def _release(self, sending: _Sending) -> None:
        if self._sendings.pop(id(sending.response), None) is None:
            return
        if self._inotify is not None and sending.watch >= 0:
            with suppress(OSError):  # the kernel ends the watch of a file that is gone
                self._inotify.rm_watch(sending.watch)
        self.bytes -= sending.size
        for client, number in sending.clients.items():
            self._per_client[client] -= number * sending.size
            if not self._per_client[client]:
                del self._per_client[client]
        sending.response.close()
