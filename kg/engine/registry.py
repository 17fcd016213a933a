"""The registry of engines: of the current release and of older ones."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from kg.core.errors import ReleaseUnknown
from kg.engine import Engine
from kg.engine.hot_swap import ClosableEngine, CurrentEngine
from kg.engine.older_releases import OlderEngines


class EngineSource(ABC):
    """Anything that provides the engines of several releases."""

    @property
    @abstractmethod
    def release_id(self) -> str:
        """The current release."""

    @property
    @abstractmethod
    def has_older(self) -> bool:
        """True if engines of older releases are available."""

    @abstractmethod
    def acquire(self, release_id: str | None = None) -> AbstractContextManager[Engine]:
        """Provide the engine of a release, or of the current one; see ``EngineRegistry.acquire``."""

    @abstractmethod
    def refuse_unknown(self, release_id: str) -> None:
        """Refuse a release that is not available, without opening it; see ``EngineRegistry.refuse_unknown``."""


class EngineRegistry(EngineSource):
    """Provides the engine of the current release, or of a named one; thread-safe."""

    def __init__(self, current: CurrentEngine, older: OlderEngines) -> None:
        self.current, self.older = current, older

    @property
    def release_id(self) -> str:
        """The current release."""
        return self.current.release_id

    @property
    def has_older(self) -> bool:
        """True if engines of older releases are available."""
        return self.older.most_open > 0

    @contextmanager
    def acquire(self, release_id: str | None = None) -> Iterator[ClosableEngine]:
        """Provide the engine of a release during a block; the current release never gets a second engine.

        Raises:
            As ``OlderEngines.acquire``.
        """
        with self.current.acquire() as engine:
            if release_id is None or release_id == engine.release_id:
                yield engine
                return
        self.refuse_unknown(release_id)
        with self.older.acquire(release_id) as engine:
            yield engine

    def refuse_unknown(self, release_id: str) -> None:
        """Refuse a release that is not available, without opening it.

        Raises:
            ReleaseUnknown: there is no such release, or only the current one is available.
        """
        if release_id == self.release_id:
            return
        if not self.has_older:
            raise ReleaseUnknown.named(release_id, [self.release_id])
        self.older.refuse_unknown(release_id)

    def refresh(self) -> bool:
        """Switch to a new current release, and close idle older ones; see ``CurrentEngine.refresh``.

        Raises:
            KgError: the new release cannot be opened; the old one stays.
        """
        self.older.sweep()
        return self.current.refresh()

    def close(self) -> None:
        """Close all engines, even those in use."""
        self.older.close()
        self.current.close()
