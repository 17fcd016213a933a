"""The one typed door from a request to what the application holds."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from flask import Flask, current_app, g, request

from kg.catalogue import Catalogue
from kg.engine import Engine, TicketedEngine
from kg.engine.current import CurrentEngine
from kg.engine.ticket import Ticket
from kg.evidence import SourceText
from kg.settings import Settings

# keys of the WSGI environment: the ticket of the request, and an error that was found before Flask saw it
TICKET = "fyp-kg.ticket"
REFUSAL = "fyp-kg.refusal"
_KEY = "fyp-kg"


@dataclass(frozen=True)
class Service:
    """What every view may use; the engine is the same during a request, even if a new release arrives."""

    settings: Settings
    engine: Engine
    catalogue: Catalogue
    source: SourceText | None


@dataclass(frozen=True)
class Holding:
    """What the application holds: as a service, but with an engine that is lent for a request at a time."""

    settings: Settings
    engine: Engine | CurrentEngine
    catalogue: Catalogue
    source: SourceText | None

    def lend(self) -> AbstractContextManager[Engine]:
        """The engine for one request."""
        return self.engine.lend() if isinstance(self.engine, CurrentEngine) else nullcontext(self.engine)


def install(app: Flask, holding: Holding) -> None:
    """Put the holding behind the door, and take back what a request has borrowed."""
    app.extensions[_KEY] = holding

    @app.before_request
    def refuse() -> None:
        if REFUSAL in request.environ:
            raise request.environ[REFUSAL]

    @app.teardown_request
    def take_back(_: BaseException | None) -> None:
        loan: AbstractContextManager[Engine] | None = g.pop("loan", None)
        if loan is not None:
            loan.__exit__(None, None, None)


def here() -> Service:
    """The service for this request."""
    if "service" not in g:
        holding = current_app.extensions[_KEY]
        assert isinstance(holding, Holding)  # noqa: S101 - install() is the only writer
        g.loan = holding.lend()
        ticket = request.environ.get(TICKET) or Ticket(request.remote_addr or "")
        engine = TicketedEngine(g.loan.__enter__(), ticket)
        g.service = Service(holding.settings, engine, holding.catalogue, holding.source)
    service = g.service
    assert isinstance(service, Service)  # noqa: S101 - set above
    return service
