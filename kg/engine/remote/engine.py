"""An external engine as an ``Engine``; queries are checked before they are sent.

The embedded engine runs them over an empty store, in a worker. A text is refused for the same reasons and with the same
messages by every engine. A text that reaches the external engine parses, calls no other service, and names only
functions of SPARQL.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TypeVar

from pyoxigraph import QueryBoolean, Triple

from kg.core.errors import (
    AnswerTooLarge,
    EngineBusy,
    EngineLost,
    EnginePanicked,
    EngineUnreachable,
    KgError,
    Message,
    QueryFailed,
    QuestionCancelled,
    QuestionTooHeavy,
    QuestionTooLong,
    ReleaseNotPushed,
)
from kg.core.lru_cache import LruCache
from kg.core.settings import Settings
from kg.engine import Answer, Question
from kg.engine.counts import Counts, counted
from kg.engine.limits import CancellationToken, too_large, too_long
from kg.engine.observer import NullObserver, Observer, PoolStatus
from kg.engine.pool.ipc import Head, error_from_head, error_head
from kg.engine.pool.pool import Limits, PoolEngine
from kg.engine.pool.processes import WorkerConfig
from kg.engine.pool.queue import ClientLimit, WorkQueue
from kg.engine.remote.client import (
    BreakerLimits,
    Client,
    RemoteResponse,
    Replica,
    Replicas,
    TooLarge,
    TooSlow,
    Unreachable,
)
from kg.engine.remote.quirks import Access, GraphNames, completion_query, read_access
from kg.engine.remote.responses import (
    InvalidResponse,
    corrected_reply,
    is_timeout_reply,
    is_whole,
    own_query,
    question,
    rows_of,
    spooled,
    triples_of,
    with_sorted_columns,
    written,
)
from kg.engine.remote.rewriting import RemoteQuery, rewrite, selects_all, with_blank_nodes
from kg.sparql.lexer import Kind, kind_of

_KEPT = 4096
_WORKERS = 2
# an empty store has no rows to join or sort; these limits end only texts that are costly in themselves
_MOST_SECONDS = 2.0
_MOST_BYTES = 2**28
# errors of evaluation over an empty store do not decide about the question
_OF_EVALUATION = (AnswerTooLarge, QuestionTooLong)
# these may not happen again, so they are raised and not cached
_OF_THE_MOMENT = (EngineBusy, EngineLost, EnginePanicked, QuestionTooHeavy)


class Checker:
    """Checks questions; thread-safe. Caches its verdicts on the latest ones.

    The engines of all releases may share a checker, because no verdict depends on the data. Its workers start with the
    first engine, because its first question has no time to wait for them, and end with the last.
    """

    def __init__(self, *, max_nesting: int, max_seconds: float, memory_bytes: int, max_waiting: int) -> None:
        self._orders = WorkerConfig(
            # an empty file is a release without statements
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
        self._verdicts = LruCache[bytes, Head | None](_KEPT)

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
        # the form belongs to the key, because it may not fit the query
        key = hashlib.sha256(f"{question.form.ending} {question.text}".encode()).digest()
        verdict = self._verdicts.get(key, lambda: self._verdict(question))
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


_Read = TypeVar("_Read")

_ATTEMPTS = 2
_CHECK_SECONDS = 2.0
_CHECK_BYTES = 2**16
_PIECE = 2**18
_WIDER = 4  # JSON and N-Triples are so much longer than the shortest form, at most
_NOTHING = Message("The engine behind this service gives no answer just now; ask again in a moment.")


@dataclass(frozen=True)
class RemoteLimits:
    """The limits of questions to another engine; see the settings of the same names."""

    max_seconds: float
    max_waiting: int
    max_per_client: int
    max_answer_bytes: int
    engine_at_once: int


@dataclass(frozen=True)
class _RunOptions:
    """A question's token and deadline, and whether the engine chooses the columns (``SELECT *``)."""

    cancellation: CancellationToken
    deadline: float
    selects_all: bool


class _Failed(Exception):
    """A replica gave no reply that can be used."""


