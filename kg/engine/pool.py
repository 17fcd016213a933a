"""The pool: questions of strangers run in worker processes that can be killed.

Every question begins in the quick lane. One that computes for more than ``quick_seconds``, or while others wait still
computes after a fifth of that by the clock, is heavy: it moves to the heavy lane, where it runs on at low priority, or,
when that lane is full, is killed and waits there for its turn to run again. So light questions are answered while heavy
ones run, and nobody's question outlives its deadline.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kg.engine import Answer, Question
from kg.engine.crew import Crew, Orders, Worker
from kg.engine.lane import Lane
from kg.engine.observer import Observer, Silence, Staff
from kg.engine.refusals import too_long
from kg.engine.ticket import Ticket
from kg.engine.turnstile import Turnstile
from kg.engine.wire import Closed, Head, retold
from kg.errors import EngineLost, QuestionCancelled, QuestionTooHeavy

# While others wait for the quick lane, a question has one such part of ``quick_seconds`` to show that it is light:
# forty heavy ones that come at once then keep light ones waiting for half a second, not for two and a half.
_STEPS = 5
# What counts is the time of a processor: on a busy machine a light question waits for one, and moved to the heavy lane
# it would wait much longer. But it may not wait for ever, nor for a disk: this many times as long by the clock.
_PATIENCE = 4
# In the first step by the clock a heavy one gets at least such a part of it on a processor, however many want it; a
# light one needs less.
_SHARE = 20


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


class PoolEngine:
    """An engine whose answers are made in workers; thread-safe."""

    def __init__(self, orders: Orders, limits: Limits, observer: Observer | None = None) -> None:
        self.release_id = orders.release_id
        self._observer = observer or Silence()
        self.limits, self._orders = limits, orders
        self.quick = Lane("quick", limits.quick_places, limits.max_waiting)
        self.heavy = Lane("heavy", limits.heavy_places, limits.max_waiting)
        self.crew = Crew(orders, limits.quick_places, self._observer)
        self._turnstile = Turnstile(limits.max_per_client, self._observer)
        self._observer.pool_opened(self)

    def answer(self, question: Question, ticket: Ticket | None = None) -> Answer:
        """Answer a question, whole or not at all; ``ticket`` lets its asker cancel it.

        Raises:
            QuestionTooLong: it was still running at its deadline.
            QuestionTooHeavy: it needed more memory or depth than a worker has.
            EngineBusy: too many others wait.
            ClientBusy: its asker has too many questions at once.
            QuestionCancelled: its asker cancelled it.
            EngineLost: the process that holds the graph ended, and again when it was started anew.
            As ``Engine.answer``.
        """
        ticket = ticket or Ticket()
        deadline = ticket.began + self.limits.max_seconds
        with self._turnstile.passed(ticket):
            try:
                return self._answer(question, ticket, deadline)
            except Orphaned:
                return self._again(question, ticket, deadline)

    def staff(self) -> Staff:
        """The workers and questions of this moment."""
        lanes = (self.quick, self.heavy)
        return Staff(
            self.crew.idle,
            {lane.name: lane.running for lane in lanes},
            {lane.name: lane.waiting for lane in lanes},
        )

    def close(self) -> None:
        """End all workers."""
        self.crew.close()
        self._observer.pool_closed(self)

    def _answer(self, question: Question, ticket: Ticket, deadline: float) -> Answer:
        return self._quickly(question, ticket, deadline) or self._heavily(question, ticket, deadline)

    def _again(self, question: Question, ticket: Ticket, deadline: float) -> Answer:
        """Once more, since the process that holds the graph ended, and another one stands in its place."""
        try:
            return self._answer(question, ticket, deadline)
        except Orphaned as error:
            raise EngineLost("The process that holds the graph ended twice; the server's log may say why.") from error

    def _quickly(self, question: Question, ticket: Ticket, deadline: float) -> Answer | None:
        """The answer, or None when the question is heavy and the heavy lane has no place for it yet."""
        ticket.lane = self.quick.name
        self.quick.enter(ticket, deadline)
        lane = self.quick
        try:
            with self._worker(ticket) as work:
                work.ask(question)
                answer = self._first(work, deadline)
                if answer is not None or not self.heavy.try_enter():
                    return answer
                self.quick.leave()
                lane = self.heavy
                ticket.lane = lane.name
                return work.wait_heavily(deadline)
        finally:
            lane.leave()

    def _first(self, work: _Work, deadline: float) -> Answer | None:
        """The answer within the time of a light question, which is only its first step while others wait."""
        began, step = time.monotonic(), self.limits.quick_seconds / _STEPS
        while True:
            now = time.monotonic()
            answer = work.wait(min(step, deadline - now))
            if answer is not None or now + step >= deadline:
                return answer
            passed, is_crowded = time.monotonic() - began, self.quick.waiting > 0
            most = step if is_crowded else self.limits.quick_seconds
            if work.computed >= (step / _SHARE if is_crowded else most) or passed >= _PATIENCE * most:
                return None

    def _heavily(self, question: Question, ticket: Ticket, deadline: float) -> Answer:
        ticket.lane = self.heavy.name
        self.heavy.enter(ticket, deadline)
        try:
            with self._worker(ticket) as work:
                work.ask(question)
                return work.wait_heavily(deadline)
        finally:
            self.heavy.leave()

    @contextmanager
    def _worker(self, ticket: Ticket) -> Iterator[_Work]:
        """A worker for one question; one that did not end it is killed."""
        worker = self.crew.take()
        ticket.attach(worker.kill)
        work = _Work(worker, self._orders, self.limits)
        try:
            yield work
        except Closed as error:
            work.lost = not ticket.cancelled
            if ticket.cancelled:
                raise QuestionCancelled("The asker has gone.") from error
            if worker.is_orphaned():
                raise Orphaned from error
            raise QuestionTooHeavy(
                f"The question needed more than its {self._orders.memory_bytes // 2**20} MiB of memory, or more depth "
                "than it may have: ask for less at once, count or sort fewer rows."
            ) from error
        finally:
            ticket.attach(None)
            if work.done and not ticket.cancelled:
                self.crew.give_back(worker)
            else:
                self.crew.discard(worker, keep_spill=work.spilled, reason=work.reason)


class _Work:
    """One question in one worker."""

    def __init__(self, worker: Worker, orders: Orders, limits: Limits) -> None:
        self._worker, self._orders, self._limits = worker, orders, limits
        self._question: Question | None = None
        self._began = 0.0
        self.done = self.spilled = self.answered = self.lost = False

    @property
    def reason(self) -> str:
        """Why its worker ends; see ``Observer.worker_ended``."""
        return "lost" if self.lost else "retired" if self.answered else "killed"

    @property
    def computed(self) -> float:
        """The processor time of its question until now, in seconds."""
        return self._worker.computed() - self._began

    def ask(self, question: Question) -> None:
        self._question, self._began = question, self._worker.computed()
        head: Head = {
            "form": question.form.ending,
            "default": [node.value for node in question.default_graphs],
            "named": [node.value for node in question.named_graphs],
        }
        self._worker.ask(head, question.text.encode("utf-8"))

    def wait(self, seconds: float) -> Answer | None:
        """The answer, or None after so many seconds.

        Raises:
            As ``Engine.answer``, and Closed when the worker died.
        """
        reply = self._worker.reply(seconds)
        if reply is None:
            return None
        head, body = reply
        self.answered = True
        self.spilled = bool(head.get("spilled"))
        self.done = not self.spilled  # a worker that spilled has ended; its file belongs to the answer
        if "error" in head:
            raise retold(head)
        if self._question is None:
            raise EngineLost("A worker answered without being asked.")
        spill = self._worker.spill if self.spilled else None
        return Answer(body, self._question.form, spill, head["size"])

    def wait_heavily(self, deadline: float) -> Answer:
        """The answer, at low priority, until the deadline."""
        self._worker.lower_priority()
        answer = self.wait(deadline - time.monotonic())
        self.done = False  # its priority cannot be raised again
        if answer is None:
            raise too_long(self._limits.max_seconds)
        return answer
