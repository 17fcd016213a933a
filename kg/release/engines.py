"""Engines over the releases of a home: the current one, older ones, and opening them in the background."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.core.errors import ReleaseBroken, ReleaseGone, ReleaseMissing, ReleaseNotPushed
from kg.core.settings import Settings
from kg.engine import federation
from kg.engine.counts import read_counts
from kg.engine.federation.allow import AllowList
from kg.engine.federation.engine import FederatingEngine
from kg.engine.observer import HasPoolStatus, NullObserver, Observer
from kg.engine.pool.pool import Limits, PoolEngine
from kg.engine.pool.processes import WorkerConfig
from kg.engine.registry import ClosableEngine, CurrentEngine, EngineRegistry, OlderEngines, OlderLimits
from kg.release import QUADS_FILE, STORE_FOLDER, Release
from kg.release.integrity import StoreCheck
from kg.release.store import ReleaseStore, verify_quads

if TYPE_CHECKING:
    from kg.engine.federation.fetch import Fetcher
    from kg.engine.remote.engine import Checker


# The limits of each older release, so that it takes little from the current one.
_OLDER_WORKERS = 1
_OLDER_WAITING = 4
_OLDER_PER_CLIENT = 4
_OLDER_PRIORITY = 10
_OLDER_PATIENCE_SECONDS = 6.0


def engine_registry(settings: Settings, observer: Observer | None = None) -> EngineRegistry:
    """Return the engines of all releases in the home; ``observer`` watches them.

    Raises:
        As ``current_engine``.
    """
    checker = _checker(settings)
    return EngineRegistry(current_engine(settings, observer, checker), older_engines(settings, observer, checker))


def current_engine(
    settings: Settings, observer: Observer | None = None, checker: Checker | None = None
) -> CurrentEngine:
    """Return the engine of the current release; on refresh it follows the link ``current``.

    Raises:
        ReleaseMissing: nothing was built yet.
        ReleaseBroken: the release is not whole.
    """
    release_store = ReleaseStore(settings.home)
    # made once: each later engine of the current release shares the connections and their limits
    fetcher = _fetcher(settings)

    def make() -> ClosableEngine:
        engine = engine_of(release_store.current(), settings, observer, checker=checker)
        return engine if fetcher is None else FederatingEngine(engine, fetcher, settings.max_nesting)

    return CurrentEngine(release_store.current_id, make)


def older_engines(settings: Settings, observer: Observer | None = None, checker: Checker | None = None) -> OlderEngines:
    """Return the engines of older releases: opened on first use, without federation."""
    release_store = ReleaseStore(settings.home)
    modest = _older_release_settings(settings)

    def make(release_id: str) -> ClosableEngine:
        try:
            release = release_store.get(release_id)
            if not _in_memory(release, modest):  # a citation must get the cited quads, also from disk
                verify_quads(release)
            return engine_of(release, modest, observer, priority=_OLDER_PRIORITY, checker=checker)
        except (ReleaseBroken, ReleaseMissing, ReleaseNotPushed) as error:  # messages for visitors name no folders
            raise ReleaseGone.named(release_id, release_store.ids()) from error

    limits = OlderLimits(
        most_open=settings.older_releases,
        most_askers=settings.most_older_requests,
        idle_seconds=settings.older_idle_seconds,
        patience_seconds=min(_OLDER_PATIENCE_SECONDS, settings.max_seconds / 2),  # leave time for the query
    )
    return OlderEngines(release_store, make, limits)


def _older_release_settings(settings: Settings) -> Settings:
    """Return the settings of an older release.

    Together, older releases hold at most as many quads in memory as the current one. Their queries use at most as much
    memory as one query of the current release.
    """
    # no older release may be open if the setting is 0, and nothing may be divided by 0
    open_at_once = max(settings.older_releases, 1)
    return replace(
        settings,
        memory_max_quads=settings.memory_max_quads // open_at_once,
        # an older release has quick and heavy workers, hence 2; they share the memory of one query
        memory_bytes=settings.memory_bytes // (2 * _OLDER_WORKERS * open_at_once),
        quick_workers=_OLDER_WORKERS,
        heavy_workers=_OLDER_WORKERS,
        max_waiting=min(settings.max_waiting, _OLDER_WAITING),
        max_per_client=min(settings.max_per_client, _OLDER_PER_CLIENT),
    )


def _fetcher(settings: Settings) -> Fetcher | None:
    """Return the client for the endpoints that SERVICE may name, or None.

    Raises:
        SettingInvalid: one of the hosts is none.
    """
    if not settings.federation_allow:
        return None
    from kg.engine.federation.fetch import Fetcher  # imports httpx2, which takes 0.25 s

    limits = federation.Limits(
        seconds=settings.federation_seconds,
        bytes=settings.federation_bytes,
        rows=settings.federation_rows,
        redirects=settings.federation_redirects,
        clauses=settings.federation_clauses,
        at_once=settings.federation_at_once,
    )
    return Fetcher(AllowList.parse(settings.federation_allow), limits)


def _checker(settings: Settings) -> Checker | None:
    """Return what checks queries before they go to an external engine, or None if there is none."""
    if not settings.engine_url:
        return None
    from kg.engine.remote.engine import checker_for

    return checker_for(settings)


def engine_of(
    release: Release,
    settings: Settings,
    observer: Observer | None = None,
    *,
    priority: int = 0,
    checker: Checker | None = None,
) -> ClosableEngine:
    """Return the engine over a release: our workers, or the external engine of the settings.

    External engines may share a ``checker``.

    Raises:
        SettingInvalid: what is said of the other engine is not as it must be.
        ReleaseNotPushed: the other engine does not hold the release.
        EngineUnreachable: it does not answer.
        As ``pool_engine``.
    """
    if not settings.engine_url:
        return pool_engine(release, settings, observer, priority=priority)
    from kg.engine.remote.engine import open_engine

    # graphs and counts come from the folder of the release, which stays on this machine (decision 0028)
    counts = read_counts(release.folder, release.release_id)
    graphs = tuple(release.manifest.graphs)
    return open_engine(release.release_id, graphs, settings, observer, counts=counts, checker=checker)


def pool_engine(
    release: Release, settings: Settings, observer: Observer | None = None, *, priority: int = 0
) -> PoolEngine:
    """Return a worker pool over a release, in memory or on disk by its size.

    ``priority`` is that of the workers, see ``WorkerConfig``.

    Raises:
        ReleaseBroken: a part is missing, or the quads are not those that were written.
    """
    in_memory = _in_memory(release, settings)
    if in_memory:
        verify_quads(release)
    worker_config = WorkerConfig(
        path=release.folder / (QUADS_FILE if in_memory else STORE_FOLDER),
        in_memory=in_memory,
        release_id=release.release_id,
        max_nesting=settings.max_nesting,
        memory_bytes=settings.memory_bytes,
        answer_bytes=settings.max_answer_bytes,
        priority=priority,
    )
    limits = Limits(
        max_seconds=settings.max_seconds,
        quick_seconds=settings.quick_seconds,
        quick_places=settings.quick_workers,
        heavy_places=settings.heavy_workers,
        max_waiting=settings.max_waiting,
        max_per_client=settings.max_per_client,
    )
    # a worker in memory does not read the store after its start, so a broken store cannot end it
    return PoolEngine(worker_config, limits, observer, (lambda: None) if in_memory else StoreCheck(release))


def _in_memory(release: Release, settings: Settings) -> bool:
    return release.manifest.quads <= settings.memory_max_quads


class Opening:
    """Engines being opened in the background; a process of its own loads the graph, so neither waits for the other."""

    def __init__(self, settings: Settings) -> None:
        self._observed = _ObserverProxy()
        # the one thread ends after its one task; a shutdown without waiting only forbids further tasks
        threads = ThreadPoolExecutor(1, thread_name_prefix="opening")
        self._registry = threads.submit(engine_registry, settings, self._observed)
        threads.shutdown(wait=False)

    def is_done(self) -> bool:
        """Return True if the engines are open, or cannot be opened."""
        return self._registry.done()

    def opened(self, observer: Observer) -> EngineRegistry:
        """Wait for the engines and return them; ``observer`` watches them from now on.

        Raises:
            As ``kg.release.engines.engine_registry``.
        """
        self._observed.forward_to(observer)
        return self._registry.result()


class _ObserverProxy:
    """Forwards events of engines; before there is an observer, only pools can have been opened."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observer: Observer = NullObserver()
        self._pools: list[HasPoolStatus] = []

    def forward_to(self, observer: Observer) -> None:
        """Forward to this observer from now on."""
        # under the lock no pool can open between the change of observer and the reports, to be reported twice or never
        with self._lock:
            self._observer = observer
            for pool in self._pools:
                observer.pool_opened(pool)
            self._pools.clear()

    def pool_opened(self, pool: HasPoolStatus) -> None:
        """Forward now, or later if there is no observer yet."""
        with self._lock:
            # a pool that opens before there is an observer is remembered until `forward_to` reports it
            if isinstance(self._observer, NullObserver):
                self._pools.append(pool)
            self._observer.pool_opened(pool)

    def pool_closed(self, pool: HasPoolStatus) -> None:
        """Forward."""
        with self._lock:
            # an observer that comes later must not hear of a pool that is closed
            self._pools = [other for other in self._pools if other is not pool]
        self._observer.pool_closed(pool)

    def question_ended(self, outcome: str, lane: str, seconds: float) -> None:
        """Forward."""
        self._observer.question_ended(outcome, lane, seconds)

    def worker_ended(self, reason: str) -> None:
        """Forward."""
        self._observer.worker_ended(reason)

    def zygote_restarted(self) -> None:
        """Forward."""
        self._observer.zygote_restarted()
