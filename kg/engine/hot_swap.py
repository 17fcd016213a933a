"""The engine of the current release, exchanged for a newer one without losing a question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from kg.engine import Engine


class ClosableEngine(Engine, Protocol):
    """An engine that holds resources."""

    def close(self) -> None:
        """Free them."""


class _Lease:
    """An engine and the number of its users; the last user closes an engine that is retired."""

    def __init__(self, engine: ClosableEngine) -> None:
        self.engine, self.users, self.retired = engine, 0, False


class CurrentEngine:
    """Provides the engine of the current release; ``refresh`` exchanges it after the release has changed."""

    def __init__(self, current_id: Callable[[], str], make: Callable[[], ClosableEngine]) -> None:
        self._current_id, self._make = current_id, make
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._lease = _Lease(make())

    @property
    def release_id(self) -> str:
        """The release that answers new questions."""
        return self._lease.engine.release_id

    @contextmanager
    def acquire(self) -> Iterator[ClosableEngine]:
        """Provide the engine during a block; it stays open at least that long."""
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
        """Exchange the engine if another release is current, and return True if so.

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
        """Close the engine, even while it is in use."""
        self._lease.engine.close()
