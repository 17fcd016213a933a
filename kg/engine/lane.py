"""A lane: places for questions that run, and a queue for those that wait, first come first served."""

from __future__ import annotations

import threading
import time
from collections import deque

from kg.engine.ticket import Ticket
from kg.errors import EngineBusy, QuestionCancelled


class Lane:
    """Places for running questions; ``most_waiting`` may wait for one."""

    def __init__(self, name: str, places: int, most_waiting: int) -> None:
        self.name, self.places, self.most_waiting = name, places, most_waiting
        self._running = 0
        self._waiting: deque[Ticket] = deque()
        self._changed = threading.Condition()

    @property
    def running(self) -> int:
        """How many questions run now."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many questions wait now."""
        return len(self._waiting)

    def try_enter(self) -> bool:
        """Take a place if one is free and nobody waits for it."""
        with self._changed:
            if self._running >= self.places or self._waiting:
                return False
            self._running += 1
            return True

    def enter(self, ticket: Ticket, deadline: float) -> None:
        """Take a place, waiting for it until ``deadline`` (seconds of ``time.monotonic``).

        Raises:
            EngineBusy: the queue is full, or the deadline passed in it.
            QuestionCancelled: the asker has gone.
        """
        with self._changed:
            if self._running >= self.places and len(self._waiting) >= self.most_waiting:
                raise EngineBusy(f"Too many questions wait already ({len(self._waiting)}); ask again in a moment.")
            self._waiting.append(ticket)
            ticket.attach(self._wake)
            try:
                while not ticket.cancelled and (self._running >= self.places or self._waiting[0] is not ticket):
                    remaining = deadline - time.monotonic()
                    if remaining <= 0:
                        raise EngineBusy("The question waited too long for others to end; ask again in a moment.")
                    self._changed.wait(remaining)
                if ticket.cancelled:
                    raise QuestionCancelled("The asker has gone.")
                self._running += 1
            finally:
                self._waiting.remove(ticket)
                ticket.attach(None)
                self._changed.notify_all()

    def leave(self) -> None:
        """Give a place back."""
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
