"""``kg dump``: to a folder, or beside a release that has none."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kg.release import DUMPS_FOLDER
from kg.release.dump.formats import SUMS_FILE
from kg.release.store import ReleaseStore
from kg.release.verify import remove_file_list
from tests.kg.cli.run import kg, told
from tests.kg.release.small import small_build, write_data


@pytest.fixture
def release_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReleaseStore:
    """A home with two releases; the older one was built before there were dumps."""
    old = small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", "old"))
    shutil.rmtree(old.folder / DUMPS_FOLDER)
    replace(old.manifest, dumps=()).write(old.folder)
    remove_file_list(old.folder)  # as an older program wrote it
    small_build(monkeypatch, tmp_path / "home", write_data(tmp_path / "data", "new"))
    return ReleaseStore(tmp_path / "home")


def test_the_current_release_goes_to_a_folder_in_the_formats_that_are_named(
    release_store: ReleaseStore, tmp_path: Path
) -> None:
    release_id, folder = release_store.current_id(), tmp_path / "deep" / "out"
    result = kg(
        "dump", "--to", folder, "--format", "ttl", "--format", "nq", "--format", "ttl", "--home", release_store.home
    )
    assert result.exit_code == 0, result.stderr
    names = {f"fyp-kg-{release_id}.{ending}.{packing}" for ending in ("nq", "ttl") for packing in ("gz", "zst")}
    assert {path.name for path in folder.iterdir()} == {*names, SUMS_FILE}
    assert {line.split()[1] for line in result.stdout.splitlines()} == names


def test_a_file_in_the_folder_is_the_one_beside_the_release(release_store: ReleaseStore, tmp_path: Path) -> None:
    kg("dump", "--to", tmp_path / "out", "--home", release_store.home)
    release = release_store.current()
    for dump in release.manifest.dumps:
        assert (tmp_path / "out" / dump.name).read_bytes() == release.path_of(dump).read_bytes()


def test_an_older_release_gets_its_dumps_once(release_store: ReleaseStore) -> None:
    old = release_store.previous()
    assert not old.has_dumps
    assert kg("dump", old.release_id, "--home", release_store.home).exit_code == 0
    assert release_store.get(old.release_id).has_dumps
    again = kg("dump", old.release_id, "--home", release_store.home)
    assert again.stdout == f"Release {old.release_id} has its dumps; with --to they are written elsewhere.\n"
    assert release_store.previous() == release_store.get(old.release_id)


def test_an_unknown_release_is_reported_with_those_there_are(release_store: ReleaseStore) -> None:
    message = told(kg("dump", "0123456789abcdef", "--home", release_store.home))
    assert "There is no release '0123456789abcdef'" in message
    assert release_store.current_id() in message


def test_what_is_there_is_not_written_over(release_store: ReleaseStore, tmp_path: Path) -> None:
    kg("dump", "--to", tmp_path / "out", "--home", release_store.home)
    message = told(kg("dump", "--to", tmp_path / "out", "--home", release_store.home))
    assert "The dumps cannot be written" in message
    assert "Make room or choose another folder." in message


def test_a_release_is_given_all_formats_or_none(release_store: ReleaseStore) -> None:
    result = kg("dump", "--format", "nq", "--home", release_store.home)
    assert result.exit_code == 2
    assert "--format goes with --to" in result.stderr


def test_changed_quads_are_not_dumped(release_store: ReleaseStore, tmp_path: Path) -> None:
    path = release_store.current().folder / "quads.nq"
    path.write_bytes(path.read_bytes().replace(b"new 7", b"nay 7"))
    assert "was changed after it was written" in told(
        kg("dump", "--to", tmp_path / "out", "--home", release_store.home)
    )
    assert not (tmp_path / "out").exists()
