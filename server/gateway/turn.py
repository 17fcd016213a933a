"""Turns to run Python code: few requests do so at once, and clients alternate."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kg.core.errors import EngineBusy
from kg.engine.limits import CancellationToken
from kg.engine.pool.queue import WorkQueue

# Another request may hold a turn and wait for a lock of this one. After this time both go on.
_RESUME_SECONDS = 1.0


class Turn:
    """The turn of one request. The request gives it up while it waits for the engine."""

    def __init__(self, queue: WorkQueue, cancellation: CancellationToken) -> None:
        # a turn is used by one thread at a time, so the flag needs no lock
        self._queue, self._cancellation = queue, cancellation
        self._is_held = False

    async def take(self, deadline: float, *, first: bool = False) -> None:
        """Wait for the turn in the event loop; ``first`` goes before new requests.

        Raises:
            EngineBusy: the deadline passed.
            QuestionCancelled: the client has gone.
        """
        await self._queue.enter_soon(self._cancellation, deadline, first=first)
        self._is_held = True

    def give_up(self) -> None:
        """Let another request run. Repeated calls have no effect."""
        if self._is_held:
            self._is_held = False
            self._queue.leave()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let other requests run while the block waits, then resume before new requests.

        Raises:
            QuestionCancelled: the client has gone in the meantime.
        """
        self.give_up()
        try:
            yield
        finally:
            self.resume()

    def resume(self) -> None:
        """Take the turn back before new requests, or go on without it after a second.

        Raises:
            QuestionCancelled: the client has gone in the meantime.
        """
        # EngineBusy after a second: the request goes on without a turn, and later gives none up
        with suppress(EngineBusy):
            self._queue.enter(self._cancellation, time.monotonic() + _RESUME_SECONDS, first=True)
            self._is_held = True
