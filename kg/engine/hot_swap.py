"""The engine of the current release, exchanged for a newer one without dropping a question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from kg.engine import Engine


class ClosableEngine(Engine, Protocol):
    """An engine that holds something to let go of."""

    def close(self) -> None:
        """Let go of it."""


class _Lease:
    """An engine and the number of its users; a retired one is closed by the last of them."""

    def __init__(self, engine: ClosableEngine) -> None:
        self.engine, self.users, self.retired = engine, 0, False


class CurrentEngine:
    """Lends the engine of the current release; ``refresh`` exchanges it when another release became current."""

    def __init__(self, current_id: Callable[[], str], make: Callable[[], ClosableEngine]) -> None:
        self._current_id, self._make = current_id, make
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._lease = _Lease(make())

    @property
    def release_id(self) -> str:
        """The release that new questions are asked of."""
        return self._lease.engine.release_id

    @contextmanager
    def lend(self) -> Iterator[ClosableEngine]:
        """The engine, which stays open at least as long as it is lent."""
        with self._lock:
            lease = self._lease
            lease.users += 1
        try:
            yield lease.engine
        finally:
            with self._lock:
                lease.users -= 1
                close = lease.retired and lease.users == 0
            if close:
                lease.engine.close()

    def refresh(self) -> bool:
        """Exchange the engine if another release is current; says whether it did.

        Raises:
            KgError: the new release cannot be opened; the old one stays.
        """
        with self._refreshing:
            if self._current_id() == self.release_id:
                return False
            new = _Lease(self._make())
            with self._lock:
                old, self._lease = self._lease, new
                old.retired = True
                close = old.users == 0
        if close:
            old.engine.close()
        return True

    def close(self) -> None:
        """End all, also what is lent."""
        self._lease.engine.close()
