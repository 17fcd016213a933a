"""Each file of a release is compared with the size and the hash that it was written with."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.errors import ReleaseBroken
from kg.release import DUMPS_FOLDER, MANIFEST_FILE, QUADS_FILE, SEARCH_FILE, Release
from kg.release.dump.write import dump_again
from kg.release.store import ReleaseStore
from kg.release.verify import FILE_LIST, FileProblem, is_listed, remove_file_list, verify_file, verify_files
from tests.kg.release.small import said, small_build, write_data


def flip(path: Path) -> None:
    """Change one bit in the middle of a file, which keeps its size."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


def names_in(release: Release) -> list[str]:
    paths = (path for path in release.folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(release.folder).as_posix() for path in paths)


def test_a_release_as_it_was_built_has_no_problem_and_all_files_are_listed(old: Release) -> None:
    assert verify_files(old) == ()
    assert is_listed(old.folder)


def test_a_changed_byte_in_any_file_is_found(old: Release) -> None:
    empty_or_not_data = {"store/LOG", "store/LOCK", FILE_LIST}
    checked = 0
    for name in names_in(old):
        path = old.folder / name
        if name in empty_or_not_data or not path.stat().st_size:
            continue
        before = path.read_bytes()
        flip(path)
        assert verify_files(old) == (FileProblem(name, "has other bytes than were written"),)
        path.write_bytes(before)
        checked += 1
    assert checked > 20
    assert verify_files(old) == ()


def test_a_missing_a_cut_and_an_added_file_are_found(old: Release) -> None:
    (old.folder / SEARCH_FILE).unlink()
    (old.folder / QUADS_FILE).write_bytes(b"")
    (old.folder / "more.sqlite").write_bytes(b"")
    assert [str(item) for item in verify_files(old)] == [
        "more.sqlite is not in the list of files",
        f"{QUADS_FILE} has 0 bytes instead of {old.manifest.quads_bytes}",
        f"{SEARCH_FILE} is missing",
    ]


def test_a_changed_list_is_found(old: Release) -> None:
    path = old.folder / FILE_LIST
    path.write_bytes(path.read_bytes().replace(b'"bytes": 0', b'"bytes": 1'))
    assert [item.name for item in verify_files(old)] == [FILE_LIST]
    path.write_bytes(b"{}")
    assert [item.name for item in verify_files(old)] == [FILE_LIST]


def test_the_list_of_another_release_is_refused(old: Release, new: Release) -> None:
    (new.folder / FILE_LIST).write_bytes((old.folder / FILE_LIST).read_bytes())
    assert verify_files(new) == (FileProblem(FILE_LIST, "is of another release"),)


def test_a_manifest_that_names_other_quads_than_its_id_is_broken(release_store: ReleaseStore, old: Release) -> None:
    path = old.folder / MANIFEST_FILE
    path.write_text(path.read_text("utf-8").replace(old.manifest.quads_sha256, "0" * 64), "utf-8")
    with pytest.raises(ReleaseBroken, match="names other quads than its id"):
        release_store.current()


def test_a_release_in_the_folder_of_another_is_broken(release_store: ReleaseStore, old: Release, new: Release) -> None:
    old.folder.replace(release_store.folder / "aside")
    new.folder.replace(old.folder)
    with pytest.raises(ReleaseBroken, match=f"is {new.release_id}"):
        release_store.get(old.release_id)


def test_only_sizes_are_compared_of_files_that_are_too_large_to_be_hashed(old: Release) -> None:
    flip(old.folder / SEARCH_FILE)
    assert verify_files(old, largest_hashed=100) == ()
    assert verify_file(old, SEARCH_FILE) == FileProblem(SEARCH_FILE, "has other bytes than were written")
    assert verify_file(old, QUADS_FILE) is None


def test_of_an_older_release_only_quads_and_dumps_can_be_verified(old: Release) -> None:
    remove_file_list(old.folder)
    flip(old.folder / SEARCH_FILE)
    assert verify_files(old) == ()
    dump = f"{DUMPS_FOLDER}/{old.manifest.dumps[0].name}"
    flip(old.folder / dump)
    assert [item.name for item in verify_files(old)] == [dump]


@pytest.mark.parametrize("changed", [SEARCH_FILE, QUADS_FILE, "store/CURRENT", FILE_LIST])
def test_a_build_makes_a_broken_release_again(
    release_store: ReleaseStore, old: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    flip(old.folder / changed)
    again = small_build(monkeypatch, release_store.home, write_data(tmp_path / "data", "old"))
    assert (again.release_id, again.manifest.built_on) == (old.release_id, old.manifest.built_on)
    assert verify_files(again) == ()
    assert (said(again), said(again, 0)) == ("old", "old")
    assert [path.name for path in release_store.folder.iterdir()] == [old.release_id]


def test_changed_bytes_of_a_dump_are_written_again_and_nothing_else_is_blessed(
    release_store: ReleaseStore, old: Release
) -> None:
    flip(old.path_of(old.manifest.dumps[0]))
    assert verify_files(dump_again(release_store, old)) == ()
    flip(old.path_of(old.manifest.dumps[0]))
    flip(old.folder / SEARCH_FILE)
    with pytest.raises(ReleaseBroken, match=f"{SEARCH_FILE} has other bytes"):
        dump_again(release_store, old)
    assert SEARCH_FILE in [item.name for item in verify_files(old)]
