"""The replicas of an engine, each with a circuit breaker: the replica with the fewest questions is asked.

A replica that fails gets no questions until it answers again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
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
    """Closed (questions pass), open (none passes), or half open (the pause is over, and one trial is allowed)."""

    def __init__(self, patience: BreakerLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = 0.0
        self._until: float | None = None

    @property
    def is_closed(self) -> bool:
        """True if questions pass."""
        return self._until is None

    @property
    def wait_seconds(self) -> float:
        """The least time until it is half open; 0 if it is half open or closed."""
        until = self._until
        return max(0.0, until - self._clock()) if until is not None else 0.0

    def succeeded(self) -> None:
        """Note a good reply: close the breaker, and reset its failures."""
        with self._lock:
            self._failures, self._pause, self._until = 0, 0.0, None

    def failed(self, *, surely: bool = False) -> None:
        """Note a request without a usable reply; open after enough of them, or at once if ``surely`` is true.

        Failures while it is open do not count: those requests began earlier.
        """
        with self._lock:
            if self.wait_seconds:
                return
            self._failures += 1
            if self._until is None and not surely and self._failures < self._patience.failures:
                return
            self._pause = min(2 * self._pause or self._patience.first_seconds, self._patience.most_seconds)
            self._until = self._clock() + self._pause


class Replica:
    """An address of the engine, and its state."""

    def __init__(self, url: str, patience: BreakerLimits) -> None:
        self.url, self.breaker, self.running, self.suspected = url, CircuitBreaker(patience), 0, False


class Replicas:
    """All replicas; thread-safe. ``is_well`` tests if one answers correctly, and is called in a thread."""

    def __init__(self, urls: Sequence[str], is_well: Callable[[str], bool], patience: BreakerLimits) -> None:
        self.all = [Replica(url, patience) for url in urls]
        self._is_well = is_well
        self._lock = threading.Lock()
        self._turn = 0
        self._ended = threading.Event()
        self._watch: threading.Thread | None = None

    @property
    def out(self) -> int:
        """The number of replicas that get no questions at the moment."""
        return sum(not replica.breaker.is_closed for replica in self.all)

    @property
    def wait_seconds(self) -> float:
        """The time in seconds until the first replica that is out is tried again."""
        return min((replica.breaker.wait_seconds for replica in self.all if not replica.breaker.is_closed), default=0.0)

    @contextmanager
    def acquire(self, tried: Collection[Replica] = ()) -> Iterator[Replica | None]:
        """Provide the replica to ask: one that was not tried, if possible; None if all are out."""
        with self._lock:
            replica = self._chosen(tried)
            if replica is not None:
                replica.running += 1
        try:
            yield replica
        finally:
            if replica is not None:
                with self._lock:
                    replica.running -= 1

    def _chosen(self, tried: Collection[Replica]) -> Replica | None:
        self._turn += 1
        turn = self._turn % len(self.all)
        closed = [replica for replica in self.all[turn:] + self.all[:turn] if replica.breaker.is_closed]
        return min(closed, key=lambda replica: (replica in tried, replica.running), default=None)

    def failed(self, replica: Replica, *, surely: bool = False) -> None:
        """Note a failure; a replica that is out is watched until it is well again."""
        replica.breaker.failed(surely=surely)
        with self._lock:
            if not self.out or self._ended.is_set() or self._watch is not None:
                return
            self._watch = threading.Thread(target=self._look_after, name="replicas", daemon=True)
            self._watch.start()

    def is_to_blame(self, replica: Replica) -> bool:
        """Return True if a replica, and not the question, is at fault; mark the replica as failed then."""
        if self._is_well(replica.url):
            return False
        self.failed(replica, surely=True)
        return True

    def suspect(self, replica: Replica) -> None:
        """Find out in the background if a replica is at fault, because the client has waited long enough."""
        with self._lock:
            if replica.suspected:
                return
            replica.suspected = True
        threading.Thread(target=self._find_out, args=(replica,), name="suspicion", daemon=True).start()

    def _find_out(self, replica: Replica) -> None:
        self.is_to_blame(replica)
        replica.suspected = False

    def close(self) -> None:
        """Stop watching."""
        self._ended.set()

    def _look_after(self) -> None:
        while not self._ended.wait(self.wait_seconds):
            for replica in self.all:
                if replica.breaker.is_closed or replica.breaker.wait_seconds:
                    continue
                if self._is_well(replica.url):
                    replica.breaker.succeeded()
                else:
                    replica.breaker.failed()
            with self._lock:
                if not self.out:
                    self._watch = None
                    return
