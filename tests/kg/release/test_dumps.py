"""A build makes dumps; a release from before there were any gets them once; nothing else of it changes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kg.core.errors import ReleaseBroken, WriteFailed
from kg.release import DUMPS_FOLDER, Release, read_release
from kg.release.dumps import dump_again
from kg.release.store import ReleaseStore
from kg.release.verify import remove_file_list
from tests.kg.release.small import small_build, write_data


def without_dumps(release: Release) -> Release:
    """As it was built before there were dumps: its manifest does not tell of them."""
    before = release.folder.stat()
    shutil.rmtree(release.folder / DUMPS_FOLDER)
    fields = json.loads((release.folder / "manifest.json").read_text(encoding="utf-8"))
    del fields["dumps"]
    (release.folder / "manifest.json").write_text(json.dumps(fields), encoding="utf-8")
    remove_file_list(release.folder)
    os.utime(release.folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    return read_release(release.folder)


def bytes_of(release: Release) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (release.folder / DUMPS_FOLDER).iterdir()}


def test_a_build_makes_dumps_and_its_manifest_tells_of_them(old: Release) -> None:
    assert old.has_dumps
    assert len(old.manifest.dumps) == 10
    for dump in old.manifest.dumps:
        assert old.release_id in dump.name
        assert hashlib.sha256(old.path_of(dump).read_bytes()).hexdigest() == dump.sha256


def test_the_same_quads_give_the_same_dumps_in_another_home(
    old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = small_build(monkeypatch, tmp_path / "elsewhere", write_data(tmp_path / "data", "old"))
    assert bytes_of(again) == bytes_of(old)
    assert again.manifest.dumps == old.manifest.dumps


def test_a_release_without_dumps_is_whole_and_gets_them_once(release_store: ReleaseStore, old: Release) -> None:
    wanted = bytes_of(old)
    bare = without_dumps(old)
    assert not bare.has_dumps
    assert release_store.releases() == [bare]
    made = dump_again(release_store, bare)
    assert bytes_of(made) == wanted
    assert made.manifest == replace(bare.manifest, dumps=old.manifest.dumps)
    assert sorted(path.name for path in release_store.folder.iterdir()) == [old.release_id]


def test_dumps_that_come_later_do_not_make_a_release_younger(
    release_store: ReleaseStore, old: Release, new: Release
) -> None:
    assert [one.release_id for one in release_store.releases()] == [new.release_id, old.release_id]
    dump_again(release_store, without_dumps(old))
    assert release_store.previous().release_id == old.release_id


def test_a_build_of_the_same_quads_adds_them_too_and_writes_over_none(
    release_store: ReleaseStore, old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def built_again() -> Release:
        replace(release_store.current().manifest, inputs_sha256="another program").write(old.folder)
        return small_build(monkeypatch, release_store.home, write_data(tmp_path / "data", "old"))

    without_dumps(old)
    added = built_again()
    assert added.release_id == old.release_id
    assert added.has_dumps
    inode = added.path_of(added.manifest.dumps[0]).stat().st_ino
    kept = built_again()
    assert kept.path_of(kept.manifest.dumps[0]).stat().st_ino == inode


def test_a_dump_that_is_gone_is_told_and_can_be_made_anew(release_store: ReleaseStore, old: Release) -> None:
    wanted = bytes_of(old)
    dump = old.manifest.dumps[0]
    old.path_of(dump).write_bytes(b"short")
    with pytest.raises(ReleaseBroken, match=rf"The dump {dump.name} is not here .* \('kg dump {old.release_id}'\)"):
        old.path_of(dump)
    (old.folder / DUMPS_FOLDER / dump.name).unlink()
    with pytest.raises(ReleaseBroken):
        old.path_of(dump)
    assert release_store.releases() == [old]  # it can be asked all the same
    assert not old.has_dumps
    assert bytes_of(dump_again(release_store, old)) == wanted


def test_quads_that_were_changed_are_not_dumped(release_store: ReleaseStore, old: Release) -> None:
    bare = without_dumps(old)
    path = bare.folder / "quads.nq"
    path.write_bytes(path.read_bytes().replace(b"old 7", b"odd 7"))
    with pytest.raises(ReleaseBroken, match="was changed after it was written"):
        dump_again(release_store, bare)
    assert not (bare.folder / DUMPS_FOLDER).exists()


def test_without_room_it_is_said_and_the_release_stays(
    release_store: ReleaseStore, old: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = without_dumps(old)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.release.dump.compression.Sealed.write", full)
    with pytest.raises(WriteFailed, match="No space left"):
        dump_again(release_store, bare)
    assert [path.name for path in release_store.folder.iterdir()] == [old.release_id]
    assert release_store.current() == bare


def test_the_dumps_of_many_quads_are_those_that_another_process_writes(
    old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.release.dumps._APART_BYTES", 0)
    again = small_build(monkeypatch, tmp_path / "elsewhere", write_data(tmp_path / "data", "old"))
    assert bytes_of(again) == bytes_of(old)
    assert again.manifest.dumps == old.manifest.dumps


def test_without_room_for_what_another_process_writes_the_build_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.release.dumps._APART_BYTES", 0)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.release.dump.child_process._files", full)
    with pytest.raises(WriteFailed, match="No space left"):
        small_build(monkeypatch, tmp_path / "elsewhere", write_data(tmp_path / "data", "new"))
    assert ReleaseStore(tmp_path / "elsewhere").releases() == []
