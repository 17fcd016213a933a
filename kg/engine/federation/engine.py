"""The engine that answers SERVICE clauses itself, around an engine that does not."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.core.errors import (
    EngineBusy,
    FederationFailed,
    FederationTooSlow,
    QueryInvalid,
    QueryRefused,
    QuestionCancelled,
)
from kg.core.messages import Message
from kg.engine import Answer, Awaited, Question
from kg.engine.cancellation import CancellationToken
from kg.engine.federation import Call, FederatedAnswer
from kg.engine.federation.clauses import NOTHING, FederatedText, read_clauses, read_rows
from kg.engine.hot_swap import ClosableEngine
from kg.sparql.fast_scan import may_say
from kg.sparql.guard import refuse_danger, refuse_depth

if TYPE_CHECKING:  # the import of httpx2 takes a quarter of a second: only processes that call others pay for it
    from kg.engine.federation.fetch import Fetcher


class FederatingEngine(Awaited):
    """Replaces SERVICE clauses by the rows of other endpoints, and passes the rest to ``engine``."""

    def __init__(self, engine: ClosableEngine, fetcher: Fetcher, max_nesting: int) -> None:
        self.engine = engine
        self._fetcher, self._limits, self._max_nesting = fetcher, fetcher.limits, max_nesting
        self._places = threading.BoundedSemaphore(self._limits.at_once)

    @property
    def release_id(self) -> str:
        """The release that the local part of the answers comes from."""
        return self.engine.release_id

    def close(self) -> None:
        """Close the engine within."""
        self.engine.close()

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Answer a question; one with SERVICE clauses gives a FederatedAnswer.

        Raises:
            FederationFailed: a call failed that is not SILENT.
            FederationTooSlow: it took too long.
            As ``Engine.answer``.
        """
        parts = self._parts(question.text)
        if not parts.clauses:
            return self.engine.answer(question, cancellation)
        calls, blocks = self._call(parts, cancellation or CancellationToken())
        _raise_first_failure(calls)
        answer = self._ask(replace(question, text=parts.filled(blocks)), parts, blocks, cancellation)
        return FederatedAnswer(answer.body, answer.form, answer.spill, answer.spilled_bytes, calls)

    async def answer_soon(self, question: Question, cancellation: CancellationToken, threads: Executor) -> Answer:
        """Answer as ``answer`` does; one of the threads waits for calls of other endpoints."""
        if may_say(question.text, "SERVICE") or not isinstance(self.engine, Awaited):
            return await asyncio.get_running_loop().run_in_executor(threads, self.answer, question, cancellation)
        return await self.engine.answer_soon(question, cancellation, threads)

    def explain(self, text: str, cancellation: CancellationToken | None = None) -> Sequence[Call]:
        """Make the calls of a text and report them, without answering the local part.

        Raises:
            QueryRefused: the text asks for what is not done here.
            As ``read_clauses``.
        """
        parts = self._parts(text)
        return self._call(parts, cancellation or CancellationToken())[0] if parts.clauses else ()

    def _parts(self, text: str) -> FederatedText:
        if may_say(text, "SERVICE"):
            refuse_depth(text, self._max_nesting)
        return read_clauses(text)

    def _call(self, parts: FederatedText, cancellation: CancellationToken) -> tuple[Sequence[Call], Sequence[str]]:
        """Make the calls, after all checks that can refuse them."""
        if len(parts.clauses) > self._limits.clauses:
            raise QueryRefused(
                Message(
                    "The query has %(clauses)s SERVICE clauses; no more than %(most)s are called.",
                    clauses=len(parts.clauses),
                    most=self._limits.clauses,
                )
            )
        refuse_danger(parts.filled([NOTHING] * len(parts.clauses)), self._max_nesting)
        calls = [
            Call(self._fetcher.target(clause.iri).url, parts.sub_query(clause, self._limits.rows), clause.silent)
            for clause in parts.clauses
        ]
        for call in calls:
            refuse_danger(call.query, self._max_nesting)
        with self._place():
            return calls, _call_all(self._fetcher, calls, cancellation)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise EngineBusy(Message("Too many questions call other endpoints just now; ask again in some seconds."))
        try:
            yield
        finally:
            self._places.release()

    def _ask(
        self, question: Question, parts: FederatedText, blocks: Sequence[str], cancellation: CancellationToken | None
    ) -> Answer:
        try:
            return self.engine.answer(question, cancellation)
        except QueryInvalid as error:
            if error.line is None or error.column is None:
                raise
            raise QueryInvalid(error.reason, *parts.place_in_text(blocks, error.line, error.column)) from error


def _raise_first_failure(calls: Sequence[Call]) -> None:
    """Raise the error of the first call that failed and is not SILENT, with the report of all."""
    report = [call.report() for call in calls]
    for call in calls:
        if call.failure is None or call.silent:
            continue
        message = Message("SERVICE <%(url)s> failed: %(reason)s", url=call.url, reason=call.failure.message)
        if isinstance(call.failure, FederationFailed):
            raise type(call.failure)(message, report) from call.failure
        raise QueryRefused(message) from call.failure


def _call_all(fetcher: Fetcher, calls: Sequence[Call], cancellation: CancellationToken) -> list[str]:
    """Make all calls concurrently, and return a VALUES block for each; a call notes its own failure.

    Raises:
        QuestionCancelled: the client has gone.
    """
    return asyncio.run(_together(fetcher, calls, cancellation))


async def _together(fetcher: Fetcher, calls: Sequence[Call], cancellation: CancellationToken) -> list[str]:
    loop = asyncio.get_running_loop()
    work = asyncio.gather(*(_fetch_rows(fetcher, call) for call in calls))

    def stop() -> None:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(work.cancel)

    cancellation.attach(stop)
    try:
        return await work
    except asyncio.CancelledError as error:
        raise QuestionCancelled(Message("The client is gone.")) from error
    finally:
        cancellation.attach(None)


async def _fetch_rows(fetcher: Fetcher, call: Call) -> str:
    begin = time.monotonic()
    try:
        async with asyncio.timeout(fetcher.limits.seconds):
            body = await fetcher.fetch(call)
        block, call.rows = read_rows(body, fetcher.limits.rows)
    except TimeoutError:
        call.failure = FederationTooSlow(
            Message("the endpoint took longer than %(seconds)s seconds.", seconds=f"{fetcher.limits.seconds:g}")
        )
    except (FederationFailed, QueryRefused) as error:
        call.failure = error
    else:
        return block
    finally:
        call.milliseconds = round(1000 * (time.monotonic() - begin))
    return NOTHING
