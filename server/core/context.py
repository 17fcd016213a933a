"""The one typed door from a request to what the application holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request

from kg.core.client_address import client_key
from kg.core.errors import EngineLost, ReleaseUnknown
from kg.core.messages import Message
from kg.core.settings import Settings
from kg.engine import Answer, CancellableEngine, Engine, Question
from kg.engine.budget import Budget
from kg.engine.cancellation import CancellationToken
from kg.engine.hot_swap import CurrentEngine
from kg.engine.registry import EngineSource
from kg.graph.evidence import SourceText
from kg.questions.catalogue import Catalogue

# keys of the WSGI environment: the cancellation token of the request, an error that was found before Flask saw it,
# contexts for the time that the request waits for its engine and for other work, the release that its address pins,
# whether this machine asks, without a proxy in between, and whether the gateway parsed it
CANCELLATION = "fyp-kg.ticket"
REFUSAL = "fyp-kg.refusal"
ASKING = "fyp-kg.asking"
WAITING = "fyp-kg.waiting"
PIN = "fyp-kg.pin"
LOCAL = "fyp-kg.local"
READ = "fyp-kg.read"
HOLDING = "fyp-kg"
"""Where the application keeps its ``AppState``."""

FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
"""Headers of a proxy: who sends one asks for somebody else."""


@dataclass(frozen=True)
class RequestContext:
    """What every view may use; the engine is the same during a request, even if a new release arrives."""

    settings: Settings
    engine: Engine
    catalogue: Catalogue
    source: SourceText | None
    budget: Budget


@dataclass(frozen=True)
class Pin:
    """The release that the address of a request pins, and its engine, which is lent for the request."""

    release_id: str
    engine: Engine


@dataclass(frozen=True)
class AppState:
    """What the application holds: as a service, but with an engine that is lent for a request at a time."""

    settings: Settings
    engine: Engine | CurrentEngine | EngineSource
    catalogue: Catalogue
    source: SourceText | None

    def lend(self, release_id: str | None = None) -> AbstractContextManager[Engine]:
        """The engine of the current release, or of the one that is named, for one request.

        Raises:
            ReleaseUnknown: there is no such release.
            As ``kg.engine.registry.Lender.lend``.
        """
        if isinstance(self.engine, EngineSource):
            return self.engine.lend(release_id)
        if release_id not in (None, self.engine.release_id):
            raise ReleaseUnknown.named(str(release_id), [self.engine.release_id])
        return self.engine.lend() if isinstance(self.engine, CurrentEngine) else nullcontext(self.engine)

    @property
    def lends_older(self) -> bool:
        """Whether an address may pin a release that is not the current one."""
        return isinstance(self.engine, EngineSource) and self.engine.lends_older

    def name(self, release_id: str) -> Engine:
        """A release by its name alone, for what is answered from its files: no engine of it is opened.

        Raises:
            ReleaseUnknown: there is no such release.
        """
        if isinstance(self.engine, EngineSource):
            self.engine.refuse_unknown(release_id)
        elif release_id != self.engine.release_id:
            raise ReleaseUnknown.named(release_id, [self.engine.release_id])
        return _Unopened(release_id)


@dataclass(frozen=True)
class _Unopened:
    """A release that is not asked."""

    release_id: str

    def answer(self, question: Question, cancellation: CancellationToken | None = None) -> Answer:
        """Refuse.

        Raises:
            EngineLost: always.
        """
        del question, cancellation
        raise EngineLost(Message("No question is answered at this address."))


def install(app: Flask, holding: AppState) -> None:
    """Put the holding behind the door, and take back what a request has borrowed."""
    app.extensions[HOLDING] = holding

    @app.before_request
    def refuse() -> None:
        if REFUSAL in request.environ:
            raise request.environ[REFUSAL]

    @app.teardown_request
    def take_back(_: BaseException | None) -> None:
        loan: AbstractContextManager[Engine] | None = g.pop("loan", None)
        if loan is not None:
            loan.__exit__(None, None, None)


def request_context() -> RequestContext:
    """The service for this request: over the release that its address pins, else over the current one."""
    if "service" not in g:
        pinned = pin()
        if pinned is None:
            g.loan = app_state().lend()
            g.service = _service(g.loan.__enter__())
        else:
            g.service = _service(pinned.engine)
    service = g.service
    assert isinstance(service, RequestContext)  # noqa: S101 - set above
    return service


@contextmanager
def current_context() -> Iterator[RequestContext]:
    """The service over the current release, for a request whose address pins another one."""
    with app_state().lend() as engine:
        yield _service(engine)


def pin() -> Pin | None:
    """What the address of this request pins, if it does."""
    pinned = request.environ.get(PIN)
    assert pinned is None or isinstance(pinned, Pin)  # noqa: S101 - server/core/versioned_urls.py is the only writer
    return pinned


def app_state() -> AppState:
    """What the application holds, for the few who look beyond one release."""
    holding = current_app.extensions[HOLDING]
    assert isinstance(holding, AppState)  # noqa: S101 - install() is the only writer
    return holding


def _service(engine: Engine) -> RequestContext:
    """Over an engine, with the ticket of the request, which is one; the source text is that of the current release."""
    if "cancellation" not in g:
        g.cancellation = request.environ.get(CANCELLATION) or CancellationToken(client_key(request.remote_addr or ""))
    holding = app_state()
    source = holding.source if engine.release_id == holding.engine.release_id else None
    budget = Budget(g.cancellation, holding.settings.max_seconds)
    asker = CancellableEngine(engine, g.cancellation, request.environ.get(ASKING, nullcontext))
    return RequestContext(holding.settings, asker, holding.catalogue, source, budget)


def waiting() -> AbstractContextManager[None]:
    """Surround what this request waits for, other than its own Python code: others may run meanwhile."""
    return waiting_in(request.environ)


def waiting_in(environ: Mapping[str, Any]) -> AbstractContextManager[None]:
    """As ``waiting``, before Flask has the request."""
    context: AbstractContextManager[None] = environ.get(WAITING, nullcontext)()
    return context
