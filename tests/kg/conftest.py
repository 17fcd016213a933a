"""Fixtures: small data and a home with one small release, for tests that break them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.release import Release
from kg.release.store import ReleaseStore
from tests.kg.release.small import small_build, write_data


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one small release; tests must not write to it."""
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as monkeypatch:
        small_build(monkeypatch, folder / "home", write_data(folder / "data", "old"))
    return folder / "home"


@pytest.fixture
def release_store(small_home: Path, tmp_path: Path) -> ReleaseStore:
    """A copy of the small home, to be changed."""
    return ReleaseStore(Path(shutil.copytree(small_home, tmp_path / "home", symlinks=True)))


@pytest.fixture
def old(release_store: ReleaseStore) -> Release:
    """The release in the small home."""
    return release_store.current()


@pytest.fixture
def new(release_store: ReleaseStore, old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A second release in the small home, which is the current one then."""
    assert old == release_store.current()
    return small_build(monkeypatch, release_store.home, write_data(tmp_path / "data", "new"))