class RemoteEngine:
    """Answers from the replicas of an engine that holds a release; thread-safe."""

    def __init__(
        self,
        release_id: str,
        graphs: Sequence[str],
        access: Access,
        *,
        limits: RemoteLimits,
        client: Client,
        checker: Checker,
        patience: BreakerLimits | None = None,
        observer: Observer | None = None,
        counts: Counts | None = None,
    ) -> None:
        """Take over the client and a share of the checker; close them with the engine, or if it cannot be made.

        The engine is not asked for anything that ``counts`` can answer.

        Raises:
            ReleaseNotPushed: no replica holds the release whole.
            EngineUnreachable: none answers.
        """
        self.release_id, self._limits = release_id, limits
        self._observer, self._counts = observer or NullObserver(), counts
        self._naming = GraphNames(release_id)
        self._graphs = tuple(map(self._naming.graph_of, graphs))
        self._product, self._client, self._checker = access.product, client, checker
        self._queue = WorkQueue("remote", limits.engine_at_once, limits.max_waiting)
        self._client_limit = ClientLimit(limits.max_per_client, self._observer)
        self._replicas = Replicas(access.urls, self._holds_release, patience or BreakerLimits())
        try:
            self._look_for_release()
        except BaseException:
            self._end()
            raise
        self._observer.pool_opened(self)

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Answer a question completely, or raise; ``cancellation`` cancels it from any thread.

        Raises:
            EngineUnreachable: no replica gives an answer.
            QuestionTooLong: it was still running at its deadline.
            EngineBusy: too many others wait, here or there.
            ClientBusy: its client has too many questions at once.
            QuestionCancelled: its client cancelled it.
            AnswerTooLarge: the answer has more bytes than allowed.
            As ``Engine.answer``.
        """
        cancellation = cancellation or CancellationToken()
        deadline = cancellation.began + self._limits.max_seconds
        with self._client_limit.admit(cancellation):
            # before the queue, so that a text that is refused takes no place
            self._checker.check(question)
            if (precomputed := counted(self._counts, question)) is not None:
                return written(precomputed, question.form, self._limits.max_answer_bytes)
            sent = rewrite(question, self._naming, self._graphs)
            cancellation.queue_name = self._queue.name
            self._queue.enter(cancellation, deadline)
            try:
                return self._answer(question, sent, _RunOptions(cancellation, deadline, selects_all(question.text)))
            finally:
                self._queue.leave()

    def pool_status(self) -> PoolStatus:
        """Return the questions and the replicas of this moment."""
        queue_name = self._queue
        count, out = len(self._replicas.all), self._replicas.out
        return PoolStatus(
            0,
            {queue_name.name: queue_name.running},
            {queue_name.name: queue_name.waiting},
            {"up": count - out, "out": out},
        )

    def close(self) -> None:
        """End all questions and connections."""
        self._end()
        self._observer.pool_closed(self)

    def _end(self) -> None:
        self._replicas.close()
        self._client.close()
        self._checker.close()

    def _look_for_release(self) -> None:
        """Check which replicas hold the release; the others are out until they do."""
        lacking = 0
        for replica in self._replicas.all:
            holds = self._holds(replica.url)
            lacking += holds is False
            # out until the watch finds the release there, for instance after a push
            if not holds:
                self._replicas.failed(replica, surely=True)
        if self._replicas.out < len(self._replicas.all):
            return
        if lacking:
            raise ReleaseNotPushed(
                f"The engine does not hold the release {self.release_id} whole. "
                f"Run 'kg push {self.release_id}'; a service that runs answers from the release that it has until then."
            )
        raise EngineUnreachable(
            Message(
                "No address of KG_ENGINE_URL gives an answer that can be used: see that the engine runs, and "
                "that the addresses, KG_ENGINE_PRODUCT and KG_ENGINE_HEADERS_FILE are right."
            )
        )

    def _holds_release(self, url: str) -> bool:
        return self._holds(url) is True

    def _holds(self, url: str) -> bool | None:
        """Return True if a replica holds the release whole, or None if it does not say."""
        text = completion_query(self._naming)
        request = question(url, own_query(text), self._product, _CHECK_SECONDS)
        try:
            reply = self._client.send(request, _CHECK_SECONDS, _CHECK_BYTES)
            with reply.body:
                if not is_whole(reply, request.accept, self._product):
                    return None
                table = rows_of(b"".join(corrected_reply([reply.body.read()], None, self._product, request.accept)))
        except (Unreachable, TooSlow, TooLarge, InvalidResponse, QuestionCancelled):
            return None
        return bool(table) if isinstance(table, QueryBoolean) else None

    def _answer(self, asked: Question, sent: RemoteQuery, options: _RunOptions) -> Answer:
        """Return the answer in its form; statements are sorted, because every replica has an order of its own."""
        most = self._limits.max_answer_bytes
        if not kind_of(sent.text).makes_graph:
            return self._ask(sent, options, lambda body: written(rows_of(body), asked.form, most))
        triples = self._ask(sent, options, lambda body: list(triples_of(body)))
        if kind_of(asked.text) is Kind.DESCRIBE:
            triples = with_blank_nodes(
                triples, lambda text: self._other_statements(text, sent, options), self._naming.blank
            )
        return written(sorted(triples, key=str), asked.form, most)

    def _other_statements(self, text: str, sent: RemoteQuery, options: _RunOptions) -> list[Triple]:
        """Return the statements of another query over the same dataset."""
        return self._ask(replace(sent, text=text), options, lambda body: list(triples_of(body)))

    def _ask(self, sent: RemoteQuery, options: _RunOptions, read: Callable[[IO[bytes]], _Read]) -> _Read:
        """Return the reply of a replica; after a failure, try another one. Queries change nothing, so this is safe."""
        tried: list[Replica] = []
        for _ in range(_ATTEMPTS):
            with self._replicas.acquire(tried) as replica:
                if replica is None:
                    break
                tried.append(replica)
                try:
                    reply = self._ask_one(replica, sent, options, read)
                except _Failed:
                    continue
                replica.breaker.succeeded()
                return reply
        raise EngineUnreachable(_NOTHING, self._replicas.wait_seconds)

    def _ask_one(
        self, replica: Replica, sent: RemoteQuery, options: _RunOptions, read: Callable[[IO[bytes]], _Read]
    ) -> _Read:
        seconds = options.deadline - time.monotonic()
        if seconds <= 0:
            raise too_long(self._limits.max_seconds)
        request = question(replica.url, sent, self._product, seconds)
        try:
            reply = self._client.send(request, seconds, _WIDER * self._limits.max_answer_bytes, options.cancellation)
        # the deadline has passed, so the client does not wait for the check of the replica
        except TooSlow as error:
            self._replicas.suspect(replica)
            raise too_long(self._limits.max_seconds) from error
        except TooLarge as error:
            raise too_large(self._limits.max_answer_bytes) from error
        except Unreachable as error:
            self._replicas.failed(replica)
            raise _Failed from error
        with reply.body:
            if not is_whole(reply, request.accept, self._product):
                self._raise_for(replica, reply)
            try:
                chunks = iter(lambda: reply.body.read(_PIECE), b"")
                translated = corrected_reply(chunks, self._naming, self._product, request.accept)
                with spooled(with_sorted_columns(translated) if options.selects_all else translated) as body:
                    return read(body)
            except InvalidResponse as error:
                self._replicas.failed(replica)
                raise _Failed from error

    def _raise_for(self, replica: Replica, reply: RemoteResponse) -> None:
        """Raise the error for a reply that is not an answer; ask the replica if it or the question is at fault."""
        if reply.status == 429:
            raise EngineBusy(Message("The engine has too many questions already; ask again in a moment."))
        # 400 means that the text is at fault, and needs no check of the replica
        if reply.status != 400 and self._replicas.is_to_blame(replica):
            raise _Failed
        if is_timeout_reply(reply, self._product):
            raise too_long(self._limits.max_seconds)
        if reply.status in (400, 500):
            excerpt = self._naming.exchanged(reply.excerpt())
            if not excerpt:
                raise QueryFailed(Message("The engine could not answer the question."))
            raise QueryFailed(Message("The engine could not answer the question: %(reason)s.", reason=excerpt))
        raise _Failed  # the replica works, but is overloaded at the moment


def open_engine(
    release_id: str,
    graphs: Sequence[str],
    settings: Settings,
    observer: Observer | None = None,
    patience: BreakerLimits | None = None,
    counts: Counts | None = None,
    checker: Checker | None = None,
) -> RemoteEngine:
    """Return the engine over a release with these graphs, named as in its manifest.

    Several may share a checker.

    Raises:
        SettingInvalid: the product is unknown, or the file of headers is not as it must be.
        As ``RemoteEngine``.
    """
    access = read_access(settings)
    return RemoteEngine(
        release_id,
        graphs,
        access,
        limits=RemoteLimits(
            max_seconds=settings.max_seconds,
            max_waiting=settings.max_waiting,
            max_per_client=settings.max_per_client,
            max_answer_bytes=settings.max_answer_bytes,
            engine_at_once=settings.engine_at_once,
        ),
        client=client_for(access, settings),
        checker=(checker or checker_for(settings)).shared(),
        patience=patience,
        observer=observer,
        counts=counts,
    )


def checker_for(settings: Settings) -> Checker:
    """Return a checker with the limits of the settings."""
    return Checker(
        max_nesting=settings.max_nesting,
        max_seconds=settings.max_seconds,
        memory_bytes=settings.memory_bytes,
        max_waiting=settings.max_waiting,
    )


def client_for(access: Access, settings: Settings) -> Client:
    """Return a client with the headers of an engine."""
    return Client(access.headers, settings.engine_connect_seconds, settings.engine_at_once)
