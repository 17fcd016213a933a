"""What is published is whole at any moment, and written once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.counts.file import COUNTS_FILE
from kg.errors import CopyFailed, ReleaseBroken, WriteFailed
from kg.release import QUADS_FILE, Release
from kg.release import publish as module
from kg.release.publication import FILES_FOLDER, POINTER_FILE, read_listing, read_pointer
from kg.release.publish import publish
from tests.kg.release.offered import files_of


def current(folder: Path) -> str:
    return read_pointer((folder / POINTER_FILE).read_bytes(), "").release_id


def inodes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_all_files_but_the_store_and_the_counts_lie_under_their_hashes(old: Release, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    pointer = publish(old, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted([f"{old.release_id}.json", "current.json", "files"])
    listing = read_listing((folder / FILES_FOLDER / pointer.listing.sha256).read_bytes(), "")
    found = {part.name: (folder / FILES_FOLDER / part.blob.sha256).read_bytes() for part in listing.parts}
    assert found == {name: body for name, body in files_of(old).items() if name != COUNTS_FILE}
    for path in (folder / FILES_FOLDER).iterdir():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def test_what_is_there_is_not_written_again(old: Release, tmp_path: Path) -> None:
    publish(old, tmp_path / "published")
    before = inodes(tmp_path / "published")
    publish(old, tmp_path / "published")
    assert inodes(tmp_path / "published") == before


def test_on_one_file_system_nothing_is_copied_and_without_links_all_is(
    old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = old.manifest.quads_sha256
    publish(old, tmp_path / "linked")
    assert (tmp_path / "linked" / FILES_FOLDER / sha256).samefile(old.folder / QUADS_FILE)

    def no_link(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", no_link)
    publish(old, tmp_path / "copied")
    assert not (tmp_path / "copied" / FILES_FOLDER / sha256).samefile(old.folder / QUADS_FILE)
    assert (tmp_path / "copied" / FILES_FOLDER / sha256).read_bytes() == (old.folder / QUADS_FILE).read_bytes()


def test_until_all_files_are_there_the_pointer_stays(
    old: Release, new: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "published"
    publish(old, folder)
    written: list[str] = []

    def fail_at_the_pointer(place: Path, body: bytes) -> None:
        written.append(place.name)
        if place.name == f"{new.release_id}.json":
            raise OSError("No space left on device")
        place.write_bytes(body)

    monkeypatch.setattr(module, "write_whole", fail_at_the_pointer)
    with pytest.raises(WriteFailed, match=r"published cannot be written: No space left.*choose another folder"):
        publish(new, folder)
    assert current(folder) == old.release_id
    assert written[-1] == f"{new.release_id}.json"
    monkeypatch.undo()
    publish(new, folder)
    assert current(folder) == new.release_id


def test_an_older_release_can_be_made_current_again(old: Release, new: Release, tmp_path: Path) -> None:
    for release in (old, new, old):
        publish(release, tmp_path)
        assert current(tmp_path) == release.release_id


def test_older_releases_go_with_the_files_that_are_theirs_alone(old: Release, new: Release, tmp_path: Path) -> None:
    publish(old, tmp_path / "both")
    publish(new, tmp_path / "both", last=1)
    publish(new, tmp_path / "new")
    assert inodes(tmp_path / "both").keys() == inodes(tmp_path / "new").keys()


def test_the_current_release_stays_however_old_it_is(old: Release, new: Release, tmp_path: Path) -> None:
    publish(old, tmp_path)
    publish(new, tmp_path)
    publish(old, tmp_path, last=1)
    assert {f"{old.release_id}.json", POINTER_FILE} <= set(inodes(tmp_path))
    assert current(tmp_path) == old.release_id


def test_quads_that_were_changed_are_not_published(old: Release, tmp_path: Path) -> None:
    path = old.folder / QUADS_FILE
    path.write_bytes(path.read_bytes().replace(b"old 7", b"new 7"))
    with pytest.raises(ReleaseBroken, match="was changed after it was written"):
        publish(old, tmp_path / "published")
    assert not (tmp_path / "published").exists()


def test_a_folder_that_holds_other_things_is_refused(old: Release, tmp_path: Path) -> None:
    (tmp_path / POINTER_FILE).write_text("<html>", encoding="utf-8")
    with pytest.raises(CopyFailed, match=r"current.json is no pointer"):
        publish(old, tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WriteFailed, match="file cannot be written"):
        publish(old, tmp_path / "file")
