"""A fetched release is the one that was published, or there is none."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from kg.core.errors import BuildRunning, CopyFailed, FileAltered, WriteFailed
from kg.release import DUMPS_FOLDER, MANIFEST_FILE, QUADS_FILE, SEARCH_FILE, Release
from kg.release.dump.formats import SUMS_FILE
from kg.release.replication.download import DownloadTimeouts, Origin
from kg.release.replication.fetch import INCOMING, fetch
from kg.release.replication.policy import ACCEPTED_FILE
from kg.release.replication.publication import FILES_FOLDER, Pointer
from kg.release.replication.publish import publish
from kg.release.store import ReleaseStore, verify_quads
from kg.search import SearchIndex
from tests.kg.engine.federation.remote import Script, says
from tests.kg.release.replication.offered import address, cut, files_of, name_of, offered
from tests.kg.release.replication.signed import SIGNED, current, point, trusting, with_file
from tests.kg.release.small import said

MOST = 2**30


@contextmanager
def fetching(folder: Path, spoilt: Mapping[str, Script] | None = None) -> Iterator[tuple[Origin, list[str]]]:
    """A publication as it is offered, and the names that were asked for, without signatures."""
    with offered(folder, spoilt or {}) as remote:
        origin = Origin(
            address(remote), trusting(folder.parent / "copies"), patience=DownloadTimeouts(silent_seconds=5, times=2)
        )
        asked: list[str] = []
        try:
            yield origin, asked
        finally:
            origin.close()
            names = [path.rpartition("/")[2] for _, path, _, _ in remote.requests]
            asked += [name for name in names if not name.endswith(".minisig")]


def bring(release_store: ReleaseStore, origin: Origin, most_bytes: int = MOST) -> Release:
    return fetch(release_store, origin, origin.pointer(), most_bytes=most_bytes, step=lambda _: None)


@pytest.fixture
def copies(tmp_path: Path) -> ReleaseStore:
    """An empty home."""
    return ReleaseStore(tmp_path / "copies")


@pytest.fixture
def folder(old: Release, tmp_path: Path) -> Path:
    """A publication of the old release."""
    publish(old, tmp_path / "published", SIGNED)
    return tmp_path / "published"


def republish(folder: Path, pointer: Pointer) -> None:
    """Sign a pointer that 'kg publish' would not write."""
    point(folder, replace(pointer, sequence=current(folder).sequence + 1).to_json())


def nothing_is_left(release_store: ReleaseStore) -> bool:
    return release_store.ids() == [] and not list(release_store.folder.glob(".*"))


def test_a_copy_is_the_release_and_its_store_is_made_here(old: Release, folder: Path, copies: ReleaseStore) -> None:
    with fetching(folder) as (origin, _):
        release = bring(copies, origin)
    made_here, copied = files_of(old), files_of(release)
    assert made_here.pop(SEARCH_FILE)[:15] == copied.pop(SEARCH_FILE)[:15] == b"SQLite format 3"
    assert copied == made_here
    assert release.manifest == old.manifest
    assert (said(release), said(release, 0)) == ("old", "old")
    assert sorted(path.name for path in copies.home.iterdir()) == [ACCEPTED_FILE, "lock", "releases"]


def test_the_search_index_is_made_here_and_not_asked_for(folder: Path, copies: ReleaseStore) -> None:
    with fetching(folder) as (origin, asked):
        release = bring(copies, origin)
    index = SearchIndex(release.folder / SEARCH_FILE)
    assert index.release_id == release.release_id
    index.close()
    assert set(asked) == {"current.json", *(part.blob.sha256 for part in current(folder).parts)}
    assert SEARCH_FILE not in [part.name for part in current(folder).parts]


def test_what_is_there_is_not_asked_for(folder: Path, copies: ReleaseStore) -> None:
    with fetching(folder) as (origin, asked):
        first = bring(copies, origin)
        origin.forget()
        assert bring(copies, origin) == first
    assert asked.count("current.json") == 2
    assert len(asked) == len(set(asked)) + 1


def test_a_release_that_is_not_whole_is_completed_from_what_is_left_of_it(folder: Path, copies: ReleaseStore) -> None:
    with fetching(folder) as (origin, _):
        release = bring(copies, origin)
    (release.folder / MANIFEST_FILE).unlink()
    with fetching(folder) as (origin, asked):
        assert bring(copies, origin) == release
    assert len(asked) == 2  # the pointer, the manifest


def test_a_fetch_that_broke_off_goes_on_where_it_was(old: Release, folder: Path, copies: ReleaseStore) -> None:
    name, body = name_of(current(folder)), (old.folder / QUADS_FILE).read_bytes()
    with fetching(folder, {name: cut(body, len(body) // 2)}) as (origin, _):
        with pytest.raises(CopyFailed, match="breaks off again and again"):
            bring(copies, origin)
        assert nothing_is_left(copies)
    st_size = (copies.home / INCOMING / f"{name}.part").stat().st_size
    assert 0 < st_size < len(body)
    with offered(folder) as remote:
        origin = Origin(address(remote), trusting(copies.home))
        assert said(bring(copies, origin)) == "old"
        origin.close()
        ranges = [headers["Range"] for _, _, headers, _ in remote.requests if "Range" in headers]
    assert ranges == [f"bytes={st_size}-"]
    assert not (copies.home / INCOMING).exists()


def test_downloads_of_another_release_are_not_kept(folder: Path, copies: ReleaseStore) -> None:
    (copies.home / INCOMING).mkdir(parents=True)
    (copies.home / INCOMING / f"{'ab' * 32}.part").write_bytes(b"left")
    spoilt = {name_of(current(folder)): says(b"", status=404)}
    with fetching(folder, spoilt) as (origin, _), pytest.raises(CopyFailed, match="answers 404"):
        bring(copies, origin)
    assert not (copies.home / INCOMING / f"{'ab' * 32}.part").exists()


def test_a_file_that_was_changed_is_refused(folder: Path, copies: ReleaseStore) -> None:
    path = folder / FILES_FOLDER / name_of(current(folder))
    body = path.read_bytes().replace(b"old 7", b"new 7")
    spoilt = {path.name: says(body)}
    with fetching(folder, spoilt) as (origin, _), pytest.raises(FileAltered, match="has not the SHA-256"):
        bring(copies, origin)
    assert nothing_is_left(copies)


def test_quads_that_are_not_those_of_the_id_are_refused_though_the_pointer_lists_them(
    old: Release, folder: Path, copies: ReleaseStore
) -> None:
    quads = (old.folder / QUADS_FILE).read_bytes().replace(b"old 7", b"new 7")
    republish(folder, with_file(folder, current(folder), QUADS_FILE, quads))
    with fetching(folder) as (origin, asked), pytest.raises(FileAltered, match="lists quads with another id"):
        bring(copies, origin)
    assert asked == ["current.json"]


def test_a_manifest_of_other_quads_is_refused(old: Release, folder: Path, copies: ReleaseStore) -> None:
    forged = replace(old.manifest, quads_sha256=hashlib.sha256(b"").hexdigest())
    republish(folder, with_file(folder, current(folder), MANIFEST_FILE, forged.to_json().encode()))
    with (
        fetching(folder) as (origin, _),
        pytest.raises(CopyFailed, match=r"names other quads than its id|was changed after it was written"),
    ):
        bring(copies, origin)
    other = replace(old.manifest, release_id="0" * 16)
    republish(folder, with_file(folder, current(folder), MANIFEST_FILE, other.to_json().encode()))
    with fetching(folder) as (origin, _), pytest.raises(CopyFailed, match="names other quads than its id"):
        bring(copies, origin)
    assert nothing_is_left(copies)


def forged_manifest(release: Release, kind: str) -> bytes:
    """The manifest of a release with one false statement."""
    fields = json.loads(release.manifest.to_json())
    if kind == "quads":
        fields["quads"] = 7
    elif kind == "graphs":
        fields["graphs"] = {"fyp:lie": 200}
    elif kind == "hash of a dump":
        fields["dumps"][0]["sha256"] = "ab" * 32
    elif kind == "size of a dump":
        fields["dumps"][0]["bytes"] += 1
    elif kind == "a dump less":
        del fields["dumps"][0]
    else:
        fields["dumps"] = []
    return json.dumps(fields).encode()


FORGED = {
    "quads": "gives 7 quads, and there are 200",
    "graphs": "other numbers of quads by graph",
    "hash of a dump": "other dumps or hashes than the pointer lists",
    "size of a dump": "other dumps or hashes than the pointer lists",
    "a dump less": "other dumps or hashes than the pointer lists",
    "no dumps": "other dumps or hashes than the pointer lists",
}


@pytest.mark.parametrize("kind", FORGED)
def test_a_false_manifest_is_refused_though_it_is_signed(
    kind: str, old: Release, folder: Path, copies: ReleaseStore
) -> None:
    republish(folder, with_file(folder, current(folder), MANIFEST_FILE, forged_manifest(old, kind)))
    with fetching(folder) as (origin, _), pytest.raises(FileAltered, match=FORGED[kind]):
        bring(copies, origin)
    assert nothing_is_left(copies)


def test_checksums_that_are_not_those_of_the_dumps_are_refused(folder: Path, copies: ReleaseStore) -> None:
    republish(folder, with_file(folder, current(folder), f"{DUMPS_FOLDER}/{SUMS_FILE}", b"ab  fyp-kg.nq.gz\n"))
    with fetching(folder) as (origin, _), pytest.raises(FileAltered, match=f"{SUMS_FILE} gives other hashes"):
        bring(copies, origin)
    assert nothing_is_left(copies)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"\xff"])
def test_a_manifest_that_is_something_else_is_refused(body: bytes, folder: Path, copies: ReleaseStore) -> None:
    republish(folder, with_file(folder, current(folder), MANIFEST_FILE, body))
    with fetching(folder) as (origin, _), pytest.raises(CopyFailed, match="no release that this program reads"):
        bring(copies, origin)
    assert nothing_is_left(copies)


def test_a_pointer_of_another_format_or_without_files_is_refused(folder: Path, copies: ReleaseStore) -> None:
    pointer = current(folder)
    without = tuple(part for part in pointer.parts if part.name != QUADS_FILE)
    for wrong, text in (
        (replace(pointer, release_format=2, made_with={"fyp-kg": "9.9"}), "made with fyp-kg 9.9: update this program"),
        (replace(pointer, parts=without), "lacks quads.nq"),
    ):
        republish(folder, wrong)
        with fetching(folder) as (origin, asked), pytest.raises(CopyFailed, match=text):
            bring(copies, origin)
        assert asked == ["current.json"]


def test_a_release_that_is_too_large_is_refused_before_it_is_fetched(folder: Path, copies: ReleaseStore) -> None:
    with fetching(folder) as (origin, asked), pytest.raises(CopyFailed, match="more than the 1000 of KG_FETCH_BYTES"):
        bring(copies, origin, most_bytes=1000)
    assert len(asked) == 1


def test_where_there_is_no_room_nothing_is_fetched(
    folder: Path, copies: ReleaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with fetching(folder) as (origin, asked), pytest.raises(WriteFailed, match=r"and 1000 are free\. Make room"):
        bring(copies, origin)
    assert len(asked) == 1


def test_beside_a_build_nothing_is_fetched(folder: Path, copies: ReleaseStore) -> None:
    with fetching(folder) as (origin, _), copies.draft(), pytest.raises(BuildRunning):
        bring(copies, origin)


def test_a_link_is_no_way_to_change_the_publication(folder: Path, copies: ReleaseStore, old: Release) -> None:
    """A published file and its source are the same file; both verify after all that was fetched."""
    with fetching(folder) as (origin, _):
        bring(copies, origin)
    verify_quads(old)
    assert publish(old, folder, SIGNED).release_id == old.release_id
