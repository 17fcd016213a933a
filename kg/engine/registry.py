"""The engines of the service: of the current release, exchanged without losing a query, and of a few older releases."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from kg.core.errors import EngineBusy, Message, ReleaseGone, ReleaseUnknown
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
        # one lock while a new engine is made, another one for the exchange: questions never wait for the first
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
                # decided under the lock, so that only one thread closes; done without it, because closing takes time
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
            # made before the exchange: a release that cannot be opened leaves the old engine in place
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


class _ReleaseLease:
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
        self._leases: dict[str, _ReleaseLease] = {}
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
                # under the lock, so that nobody gets them any more; they are closed without it
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

    def _lease(self, release_id: str) -> _ReleaseLease:
        """Return a lease whose engine is open: its first user opens it, and the others wait."""
        lease, leaving = self._reserved(release_id)
        if leaving is not None:
            leaving.opened_engine().close()  # before the next one takes its memory
        if lease.engine is None:
            self._open(lease)
        return lease

    def _reserved(self, release_id: str) -> tuple[_ReleaseLease, _ReleaseLease | None]:
        """Return a lease with a place among the open ones, and the lease whose engine must be closed first, or None."""
        deadline = self._clock() + self._limits.patience_seconds
        with self._changed:
            while True:
                self._refuse(release_id)
                lease = self._leases.get(release_id)
                # An open engine is shared. One that is being opened is waited for. Otherwise the request takes a free
                # place, or the place of an idle engine.
                if lease is not None and lease.engine is not None:
                    lease.users += 1
                    return lease, None
                full = len(self._leases) >= self._limits.most_open
                leaving = self._replaceable() if full and lease is None else None
                if lease is None and (leaving is not None or not full):
                    if leaving is not None:
                        del self._leases[leaving.release_id]
                    # an entry without an engine: the next request for this release waits, and opens no second one
                    lease = self._leases[release_id] = _ReleaseLease(release_id)
                    return lease, leaving
                self._wait(deadline, for_place=lease is None)

    def _wait(self, deadline: float, *, for_place: bool) -> None:
        """Wait a moment for a place or an opening; a limit on waiting for places leaves room for other requests."""
        left = deadline - self._clock()
        # a request that waits for an opening does not count, because it needs no place
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

    def _resting(self) -> list[_ReleaseLease]:
        return [lease for lease in self._leases.values() if lease.engine is not None and not lease.users]

    def _replaceable(self) -> _ReleaseLease | None:
        """Return the lease with the oldest use among those that are idle and have had their time, or None."""
        now = self._clock()
        ready = [lease for lease in self._resting() if lease.opened + self._limits.tenure_seconds <= now]
        return min(ready, key=lambda lease: lease.used, default=None)

    def _open(self, lease: _ReleaseLease) -> None:
        engine: ClosableEngine | None = None
        try:
            engine = self._make(lease.release_id)
        # the release is at fault and not the moment: other errors, such as a lack of processes, may pass at once
        except ReleaseUnknown:
            with self._changed:
                self._failed[lease.release_id] = self._clock() + self._limits.retry_seconds
            raise
        finally:
            self._settle(lease, engine)

    def _settle(self, lease: _ReleaseLease, engine: ClosableEngine | None) -> None:
        """Give an opened engine to the requests that wait for it, or free its place."""
        with self._changed:
            closed = self._closed
            if engine is None or closed:
                self._leases.pop(lease.release_id, None)
            else:
                lease.engine, lease.opened = engine, self._clock()
            self._changed.notify_all()
        # ``close`` could not see this engine, which was still being made
        if closed and engine is not None:
            engine.close()
            raise EngineBusy(Message("The service is about to end; ask again in a moment."))


class EngineSource(ABC):
    """Anything that provides the engines of several releases."""

    @property
    @abstractmethod
    def release_id(self) -> str:
        """The current release."""

    @property
    @abstractmethod
    def has_older(self) -> bool:
        """True if engines of older releases are available."""

    @abstractmethod
    def acquire(self, release_id: str | None = None) -> AbstractContextManager[Engine]:
        """Provide the engine of a release, or of the current one; see ``EngineRegistry.acquire``."""

    @abstractmethod
    def refuse_unknown(self, release_id: str) -> None:
        """Refuse a release that is not available, without opening it; see ``EngineRegistry.refuse_unknown``."""


class EngineRegistry(EngineSource):
    """Provides the engine of the current release, or of a named one; thread-safe."""

    def __init__(self, current: CurrentEngine, older: OlderEngines) -> None:
        self.current, self.older = current, older

    @property
    def release_id(self) -> str:
        """The current release."""
        return self.current.release_id

    @property
    def has_older(self) -> bool:
        """True if engines of older releases are available."""
        return self.older.most_open > 0

    @contextmanager
    def acquire(self, release_id: str | None = None) -> Iterator[ClosableEngine]:
        """Provide the engine of a release during a block; the current release never gets a second engine.

        Raises:
            As ``OlderEngines.acquire``.
        """
        with self.current.acquire() as engine:
            if release_id is None or release_id == engine.release_id:
                yield engine
                return
        self.refuse_unknown(release_id)
        # the current engine was given back above, so that a long wait here does not keep a retired one open
        with self.older.acquire(release_id) as engine:
            yield engine

    def refuse_unknown(self, release_id: str) -> None:
        """Refuse a release that is not available, without opening it.

        Raises:
            ReleaseUnknown: there is no such release, or only the current one is available.
        """
        if release_id == self.release_id:
            return
        if not self.has_older:
            raise ReleaseUnknown.named(release_id, [self.release_id])
        self.older.refuse_unknown(release_id)

    def refresh(self) -> bool:
        """Switch to a new current release, and close idle older ones; see ``CurrentEngine.refresh``.

        Raises:
            KgError: the new release cannot be opened; the old one stays.
        """
        self.older.sweep()
        return self.current.refresh()

    def close(self) -> None:
        """Close all engines, even those in use."""
        self.older.close()
        self.current.close()
