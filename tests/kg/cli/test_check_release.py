"""``kg check --release`` verifies every file of a release."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.release import SEARCH_FILE, Release
from kg.release.store import ReleaseStore
from kg.release.verify import remove_file_list
from tests.damage import flip, flip_blocks
from tests.kg.cli.run import kg, told
from tests.kg.release.small import small_build, write_data


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    return small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", "old"))


@pytest.fixture
def release_store(release: Release) -> ReleaseStore:
    return ReleaseStore(release.folder.parent.parent)


@pytest.mark.parametrize("chosen", [[], ["all"], ["ID"]])
def test_a_whole_release_is_said_to_be_so(release_store: ReleaseStore, release: Release, chosen: list[str]) -> None:
    words = [word.replace("ID", release.release_id) for word in chosen]
    result = kg("check", "--release", *words, "--home", release_store.home)
    assert (result.exit_code, result.stdout) == (0, f"{release.release_id}: every file is as it was written.\n")


def test_a_changed_file_is_named_and_the_exit_status_is_1(release_store: ReleaseStore, release: Release) -> None:
    flip(release.folder / SEARCH_FILE)
    message = told(kg("check", "--release", "--home", release_store.home))
    assert f"The release {release.release_id} is broken: {SEARCH_FILE} has other bytes than were written" in message


def test_all_releases_are_verified_though_one_is_broken(
    release_store: ReleaseStore, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = small_build(monkeypatch, release_store.home, write_data(tmp_path / "data", "new"))
    changed = flip_blocks(release)
    result = kg("check", "--release", "all", "--home", release_store.home)
    assert result.exit_code == 1
    assert f"{other.release_id}: every file is as it was written." in result.stdout
    assert changed[0] in result.stderr
    assert kg("check", "--release", "--home", release_store.home).exit_code == 0


def test_an_older_release_is_not_called_broken(release_store: ReleaseStore, release: Release) -> None:
    remove_file_list(release.folder)
    result = kg("check", "--release", "--home", release_store.home)
    assert result.exit_code == 0
    assert "cannot be verified" in result.stderr


def test_a_release_without_a_manifest_and_one_that_is_not_there_are_reported(
    release_store: ReleaseStore, release: Release
) -> None:
    assert "There is no release 'x'" in told(kg("check", "--release", "x", "--home", release_store.home))
    (release.folder / "manifest.json").unlink()
    assert "manifest.json cannot be read" in told(kg("check", "--release", "all", "--home", release_store.home))
    shutil.rmtree(release_store.folder)
    assert "Run 'kg build' first" in told(kg("check", "--release", "all", "--home", release_store.home))
