"""The engines of older releases: a few at a time, opened on request and closed after a while without one.

Opening starts processes, which is costly, and any client can ask for it. So the number of engines is limited, and so is
the number of requests that run or wait. An engine stays open for some time before another one may replace it. A
release that failed to open is not tried again for some time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from kg.core.errors import EngineBusy, ReleaseGone, ReleaseUnknown
from kg.core.messages import Message
from kg.engine.hot_swap import ClosableEngine

# a free place notifies the waiting requests, but an engine that may now be replaced does not: so they look again
_LOOK_SECONDS = 0.1


class OpenRelease(Protocol):
    """The part of ``kg.release.store.ReleaseStore`` that is needed here."""

    def ids(self) -> list[str]:
        """Return the ids of the releases, newest first."""

    def has(self, release_id: str) -> bool:
        """Return True if the store has a folder for this release, complete or not."""


@dataclass(frozen=True)
class OlderLimits:
    """``most_open`` engines at a time, for ``most_askers`` requests at once, including those that wait.

    An engine is closed after ``idle_seconds`` without use. It may be closed in favour of another release when it is
    idle and has been open for ``tenure_seconds``. A request waits ``patience_seconds`` for a place at most, and half of
    ``most_askers`` may wait. A release that failed to open is not tried again for ``retry_seconds``.
    """

    most_open: int
    most_askers: int
    idle_seconds: float
    patience_seconds: float
    tenure_seconds: float = 5.0
    retry_seconds: float = 10.0


class _Lease:
    """An engine with the number of its users; the engine is None while its first user opens it."""

    def __init__(self, release_id: str) -> None:
        self.release_id = release_id
        self.engine: ClosableEngine | None = None
        self.users = 1
        self.opened = self.used = 0.0

    def opened_engine(self) -> ClosableEngine:
        """Return the engine, which must have been opened."""
        assert self.engine is not None  # noqa: S101 - nobody is given a lease before that
        return self.engine


class OlderEngines:
    """Provides the engines of the releases in a store; thread-safe."""

    def __init__(
        self,
        shelf: OpenRelease,
        make: Callable[[str], ClosableEngine],
        limits: OlderLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shelf, self._make, self._limits, self._clock = shelf, make, limits, clock
        self._changed = threading.Condition()
        self._leases: dict[str, _Lease] = {}
        self._failed: dict[str, float] = {}  # and until when it is not tried again
        self._askers = self._waiting = 0
        self._closed = False

    @property
    def most_open(self) -> int:
        """The most engines that may be open at a time."""
        return self._limits.most_open

    @property
    def open_ids(self) -> list[str]:
        """The releases whose engines are open now."""
        with self._changed:
            return [lease.release_id for lease in self._leases.values() if lease.engine is not None]

    def refuse_unknown(self, release_id: str) -> None:
        """Refuse a release that is not in the store, without opening it.

        Raises:
            ReleaseUnknown: there is no such release.
        """
        if not self._shelf.has(release_id):
            raise ReleaseUnknown.named(release_id, self._shelf.ids())

    @contextmanager
    def acquire(self, release_id: str) -> Iterator[ClosableEngine]:
        """Provide the engine of a release during a block; it stays open at least that long.

        Raises:
            ReleaseUnknown: there is no such release.
            ReleaseGone: it is not whole, or was changed.
            EngineBusy: too many ask older releases now.
            EngineLost: no process can be started.
        """
        with self._counted():
            lease = self._lease(release_id)
            try:
                yield lease.opened_engine()
            finally:
                with self._changed:
                    lease.users -= 1
                    lease.used = self._clock()
                    self._changed.notify_all()

    def sweep(self) -> None:
        """Close engines that have been idle too long; to be called regularly."""
        with self._changed:
            now = self._clock()
            idle = [lease for lease in self._resting() if lease.used + self._limits.idle_seconds <= now]
            for lease in idle:
                del self._leases[lease.release_id]
            self._failed = {release_id: until for release_id, until in self._failed.items() if until > now}
            self._changed.notify_all()
        for lease in idle:
            lease.opened_engine().close()

    def close(self) -> None:
        """Close all engines, even those in use or being opened."""
        with self._changed:
            self._closed = True
            leases, self._leases = list(self._leases.values()), {}
            self._changed.notify_all()
        for lease in leases:
            if lease.engine is not None:
                lease.engine.close()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            if self._askers >= self._limits.most_askers:
                raise EngineBusy(
                    Message("Too many ask older releases at the moment; ask again soon, or ask the current one.")
                )
            self._askers += 1
        try:
            yield
        finally:
            with self._changed:
                self._askers -= 1

    def _lease(self, release_id: str) -> _Lease:
        """Return a lease whose engine is open: its first user opens it, and the others wait."""
        lease, leaving = self._reserved(release_id)
        if leaving is not None:
            leaving.opened_engine().close()  # before the next one takes its memory
        if lease.engine is None:
            self._open(lease)
        return lease

    def _reserved(self, release_id: str) -> tuple[_Lease, _Lease | None]:
        """Return a lease with a place among the open ones, and the lease whose engine must be closed first, or None."""
        deadline = self._clock() + self._limits.patience_seconds
        with self._changed:
            while True:
                self._refuse(release_id)
                lease = self._leases.get(release_id)
                if lease is not None and lease.engine is not None:
                    lease.users += 1
                    return lease, None
                full = len(self._leases) >= self._limits.most_open
                leaving = self._replaceable() if full and lease is None else None
                if lease is None and (leaving is not None or not full):
                    if leaving is not None:
                        del self._leases[leaving.release_id]
                    lease = self._leases[release_id] = _Lease(release_id)
                    return lease, leaving
                self._wait(deadline, for_place=lease is None)

    def _wait(self, deadline: float, *, for_place: bool) -> None:
        """Wait a moment for a place or an opening; a limit on waiting for places leaves room for other requests."""
        left = deadline - self._clock()
        if left <= 0 or (for_place and self._waiting >= self._limits.most_askers // 2):
            raise EngineBusy(Message("Other older releases are being asked; ask again soon, or ask the current one."))
        self._waiting += for_place
        try:
            self._changed.wait(min(left, _LOOK_SECONDS))
        finally:
            self._waiting -= for_place

    def _refuse(self, release_id: str) -> None:
        if self._closed:
            raise EngineBusy(Message("The service is about to end; ask again in a moment."))
        self.refuse_unknown(release_id)
        if self._failed.get(release_id, 0.0) > self._clock():
            raise ReleaseGone.named(release_id, self._shelf.ids())

    def _resting(self) -> list[_Lease]:
        return [lease for lease in self._leases.values() if lease.engine is not None and not lease.users]

    def _replaceable(self) -> _Lease | None:
        """Return the lease with the oldest use among those that are idle and have had their time, or None."""
        now = self._clock()
        ready = [lease for lease in self._resting() if lease.opened + self._limits.tenure_seconds <= now]
        return min(ready, key=lambda lease: lease.used, default=None)

    def _open(self, lease: _Lease) -> None:
        engine: ClosableEngine | None = None
        try:
            engine = self._make(lease.release_id)
        except ReleaseUnknown:
            with self._changed:
                self._failed[lease.release_id] = self._clock() + self._limits.retry_seconds
            raise
        finally:
            self._settle(lease, engine)

    def _settle(self, lease: _Lease, engine: ClosableEngine | None) -> None:
        """Give an opened engine to the requests that wait for it, or free its place."""
        with self._changed:
            closed = self._closed
            if engine is None or closed:
                self._leases.pop(lease.release_id, None)
            else:
                lease.engine, lease.opened = engine, self._clock()
            self._changed.notify_all()
        if closed and engine is not None:
            engine.close()
            raise EngineBusy(Message("The service is about to end; ask again in a moment."))
