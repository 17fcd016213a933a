"""The typed request context of a view, and the state of the application."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request

from kg.core.client_address import client_key
from kg.core.errors import EngineLost, Message, ReleaseUnknown
from kg.core.settings import Settings
from kg.engine import Answer, CancellableEngine, Engine, Question
from kg.engine.limits import Budget, CancellationToken
from kg.engine.registry import CurrentEngine, EngineSource
from kg.graph.evidence import SourceText
from kg.questions.catalogue import Catalogue

# Keys of the WSGI environment. CANCELLATION is the token of the request. REFUSAL is an error found before Flask gets
# the request. ASKING and WAITING are contexts for the time that the request waits: for its engine, and for other work.
# PIN is the release that the address pins. LOCAL is True if the client is this machine, without a proxy. READ is set if
# the gateway parsed the request.
CANCELLATION = "fyp-kg.ticket"
REFUSAL = "fyp-kg.refusal"
ASKING = "fyp-kg.asking"
WAITING = "fyp-kg.waiting"
PIN = "fyp-kg.pin"
LOCAL = "fyp-kg.local"
READ = "fyp-kg.read"
APP_STATE = "fyp-kg"
"""The key of the ``AppState`` in the extensions of the application."""

FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
"""The headers of a proxy, which show that a request was forwarded."""


@dataclass(frozen=True)
class RequestContext:
    """The objects that a view may use. The engine stays the same during a request, even if a new release arrives."""

    settings: Settings
    engine: Engine
    catalogue: Catalogue
    source: SourceText | None
    budget: Budget


@dataclass(frozen=True)
class Pin:
    """The release that the address of a request pins, with an engine that is reserved for the request."""

    release_id: str
    engine: Engine


@dataclass(frozen=True)
class AppState:
    """The state of the application: like a request context, but each request borrows an engine."""

    settings: Settings
    engine: Engine | CurrentEngine | EngineSource
    catalogue: Catalogue
    source: SourceText | None

    def acquire(self, release_id: str | None = None) -> AbstractContextManager[Engine]:
        """Return the engine of the named release, or of the current one, as a context for one request.

        Raises:
            ReleaseUnknown: there is no such release.
            As ``EngineSource.acquire``.
        """
        if isinstance(self.engine, EngineSource):
            return self.engine.acquire(release_id)
        if release_id not in (None, self.engine.release_id):
            raise ReleaseUnknown.named(str(release_id), [self.engine.release_id])
        return self.engine.acquire() if isinstance(self.engine, CurrentEngine) else nullcontext(self.engine)

    @property
    def has_older(self) -> bool:
        """True if an address may pin an older release."""
        return isinstance(self.engine, EngineSource) and self.engine.has_older

    def name(self, release_id: str) -> Engine:
        """Return a stand-in engine with the id of a release, to serve its files. It opens no real engine.

        Raises:
            ReleaseUnknown: there is no such release.
        """
        if isinstance(self.engine, EngineSource):
            self.engine.refuse_unknown(release_id)
        elif release_id != self.engine.release_id:
            raise ReleaseUnknown.named(release_id, [self.engine.release_id])
        return _UnopenedEngine(release_id)


@dataclass(frozen=True)
class _UnopenedEngine:
    """An engine that only has a release id and answers no query."""

    release_id: str

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Refuse the query.

        Raises:
            EngineLost: always.
        """
        del question, cancellation
        raise EngineLost(Message("No question is answered at this address."))


def install(app: Flask, holding: AppState) -> None:
    """Store the state in the application, and release the engine of a request at its end."""
    app.extensions[APP_STATE] = holding

    @app.before_request
    def refuse() -> None:
        # raised inside of Flask, so that its error handlers make the page in the language of the reader
        if REFUSAL in request.environ:
            raise request.environ[REFUSAL]

    @app.teardown_request
    def return_loan(_: BaseException | None) -> None:
        loan: AbstractContextManager[Engine] | None = g.pop("loan", None)
        if loan is not None:
            loan.__exit__(None, None, None)


def request_context() -> RequestContext:
    """Return the context of this request, over the release that its address pins or the current one."""
    if "service" not in g:
        pinned = pin()
        if pinned is None:
            # entered by hand: the request ends in another function, so no with statement can span it
            g.loan = app_state().acquire()
            g.service = _service(g.loan.__enter__())
        else:
            g.service = _service(pinned.engine)
    service = g.service
    assert isinstance(service, RequestContext)  # noqa: S101 - set above
    return service


@contextmanager
def current_context() -> Iterator[RequestContext]:
    """Yield a context over the current release, for a request whose address pins another one."""
    with app_state().acquire() as engine:
        yield _service(engine)


def pin() -> Pin | None:
    """Return the release that the address of this request pins, or None."""
    pinned = request.environ.get(PIN)
    assert pinned is None or isinstance(pinned, Pin)  # noqa: S101 - server/core/urls.py is the only writer
    return pinned


def app_state() -> AppState:
    """Return the state of the application, for code that needs more than one release."""
    holding = current_app.extensions[APP_STATE]
    assert isinstance(holding, AppState)  # noqa: S101 - install() is the only writer
    return holding


def _service(engine: Engine) -> RequestContext:
    """Return a context over an engine. All contexts of a request share one cancellation token."""
    if "cancellation" not in g:
        g.cancellation = request.environ.get(CANCELLATION) or CancellationToken(client_key(request.remote_addr or ""))
    holding = app_state()
    # the text of the source belongs to the current release only
    source = holding.source if engine.release_id == holding.engine.release_id else None
    budget = Budget(g.cancellation, holding.settings.max_seconds)
    # absent without the gateway, and in a page process, for which the serving process pauses the turn
    asker = CancellableEngine(engine, g.cancellation, request.environ.get(ASKING, nullcontext))
    return RequestContext(holding.settings, asker, holding.catalogue, source, budget)


def waiting() -> AbstractContextManager[None]:
    """Return a context for work outside of Python code, during which other requests may run."""
    return waiting_in(request.environ)


def waiting_in(environ: Mapping[str, Any]) -> AbstractContextManager[None]:
    """Return the same context as ``waiting``, for code that runs before Flask."""
    context: AbstractContextManager[None] = environ.get(WAITING, nullcontext)()
    return context
