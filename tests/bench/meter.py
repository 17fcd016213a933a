"""A meter: the processor time of a server and of all that comes of it, also of processes that end meanwhile."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType

from tests.serving import descendants, processor_seconds

_EVERY_SECONDS = 0.2


class Meter:
    """Reads now and then, as nobody says what a process took that has ended; of one that ends the last part is lost."""

    def __init__(self, process: int) -> None:
        self._process, self._ended = process, threading.Event()
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self._thread = threading.Thread(target=self._read_on)

    @property
    def seconds(self) -> float:
        """Return the processor time used since the block began, as far as it was read."""
        return sum(self._last.values()) - sum(self._first.values())

    def __enter__(self) -> Meter:
        """Begin; what runs by now is read from here on, what comes later from its own beginning."""
        self.read()
        self._first = dict(self._last)
        self._thread.start()
        return self

    def __exit__(
        self, cls: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Read for the last time."""
        self._ended.set()
        self._thread.join()
        self.read()

    def _read_on(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            self.read()

    def read(self) -> None:
        """Read what each process that runs has used."""
        for process in descendants(self._process):
            with suppress(OSError):
                self._last[process] = processor_seconds([process])
