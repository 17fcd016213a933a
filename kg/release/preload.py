"""Opening the engines of a home in the background, while the process that will ask them imports what it needs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from kg.core.settings import Settings
from kg.engine.observer import HasPoolStatus, NullObserver, Observer
from kg.engine.registry import EngineRegistry
from kg.release.engines import engine_registry


class Opening:
    """Engines that are being opened; the graph is loaded in a process of its own, so nobody waits for the other."""

    def __init__(self, settings: Settings) -> None:
        self._observed = _Observed()
        threads = ThreadPoolExecutor(1, thread_name_prefix="opening")
        self._lender = threads.submit(engine_registry, settings, self._observed)
        threads.shutdown(wait=False)

    def is_done(self) -> bool:
        """Whether they are open, or cannot be opened."""
        return self._lender.done()

    def opened(self, observer: Observer) -> EngineRegistry:
        """The engines, when they are open; ``observer`` watches them from now on.

        Raises:
            As ``kg.release.engines.engine_registry``.
        """
        self._observed.pass_on_to(observer)
        return self._lender.result()


class _Observed:
    """Passes on what engines tell; what was told before there was an observer is only which pools there are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observer: Observer = NullObserver()
        self._pools: list[HasPoolStatus] = []

    def pass_on_to(self, observer: Observer) -> None:
        """Tell this observer from now on."""
        with self._lock:
            self._observer = observer
            for pool in self._pools:
                observer.pool_opened(pool)
            self._pools.clear()

    def pool_opened(self, pool: HasPoolStatus) -> None:
        """Pass it on, now or later."""
        with self._lock:
            if isinstance(self._observer, NullObserver):
                self._pools.append(pool)
            self._observer.pool_opened(pool)

    def pool_closed(self, pool: HasPoolStatus) -> None:
        """Pass it on."""
        with self._lock:
            self._pools = [one for one in self._pools if one is not pool]
        self._observer.pool_closed(pool)

    def question_ended(self, outcome: str, lane: str, seconds: float) -> None:
        """Pass it on."""
        self._observer.question_ended(outcome, lane, seconds)

    def worker_ended(self, reason: str) -> None:
        """Pass it on."""
        self._observer.worker_ended(reason)

    def zygote_restarted(self) -> None:
        """Pass it on."""
        self._observer.zygote_restarted()
