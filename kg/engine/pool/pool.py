"""The worker pool: a job is one query in one worker, and the pool finds a worker for each job."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

from kg.core.errors import EngineLost, Message, QuestionCancelled, ReleaseBroken
from kg.engine import Answer, AsyncEngine, Question
from kg.engine.limits import CancellationToken, too_long
from kg.engine.observer import NullObserver, Observer, PoolStatus
from kg.engine.pool.ipc import AT_ONCE_BYTES, ConnectionClosed, Head, error_from_head, question_head
from kg.engine.pool.processes import (
    SORT_FAILED,
    Cause,
    Priority,
    Worker,
    WorkerConfig,
    WorkerProcesses,
    cause_of,
    error_of,
)
from kg.engine.pool.queue import ClientLimit, WorkQueue
from kg.engine.sorting import sortable_text

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
            ConnectionClosed: the worker has died.
        """
        # the worker has answered others before, so its processor time until now is subtracted later
        self.began, self._computed = time.monotonic(), self.worker.computed()
        self.worker.ask(question_head(self.question), self.question.text.encode("utf-8"))

    async def wait(self, seconds: float, call: Call) -> Answer | None:
        """Return the answer, or None after so many seconds.

        Raises:
            As ``Engine.answer``, and ConnectionClosed when the worker died.
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


# While others wait for the quick queue, a query has this part of ``quick_seconds`` to show that it is light. Forty
# heavy queries that come at once then keep light ones waiting for half a second, not for two and a half.
_STEPS = 5
# Processor time counts: on a busy machine a light query waits for a processor, and would wait much longer in the heavy
# queue. But it may not wait without limit, nor for a disk: at most this many times as long by the clock.
_PATIENCE = 4
# While others wait, this part of a step on a processor shows that a query is heavy: the four of a quick queue have as
# much of two processors. With less, queries of some hundredths of a second were killed and asked again in a crowd.
_SHARE = 2
_MOST_LOGGED = 4096  # characters of the standard error of a worker
# the timer of an event loop may fire so much too early
_EARLY_SECONDS = 0.002


@dataclass(frozen=True)
class Limits:
    """The limits of a pool; see the settings of the same names for their meaning."""

    max_seconds: float
    quick_seconds: float
    quick_places: int
    heavy_places: int
    max_waiting: int
    max_per_client: int


class ZygoteEnded(Exception):
    """The process that holds the graph ended, and the worker of a query with it."""


class SortFailed(Exception):
    """The engine could not sort; ``text`` asks the same with sort keys that it can compare."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class PoolEngine(AsyncEngine):
    """An engine whose answers are made in worker processes; thread-safe.

    Any number of threads and event loops may ask at once. Their queues and idle workers are shared, and guarded by
    locks that are held for microseconds: a loop that owned them would cost each query of another loop two hops.
    ``find_broken`` returns an error if a worker died because the release on disk is broken.
    """

    def __init__(
        self,
        config: WorkerConfig,
        limits: Limits,
        observer: Observer | None = None,
        find_broken: Callable[[], ReleaseBroken | None] = lambda: None,
    ) -> None:
        self.release_id = config.release_id
        self.config, self.limits = config, limits
        self._find_broken = find_broken
        self._observer = observer or NullObserver()
        self._step = limits.quick_seconds / _STEPS
        self.quick = WorkQueue("quick", limits.quick_places, limits.max_waiting)
        self.heavy = WorkQueue("heavy", limits.heavy_places, limits.max_waiting)
        # half as many places as light queries have, see decision 0038
        self.pages = WorkQueue("pages", max(1, limits.quick_places // 2), 2 * limits.max_waiting)
        self.worker_processes = WorkerProcesses(
            config, {Priority.QUERIES: self.quick.places, Priority.PAGES: self.pages.places}, self._observer
        )
        self._client_limit = ClientLimit(limits.max_per_client, self._observer)
        self._observer.pool_opened(self)

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Answer a question completely, or raise; ``cancellation`` cancels it from any thread.

        Raises:
            QuestionTooLong: it was still running at its deadline.
            QuestionTooHeavy: it needed more memory or depth than a worker has.
            EnginePanicked: a fault of the engine ended it.
            EngineBusy: too many others wait.
            ClientBusy: its client has too many questions at once.
            QuestionCancelled: its client cancelled it.
            ReleaseBroken: a part of the release cannot be read from disk.
            EngineLost: its worker was killed, or the process that holds the graph ended twice.
            As ``Engine.answer``.
        """
        working = self._answer(question, cancellation or CancellationToken(), _call_here)
        # a loop for this one question costs 70 µs, and needs no hop to another thread (decision 0040)
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(working)

    async def answer_soon(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Answer:
        """Answer as ``answer`` does; ``threads`` run what would block the event loop, such as a fork.

        Raises:
            As ``answer``.
        """
        return await self._answer(question, cancellation, partial(_call_in_thread, threads))

    def pool_status(self) -> PoolStatus:
        """Return the workers and questions of this moment."""
        queues = (self.quick, self.pages, self.heavy)
        return PoolStatus(
            self.worker_processes.idle,
            {queue.name: queue.running for queue in queues},
            {queue.name: queue.waiting for queue in queues},
        )

    def close(self) -> None:
        """End all workers."""
        self.worker_processes.close()
        self._observer.pool_closed(self)

    async def _answer(self, question: Question, cancellation: CancellationToken, call: Call) -> Answer:
        # both tries share this deadline, so a restart gives a question no more time
        deadline = cancellation.began + self.limits.max_seconds
        with self._client_limit.admit(cancellation):
            try:
                return await self._try(question, cancellation, deadline, call)
            except SortFailed as failure:
                question = replace(question, text=failure.text)
            except ZygoteEnded:
                pass
            try:  # again, as the question is not at fault
                return await self._try(question, cancellation, deadline, call)
            except ZygoteEnded as error:
                words = Message("The process that holds the graph ended twice; the server's log may say why.")
                raise EngineLost(words) from error
            except SortFailed as error:
                raise error_of(SORT_FAILED, self.config.memory_bytes) from error

    async def _try(self, question: Question, cancellation: CancellationToken, deadline: float, call: Call) -> Answer:
        answer = await self._answer_quickly(question, cancellation, deadline, call)
        return answer or await self._answer_heavily(question, cancellation, deadline, call)

    async def _answer_quickly(
        self, question: Question, cancellation: CancellationToken, deadline: float, call: Call
    ) -> Answer | None:
        """Return the answer, or None when the question is heavy and the heavy queue has no place for it yet."""
        queue = self.pages if cancellation.is_page else self.quick
        cancellation.queue_name = queue.name
        await queue.enter_soon(cancellation, deadline)
        try:
            async with self._job(question, cancellation, call) as job:
                answer = await self._wait_while_light(job, queue, deadline, call)
                # The query keeps its worker, and only its place changes. Without a free place the end of the block
                # kills the worker, and the query starts again once the heavy queue has a place.
                if answer is None and self.heavy.try_enter():
                    queue.leave()
                    queue = self.heavy
                    cancellation.queue_name = queue.name
                    answer = await job.wait_heavily(deadline, call)
                return answer
        finally:
            queue.leave()

    async def _answer_heavily(
        self, question: Question, cancellation: CancellationToken, deadline: float, call: Call
    ) -> Answer:
        cancellation.queue_name = self.heavy.name
        await self.heavy.enter_soon(cancellation, deadline)
        try:
            async with self._job(question, cancellation, call) as job:
                return await job.wait_heavily(deadline, call)
        finally:
            self.heavy.leave()

    async def _wait_while_light(self, job: Job, queue: WorkQueue, deadline: float, call: Call) -> Answer | None:
        """Return the answer, or None if the query is heavy or its deadline has passed."""
        while True:
            now = time.monotonic()
            # at each step, because the limit is lower as soon as others wait
            if self._is_heavy(job, queue, now - job.began):
                return None
            answer = await job.wait(min(self._step, deadline - now), call)
            if answer is not None or now + self._step >= deadline:
                return answer

    def _is_heavy(self, job: Job, queue: WorkQueue, passed: float) -> bool:
        """Return True if a query exceeded the quick limit after ``passed`` seconds; every query gets one free step."""
        if passed < self._step - _EARLY_SECONDS:
            return False
        is_crowded = queue.waiting > 0
        most = self._step if is_crowded else self.limits.quick_seconds
        return job.computed >= (self._step / _SHARE if is_crowded else most) or passed >= _PATIENCE * most

    @asynccontextmanager
    async def _job(self, question: Question, cancellation: CancellationToken, call: Call) -> AsyncIterator[Job]:
        """Run a question in a worker during the block; kill the worker if it has not ended the question."""
        priority = Priority.PAGES if cancellation.is_page else Priority.QUERIES
        # an idle worker is taken at once; only a fork needs a thread
        worker = self.worker_processes.take_idle(priority)
        if worker is None:
            worker = await call(partial(self.worker_processes.take, priority))
        cancellation.attach(worker.kill)
        job = Job(worker, question, self.limits.max_seconds)
        try:
            # a long text may be more than the socket holds, and would block the event loop until the worker reads it
            if len(question.text) > AT_ONCE_BYTES:
                await call(job.ask)
            else:
                job.ask()
            yield job
        # also from the block, where the reply is received
        except ConnectionClosed as error:
            raise await call(partial(self._lost, job, cancellation)) from error
        finally:
            cancellation.attach(None)
            # a cancelled token may still call ``kill``, so its worker must not get another question
            if job.done and not cancellation.cancelled:
                self.worker_processes.give_back(worker)
            else:
                await call(partial(self.worker_processes.discard, worker, keep_spill=job.spilled, reason=job.reason))

    def _lost(self, job: Job, cancellation: CancellationToken) -> Exception:
        """Return the error for a worker that ended during its question."""
        job.lost = not cancellation.cancelled
        # From the surest cause to the least sure: our own kill, the end of the zygote (which ends all its workers),
        # a broken disk. Only then does the text that the worker wrote decide.
        if cancellation.cancelled:
            return QuestionCancelled(Message("The client is gone."))
        if job.worker.is_orphaned():
            return ZygoteEnded()
        broken = self._find_broken()
        if broken is not None:
            return broken
        written = job.worker.standard_error()
        sys.stderr.write(written[-_MOST_LOGGED:])
        sortable = sortable_text(job.question.text) if cause_of(written) is Cause.SORT else None
        return SortFailed(sortable) if sortable is not None else error_of(written, self.config.memory_bytes)


async def _call_here(function: Callable[[], T]) -> T:
    """Call a blocking function in an event loop that runs for this one question."""
    return function()


async def _call_in_thread(threads: Executor, function: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, function)
