"""The gateway: the function that granian calls for each request (RSGI), around the Flask application.

It answers from the cache, reads bodies within limits and answers SPARQL queries itself. Flask answers all other
requests in a thread. The work for a client that disconnects is cancelled. A response is complete before its first byte
is sent.

Work is bounded in three ways. A client has few requests in progress (KG_MAX_PER_CLIENT). Few requests run Python code
at once (KG_THREADS), and clients take turns. A request past its deadline is answered without its result.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from flask import Flask

from kg.core.errors import BodyTooSlow, ClientBusy, EngineBusy, KgError, Message
from kg.core.settings import Settings
from kg.engine.limits import CancellationToken, too_long
from kg.engine.observer import NullObserver
from kg.engine.pool.queue import ClientLimit, WorkQueue
from server.core.context import ASKING, CANCELLATION, REFUSAL, WAITING
from server.core.metrics import Metrics
from server.core.response_cache import Cache, Key
from server.core.sparql_protocol.protocol import ENDPOINT
from server.core.wsgi import Finished, answer_whole
from server.gateway.bodies import discard, most_bytes, read_body, states_short_body, too_large_body
from server.gateway.page_processes import PageProcesses
from server.gateway.refusals import refusal
from server.gateway.request import PROBE_PATHS, RequestReader
from server.gateway.request_record import CLIENT_GONE, AccessLog, RequestRecord
from server.gateway.response_files import ResponseFiles
from server.gateway.sender import send
from server.gateway.single_flight import SharedCall, SingleFlight
from server.gateway.sparql import QueryHandler, Threads
from server.gateway.turn import Turn

_REFRESH_SECONDS = 1.0
# the delay slows down a client that repeats a refused request at once
_REFUSED_SECONDS = 1.0
# the engine reports its own deadline first
_GRACE_SECONDS = 0.25
_MOST_WAITING = 4096

T = TypeVar("T")
Leaving = Callable[[], Awaitable[object]]


class ServedEngine(Protocol):
    """The part of the engine that the gateway uses; ``kg.engine.registry.EngineRegistry`` implements it."""

    @property
    def release_id(self) -> str:
        """The current release."""

    def refresh(self) -> bool:
        """Switch to a new release if there is one, and return True if it did."""

    def close(self) -> None:
        """End all workers."""


class Gateway:
    """An RSGI application. It checks for a new release every second, and closes the engine at the end."""

    def __init__(
        self,
        app: Flask,
        settings: Settings,
        engine: ServedEngine,
        *,
        cache: Cache,
        metrics: Metrics,
        log: AccessLog,
        sparql: QueryHandler | None = None,
        page_processes: PageProcesses | None = None,
    ) -> None:
        self._sparql, self._page_processes = sparql, page_processes
        self._app, self._settings, self._engine = app, settings, engine
        self._reader = RequestReader(app, settings)
        self._cache, self._metrics, self._log = cache, metrics, log
        # A question may hold a thread while it waits in the queue of light or of heavy questions, and while it runs.
        # With a thread for each, no question waits for a thread.
        waiting = 2 * settings.max_waiting + settings.quick_workers + settings.heavy_workers
        # Requests to older releases get more threads, so that they leave enough for other requests.
        threads = waiting + settings.most_older_requests + settings.threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        # two queues, so that slow pages never delay the Python part of a query
        self._pages = WorkQueue("pages", settings.threads, _MOST_WAITING)
        self._queries = WorkQueue("queries", settings.threads, _MOST_WAITING)
        self._clients = ClientLimit(settings.max_per_client, NullObserver())
        self._flights = SingleFlight[Finished]()
        self._spills = ResponseFiles(settings.spill_bytes, settings.spill_bytes_per_client)
        self._watch: asyncio.Task[None] | None = None
        self._complaints: dict[str, str] = {}

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start to watch for new releases and for files that were sent."""
        self._watch = loop.create_task(self._watch_release())
        if self._page_processes is not None:
            # in a thread, as a start takes about a second, and the event loop must answer meanwhile
            loop.run_in_executor(self._threads, self._refill, self._page_processes)
        self._spills.start(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the workers. Granian calls this after all requests are answered."""
        if self._watch is not None:
            self._watch.cancel()
        if self._page_processes is not None:
            self._page_processes.close()
        self._engine.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._spills.stop(loop)
        self._log.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        record = RequestRecord(self._reader.read(scope))
        try:
            response = None if record.method not in ("GET", "HEAD") else self._cached(record)
            if response is None:
                response = await self._answer_within_limits(record, protocol)
            if response is None:
                record.status = CLIENT_GONE
            else:
                send(record, response, protocol)
        except asyncio.CancelledError:
            record.status = CLIENT_GONE
            raise
        finally:
            self._note(record)

    def _cached(self, record: RequestRecord) -> Finished | None:
        key = record.key(self._engine.release_id)
        response = self._cache.get(key) if key is not None else None
        record.cache = "none" if key is None else "miss" if response is None else "hit"
        return response

    async def _answer_within_limits(self, record: RequestRecord, protocol: Any) -> Finished | None:
        """Return the response, a refusal if the client or the service is too busy, or None if the client has gone."""
        try:
            response = await self._answer_counted(record, protocol)
            if response is not None and response.file is not None and record.method != "HEAD":
                self._spills.hold(response, record.client)
        except BodyTooSlow as error:
            return refusal(error, record.request.accept)
        except (ClientBusy, EngineBusy) as error:
            # the client is no longer counted here, so the delay does not keep its other requests out
            await asyncio.sleep(_REFUSED_SECONDS)
            return refusal(error, record.request.accept)
        return response

    async def _answer_counted(self, record: RequestRecord, protocol: Any) -> Finished | None:
        """Return the response, and count the request as one of its client meanwhile.

        Raises:
            BodyTooSlow: the body did not arrive in time.
            ClientBusy: the client has too many requests in progress.
        """
        counted = CancellationToken(record.client)
        is_short = states_short_body(record.request.content_length)
        # a short body arrives before the request counts, so a slow sender does not use up the limit of its client
        if is_short:
            await self._receive(record, protocol)
        self._clients.enter(counted)
        try:
            if not is_short:  # a long body takes memory while it arrives, so it counts
                await self._receive(record, protocol)
            return await self._answer(record, protocol)
        finally:
            self._clients.leave(counted)

    async def _receive(self, record: RequestRecord, protocol: Any) -> None:
        """Read the body into the record, or store the error to answer with.

        Raises:
            BodyTooSlow: the body did not arrive in time.
        """
        try:
            path, stated = record.request.path, record.request.content_length
            most = most_bytes(path, record.request.content_type, self._settings)
            # a stated length that is too large is refused before any byte is stored
            if stated.isdecimal() and int(stated) > most:
                await discard(protocol)
                raise too_large_body(path, most)
            if record.request.may_have_body:
                reading = read_body(protocol, most, too_large_body(path, most))
                record.body = await asyncio.wait_for(reading, self._settings.body_seconds)
        except TimeoutError as error:
            seconds = f"{self._settings.body_seconds:g}"
            raise BodyTooSlow(
                Message("The body took longer than %(seconds)s seconds to arrive.", seconds=seconds)
            ) from error
        except KgError as error:
            # a traceback would keep this frame, and so the connection, until a garbage collection
            record.refusal = error.with_traceback(None)

    async def _answer(self, record: RequestRecord, protocol: Any) -> Finished | None:
        """Return the response, or None if the client has gone."""
        if record.method in ("POST", "QUERY"):  # the key of such a request needs its body
            cached = self._cached(record)
            if cached is not None:
                return cached
        return await self._ask(record, protocol.client_disconnect)

    async def _ask(self, record: RequestRecord, leaving: Leaving) -> Finished | None:
        """Return the response within the deadline, else a refusal."""
        try:
            async with asyncio.timeout(self._settings.max_seconds + _GRACE_SECONDS):
                return await self._ask_with_others(record, leaving)
        except TimeoutError:
            return refusal(too_long(self._settings.max_seconds), record.request.accept)

    async def _ask_with_others(self, record: RequestRecord, leaving: Leaving) -> Finished | None:
        """Return a response that equal requests share. A refusal for too many requests is not shared."""
        # Single flight: the first request with a key begins the call, and equal requests wait for its result. ``calls``
        # shows afterwards if this request was the one that began.
        cancellation = CancellationToken(record.client, is_page=not _is_answered_here(record.request.path))
        key = record.key(self._engine.release_id)
        calls: list[SharedCall[Finished]] = []

        def begin() -> SharedCall[Finished]:
            calls.append(self._begin(record, cancellation, key))
            return calls[-1]

        # A 304 fits only clients with the same tags, so If-None-Match is a part of the key. A new object equals no
        # other key: such a request is never shared.
        shared = (key, record.if_none_match) if key is not None else object()
        response = await self._flights.ask(shared, begin, leaving)
        # the refusal was for another client, which began the call; this one may have no other request
        if response is not None and 429 in (response.status, response.outcome) and not calls:
            response = await self._flights.ask(object(), begin, leaving)
        record.queue_name = cancellation.queue_name
        return response

    def _begin(self, record: RequestRecord, cancellation: CancellationToken, key: Key | None) -> SharedCall[Finished]:
        # a task of its own, which survives the request that began it as long as others wait for it
        work = asyncio.get_running_loop().create_task(self._respond(record, cancellation, key))
        work.add_done_callback(self._close_unless_sent)
        return SharedCall(work, cancellation.cancel)

    async def _respond(self, record: RequestRecord, cancellation: CancellationToken, key: Key | None) -> Finished:
        """Return the response of the SPARQL handler for a query, else that of Flask."""
        query = self._sparql.read(record) if self._sparql is not None else None
        try:
            if self._sparql is None or query is None:
                response = await self._from_flask(record, cancellation)
            else:
                threads = Threads(
                    self._threads, lambda work: self._in_turn(self._queries, cancellation, lambda _: work())
                )
                response = await self._sparql.answer(query, record, cancellation, threads)
        except EngineBusy as error:  # no turn before the deadline
            return refusal(error, record.request.accept)
        if key is not None:
            self._cache.put(key, response)
        return response

    async def _from_flask(self, record: RequestRecord, cancellation: CancellationToken) -> Finished:
        environ = record.environ()
        environ[CANCELLATION] = cancellation
        # paths that this process answers share the turns of queries, since they use the same interpreter
        queue = self._queries if _is_answered_here(record.request.path) else self._pages
        return await self._in_turn(queue, cancellation, lambda turn: self._dispatch(environ, turn))

    async def _in_turn(self, queue: WorkQueue, cancellation: CancellationToken, work: Callable[[Turn], T]) -> T:
        """Run work in a thread when the client has its turn. Queries and pages have separate queues.

        Raises:
            EngineBusy: the deadline passed before.
        """
        turn = Turn(queue, cancellation)
        await turn.take(cancellation.began + self._settings.max_seconds)

        # The turn is given up in the thread, not in the event loop. A request past its deadline leaves the loop
        # earlier, but its thread still uses the interpreter.
        def run_and_give_up() -> T:
            try:
                return work(turn)
            finally:
                turn.give_up()

        return await asyncio.get_running_loop().run_in_executor(self._threads, run_and_give_up)

    def _dispatch(self, environ: dict[str, Any], turn: Turn) -> Finished:
        """Return the response of a page process if there is one, else of the application in this process."""
        is_page = not _is_answered_here(environ["PATH_INFO"])
        if self._page_processes is not None and self._page_processes.was_ready and is_page:
            try:
                return self._page_processes.answer(environ, turn)
            except KgError as error:  # no page process can answer, so this process makes the error page
                environ[REFUSAL] = error
        environ[ASKING] = environ[WAITING] = turn.paused
        return answer_whole(self._app.wsgi_app, environ)

    def _close_unless_sent(self, work: asyncio.Future[Finished]) -> None:
        """Close the file of a large answer if no client waits for it any more."""
        if not work.cancelled() and work.exception() is None and work.result().file is not None:
            self._spills.close_unless_sent(work.result())

    def _note(self, record: RequestRecord) -> None:
        self._metrics.request_ended(
            # paths and methods that match no route are summed up: clients could otherwise invent time series
            route=record.route or "none",
            method=record.method if record.route else "any",
            status=record.status,
            cache=record.cache,
            seconds=record.seconds,
        )
        if self._log.is_enabled:
            self._log.write(record.facts(with_query=self._settings.log_queries))

    async def _watch_release(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_REFRESH_SECONDS)
            try:
                if await loop.run_in_executor(self._threads, self._engine.refresh):
                    # the release is a part of each key, so this only frees memory: no request can reach the entries
                    self._cache.clear()
                self._complain("release", "")
            except (KgError, OSError) as error:
                self._complain("release", f"The new release cannot be served; the old one stays: {error}\n")
            if self._page_processes is not None:
                await loop.run_in_executor(self._threads, self._refill, self._page_processes)

    def _refill(self, page_processes: PageProcesses) -> None:
        """Start missing page processes. Report a failure; the next attempt comes later."""
        try:
            if page_processes.refill():
                self._complain("pages", "")
        except (KgError, OSError) as error:
            self._complain("pages", f"Pages cannot be made: {error}\n")

    def _complain(self, subject: str, complaint: str) -> None:
        """Report a problem of a subject once, not at each attempt; an empty text says that there is none any more."""
        if complaint != self._complaints.get(subject, ""):
            sys.stderr.write(complaint)
            sys.stderr.flush()
        self._complaints[subject] = complaint


def _is_answered_here(path: str) -> bool:
    """Return True for paths that the serving process answers itself: queries and probes."""
    return path.endswith(ENDPOINT) or path in PROBE_PATHS
