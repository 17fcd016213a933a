"""The front: what granian calls for each request (RSGI), around the Flask application.

It answers from the cache, reads the body within limits, asks plain queries itself and lets Flask answer all else in a
thread, and cancels the question of a client that goes away. A response is whole before its first byte is sent.

Work is bounded in three ways. A client has few requests in progress (KG_MAX_PER_CLIENT). Few requests run Python code
at once (KG_THREADS), and clients take turns. A request that has passed its deadline is answered without its result.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from flask import Flask

from kg.core.errors import BodyTooSlow, ClientBusy, EngineBusy, KgError
from kg.core.messages import Message
from kg.core.settings import Settings
from kg.engine import Question
from kg.engine.cancellation import CancellationToken
from kg.engine.observer import NullObserver
from kg.engine.pool.client_limit import ClientLimit
from kg.engine.pool.queue import WorkQueue
from kg.engine.refusals import too_long
from server.core.context import ASKING, CANCELLATION, FORESEEN, REFUSAL, WAITING
from server.core.metrics import Metrics
from server.core.response_cache import Cache, Key
from server.core.sparql_protocol.protocol import ENDPOINT
from server.core.wsgi import Finished, answer_whole, give_body
from server.gateway.access_log import AccessLog
from server.gateway.bodies import discard, most_bytes, read_body, states_short_body, too_large_body
from server.gateway.fast_path import FastPath
from server.gateway.page_processes import PageProcesses
from server.gateway.refusals import refusal
from server.gateway.request import PROBE_PATHS, RequestReader
from server.gateway.request_record import CLIENT_GONE, RequestRecord
from server.gateway.response_files import ResponseFiles
from server.gateway.sender import send
from server.gateway.single_flight import SharedCall, SingleFlight
from server.gateway.turn import Turn

_REFRESH_SECONDS = 1.0
# A client that asks again at once whenever it is refused is slowed down by this.
_REFUSED_SECONDS = 1.0
# The engine reports its own deadline first.
_GRACE_SECONDS = 0.25
_MOST_WAITING = 4096

Leaving = Callable[[], Awaitable[object]]


class ServedEngine(Protocol):
    """What the front needs of the engine: ``kg.engine.registry.Lender`` has it."""

    @property
    def release_id(self) -> str:
        """The release that is served now."""

    def refresh(self) -> bool:
        """Serve another release if another one is current; says whether."""

    def close(self) -> None:
        """End all workers."""


class Gateway:
    """An RSGI application; looks for a new release every second, and closes the engine at the end."""

    def __init__(
        self,
        app: Flask,
        settings: Settings,
        engine: ServedEngine,
        *,
        cache: Cache,
        metrics: Metrics,
        log: AccessLog,
        plain: FastPath | None = None,
        page_processes: PageProcesses | None = None,
    ) -> None:
        self._plain, self._page_processes = plain, page_processes
        self._app, self._settings, self._engine = app, settings, engine
        self._reader = RequestReader(app, settings)
        self._cache, self._metrics, self._log = cache, metrics, log
        waiting = 2 * settings.max_waiting + settings.quick_workers + settings.heavy_workers
        # those who ask older releases have threads of their own, as it were: they keep nobody else from one
        threads = waiting + settings.older_askers + settings.threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._pages = WorkQueue("pages", settings.threads, _MOST_WAITING)
        self._queries = WorkQueue("queries", settings.threads, _MOST_WAITING)
        self._clients = ClientLimit(settings.max_per_client, NullObserver())
        self._flights = SingleFlight[Finished]()
        self._spills = ResponseFiles(settings.spill_bytes, settings.spill_bytes_per_client)
        self._watch: asyncio.Task[None] | None = None
        self._complaint = ""

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch for a new release, and for files that were sent."""
        self._watch = loop.create_task(self._watch_release())
        if self._page_processes is not None:
            loop.run_in_executor(self._threads, self._refill, self._page_processes)
        self._spills.start(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End the workers; granian calls this when all requests are answered."""
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
        visit = RequestRecord(self._reader.read(scope))
        try:
            response = None if visit.method not in ("GET", "HEAD") else self._kept(visit)
            if response is None:
                response = await self._answer_within_limits(visit, protocol)
            if response is None:
                visit.status = CLIENT_GONE
            else:
                send(visit, response, protocol)
        except asyncio.CancelledError:
            visit.status = CLIENT_GONE
            raise
        finally:
            self._note(visit)

    def _kept(self, visit: RequestRecord) -> Finished | None:
        key = visit.key(self._engine.release_id)
        response = self._cache.get(key) if key is not None else None
        visit.cache = "none" if key is None else "miss" if response is None else "hit"
        return response

    async def _answer_within_limits(self, visit: RequestRecord, protocol: Any) -> Finished | None:
        """The response, or a refusal of a client that asks too much at once; None when the client has gone."""
        try:
            response = await self._counted(visit, protocol)
            if response is not None and response.file is not None and visit.method != "HEAD":
                self._spills.hold(response, visit.client)
        except BodyTooSlow as error:
            return refusal(error, visit.request.accept)
        except (ClientBusy, EngineBusy) as error:
            await asyncio.sleep(_REFUSED_SECONDS)
            return refusal(error, visit.request.accept)
        return response

    async def _counted(self, visit: RequestRecord, protocol: Any) -> Finished | None:
        """The response, while the request counts as one of its client.

        Raises:
            BodyTooSlow: the body did not arrive in time.
            ClientBusy: the client has too many requests in progress.
        """
        environ, counted = visit.request.environ(), CancellationToken(visit.client)
        is_short = states_short_body(visit.request.content_length)
        if is_short:
            await self._receive(visit, environ, protocol)
        self._clients.enter(counted)
        try:
            if not is_short:  # it takes memory while it arrives, so it counts
                await self._receive(visit, environ, protocol)
            return await self._answer(visit, environ, protocol)
        finally:
            self._clients.leave(counted)

    async def _receive(self, visit: RequestRecord, environ: dict[str, Any], protocol: Any) -> None:
        """Read the body into the environment, or put the error there that the request is answered with.

        Raises:
            BodyTooSlow: it did not arrive in time.
        """
        try:
            path, stated = visit.request.path, visit.request.content_length
            most = most_bytes(path, visit.request.content_type, self._settings)
            if stated.isdecimal() and int(stated) > most:
                await discard(protocol)
                raise too_large_body(path, most)
            if visit.request.may_have_body:
                reading = read_body(protocol, most, too_large_body(path, most))
                visit.body = await asyncio.wait_for(reading, self._settings.body_seconds)
        except TimeoutError as error:
            seconds = f"{self._settings.body_seconds:g}"
            raise BodyTooSlow(
                Message("The body took longer than %(seconds)s seconds to arrive.", seconds=seconds)
            ) from error
        except KgError as error:
            # a traceback would keep this frame, the protocol and so the connection until a garbage collection
            environ[REFUSAL] = error.with_traceback(None)
        else:
            give_body(environ, visit.body)

    async def _answer(self, visit: RequestRecord, environ: dict[str, Any], protocol: Any) -> Finished | None:
        """The response, or None when the client has gone."""
        if REFUSAL not in environ and visit.method in ("POST", "QUERY"):
            kept = self._kept(visit)
            if kept is not None:
                return kept
        return await self._ask(visit, environ, protocol.client_disconnect)

    async def _ask(self, visit: RequestRecord, environ: dict[str, Any], leaving: Leaving) -> Finished | None:
        """Ask together with those who ask the same now, until the deadline.

        A refusal that concerns another client is not shared.
        """
        try:
            async with asyncio.timeout(self._settings.max_seconds + _GRACE_SECONDS):
                return await self._ask_with_others(visit, environ, leaving)
        except TimeoutError:
            return refusal(too_long(self._settings.max_seconds), visit.request.accept)

    async def _ask_with_others(
        self, visit: RequestRecord, environ: dict[str, Any], leaving: Leaving
    ) -> Finished | None:
        cancellation = CancellationToken(visit.client, is_page=not _is_answered_here(environ))
        key = visit.key(self._engine.release_id) if REFUSAL not in environ else None
        begin = self._beginning(visit, environ, cancellation, key)
        shared = (key, visit.if_none_match) if key is not None else object()
        response = await self._flights.ask(shared, begin, leaving)
        if response is not None and 429 in (response.status, response.outcome) and environ.get(CANCELLATION) is None:
            response = await self._flights.ask(object(), begin, leaving)
        visit.lane = cancellation.lane
        return response

    def _beginning(
        self, visit: RequestRecord, environ: dict[str, Any], cancellation: CancellationToken, key: Key | None
    ) -> Any:
        loop = asyncio.get_running_loop()

        def begin() -> SharedCall[Finished]:
            environ[CANCELLATION] = cancellation
            question = self._plain.read(visit) if self._plain is not None and key is not None else None
            if question is not None:
                work: asyncio.Future[Finished] = loop.create_task(self._promptly(question, visit, environ, key))
            else:
                work = loop.create_task(self._in_turn(visit, environ, key))
            flight = SharedCall(work, cancellation.cancel)
            flight.work.add_done_callback(self._close_unless_sent)
            return flight

        return begin

    async def _promptly(
        self, question: Question, visit: RequestRecord, environ: dict[str, Any], key: Key | None
    ) -> Finished:
        """Answer a plain query, without Flask if that has answered one of its kind before."""
        assert self._plain is not None  # noqa: S101 - it has read the question
        foreseen = response = None
        try:
            foreseen = await self._plain.ask(question, environ[CANCELLATION], self._threads)
            response = self._plain.fill(foreseen, visit.coding) if foreseen is not None else None
        except Exception as error:  # noqa: BLE001 - Flask asks again, and tells it as it tells whatever nobody foresaw
            self._complain(f"A query was asked again: {error!r}\n")
        if response is not None:
            if key is not None:
                self._cache.put(key, response)
            return response
        environ[FORESEEN] = foreseen
        response = await self._in_turn(visit, environ, key)
        if foreseen is not None:
            self._plain.learn(foreseen, response)
        return response

    async def _in_turn(self, visit: RequestRecord, environ: dict[str, Any], key: Key | None) -> Finished:
        """Let Flask answer when it is the turn of the client; queries and pages have turns of their own."""
        cancellation = environ[CANCELLATION]
        turn = Turn(self._queries if _is_answered_here(environ) else self._pages, cancellation)
        try:
            await turn.take(cancellation.began + self._settings.max_seconds)
        except EngineBusy as error:
            return refusal(error, visit.request.accept)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._at_length, environ, key, turn)

    def _at_length(self, environ: dict[str, Any], key: Key | None, turn: Turn) -> Finished:
        """Let Flask answer, in a thread."""
        try:
            return self._from_flask(environ, key, turn)
        finally:
            turn.give_up()

    def _from_flask(self, environ: dict[str, Any], key: Key | None, turn: Turn) -> Finished:
        response = self._respond(environ, turn)
        if key is not None:
            self._cache.put(key, response)
        return response

    def _respond(self, environ: dict[str, Any], turn: Turn) -> Finished:
        """The response: of a page process, if there are any, or of the application here."""
        if self._page_processes is not None and self._page_processes.was_ready and not _is_answered_here(environ):
            try:
                return self._page_processes.answer(environ, turn)
            except KgError as error:  # no page process can answer, so the error page is made here
                environ[REFUSAL] = error
        environ[ASKING] = environ[WAITING] = turn.paused
        return answer_whole(self._app.wsgi_app, environ)

    def _close_unless_sent(self, work: asyncio.Future[Finished]) -> None:
        """Close the file of a large answer that nobody waits for any more."""
        if not work.cancelled() and work.exception() is None and work.result().file is not None:
            self._spills.close_unless_sent(work.result())

    def _note(self, visit: RequestRecord) -> None:
        self._metrics.request_ended(
            route=visit.route or "none",
            method=visit.method if visit.route else "any",
            status=visit.status,
            cache=visit.cache,
            seconds=visit.seconds,
        )
        if self._log.is_on:
            self._log.write(visit.facts(with_query=self._settings.log_queries))

    async def _watch_release(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_REFRESH_SECONDS)
            try:
                if await loop.run_in_executor(self._threads, self._engine.refresh):
                    self._cache.clear()
                self._complaint = ""
            except (KgError, OSError) as error:
                self._complain(f"The new release cannot be served; the old one stays: {error}\n")
            if self._page_processes is not None:
                await loop.run_in_executor(self._threads, self._refill, self._page_processes)

    def _refill(self, page_processes: PageProcesses) -> None:
        """Start page processes that are missing; says so if that fails, and the next attempt comes later."""
        try:
            page_processes.refill()
        except (KgError, OSError) as error:
            self._complain(f"Pages cannot be made: {error}\n")

    def _complain(self, complaint: str) -> None:
        """Say it once, not every second."""
        if complaint != self._complaint:
            sys.stderr.write(complaint)
            sys.stderr.flush()
        self._complaint = complaint


def _is_answered_here(environ: dict[str, Any]) -> bool:
    """Whether the serving process answers: queries, and what its operator asks."""
    path: str = environ["PATH_INFO"]
    return path.endswith(ENDPOINT) or path in PROBE_PATHS
