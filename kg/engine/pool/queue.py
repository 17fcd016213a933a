"""The queues of the worker pool: limits for each client, and fair turns among the clients."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from kg.core.errors import ClientBusy, EngineBusy, Message, QuestionCancelled
from kg.engine.limits import CancellationToken
from kg.engine.observer import Observer


class ClientLimit:
    """Lets ``most`` questions of one client through at once; thread-safe."""

    def __init__(self, most: int, observer: Observer) -> None:
        self._most, self._observer = most, observer
        self._per_client: Counter[str] = Counter()
        self._lock = threading.Lock()

    def admit(self, cancellation: CancellationToken) -> Admission:
        """Return the block in which a question is answered."""
        return Admission(self, cancellation)

    def enter(self, cancellation: CancellationToken) -> None:
        """Count a question of its client.

        Raises:
            ClientBusy: the client has too many questions at once.
        """
        with self._lock:
            # without a client there is nobody to limit, for instance for a question of the service itself
            if cancellation.client and self._per_client[cancellation.client] >= self._most:
                raise ClientBusy(
                    Message(
                        "You ask more than %(most)s questions at once; let one end before the next.", most=self._most
                    )
                )
            self._per_client[cancellation.client] += 1

    def leave(self, cancellation: CancellationToken) -> None:
        """Stop counting a question."""
        with self._lock:
            self._per_client[cancellation.client] -= 1
            # otherwise the counter would grow with each client that ever asked
            if not self._per_client[cancellation.client]:
                del self._per_client[cancellation.client]

    def note(self, cancellation: CancellationToken, outcome: str, seconds: float) -> None:
        """Report how a question ended."""
        self._observer.question_ended(outcome, cancellation.queue_name, seconds)


class Admission:
    """A block in which a question is answered; a task or a thread may enter it.

    Raises:
        ClientBusy: the client has too many questions at once.
    """

    def __init__(self, client_limit: ClientLimit, cancellation: CancellationToken) -> None:
        self._client_limit, self._cancellation = client_limit, cancellation
        self._began = time.monotonic()

    def __enter__(self) -> None:
        """Count the question, or refuse it."""
        try:
            self._client_limit.enter(self._cancellation)
        except ClientBusy as error:
            self._note(type(error))
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Stop counting the question, and report how it ended."""
        self._client_limit.leave(self._cancellation)
        self._note(kind)

    def _note(self, kind: type[BaseException] | None) -> None:
        outcome = "ok" if kind is None else kind.__name__
        self._client_limit.note(self._cancellation, outcome, time.monotonic() - self._began)


T = TypeVar("T")


class FairQueue(Generic[T]):
    """Waiting entries, each of one client; not thread-safe.

    ``pop`` serves clients round-robin, and the entries of one client first come first served.
    """

    def __init__(self) -> None:
        self._first: deque[T] = deque()
        # Each client has a queue. The order of the clients in the mapping is the order of their turns.
        self._clients: OrderedDict[str, deque[T]] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def push(self, client: str, entry: T, *, first: bool = False) -> None:
        """Add an entry; ``first`` puts it before those of all clients, behind others of its kind."""
        queue = self._first if first else self._clients.setdefault(client, deque())
        queue.append(entry)
        self._size += 1

    def pop(self) -> T:
        """Remove and return the next entry.

        Raises:
            LookupError: there is none.
        """
        if self._first:
            self._size -= 1
            return self._first.popleft()
        client, queue = next(iter(self._clients.items()), ("", None))
        if queue is None:
            raise LookupError("the queue is empty")
        entry = queue.popleft()
        self._size -= 1
        # the client had its turn, so it goes behind the others
        if queue:
            self._clients.move_to_end(client)
        else:
            del self._clients[client]
        return entry

    def remove(self, client: str, entry: T) -> None:
        """Remove an entry of a client.

        Raises:
            ValueError: it does not wait.
        """
        queue = self._clients.get(client)
        if queue is not None and entry in queue:
            queue.remove(entry)
            if not queue:
                del self._clients[client]
        else:
            self._first.remove(entry)
        self._size -= 1

    def pop_surplus(self, client: str) -> T | None:
        """Remove and return the newest entry of the client with most entries; None if ``client`` would then have most.

        It makes room in a full queue: who waits with few entries is not refused for the many of another.
        """
        if not self._clients:
            return None
        largest = max(self._clients, key=lambda each: len(self._clients[each]))
        # Only if the largest keeps at least as many as ``client`` will have. Otherwise two equal clients would evict
        # each other in turn.
        if len(self._clients[largest]) <= len(self._clients.get(client, ())) + 1:
            return None
        self._size -= 1
        # the newest has waited least; the queue had two entries at least, so it does not become empty
        return self._clients[largest].pop()


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
        waiter = self._enqueue(cancellation, woken.set, first=first)
        if waiter is not None:
            woken.wait(max(0.0, deadline - time.monotonic()))
            self._settle(waiter)

    async def enter_soon(self, cancellation: CancellationToken, deadline: float, *, first: bool = False) -> None:
        """Take a place as ``enter`` does, for a task of the running event loop."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        waiter = self._enqueue(cancellation, _waking(loop, woken), first=first)
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
                # under the lock, before the waiter wakes: no other question can take the place meanwhile
                waiter.admitted = True
                self._running += 1
                waiter.wake()

    def _enqueue(self, cancellation: CancellationToken, wake: Callable[[], None], *, first: bool) -> _Waiter | None:
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
        # after the lock; ``attach`` calls ``wake`` at once if the client has gone meanwhile
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
        # first, because a place may have come at the same moment, and must be freed then
        if waiter.cancellation.cancelled:
            self._withdraw(waiter)
            raise _cancelled()
        waiter.cancellation.attach(None)
        with self._lock:
            # also after the deadline: the place came before this lock, and is used
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
        # the loop runs already, and ``call_soon_threadsafe`` would wake it by a system call
        if threading.get_ident() == own_thread:
            _end(woken)
            return
        with suppress(RuntimeError):  # the loop was closed, since the task had already ended
            loop.call_soon_threadsafe(_end, woken)

    return wake


def _end(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
