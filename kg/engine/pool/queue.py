"""A work queue: places for questions that run, and a queue of those that wait, in which clients take turns.

Threads and tasks of any event loop wait in the same queue. They differ only in how they are woken.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from kg.core.errors import EngineBusy, QuestionCancelled
from kg.core.messages import Message
from kg.engine.cancellation import CancellationToken
from kg.engine.pool.fair_queue import FairQueue


class _Waiter:
    """A waiting entry; ``wake`` ends its wait: it got a place, was cancelled, or was evicted."""

    def __init__(self, cancellation: CancellationToken, wake: Callable[[], None]) -> None:
        self.cancellation, self.wake = cancellation, wake
        self.admitted = self.evicted = False


class WorkQueue:
    """Places for running questions; ``most_waiting`` may wait for one; thread-safe."""

    def __init__(self, name: str, places: int, most_waiting: int) -> None:
        self.name, self.places, self.most_waiting = name, places, most_waiting
        self._running = 0
        self._waiting: FairQueue[_Waiter] = FairQueue()
        self._lock = threading.Lock()

    @property
    def running(self) -> int:
        """Return how many questions run now."""
        return self._running

    @property
    def waiting(self) -> int:
        """Return how many questions wait now."""
        return len(self._waiting)

    def try_enter(self) -> bool:
        """Take a place if one is free and nobody waits for it."""
        with self._lock:
            if self._running >= self.places or self._waiting:
                return False
            self._running += 1
            return True

    def enter(self, cancellation: CancellationToken, deadline: float, *, first: bool = False) -> None:
        """Take a place, waiting for it until ``deadline`` (seconds of ``time.monotonic``), ``first`` before all others.

        Raises:
            EngineBusy: the queue is full, or the deadline passed in it.
            QuestionCancelled: the client has gone.
        """
        woken = threading.Event()
        waiter = self._come(cancellation, woken.set, first=first)
        if waiter is not None:
            woken.wait(max(0.0, deadline - time.monotonic()))
            self._settle(waiter)

    async def enter_soon(self, cancellation: CancellationToken, deadline: float, *, first: bool = False) -> None:
        """Take a place as ``enter`` does, for a task of the running event loop."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        waiter = self._come(cancellation, _waking(loop, woken), first=first)
        if waiter is None:
            return
        timer = loop.call_later(max(0.0, deadline - time.monotonic()), _end, woken)
        try:
            await woken
        except asyncio.CancelledError:  # the loop ends
            self._withdraw(waiter)
            raise
        finally:
            timer.cancel()
        self._settle(waiter)

    def leave(self) -> None:
        """Free a place for the first that waits."""
        with self._lock:
            self._running -= 1
            while self._waiting and self._running < self.places:
                waiter = self._waiting.pop()
                waiter.admitted = True
                self._running += 1
                waiter.wake()

    def _come(self, cancellation: CancellationToken, wake: Callable[[], None], *, first: bool) -> _Waiter | None:
        """Take a place at once, or one in the queue."""
        if cancellation.cancelled:
            raise _cancelled()
        waiter = _Waiter(cancellation, wake)
        with self._lock:
            if self._running < self.places and not self._waiting:
                self._running += 1
                return None
            if len(self._waiting) >= self.most_waiting and not first:
                self._make_room(cancellation.client)
            self._waiting.push(cancellation.client, waiter, first=first)
        cancellation.attach(wake)
        return waiter

    def _make_room(self, client: str) -> None:
        """Evict the newest question of the client with most in the queue, unless ``client`` is that one.

        Raises:
            EngineBusy: ``client`` has most in the queue.
        """
        evicted = self._waiting.pop_surplus(client)
        if evicted is None:
            raise _full(len(self._waiting))
        evicted.evicted = True
        evicted.wake()

    def _settle(self, waiter: _Waiter) -> None:
        """End the wait with a place, or raise the reason why there is none."""
        if waiter.cancellation.cancelled:
            self._withdraw(waiter)
            raise _cancelled()
        waiter.cancellation.attach(None)
        with self._lock:
            if waiter.admitted:
                return
            if waiter.evicted:
                raise _full(len(self._waiting))
            self._waiting.remove(waiter.cancellation.client, waiter)
        raise EngineBusy(Message("The question waited too long for others to end; ask again in a moment."))

    def _withdraw(self, waiter: _Waiter) -> None:
        """Leave the queue, or free the place that was given meanwhile."""
        waiter.cancellation.attach(None)
        with self._lock:
            if waiter.evicted:
                return
            if not waiter.admitted:
                self._waiting.remove(waiter.cancellation.client, waiter)
                return
        self.leave()


def _full(waiting: int) -> EngineBusy:
    return EngineBusy(Message("Too many questions wait already (%(number)s); ask again in a moment.", number=waiting))


def _cancelled() -> QuestionCancelled:
    return QuestionCancelled(Message("The client is gone."))


def _waking(loop: asyncio.AbstractEventLoop, woken: asyncio.Future[None]) -> Callable[[], None]:
    """Return a function that ends the wait of a task, from any thread."""
    own_thread = threading.get_ident()

    def wake() -> None:
        if threading.get_ident() == own_thread:
            _end(woken)
            return
        with suppress(RuntimeError):  # the loop was closed, since the task had already ended
            loop.call_soon_threadsafe(_end, woken)

    return wake


def _end(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
