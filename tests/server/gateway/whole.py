"""The whole service behind its gateway, in this process: the application, the cache and the gateway around them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from flask import Flask

from kg.core.settings import Settings
from kg.engine.embedded import EmbeddedEngine
from server.app import create_app
from server.core.metrics import Metrics
from server.core.response_cache import Cache
from server.gateway.handler import Gateway
from server.gateway.request_record import AccessLog
from server.gateway.sparql import QueryHandler
from tests.server.rsgi import Protocol, Scope

_PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class ServedEngine:
    """An engine with what the gateway asks of it besides answers."""

    engine: EmbeddedEngine

    @property
    def release_id(self) -> str:
        return self.engine.release_id

    def refresh(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing."""


class Whole:
    """A front over the real application."""

    def __init__(self, settings: Settings, engine: EmbeddedEngine) -> None:
        self.app: Flask = create_app(settings, engine)
        self.cache = Cache(settings.cache_bytes)
        self.front = Gateway(
            self.app,
            settings,
            ServedEngine(engine),
            cache=self.cache,
            metrics=Metrics(),
            log=AccessLog("off"),
            sparql=QueryHandler(self.app, settings),
        )

    def ask(self, asked: Scope, *chunks: bytes) -> Protocol:
        """Send one request."""
        protocol = Protocol(chunks)
        asyncio.run(asyncio.wait_for(self.front.__rsgi__(asked, protocol), _PATIENCE_SECONDS))
        return protocol

    def end(self) -> None:
        """End the gateway."""

        async def end() -> None:
            self.front.__rsgi_del__(asyncio.get_running_loop())

        asyncio.run(end())
