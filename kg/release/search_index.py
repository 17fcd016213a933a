"""The search index of a release: stored beside its quads, not part of its id."""

from __future__ import annotations

from pathlib import Path

from kg.core.errors import ReleaseBroken
from kg.engine import Engine
from kg.release import SEARCH_FILE
from kg.release.store import ReleaseStore
from kg.release.verify import verify_file
from kg.search import SearchIndex, index_of, read_entries, write_index


def write_search(folder: Path, engine: Engine) -> None:
    """Write the search index of an engine's release into the folder of that release.

    Raises:
        WriteFailed: there is no room or no right to write.
        As ``Engine.answer``.
    """
    write_index(read_entries(engine), folder / SEARCH_FILE, engine.release_id)


def search_index(release_store: ReleaseStore, engine: Engine) -> SearchIndex:
    """Return the search index of an engine's release from its folder, or build it.

    A file that was altered or has another format is not used.

    Raises:
        WriteFailed: there is no room to make one.
        As ``Engine.answer``.
    """
    path = release_store.folder / engine.release_id / SEARCH_FILE
    if release_store.has(engine.release_id) and path.is_file():
        try:
            if verify_file(release_store.get(engine.release_id), SEARCH_FILE) is not None:
                return index_of(engine)
            index = SearchIndex(path)
        except ReleaseBroken:
            return index_of(engine)
        if index.release_id == engine.release_id:
            return index
        index.close()
    return index_of(engine)
