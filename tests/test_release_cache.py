"""The release that tests share is built once, by one process at a time, and the oldest go."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.release.store import ReleaseStore
from tests import release_cache


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The homes that were asked for a build, in place of builds; the fingerprint is the name of the folder."""
    homes: list[Path] = []
    building = threading.Lock()

    def build(store: ReleaseStore, _: Sequence[Path]) -> None:
        assert building.acquire(blocking=False), "two builds at once"
        try:
            threading.Event().wait(0.01)
            store.home.mkdir(exist_ok=True)
            homes.append(store.home)
        finally:
            building.release()

    monkeypatch.setattr(release_cache, "build", build)
    monkeypatch.setattr(release_cache, "fingerprint", lambda folders: folders[0].name)
    return homes


def test_two_who_ask_at_once_wait_for_each_other(built: list[Path], tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        homes = set(threads.map(lambda _: release_cache.built_home(tmp_path, [Path("a")]), range(8)))
    assert homes == {tmp_path / "a"}
    assert len(built) == 8


def test_other_inputs_get_a_home_of_their_own_and_the_oldest_homes_go(built: list[Path], tmp_path: Path) -> None:
    for name in "abcd":
        assert release_cache.built_home(tmp_path, [Path(name)]) == tmp_path / name
    assert len(built) == 4
    assert {path.name for path in tmp_path.iterdir()} == {"b", "c", "d", "lock"}
