"""The pool: questions of strangers run in worker processes that can be killed.

Every question begins in the quick lane, or in the lane for pages, whose workers have a lower priority. One that
computes for more than ``quick_seconds``, or for a tenth of that while others wait, is heavy: it moves to the heavy
lane, where it runs on at low priority, or, when that lane is full, is killed and waits there for its turn to run again.
So light questions are answered while heavy ones run, and nobody's question outlives its deadline.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace

from kg.core.errors import EngineLost, QuestionCancelled, ReleaseBroken
from kg.core.messages import Message
from kg.engine import Answer, Awaited, Question
from kg.engine.cancellation import CancellationToken
from kg.engine.observer import NullObserver, Observer, PoolStatus
from kg.engine.pool.client_limit import ClientLimit
from kg.engine.pool.exit_reason import SORT_FAILED, Cause, cause_of, error_of
from kg.engine.pool.ipc import Closed
from kg.engine.pool.job import Job
from kg.engine.pool.priority import Priority
from kg.engine.pool.processes import WorkerConfig, WorkerProcesses
from kg.engine.pool.queue import WorkQueue
from kg.engine.sorting import sortable_text

# While others wait for the quick lane, a question has one such part of ``quick_seconds`` to show that it is light:
# forty heavy ones that come at once then keep light ones waiting for half a second, not for two and a half.
_STEPS = 5
# What counts is the time of a processor: on a busy machine a light question waits for one, and moved to the heavy lane
# it would wait much longer. But it may not wait for ever, nor for a disk: this many times as long by the clock.
_PATIENCE = 4
# While others wait, such a part of a step on a processor shows that a question is heavy: the four of a quick lane have
# as much of two processors. With less, questions of some hundredths of a second were killed and asked again in a crowd.
_SHARE = 2
_MOST_LOGGED = 4096  # characters of the standard error of a worker
# the timer of an event loop may end so much too soon
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


class Orphaned(Exception):
    """The process that holds the graph ended, and the worker of a question with it."""


class Unsorted(Exception):
    """The engine could not sort; ``text`` asks the same with sort keys that it can compare."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class PoolEngine(Awaited):
    """An engine whose answers are made in workers; thread-safe.

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
        self._find_broken = find_broken
        self._observer = observer or NullObserver()
        self.limits, self._orders = limits, config
        self._step = limits.quick_seconds / _STEPS
        self.quick = WorkQueue("quick", limits.quick_places, limits.max_waiting)
        self.heavy = WorkQueue("heavy", limits.heavy_places, limits.max_waiting)
        self.pages = WorkQueue("pages", max(1, limits.quick_places // 2), 2 * limits.max_waiting)
        self.worker_processes = WorkerProcesses(
            config, {Priority.QUERIES: self.quick.places, Priority.PAGES: self.pages.places}, self._observer
        )
        self._turnstile = ClientLimit(limits.max_per_client, self._observer)
        self._observer.pool_opened(self)

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Answer a question, whole or not at all; ``cancellation`` lets its asker cancel it.

        Raises:
            QuestionTooLong: it was still running at its deadline.
            QuestionTooHeavy: it needed more memory or depth than a worker has.
            EnginePanicked: a fault of the engine ended it.
            EngineBusy: too many others wait.
            ClientBusy: its asker has too many questions at once.
            QuestionCancelled: its asker cancelled it.
            ReleaseBroken: a part of the release cannot be read from disk.
            EngineLost: its worker was killed, or the process that holds the graph ended twice.
            As ``Engine.answer``.
        """
        cancellation = cancellation or CancellationToken()
        deadline = cancellation.began + self.limits.max_seconds
        with self._turnstile.passed(cancellation):
            try:
                return self._answer(question, cancellation, deadline)
            except (Orphaned, Unsorted) as failure:
                return self._again(question, cancellation, deadline, failure)

    async def answer_soon(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Answer:
        """As ``answer``, for a task of an event loop, which is not kept waiting: what would do so is left to a thread.

        A thread in between costs more than most questions: see docs/decisions/0030.

        Raises:
            As ``answer``.
        """
        deadline = cancellation.began + self.limits.max_seconds
        with self._turnstile.passed(cancellation):
            return await self._soon_or_heavily(question, cancellation, deadline, threads)

    def staff(self) -> PoolStatus:
        """The workers and questions of this moment."""
        lanes = (self.quick, self.pages, self.heavy)
        return PoolStatus(
            self.worker_processes.idle,
            {lane.name: lane.running for lane in lanes},
            {lane.name: lane.waiting for lane in lanes},
        )

    def close(self) -> None:
        """End all workers."""
        self.worker_processes.close()
        self._observer.pool_closed(self)

    def _answer(self, question: Question, cancellation: CancellationToken, deadline: float) -> Answer:
        return self._quickly(question, cancellation, deadline) or self._heavily(question, cancellation, deadline)

    def _again(
        self, question: Question, cancellation: CancellationToken, deadline: float, failure: Orphaned | Unsorted
    ) -> Answer:
        """Answer a question whose first attempt failed for no fault of its own."""
        if isinstance(failure, Unsorted):
            question = replace(question, text=failure.text)
        try:
            return self._answer(question, cancellation, deadline)
        except Orphaned as error:
            raise EngineLost(
                Message("The process that holds the graph ended twice; the server's log may say why.")
            ) from error
        except Unsorted as error:
            raise error_of(SORT_FAILED, self._orders.memory_bytes) from error

    def _quickly(self, question: Question, cancellation: CancellationToken, deadline: float) -> Answer | None:
        """The answer, or None when the question is heavy and the heavy lane has no place for it yet."""
        place = _Place(self._first_lane(cancellation))
        place.lane.enter(cancellation, deadline)
        try:
            with self._worker(cancellation) as work:
                work.ask(question)
                return self._go_on(work, place, cancellation, deadline)
        finally:
            place.lane.leave()

    async def _soon_or_heavily(
        self, question: Question, cancellation: CancellationToken, deadline: float, threads: Executor
    ) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            answer = await self._soon(question, cancellation, deadline, threads)
            if answer is None:
                answer = await loop.run_in_executor(threads, self._heavily, question, cancellation, deadline)
        except (Orphaned, Unsorted) as failure:
            answer = await loop.run_in_executor(threads, self._again, question, cancellation, deadline, failure)
        return answer

    async def _soon(
        self, question: Question, cancellation: CancellationToken, deadline: float, threads: Executor
    ) -> Answer | None:
        """As ``_quickly``; what does not end in the first step, or costs a worker, is left to one of the threads."""
        loop = asyncio.get_running_loop()
        place, priority = _Place(self._first_lane(cancellation)), _priority_of(cancellation)
        await place.lane.enter_soon(cancellation, deadline)
        try:
            worker = self.worker_processes.take_idle(priority)
            if worker is None:
                worker = await loop.run_in_executor(threads, self.worker_processes.take, priority)
            cancellation.attach(worker.kill)
            work = Job(worker, self.limits.max_seconds)
            try:
                work.ask(question)
                answer = await work.wait_soon(self._step, threads)
                if answer is None:
                    answer = await loop.run_in_executor(threads, self._go_on, work, place, cancellation, deadline)
            except Closed as error:
                raise await loop.run_in_executor(threads, self._lost, work, cancellation) from error
            finally:
                cancellation.attach(None)
                if work.done and not cancellation.cancelled:
                    self.worker_processes.give_back(worker)
                else:
                    await loop.run_in_executor(threads, self._end, work, cancellation)
            return answer
        finally:
            place.lane.leave()

    def _first_lane(self, cancellation: CancellationToken) -> WorkQueue:
        """Return the lane in which a question begins, and note it on its ticket."""
        lane = self.pages if cancellation.is_page else self.quick
        cancellation.lane = lane.name
        return lane

    def _go_on(self, work: Job, place: _Place, cancellation: CancellationToken, deadline: float) -> Answer | None:
        """See whether a question in its first lane is light, and let it run on as a heavy one if it is not."""
        answer = self._first(work, place.lane, deadline)
        if answer is not None or not self.heavy.try_enter():
            return answer
        place.lane.leave()
        place.lane = self.heavy
        cancellation.lane = place.lane.name
        return work.wait_heavily(deadline)

    def _first(self, work: Job, lane: WorkQueue, deadline: float) -> Answer | None:
        """The answer within the time of a light question, which is only its first step while others wait."""
        while True:
            now = time.monotonic()
            if self._is_heavy(work, lane, now - work.began):
                return None
            answer = work.wait(min(self._step, deadline - now))
            if answer is not None or now + self._step >= deadline:
                return answer

    def _is_heavy(self, work: Job, lane: WorkQueue, passed: float) -> bool:
        """Whether what a question has done in so many seconds, of which a first step is anyone's, shows it heavy."""
        is_crowded = lane.waiting > 0
        most = self._step if is_crowded else self.limits.quick_seconds
        if passed < self._step - _EARLY_SECONDS:
            return False
        return work.computed >= (self._step / _SHARE if is_crowded else most) or passed >= _PATIENCE * most

    def _heavily(self, question: Question, cancellation: CancellationToken, deadline: float) -> Answer:
        cancellation.lane = self.heavy.name
        self.heavy.enter(cancellation, deadline)
        try:
            with self._worker(cancellation) as work:
                work.ask(question)
                return work.wait_heavily(deadline)
        finally:
            self.heavy.leave()

    @contextmanager
    def _worker(self, cancellation: CancellationToken) -> Iterator[Job]:
        """A worker for one question; one that did not end it is killed."""
        worker = self.worker_processes.take(_priority_of(cancellation))
        cancellation.attach(worker.kill)
        work = Job(worker, self.limits.max_seconds)
        try:
            yield work
        except Closed as error:
            raise self._lost(work, cancellation) from error
        finally:
            cancellation.attach(None)
            self._end(work, cancellation)

    def _lost(self, work: Job, cancellation: CancellationToken) -> Exception:
        """Why the worker has gone in the middle of its question."""
        work.lost = not cancellation.cancelled
        if cancellation.cancelled:
            return QuestionCancelled(Message("The client is gone."))
        if work.worker.is_orphaned():
            return Orphaned()
        broken = self._find_broken()
        if broken is not None:
            return broken
        written = work.worker.standard_error()
        sys.stderr.write(written[-_MOST_LOGGED:])
        sortable = sortable_text(work.text) if cause_of(written) is Cause.SORT else None
        return Unsorted(sortable) if sortable is not None else error_of(written, self._orders.memory_bytes)

    def _end(self, work: Job, cancellation: CancellationToken) -> None:
        """Keep the worker for the next question if it has ended this one."""
        if work.done and not cancellation.cancelled:
            self.worker_processes.give_back(work.worker)
        else:
            self.worker_processes.discard(work.worker, keep_spill=work.spilled, reason=work.reason)


@dataclass
class _Place:
    """The place of a question, in the lane where it is now."""

    lane: WorkQueue


def _priority_of(cancellation: CancellationToken) -> Priority:
    return Priority.PAGES if cancellation.is_page else Priority.QUERIES
