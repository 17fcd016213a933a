"""A job: one question in one worker, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from kg.core.errors import ReleaseBroken
from kg.engine import Answer, Question
from kg.engine.pool.ipc import Head, error_from_head, question_head
from kg.engine.pool.processes import Worker
from kg.engine.refusals import too_long

T = TypeVar("T")


class Call(Protocol):
    """Calls a blocking function, without blocking a shared event loop."""

    def __call__(self, function: Callable[[], T], /) -> Awaitable[T]:
        """Return what the function returns."""


class Job:
    """One question in one worker; ``began`` is in seconds of ``time.monotonic``.

    ``done`` is true if the worker can take the next question, ``spilled`` if its spill file belongs to the answer.
    """

    def __init__(self, worker: Worker, question: Question, max_seconds: float) -> None:
        self.worker, self.question, self._max_seconds = worker, question, max_seconds
        self._computed = self.began = 0.0
        self.done = self.spilled = self.answered = self.lost = False

    @property
    def reason(self) -> str:
        """Return the reason why its worker ends; see ``Observer.worker_ended``."""
        return "lost" if self.lost else "retired" if self.answered else "killed"

    @property
    def computed(self) -> float:
        """Return the processor time of its question until now, in seconds."""
        return self.worker.computed() - self._computed

    def ask(self) -> None:
        """Send the question to the worker.

        Raises:
            Closed: the worker has died.
        """
        self.began, self._computed = time.monotonic(), self.worker.computed()
        self.worker.ask(question_head(self.question), self.question.text.encode("utf-8"))

    async def wait(self, seconds: float, call: Call) -> Answer | None:
        """Return the answer, or None after so many seconds.

        Raises:
            As ``Engine.answer``, and Closed when the worker died.
        """
        reply = await self.worker.reply(seconds, call)
        return self._read(*reply) if reply is not None else None

    async def wait_heavily(self, deadline: float, call: Call) -> Answer:
        """Return the answer, at low priority, until the deadline.

        Raises:
            QuestionTooLong: the deadline passed.
            As ``wait``.
        """
        await call(self.worker.lower_priority)
        answer = await self.wait(deadline - time.monotonic(), call)
        self.done = False  # its priority cannot be raised again
        if answer is None:
            raise too_long(self._max_seconds)
        return answer

    def _read(self, head: Head, body: bytes) -> Answer:
        self.answered = True
        self.spilled = bool(head.get("spilled"))
        self.done = not self.spilled  # a worker that spilled has ended; its file belongs to the answer
        if "error" in head:
            self.done = head["error"] != ReleaseBroken.__name__  # a new worker opens the store again
            raise error_from_head(head)
        return Answer(body, self.question.form, self.worker.spill if self.spilled else None, head["size"])
