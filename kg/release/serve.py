"""From a release on the shelf to the engine that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import federation
from kg.engine.crew import Orders
from kg.engine.current import ClosableEngine, CurrentEngine
from kg.engine.observer import Observer
from kg.engine.pool import Limits, PoolEngine
from kg.federation.allow import AllowList
from kg.federation.engine import FederatingEngine
from kg.release import QUADS_FILE, STORE_FOLDER, Release
from kg.release.shelf import Shelf, verify_quads
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.federation.fetch import Fetcher


def current_engine(settings: Settings, observer: Observer | None = None) -> CurrentEngine:
    """The engine of the current release, which follows the pointer when it is refreshed; ``observer`` watches it.

    Raises:
        ReleaseMissing: nothing was built yet.
        ReleaseBroken: the release is not whole.
    """
    shelf = Shelf(settings.home)
    fetcher = _fetcher(settings)

    def make() -> ClosableEngine:
        pool = pool_engine(shelf.current(), settings, observer)
        return pool if fetcher is None else FederatingEngine(pool, fetcher, settings.max_nesting)

    return CurrentEngine(shelf.current_id, make)


def _fetcher(settings: Settings) -> Fetcher | None:
    """What calls the endpoints that SERVICE names, if there are any that it may name.

    Raises:
        SettingInvalid: one of the hosts is none.
    """
    if not settings.federation_allow:
        return None
    from kg.federation.fetch import Fetcher  # and with it httpx, a quarter of a second of the start

    limits = federation.Limits(
        seconds=settings.federation_seconds,
        bytes=settings.federation_bytes,
        rows=settings.federation_rows,
        redirects=settings.federation_redirects,
        clauses=settings.federation_clauses,
        at_once=settings.federation_at_once,
    )
    return Fetcher(AllowList.parse(settings.federation_allow), limits)


def pool_engine(release: Release, settings: Settings, observer: Observer | None = None) -> PoolEngine:
    """A pool of workers over a release, in memory or on disk by its size.

    Raises:
        ReleaseBroken: a part is missing, or the quads are not those that were written.
    """
    in_memory = release.manifest.quads <= settings.memory_max_quads
    if in_memory:
        verify_quads(release)
    orders = Orders(
        path=release.folder / (QUADS_FILE if in_memory else STORE_FOLDER),
        in_memory=in_memory,
        release_id=release.release_id,
        max_nesting=settings.max_nesting,
        memory_bytes=settings.memory_bytes,
        answer_bytes=settings.max_answer_bytes,
    )
    limits = Limits(
        max_seconds=settings.max_seconds,
        quick_seconds=settings.quick_seconds,
        quick_places=settings.quick_workers,
        heavy_places=settings.heavy_workers,
        max_waiting=settings.max_waiting,
        max_per_client=settings.max_per_client,
    )
    return PoolEngine(orders, limits, observer)
