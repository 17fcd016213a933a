"""The worker pool: queries of clients run in worker processes that can be killed.

Every query begins in the quick queue, or in the queue for pages, whose workers have a lower priority. A query that
computes for more than ``quick_seconds``, or for a tenth of that while others wait, is heavy. It moves to the heavy
queue, where it runs on at low priority. If that queue has no free place, it is killed, and waits there to run again.
So light queries are answered while heavy ones run, and no query outlives its deadline.

There is one implementation, which is asynchronous. A thread runs it in an event loop of its own.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from kg.core.errors import EngineLost, QuestionCancelled, ReleaseBroken
from kg.core.messages import Message
from kg.engine import Answer, Awaited, Question
from kg.engine.cancellation import CancellationToken
from kg.engine.observer import NullObserver, Observer, PoolStatus
from kg.engine.pool.client_limit import ClientLimit
from kg.engine.pool.exit_reason import SORT_FAILED, Cause, cause_of, error_of
from kg.engine.pool.ipc import AT_ONCE_BYTES, Closed
from kg.engine.pool.job import Call, Job
from kg.engine.pool.process_limits import Priority
from kg.engine.pool.processes import WorkerConfig, WorkerProcesses
from kg.engine.pool.queue import WorkQueue
from kg.engine.sorting import sortable_text

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

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """The limits of a pool; see the settings of the same names for their meaning."""

    max_seconds: float
    quick_seconds: float
    quick_places: int
    heavy_places: int
    max_waiting: int
    max_per_client: int


class Orphaned(Exception):
    """The process that holds the graph ended, and the worker of a query with it."""


class Unsorted(Exception):
    """The engine could not sort; ``text`` asks the same with sort keys that it can compare."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class PoolEngine(Awaited):
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
        deadline = cancellation.began + self.limits.max_seconds
        with self._client_limit.passed(cancellation):
            try:
                return await self._try(question, cancellation, deadline, call)
            except Unsorted as failure:
                question = replace(question, text=failure.text)
            except Orphaned:
                pass
            try:  # again, as the question is not at fault
                return await self._try(question, cancellation, deadline, call)
            except Orphaned as error:
                words = Message("The process that holds the graph ended twice; the server's log may say why.")
                raise EngineLost(words) from error
            except Unsorted as error:
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
        worker = self.worker_processes.take_idle(priority)
        if worker is None:
            worker = await call(partial(self.worker_processes.take, priority))
        cancellation.attach(worker.kill)
        job = Job(worker, question, self.limits.max_seconds)
        try:
            if len(question.text) > AT_ONCE_BYTES:
                await call(job.ask)
            else:
                job.ask()
            yield job
        except Closed as error:
            raise await call(partial(self._lost, job, cancellation)) from error
        finally:
            cancellation.attach(None)
            if job.done and not cancellation.cancelled:
                self.worker_processes.give_back(worker)
            else:
                await call(partial(self.worker_processes.discard, worker, keep_spill=job.spilled, reason=job.reason))

    def _lost(self, job: Job, cancellation: CancellationToken) -> Exception:
        """Return the error for a worker that ended during its question."""
        job.lost = not cancellation.cancelled
        if cancellation.cancelled:
            return QuestionCancelled(Message("The client is gone."))
        if job.worker.is_orphaned():
            return Orphaned()
        broken = self._find_broken()
        if broken is not None:
            return broken
        written = job.worker.standard_error()
        sys.stderr.write(written[-_MOST_LOGGED:])
        sortable = sortable_text(job.question.text) if cause_of(written) is Cause.SORT else None
        return Unsorted(sortable) if sortable is not None else error_of(written, self.config.memory_bytes)


async def _call_here(function: Callable[[], T]) -> T:
    """Call a blocking function in an event loop that runs for this one question."""
    return function()


async def _call_in_thread(threads: Executor, function: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, function)
