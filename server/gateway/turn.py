"""A request's turn to run Python code: few requests do so at once, and clients take turns."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kg.core.errors import EngineBusy
from kg.engine.cancellation import CancellationToken
from kg.engine.pool.queue import WorkQueue

# Another request may hold a turn and wait for a lock that this one holds: after so long, both go on.
_RESUME_SECONDS = 1.0


class Turn:
    """The turn of one request, which it gives up while it waits for the engine."""

    def __init__(self, lane: WorkQueue, cancellation: CancellationToken) -> None:
        self._lane, self._ticket = lane, cancellation
        self._is_held = False

    async def take(self, deadline: float, *, first: bool = False) -> None:
        """Wait for the turn, in the event loop; ``first`` before requests that are not.

        Raises:
            EngineBusy: the deadline passed.
            QuestionCancelled: the client has gone.
        """
        await self._lane.enter_soon(self._ticket, deadline, first=first)
        self._is_held = True

    def give_up(self) -> None:
        """Let another request run; more than once does no harm."""
        if self._is_held:
            self._is_held = False
            self._lane.leave()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let others run while the block waits for something, and then go on before those that have not begun.

        Raises:
            QuestionCancelled: the client has gone meanwhile.
        """
        self.give_up()
        try:
            yield
        finally:
            self.resume()

    def resume(self) -> None:
        """Take the turn back before those that have not begun, or go on without it after a second.

        Raises:
            QuestionCancelled: the client has gone meanwhile.
        """
        with suppress(EngineBusy):
            self._lane.enter(self._ticket, time.monotonic() + _RESUME_SECONDS, first=True)
            self._is_held = True
