"""The check of questions before they are sent: the embedded engine runs them over an empty store, in a worker.

A text is refused for the same reasons and with the same messages by every engine. A text that reaches the external
engine parses, calls no other service, and names only functions of SPARQL.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path

from kg.core.errors import (
    AnswerTooLarge,
    EngineBusy,
    EngineLost,
    EnginePanicked,
    KgError,
    QuestionTooHeavy,
    QuestionTooLong,
)
from kg.core.messages import Message
from kg.engine import Question
from kg.engine.cancellation import CancellationToken
from kg.engine.pool.ipc import Head, error_from_head, error_head
from kg.engine.pool.pool import Limits, PoolEngine
from kg.engine.pool.processes import WorkerConfig

_KEPT = 4096
_WORKERS = 2
_MOST_SECONDS = 2.0
_MOST_BYTES = 2**28
# errors of evaluation over an empty store do not decide about the question
_OF_EVALUATION = (AnswerTooLarge, QuestionTooLong)
_OF_THE_MOMENT = (EngineBusy, EngineLost, EnginePanicked, QuestionTooHeavy)


class Checker:
    """Checks questions; thread-safe. Caches its verdicts on the latest ones.

    The engines of all releases may share a checker, because no verdict depends on the data. Its workers start with the
    first engine, because its first question has no time to wait for them, and end with the last.
    """

    def __init__(self, *, max_nesting: int, max_seconds: float, memory_bytes: int, max_waiting: int) -> None:
        self._orders = WorkerConfig(
            path=Path(os.devnull),
            in_memory=True,
            release_id="",
            max_nesting=max_nesting,
            memory_bytes=min(memory_bytes, _MOST_BYTES),
            answer_bytes=2**20,
        )
        seconds = min(max_seconds, _MOST_SECONDS)
        self._limits = Limits(
            max_seconds=seconds,
            quick_seconds=seconds / 8,
            quick_places=_WORKERS,
            heavy_places=1,
            max_waiting=max_waiting,
            max_per_client=max_waiting,
        )
        self._pool: PoolEngine | None = None
        self._sharers = 0
        self._lock, self._starting = threading.Lock(), threading.Lock()
        self._verdicts: OrderedDict[bytes, Head | None] = OrderedDict()

    def shared(self) -> Checker:
        """Return this checker for one more engine, which closes it."""
        with self._starting:
            if self._pool is None:
                self._pool = PoolEngine(self._orders, self._limits)
            self._sharers += 1
        return self

    def check(self, question: Question) -> None:
        """Accept a question that the embedded engine would answer.

        Raises:
            As ``PoolEngine.answer``, except for errors that depend on the data.
        """
        key = hashlib.sha256(f"{question.form.ending} {question.text}".encode()).digest()
        with self._lock:
            is_cached = key in self._verdicts
            verdict = self._verdicts.get(key)
        if not is_cached:
            verdict = self._verdict(question)
            with self._lock:
                self._verdicts[key] = verdict
                if len(self._verdicts) > _KEPT:
                    self._verdicts.popitem(last=False)
        if verdict is not None:
            raise error_from_head(verdict)

    def close(self) -> None:
        """End the workers, if no other engine needs them."""
        with self._starting:
            self._sharers -= 1
            if not self._sharers and self._pool is not None:
                self._pool.close()
                self._pool = None

    def _verdict(self, question: Question) -> Head | None:
        try:
            self._started().answer(Question(question.text, question.form), CancellationToken()).close()
        except _OF_EVALUATION:
            return None
        except _OF_THE_MOMENT:
            raise
        except KgError as error:
            return error_head(error)
        return None

    def _started(self) -> PoolEngine:
        pool = self._pool
        if pool is None:
            raise EngineLost(Message("The engine was closed while the question ran; ask it again."))
        return pool
