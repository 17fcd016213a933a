"""A publication is whole at any moment, and written once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg.core.errors import CopyFailed, ReleaseBroken, SignatureInvalid, WriteFailed
from kg.engine.counts import COUNTS_FILE
from kg.release import DUMPS_FOLDER, QUADS_FILE, SEARCH_FILE, Release
from kg.release.replication import publish as module
from kg.release.replication.atomic_files import write_whole
from kg.release.replication.minisign import verify
from kg.release.replication.publication import FILES_FOLDER, POINTER_FILE, read_pointer, signature_name
from kg.release.replication.publish import Terms, publish
from tests.kg.release.replication import signed
from tests.kg.release.replication.offered import files_of
from tests.kg.release.replication.signed import KEY, OTHER_KEY, ROLL_BACK, SIGNED


def current(folder: Path) -> str:
    return read_pointer((folder / POINTER_FILE).read_bytes(), "").release_id


def inodes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_all_files_but_those_that_readers_make_lie_under_their_hashes(old: Release, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    pointer = publish(old, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted([f"{old.release_id}.json", "current.json", "files"])
    result = {part.name: (folder / FILES_FOLDER / part.blob.sha256).read_bytes() for part in pointer.parts}
    assert result == {name: body for name, body in files_of(old).items() if name not in (COUNTS_FILE, SEARCH_FILE)}
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
    for release in (old, new):
        publish(release, tmp_path)
        assert current(tmp_path) == release.release_id
    with pytest.raises(CopyFailed, match=rf"{old.release_id} was published before another.*add --roll-back"):
        publish(old, tmp_path)
    assert current(tmp_path) == new.release_id
    publish(old, tmp_path, Terms(roll_back=True))
    assert current(tmp_path) == old.release_id


def test_older_releases_go_with_the_files_that_are_theirs_alone(old: Release, new: Release, tmp_path: Path) -> None:
    publish(old, tmp_path / "both")
    publish(new, tmp_path / "both", last=1)
    publish(new, tmp_path / "new")
    assert inodes(tmp_path / "both").keys() == inodes(tmp_path / "new").keys()


def test_the_current_release_stays_however_old_it_is(old: Release, new: Release, tmp_path: Path) -> None:
    publish(old, tmp_path)
    publish(new, tmp_path)
    publish(old, tmp_path, Terms(roll_back=True), last=1)
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


def test_a_signed_pointer_is_signed_under_its_hash_and_beside_it(old: Release, tmp_path: Path) -> None:
    publish(old, tmp_path, SIGNED)
    for name in (POINTER_FILE, f"{old.release_id}.json"):
        body = (tmp_path / name).read_bytes()
        signature = (tmp_path / FILES_FOLDER / signature_name(body)).read_bytes()
        assert verify(body, signature, (KEY.public,), name) == KEY.public
        assert (tmp_path / f"{name}.minisig").read_bytes() == signature


def test_no_moment_lacks_the_signature_of_the_pointer_that_can_be_read(
    old: Release, new: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(old, tmp_path, SIGNED)
    names: list[str] = []

    def write_and_verify(place: Path, body: bytes) -> None:
        write_whole(place, body)
        names.append(place.name)
        pointer = (tmp_path / POINTER_FILE).read_bytes()
        signature = (tmp_path / FILES_FOLDER / signature_name(pointer)).read_bytes()
        assert verify(pointer, signature, (KEY.public,), "") == KEY.public

    monkeypatch.setattr(module, "write_whole", write_and_verify)
    publish(new, tmp_path, SIGNED)
    assert POINTER_FILE in names


def test_publishing_again_signs_the_same_release_with_a_later_expiry(old: Release, tmp_path: Path) -> None:
    first = publish(old, tmp_path, Terms(KEY, days=1))
    second = publish(old, tmp_path, Terms(KEY, days=2))
    assert second == signed.current(tmp_path)
    assert (second.release_id, second.parts, second.released) == (first.release_id, first.parts, first.released)
    assert second.sequence > first.sequence
    assert second.expires_at > first.expires_at
    assert (second.expires_at - second.published_at).days == 2
    assert not second.rolls_back


def test_sequences_grow_also_where_the_folder_was_lost(old: Release, new: Release, tmp_path: Path) -> None:
    before = publish(old, tmp_path / "lost", SIGNED)
    again = publish(old, tmp_path / "anew", SIGNED)
    assert again.sequence >= before.sequence
    numbers = [publish(release, tmp_path / "anew", ROLL_BACK).sequence for release in (new, old, new, new)]
    assert numbers == sorted(set(numbers))


def test_a_roll_back_is_signed_as_one_also_when_it_is_signed_again(old: Release, new: Release, tmp_path: Path) -> None:
    publish(old, tmp_path, SIGNED)
    newest = publish(new, tmp_path, SIGNED)
    with pytest.raises(CopyFailed, match="add --roll-back"):
        publish(old, tmp_path, SIGNED)
    back = publish(old, tmp_path, ROLL_BACK)
    assert back.rolls_back
    assert back.released < newest.released < back.sequence
    assert publish(old, tmp_path, SIGNED).rolls_back  # a reader may have missed the first one
    assert not publish(new, tmp_path, SIGNED).rolls_back


def test_a_signed_folder_is_not_published_into_without_the_key(old: Release, tmp_path: Path) -> None:
    publish(old, tmp_path, SIGNED)
    before = (tmp_path / POINTER_FILE).read_bytes()
    with pytest.raises(SignatureInvalid, match="Give the key with --key"):
        publish(old, tmp_path)
    assert (tmp_path / POINTER_FILE).read_bytes() == before


def test_a_pointer_that_another_wrote_into_the_folder_decides_nothing(
    old: Release, new: Release, tmp_path: Path
) -> None:
    first = publish(old, tmp_path, SIGNED)
    signed.point(tmp_path, signed.changed(first, sequence=2**53 - 1), OTHER_KEY)
    second = publish(new, tmp_path, SIGNED)
    assert first.sequence < second.sequence < 2**40


def test_a_folder_of_an_older_program_is_published_into_again(old: Release, new: Release, tmp_path: Path) -> None:
    (tmp_path / FILES_FOLDER).mkdir()
    (tmp_path / FILES_FOLDER / ("ab" * 32)).write_bytes(b"a listing")
    for name in (POINTER_FILE, f"{old.release_id}.json", "0123456789abcdef.json"):
        (tmp_path / name).write_text('{"format": 1, "release_id": "0123456789abcdef"}', encoding="utf-8")
    publish(new, tmp_path, SIGNED)
    publish(new, tmp_path, SIGNED, last=1)
    assert sorted(path.name for path in tmp_path.glob("*.json")) == sorted([f"{new.release_id}.json", POINTER_FILE])
    assert not (tmp_path / FILES_FOLDER / ("ab" * 32)).exists()


def test_signatures_of_pointers_that_are_no_more_go_with_the_older_releases(old: Release, tmp_path: Path) -> None:
    for _ in range(3):
        publish(old, tmp_path, SIGNED, last=1)
    names = [path.name for path in (tmp_path / FILES_FOLDER).glob("*.minisig")]
    assert names == [signature_name((tmp_path / POINTER_FILE).read_bytes())]


def test_a_dump_that_was_changed_is_not_signed(old: Release, tmp_path: Path) -> None:
    path = old.path_of(old.manifest.dumps[0])
    body = bytearray(path.read_bytes())
    body[-1] ^= 1
    path.write_bytes(body)
    with pytest.raises(ReleaseBroken, match=f"was changed after it was written.*{DUMPS_FOLDER}.*kg dump"):
        publish(old, tmp_path / "web", SIGNED)
    assert not (tmp_path / "web" / POINTER_FILE).exists()
