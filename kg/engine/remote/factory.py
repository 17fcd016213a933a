"""The construction of an external engine from the settings."""

from __future__ import annotations

from collections.abc import Sequence

from kg.core.settings import Settings
from kg.engine.counts import Counts
from kg.engine.observer import Observer
from kg.engine.remote.access import Access, read_access
from kg.engine.remote.client import Client
from kg.engine.remote.engine import RemoteEngine, RemoteLimits
from kg.engine.remote.replicas import BreakerLimits
from kg.engine.remote.validation import Checker


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
