"""The one typed door from a request to what the application holds."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from kg.catalogue import Catalogue
from kg.engine import Engine
from kg.evidence import SourceText
from kg.settings import Settings

_KEY = "fyp-kg"


@dataclass(frozen=True)
class Service:
    """What every view may use."""

    settings: Settings
    engine: Engine
    catalogue: Catalogue
    source: SourceText | None


def install(app: Flask, service: Service) -> None:
    """Put the service behind the door."""
    app.extensions[_KEY] = service


def here() -> Service:
    """The service of the application that answers this request."""
    service = current_app.extensions[_KEY]
    assert isinstance(service, Service)  # noqa: S101 - install() is the only writer
    return service
