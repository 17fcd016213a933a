"""The open search indexes: that of the current release, and those of a few older ones that addresses pin."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from flask import Flask, current_app

from kg.core.errors import KgError, ReleaseBroken, ReleaseMissing
from kg.core.settings import Settings
from kg.engine import Engine
from kg.release import SEARCH_FILE, Release
from kg.release.integrity import Integrity
from kg.release.store import ReleaseStore, search_index
from kg.search import MOST_CHARACTERS, Hit, SearchIndex
from server.core.context import RequestContext, request_context
from server.core.search_params import SearchParams

_KEY = "fyp-kg.indexes"
# an open index costs a few MB of memory (decision 0016)
_MOST_OPEN = 3
_MOST_NEAR = 5


@dataclass(frozen=True)
class _Open:
    """An open index, and the release whose file it reads, or None."""

    index: SearchIndex
    release: Release | None


class Indexes:
    """Opens or builds the index of a release on demand, and closes the least recently used one.

    An index whose file has changed is rebuilt from the data.
    """

    def __init__(self, store: ReleaseStore, most_open: int = _MOST_OPEN, integrity: Integrity | None = None) -> None:
        self._store, self._most_open = store, most_open
        self._integrity = integrity or Integrity(store)
        self._open: OrderedDict[str, _Open] = OrderedDict()
        # ``_lock`` is held for lookups only, ``_making`` while an index is opened or built, so that known indexes stay
        # available
        self._lock, self._making = Lock(), Lock()

    @property
    def open_ids(self) -> list[str]:
        """The releases with open indexes, the last used at the end."""
        with self._lock:
            return list(self._open)

    def of(self, engine: Engine) -> SearchIndex:
        """Return the index of an engine's release. A request may keep using an index that is closed in the meantime.

        Raises:
            As ``kg.release.store.search_index``.
        """
        index = self._known(engine.release_id)
        if index is not None:
            return index
        with self._making:  # a second thread would read the whole release again
            index = self._known(engine.release_id)
            return index or self._keep(engine.release_id, search_index(self._store, engine))

    def _known(self, release_id: str) -> SearchIndex | None:
        with self._lock:
            index = self._open.get(release_id)
            if index is None:
                return None
            self._open.move_to_end(release_id)
        # the check may hash the whole file, so no lock is held (decision 0035)
        if index.release is None or self._integrity.problem_of(index.release, SEARCH_FILE) is None:
            return index.index
        with self._lock:
            # another thread may have replaced the index in the meantime
            if self._open.get(release_id) is index:
                del self._open[release_id]
        index.index.close()
        return None

    def _keep(self, release_id: str, index: SearchIndex) -> SearchIndex:
        opened = _Open(index, self._release_of(release_id, index))
        with self._lock:
            self._open[release_id] = opened
            # the range is empty while there is room, because its argument is then not positive
            leaving = [self._open.popitem(last=False)[1] for _ in range(len(self._open) - self._most_open)]
        for entry in leaving:
            entry.index.close()
        return index

    def _release_of(self, release_id: str, index: SearchIndex) -> Release | None:
        """Return the release whose file an index reads, or None. Report a damaged file."""
        try:
            release = self._store.get(release_id)
        except (ReleaseMissing, ReleaseBroken):
            return None
        self._integrity.problem_of(release, SEARCH_FILE)
        # an index that was built in a temporary file has another path, and no file to check
        return release if index.path == release.folder / SEARCH_FILE else None


def register(app: Flask, settings: Settings, integrity: Integrity) -> None:
    """Create the indexes of the application; ``integrity`` checks their files."""
    app.extensions[_KEY] = Indexes(ReleaseStore(settings.home), integrity=integrity)


def index_of(service: RequestContext) -> SearchIndex:
    """Return the index for the release of a request context. A search in it ends with the request.

    Raises:
        As ``Indexes.of``.
    """
    indexes = current_app.extensions[_KEY]
    # extensions are untyped, so the type is narrowed here
    assert isinstance(indexes, Indexes)  # noqa: S101 - register() is the only writer
    return indexes.of(service.engine).within(service.budget)


def index_here() -> SearchIndex:
    """Return the index of the release of this request.

    Raises:
        As ``Indexes.of``.
    """
    return index_of(request_context())


def nearest(service: RequestContext, text: str, limit: int = _MOST_NEAR) -> list[Hit]:
    """Return the resources with the most similar names; none without a search index."""
    try:
        return list(index_of(service).nearest(text[:MOST_CHARACTERS], limit))
    # suggestions belong to another error, which their own failure must not replace
    except KgError:
        return []


def nearest_in(index: SearchIndex, search_params: SearchParams) -> tuple[Hit, ...]:
    """Return the resources with names similar to a text without a hit."""
    return index.nearest(search_params.text, _MOST_NEAR, search_params.language)
