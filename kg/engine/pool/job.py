"""Work: one question in one worker, and what became of it."""

from __future__ import annotations

import time
from concurrent.futures import Executor

from kg.core.errors import EngineLost, ReleaseBroken
from kg.core.messages import Message
from kg.engine import Answer, Question
from kg.engine.pool.ipc import Head, retold
from kg.engine.pool.messages import question_head
from kg.engine.pool.processes import Worker
from kg.engine.refusals import too_long


class Job:
    """One question in one worker; ``began`` is in seconds of ``time.monotonic``."""

    def __init__(self, worker: Worker, max_seconds: float) -> None:
        self.worker, self._max_seconds = worker, max_seconds
        self._question: Question | None = None
        self._computed = self.began = 0.0
        self.done = self.spilled = self.answered = self.lost = False

    @property
    def reason(self) -> str:
        """Why its worker ends; see ``Observer.worker_ended``."""
        return "lost" if self.lost else "retired" if self.answered else "killed"

    @property
    def text(self) -> str:
        """The text of its question."""
        return self._question.text if self._question is not None else ""

    @property
    def computed(self) -> float:
        """The processor time of its question until now, in seconds."""
        return self.worker.computed() - self._computed

    def ask(self, question: Question) -> None:
        """Hand it over.

        Raises:
            Closed: the worker has died.
        """
        self._question, self.began = question, time.monotonic()
        self._computed = self.worker.computed()
        self.worker.ask(question_head(question), question.text.encode("utf-8"))

    def wait(self, seconds: float) -> Answer | None:
        """The answer, or None after so many seconds.

        Raises:
            As ``Engine.answer``, and Closed when the worker died.
        """
        return self._read(self.worker.reply(seconds))

    async def wait_soon(self, seconds: float, threads: Executor) -> Answer | None:
        """As ``wait``, for a task of the event loop that runs."""
        return self._read(await self.worker.reply_soon(seconds, threads))

    def _read(self, reply: tuple[Head, bytes] | None) -> Answer | None:
        if reply is None:
            return None
        head, body = reply
        self.answered = True
        self.spilled = bool(head.get("spilled"))
        self.done = not self.spilled  # a worker that spilled has ended; its file belongs to the answer
        if "error" in head:
            self.done = head["error"] != ReleaseBroken.__name__  # a new worker opens the store anew
            raise retold(head)
        if self._question is None:
            raise EngineLost(Message("A worker answered without being asked."))
        spill = self.worker.spill if self.spilled else None
        return Answer(body, self._question.form, spill, head["size"])

    def wait_heavily(self, deadline: float) -> Answer:
        """The answer, at low priority, until the deadline."""
        self.worker.lower_priority()
        answer = self.wait(deadline - time.monotonic())
        self.done = False  # its priority cannot be raised again
        if answer is None:
            raise too_long(self._max_seconds)
        return answer
