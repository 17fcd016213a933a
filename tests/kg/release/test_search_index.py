"""The search index lies beside a release; one that has none that can be read gets one when it is asked."""

from __future__ import annotations

import shutil
from pathlib import Path

from kg.engine.embedded import EmbeddedEngine
from kg.release import SEARCH_FILE, Release
from kg.release.store import ReleaseStore, search_index
from kg.search import SearchIndex
from tests.kg.search.small import small_index


def copied(home: Path, tmp_path: Path) -> Path:
    """A copy of the home that a test may break, and the folder of its release."""
    shutil.copytree(home, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def total(index: SearchIndex) -> int:
    result = index.find("internet").total
    index.close()
    return result


def test_a_build_writes_the_index_of_its_release(release: Release) -> None:
    index = SearchIndex(release.folder / SEARCH_FILE)
    assert index.release_id == release.release_id
    assert total(index) > 0


def test_the_written_index_and_the_one_made_from_an_engine_find_the_same(
    release: Release, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    written = search_index(ReleaseStore(release.folder.parent.parent), engine)
    made = search_index(ReleaseStore(tmp_path), engine)
    for text in ("internet", "工业", "gongye", "artifical"):
        assert written.find(text) == made.find(text)
    written.close()
    made.close()


def test_a_release_without_an_index_gets_one_of_its_engine(home: Path, tmp_path: Path, engine: EmbeddedEngine) -> None:
    release_store = ReleaseStore(copied(home, tmp_path))
    (release_store.current().folder / SEARCH_FILE).unlink()
    assert total(search_index(release_store, engine)) > 0
    assert not (release_store.current().folder / SEARCH_FILE).exists()  # a release is never changed


def test_a_broken_index_and_one_of_another_release_are_passed_over(
    home: Path, tmp_path: Path, engine: EmbeddedEngine
) -> None:
    release_store = ReleaseStore(copied(home, tmp_path))
    file = release_store.current().folder / SEARCH_FILE
    file.write_bytes(b"no index")
    assert total(search_index(release_store, engine)) > 0
    file.unlink()
    small_index(tmp_path).close()
    shutil.copy(tmp_path / "small.sqlite", file)
    assert search_index(release_store, engine).release_id == engine.release_id
