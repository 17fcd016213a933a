"""Limits on the work of one query: cancellation, the budget of time and memory, and how a refusal reads."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from kg.core.errors import AnswerTooLarge, BatchTooLarge, KgError, Message, QuestionCancelled, QuestionTooLong


class CancellationToken:
    """Cancels the questions of one request at any moment; thread-safe.

    The questions of one page share a token, and a deadline that counts from ``began``. They have a queue of their own,
    so that queries do not wait for them. ``queue_name`` is the queue of the latest question.
    """

    def __init__(self, client: str = "", *, is_page: bool = False) -> None:
        self.client, self.is_page = client, is_page
        self.began = time.monotonic()
        self.cancelled = False
        self.queue_name = ""
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None

    def attach(self, stop: Callable[[], None] | None) -> None:
        """Set the function that stops the question that runs now; an earlier cancel calls it at once."""
        with self._lock:
            self._stop = stop
            # the lock orders this with ``cancel``: that call finds the new function, or this one finds the cancellation
            late = self.cancelled
        # without the lock, because the function may use locks of its own
        if late and stop is not None:
            stop()

    def cancel(self) -> None:
        """Stop the question, whether it waits or runs; a second call has no effect."""
        with self._lock:
            self.cancelled = True
            stop = self._stop
        if stop is not None:
            stop()


def too_long(seconds: float) -> QuestionTooLong:
    """Return the error for a question that exceeded its time."""
    return QuestionTooLong(
        Message(
            "The question ran longer than %(seconds)s seconds and was stopped: add LIMIT, bind more of the "
            "pattern, or download the data and query it locally.",
            seconds=f"{seconds:g}",
        )
    )


def too_large(limit: int) -> AnswerTooLarge:
    """Return the error for an answer larger than ``limit`` bytes."""
    return AnswerTooLarge(
        Message(
            "The answer is larger than %(most)s bytes: add LIMIT, ask for fewer columns, or download a dump.",
            most=limit,
        )
    )


class Budget:
    """The limits of the Python loops that a visitor's input drives; each loop calls ``check`` or ``spend``.

    Args:
        ticket: the token of the request: its start, and whether its client has gone. Without one, nothing is cancelled.
        seconds: the time from that beginning to the deadline.
        steps: the work that may be done. One step is about one comparison of two texts.
        unit: the name of the steps in an error.

    ``deadline`` is in seconds of ``time.monotonic``.
    """

    def __init__(
        self,
        cancellation: CancellationToken | None = None,
        seconds: float = math.inf,
        steps: float = math.inf,
        unit: str = "comparisons",
    ) -> None:
        self._ticket, self._seconds = cancellation or CancellationToken(), seconds
        self.deadline = self._ticket.began + seconds
        self._steps = self._left = steps
        self._unit = unit

    def with_steps(self, steps: float, unit: str = "comparisons") -> Budget:
        """Return a budget with the same deadline and token, and its own number of steps."""
        return Budget(self._ticket, self._seconds, steps, unit)

    @property
    def steps_left(self) -> float:
        """The steps that may still be spent."""
        return self._left

    def problem(self) -> KgError | None:
        """Return the reason to stop now, or None. Never raise, because callbacks of SQLite call this."""
        if self._ticket.cancelled:
            return QuestionCancelled(Message("The client is gone."))
        return too_long(self._seconds) if time.monotonic() >= self.deadline else None

    def check(self) -> None:
        """Raise if the work must stop now; a call costs less than a microsecond.

        Raises:
            QuestionCancelled: the client has gone.
            QuestionTooLong: the deadline has passed.
        """
        # loops call this for each step, so the usual case is two comparisons and makes no error object
        if self._ticket.cancelled or time.monotonic() >= self.deadline:
            problem = self.problem()
            if problem is not None:
                raise problem

    def spend(self, steps: int) -> None:
        """Take steps from the budget before they are done.

        Raises:
            BatchTooLarge: fewer steps are left than that.
            As ``check``.
        """
        self.expect(steps)
        self._left -= steps

    def expect(self, steps: int) -> None:
        """Refuse work that needs more steps than are left, before any of it is done.

        Raises:
            As ``spend``.
        """
        self.check()
        if steps > self._left:
            raise BatchTooLarge(
                Message(
                    "The batch needs more than %(steps)s %(unit)s: send fewer rows or properties at once.",
                    steps=f"{self._steps:.0f}",
                    unit=self._unit,
                )
            )


UNLIMITED = Budget()
"""The budget of work that no visitor drives, such as a build."""
