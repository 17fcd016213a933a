"""A breaker: keeps questions from a replica that fails, until it has been seen to answer again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class BreakerLimits:
    """After ``failures`` in a row a replica is out; it is tried after ``first_seconds``, then twice that, and so on.

    No pause is longer than ``most_seconds``.
    """

    failures: int = 3
    first_seconds: float = 0.5
    most_seconds: float = 30.0


class CircuitBreaker:
    """Closed (questions go through), open (none does), or half open: its time is up, and one trial may be made."""

    def __init__(self, patience: BreakerLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = 0.0
        self._until: float | None = None

    @property
    def is_closed(self) -> bool:
        """Whether questions go through."""
        return self._until is None

    @property
    def wait_seconds(self) -> float:
        """How long it stays open at least; 0 where it is half open or closed."""
        until = self._until
        return max(0.0, until - self._clock()) if until is not None else 0.0

    def succeeded(self) -> None:
        """A reply was as it should be: close, and forget what was."""
        with self._lock:
            self._failures, self._pause, self._until = 0, 0.0, None

    def failed(self, *, surely: bool = False) -> None:
        """A request got no reply that can be used; open after enough of them, at once when it is ``surely`` out.

        What was asked before it opened, and fails while it is open, does not count.
        """
        with self._lock:
            if self.wait_seconds:
                return
            self._failures += 1
            if self._until is None and not surely and self._failures < self._patience.failures:
                return
            self._pause = min(2 * self._pause or self._patience.first_seconds, self._patience.most_seconds)
            self._until = self._clock() + self._pause
