"""SPARQL queries in the gateway, parsed and answered in the event loop without Flask.

Long queries, large answers and errors go to a thread, since they would block other requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from flask import Flask

from kg.core.errors import KgError
from kg.core.names import LANGUAGES
from kg.core.settings import Settings
from kg.engine import Answer, AsyncEngine, Engine, Question
from kg.engine.limits import CancellationToken
from server.core.context import APP_STATE, AppState
from server.core.http.freshness import facts_of
from server.core.http.problem_document import Problem
from server.core.i18n.language import FIELD
from server.core.i18n.language_links import with_language
from server.core.problems import folders_here, note_error, render_problem
from server.core.sparql_protocol.hints import remember, terms_here
from server.core.sparql_protocol.protocol import ENDPOINT, METHODS, Request, has_query, parse
from server.core.sparql_protocol.response import Response, Service, respond, respond_unchanged
from server.core.wsgi import Finished, collection_error, take_whole
from server.gateway.request_record import RequestRecord

# longer texts and answers are parsed or compressed in a thread
_MOST_BYTES = 64 * 1024


class InThread(Protocol):
    """Runs a function in a thread when the client has its turn."""

    def __call__(self, function: Callable[[], Any], /) -> Awaitable[Any]:
        """Return or raise the outcome of the function."""


@dataclass(frozen=True)
class Threads:
    """Threads for work that would block the event loop: at once, or when the client has its turn."""

    executor: Executor
    in_turn: InThread


class QueryHandler:
    """Answers the queries to the endpoint of an application; for one event loop."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        state = app.extensions[APP_STATE]
        assert isinstance(state, AppState)  # noqa: S101 - server.core.context.install() is the only writer
        self._app, self._state, self._facts = app, state, facts_of(app)
        self._max_bytes = settings.max_question_bytes

    def read(self, record: RequestRecord) -> Request | None:
        """Return a query as a protocol request; None for a request that Flask handles, such as an explanation."""
        parsed = record.request
        if parsed.path != ENDPOINT or record.refusal is not None or parsed.method not in (*METHODS, "HEAD"):
            return None
        request = Request(
            "GET" if parsed.method == "HEAD" else parsed.method,
            parsed.query_string.encode("utf-8", "surrogateescape"),
            parsed.accept,
            parsed.content_type,
            record.body,
            parsed.coding,
            parsed.if_none_match,
            parsed.language,
        )
        try:
            fields = dict(request.url_fields)
            is_query = has_query(request) and "explain" not in fields
        except KgError:  # the URL is not UTF-8
            return None
        language = fields.get(FIELD)
        if not is_query or language not in (None, *LANGUAGES):
            return None
        return request if language is None else replace(request, language=language, names_language=True)

    async def answer(
        self, request: Request, record: RequestRecord, cancellation: CancellationToken, threads: Threads
    ) -> Finished:
        """Return the response to a query, errors included."""
        # one engine from the tag to the answer: a release that arrives meanwhile must not mix with this one
        with self._state.acquire() as engine:
            service = Service(engine.release_id, self._facts.build_version, self._facts.max_age)
            question: Question | None = None
            try:
                reading = partial(parse, request, self._max_bytes)
                question = reading() if _is_short(request) else await threads.in_turn(reading)
                # a 304 depends on the query and the release alone, so the engine is not asked
                response = respond_unchanged(question, request, service)
                if response is not None:
                    return _whole(response)
                outcome: Answer | Exception = await _ask(engine, question, cancellation, threads.executor)
            except Exception as error:  # noqa: BLE001 - a fault of the program has a response, too
                # a traceback keeps all frames in memory; only a fault needs it, for the log
                outcome = error.with_traceback(None) if isinstance(error, KgError) else error
            if isinstance(outcome, Answer) and outcome.spill is None and outcome.size <= _MOST_BYTES:
                return _whole(respond(question, outcome, request, service))
            whole: Finished = await threads.in_turn(
                partial(self._respond_at_length, question, outcome, request, service, record)
            )
            return whole

    def _respond_at_length(
        self,
        question: Question | None,
        outcome: Answer | Exception,
        request: Request,
        service: Service,
        record: RequestRecord,
    ) -> Finished:
        """Return the response to a large answer or an error."""
        if isinstance(outcome, Answer):
            try:
                return _whole(respond(question, outcome, request, service))
            except OSError as error:
                outcome = collection_error(error)
        # the error page and the advice on a query need the request context of Flask
        with self._app.request_context(record.environ()):
            try:
                self._note(outcome, question)
                page = partial(_page, request=request, root=record.request.root)
                helpful = replace(service, folders=folders_here(), terms=terms_here, render_page=page)
                return _whole(respond(question, outcome, request, helpful))
            except Exception as fault:  # noqa: BLE001 - an error page that fails has a response, too
                self._note(fault, question)
                # this service has no page and no advice, so what failed above is not used again
                return _whole(respond(question, fault, request, service))

    def _note(self, error: Exception, question: Question | None) -> None:
        if question is not None:
            remember(question.text)
        if isinstance(error, KgError):
            note_error(error)
        else:
            self._app.logger.error("Exception on %s", ENDPOINT, exc_info=error)


def _is_short(request: Request) -> bool:
    return len(request.query_string) + len(request.body) <= _MOST_BYTES


async def _ask(engine: Engine, question: Question, cancellation: CancellationToken, executor: Executor) -> Answer:
    # an engine that cannot be awaited, such as a remote one, would block the event loop, so it runs in a thread
    if isinstance(engine, AsyncEngine):
        return await engine.answer_soon(question, cancellation, executor)
    return await asyncio.get_running_loop().run_in_executor(executor, engine.answer, question, cancellation)


def _page(problem: Problem, request: Request, root: str) -> str:
    page = render_problem(problem)
    return with_language(page, request.language, root) if request.names_language else page


def _whole(response: Response) -> Finished:
    headers = list(response.headers)
    if response.chunks is None:
        return Finished(response.status, headers, response.body, route=ENDPOINT)
    return take_whole(response.status, headers, response.chunks, ENDPOINT)
