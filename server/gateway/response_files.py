"""Files of large responses, kept until their clients have read them, within a budget for all files."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.core.errors import ClientBusy, EngineBusy, Message
from server.core.wsgi import Finished

if TYPE_CHECKING:
    from inotify_simple import INotify

# the HTTP server opens the file within this time, or never
_OPENED_SECONDS = 10.0
# waiting clients fetch a finished response within this time
_TAKEN_SECONDS = 1.0
_MIB = 2**20


@dataclass
class _Transfer:
    """A file in transfer: its receivers by client, how often it was closed, and how many had time to open it."""

    response: Finished
    size: int
    clients: Counter[str] = field(default_factory=Counter)
    watch: int = -1
    closed: int = 0
    expired: int = 0

    @property
    def is_finished(self) -> bool:
        """True if no receiver reads the file, or may still open it."""
        receivers = self.clients.total()
        if self.closed >= receivers:
            return True
        # inotify merges equal events that follow each other, so fewer may be counted: then the open files decide
        return self.expired >= receivers and not (self.watch >= 0 and self._is_open())

    def _is_open(self) -> bool:
        """Return True if the HTTP server, which is a part of this process, has the file open."""
        assert self.response.file is not None  # noqa: S101 - only responses with a file are sent here
        own = self.response.file.fileno()
        file = os.fstat(own)
        for entry in list(Path("/proc/self/fd").iterdir()):
            descriptor = int(entry.name)
            with suppress(OSError):  # another thread has closed it
                if descriptor != own and os.path.samestat(os.fstat(descriptor), file):
                    return True
        return False


class ResponseFiles:
    """The files of large responses in transfer; for one event loop.

    The HTTP server opens a file by its path, and does not report when it has sent it. inotify reports when it closes
    the file: it was sent, or its connection has ended. Without inotify a file counts for ten seconds.
    """

    def __init__(self, most_bytes: int, most_bytes_per_client: int) -> None:
        self._most_bytes, self._most_per_client = most_bytes, most_bytes_per_client
        # By the id of the response, which has no hash because its headers are a list. Both dictionaries keep the
        # response itself, so that no other object gets its id.
        self._sendings: dict[int, _Transfer] = {}
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

        # Several requests may share one response, and each needs a moment to take it. A file that nobody takes is
        # closed.
        self._finished[id(response)] = response
        asyncio.get_running_loop().call_later(_TAKEN_SECONDS, close)

    def hold(self, response: Finished, client: str) -> None:
        """Keep the file of a response open until it was sent to a client.

        Raises:
            ClientBusy: the client has too many bytes in transfer.
            EngineBusy: all clients have. Half of the budget is reserved for clients without a transfer.
        """
        # a file counts once in the total, but again for each transfer to a client
        sending = self._sendings.get(id(response)) or _Transfer(response, int(response.header("content-length")))
        self._check(sending, client)
        if id(response) not in self._sendings:
            self._sendings[id(response)] = sending
            self.bytes += sending.size
            self._watch(sending)
        sending.clients[client] += 1
        self._per_client[client] += sending.size
        asyncio.get_running_loop().call_later(_OPENED_SECONDS, self._expire, sending)

    def _check(self, sending: _Transfer, client: str) -> None:
        # a client without a transfer may exceed its limit once, as it could otherwise never read a single large answer
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

    def _watch(self, sending: _Transfer) -> None:
        if self._inotify is None:
            return
        from inotify_simple import flags

        with suppress(OSError):  # the system has too many watches
            # the path in /proc leads to the inode of the unnamed file, which inotify watches like any other
            sending.watch = self._inotify.add_watch(sending.response.path, flags.CLOSE_NOWRITE)

    def _read_events(self) -> None:
        assert self._inotify is not None  # noqa: S101 - it is the reader of its events
        from inotify_simple import flags

        watched = {sending.watch: sending for sending in self._sendings.values() if sending.watch >= 0}
        for event in self._inotify.read(timeout=0):
            sending = watched.get(event.wd)
            if sending is not None and event.mask & flags.CLOSE_NOWRITE:
                sending.closed += 1
                if sending.is_finished:
                    self._release(sending)

    def _expire(self, sending: _Transfer) -> None:
        """Note that the time of one receiver to open the file has passed; release a file that is over."""
        sending.expired += 1
        if sending.is_finished:
            self._release(sending)

    def _release(self, sending: _Transfer) -> None:
        # an event and the timer may both release a file; only the first has an effect
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
