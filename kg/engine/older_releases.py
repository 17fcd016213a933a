"""The engines of older releases: opened when one is asked, a few at a time, closed when nobody has asked for a while.

Opening starts processes, so it is what a stranger could make costly. Hence three bounds besides the number of engines:
how many may ask (or wait) at once, how long an engine stays open before another one may take its place, and how long a
release that could not be opened is not tried again.
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

# a free place is told to those who wait; a place whose time is up is not
_LOOK_SECONDS = 0.1


class OpenRelease(Protocol):
    """What must be known of the release store: ``kg.release.store.ReleaseStore`` has it."""

    def ids(self) -> list[str]:
        """The ids of the releases, newest first."""

    def has(self, release_id: str) -> bool:
        """Whether a release has its place there."""


@dataclass(frozen=True)
class OlderLimits:
    """``most_open`` engines at a time, for ``most_askers`` requests at once, those included that wait.

    An engine is closed when it was not lent for ``idle_seconds``, or for the sake of another release when it is not
    lent and has been open for ``tenure_seconds``. A request waits ``patience_seconds`` for a place at most, and half of
    ``most_askers`` may. A release that could not be opened is not tried again for ``retry_seconds``.
    """

    most_open: int
    most_askers: int
    idle_seconds: float
    patience_seconds: float
    tenure_seconds: float = 5.0
    retry_seconds: float = 10.0


class _Lease:
    """An engine with the number of its users; there is no engine while its first user opens it."""

    def __init__(self, release_id: str) -> None:
        self.release_id = release_id
        self.engine: ClosableEngine | None = None
        self.users = 1
        self.opened = self.used = 0.0

    def opened_engine(self) -> ClosableEngine:
        """The engine, after it was opened."""
        assert self.engine is not None  # noqa: S101 - nobody is given a lease before that
        return self.engine


class OlderEngines:
    """Lends the engines of the releases in a store; thread-safe."""

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
        """How many may be open at a time."""
        return self._limits.most_open

    @property
    def open_ids(self) -> list[str]:
        """The releases whose engines are open now."""
        with self._changed:
            return [lease.release_id for lease in self._leases.values() if lease.engine is not None]

    def refuse_unknown(self, release_id: str) -> None:
        """Refuse a release that is not in the store; none is opened to see whether it is whole.

        Raises:
            ReleaseUnknown: there is no such release.
        """
        if not self._shelf.has(release_id):
            raise ReleaseUnknown.named(release_id, self._shelf.ids())

    @contextmanager
    def lend(self, release_id: str) -> Iterator[ClosableEngine]:
        """The engine of a release, which stays open at least as long as it is lent.

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
        """Close what nobody has asked for a while; to be called now and then."""
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
        """End all, also what is lent or being opened."""
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
        """A lease whose engine is open; the first to want it opens it, the others wait for that."""
        lease, leaving = self._reserved(release_id)
        if leaving is not None:
            leaving.opened_engine().close()  # before the next one takes its memory
        if lease.engine is None:
            self._open(lease)
        return lease

    def _reserved(self, release_id: str) -> tuple[_Lease, _Lease | None]:
        """A lease with a place among the open ones, and the one whose engine must be closed for it."""
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
        """Wait a moment for a place or an opening; those who want a place must not keep out those who need none."""
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
        """The one not used for longest, of those that are not lent and have had their time."""
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
        """Show an opened engine to those who wait for it, or give its place back."""
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
