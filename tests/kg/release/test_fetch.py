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

from kg.errors import BuildRunning, CopyFailed, WriteFailed
from kg.release import MANIFEST_FILE, QUADS_FILE, Release
from kg.release.download import Origin, Patience
from kg.release.fetch import INCOMING, fetch
from kg.release.placing import sha256_of
from kg.release.publication import FILES_FOLDER, Blob, Listing, Part, Pointer, read_listing
from kg.release.publish import publish
from kg.release.shelf import Shelf, verify_quads
from tests.kg.federation.remote import Script, says
from tests.kg.release.offered import address, cut, files_of, name_of, offered
from tests.kg.release.small import said

MOST = 2**30


@contextmanager
def fetching(folder: Path, spoilt: Mapping[str, Script] | None = None) -> Iterator[tuple[Origin, list[str]]]:
    """A publication as it is offered, and the names that were asked for."""
    with offered(folder, spoilt or {}) as remote:
        origin = Origin(address(remote), patience=Patience(silent_seconds=5, times=2))
        asked: list[str] = []
        try:
            yield origin, asked
        finally:
            origin.close()
            asked += [path.rpartition("/")[2] for _, path, _, _ in remote.requests]


def bring(shelf: Shelf, origin: Origin, most_bytes: int = MOST) -> Release:
    pointer = origin.pointer()
    assert pointer is not None
    return fetch(shelf, origin, pointer, most_bytes=most_bytes, step=lambda _: None)


@pytest.fixture
def copies(tmp_path: Path) -> Shelf:
    """An empty home."""
    return Shelf(tmp_path / "copies")


@pytest.fixture
def folder(old: Release, tmp_path: Path) -> Path:
    """A publication of the old release."""
    publish(old, tmp_path / "published")
    return tmp_path / "published"


def republish(folder: Path, listing: Listing, pointer: Pointer) -> None:
    """Let the current pointer lead to a listing that 'kg publish' would not write."""
    body = listing.to_json()
    blob = Blob(sha256_of(write(folder / "listing", body)), len(body))
    (folder / "listing").rename(folder / FILES_FOLDER / blob.sha256)
    (folder / "current.json").write_bytes(replace(pointer, listing=blob).to_json())


def write(path: Path, body: bytes) -> Path:
    path.write_bytes(body)
    return path


def published(folder: Path) -> tuple[Listing, Pointer]:
    fields = json.loads((folder / "current.json").read_bytes())
    pointer = Pointer(fields["release_id"], Blob(**fields["listing"]), fields["published_at"])
    return read_listing((folder / FILES_FOLDER / pointer.listing.sha256).read_bytes(), ""), pointer


def with_file(folder: Path, listing: Listing, name: str, body: bytes) -> Listing:
    """A listing in which a file has other bytes, which are offered under their own hash."""
    blob = Blob(sha256_of(write(folder / "file", body)), len(body))
    (folder / "file").rename(folder / FILES_FOLDER / blob.sha256)
    parts = [part for part in listing.parts if part.name != name]
    return replace(listing, parts=(*parts, Part(name, blob)))


def nothing_is_left(shelf: Shelf) -> bool:
    return shelf.ids() == [] and not list(shelf.folder.glob(".*"))


def test_a_copy_is_the_release_and_its_store_is_made_here(old: Release, folder: Path, copies: Shelf) -> None:
    with fetching(folder) as (origin, _):
        release = bring(copies, origin)
    assert files_of(release) == files_of(old)
    assert release.manifest == old.manifest
    assert (said(release), said(release, 0)) == ("old", "old")
    assert sorted(path.name for path in copies.home.iterdir()) == ["lock", "releases"]


def test_what_is_there_is_not_asked_for(folder: Path, copies: Shelf) -> None:
    with fetching(folder) as (origin, asked):
        first = bring(copies, origin)
        origin.forget()
        assert bring(copies, origin) == first
    assert asked.count("current.json") == 2
    assert len(asked) == len(set(asked)) + 1


def test_a_release_that_is_not_whole_is_mended_with_what_is_left_of_it(folder: Path, copies: Shelf) -> None:
    with fetching(folder) as (origin, _):
        release = bring(copies, origin)
    (release.folder / MANIFEST_FILE).unlink()
    with fetching(folder) as (origin, asked):
        assert bring(copies, origin) == release
    assert len(asked) == 3  # the pointer, the listing, the manifest


def test_a_fetch_that_broke_off_goes_on_where_it_was(old: Release, folder: Path, copies: Shelf) -> None:
    _, pointer = published(folder)
    name, body = name_of(folder, pointer), (old.folder / QUADS_FILE).read_bytes()
    with fetching(folder, {name: cut(body, len(body) // 2)}) as (origin, _):
        with pytest.raises(CopyFailed, match="breaks off again and again"):
            bring(copies, origin)
        assert nothing_is_left(copies)
    kept = (copies.home / INCOMING / f"{name}.part").stat().st_size
    assert 0 < kept < len(body)
    with offered(folder) as remote:
        origin = Origin(address(remote))
        assert said(bring(copies, origin)) == "old"
        origin.close()
        ranges = [headers["Range"] for _, _, headers, _ in remote.requests if "Range" in headers]
    assert ranges == [f"bytes={kept}-"]
    assert not (copies.home / INCOMING).exists()


def test_downloads_of_another_release_are_not_kept(folder: Path, copies: Shelf) -> None:
    (copies.home / INCOMING).mkdir(parents=True)
    (copies.home / INCOMING / f"{'ab' * 32}.part").write_bytes(b"left")
    _, pointer = published(folder)
    spoilt = {name_of(folder, pointer): says(b"", status=404)}
    with fetching(folder, spoilt) as (origin, _), pytest.raises(CopyFailed, match="answers 404"):
        bring(copies, origin)
    assert not (copies.home / INCOMING / f"{'ab' * 32}.part").exists()


def test_a_file_that_was_changed_is_refused(folder: Path, copies: Shelf) -> None:
    _, pointer = published(folder)
    path = folder / FILES_FOLDER / name_of(folder, pointer)
    body = path.read_bytes().replace(b"old 7", b"new 7")
    spoilt = {path.name: says(body)}
    with fetching(folder, spoilt) as (origin, _), pytest.raises(CopyFailed, match="has not the SHA-256"):
        bring(copies, origin)
    assert nothing_is_left(copies)


def test_quads_that_are_not_those_of_the_id_are_refused_though_the_listing_names_them(
    old: Release, folder: Path, copies: Shelf
) -> None:
    listing, pointer = published(folder)
    quads = (old.folder / QUADS_FILE).read_bytes().replace(b"old 7", b"new 7")
    republish(folder, with_file(folder, listing, QUADS_FILE, quads), pointer)
    with fetching(folder) as (origin, _), pytest.raises(CopyFailed, match="was changed after it was written"):
        bring(copies, origin)
    told = with_file(folder, with_file(folder, listing, QUADS_FILE, quads), MANIFEST_FILE, _forged(old, quads))
    republish(folder, told, pointer)
    with fetching(folder) as (origin, _), pytest.raises(CopyFailed, match="names other quads than its id"):
        bring(copies, origin)
    assert nothing_is_left(copies)


def _forged(release: Release, quads: bytes) -> bytes:
    """The manifest of a release with the hash of other quads."""
    return replace(release.manifest, quads_sha256=hashlib.sha256(quads).hexdigest()).to_json().encode()


def test_a_number_of_quads_that_is_wrong_is_refused(old: Release, folder: Path, copies: Shelf) -> None:
    listing, pointer = published(folder)
    body = replace(old.manifest, quads=7).to_json().encode()
    republish(folder, with_file(folder, listing, MANIFEST_FILE, body), pointer)
    with fetching(folder) as (origin, _), pytest.raises(CopyFailed, match="tells of 7 quads and has 200"):
        bring(copies, origin)


@pytest.mark.parametrize("name", [QUADS_FILE, MANIFEST_FILE])
@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"\xff"])
def test_files_that_are_something_else_are_refused(name: str, body: bytes, folder: Path, copies: Shelf) -> None:
    listing, pointer = published(folder)
    republish(folder, with_file(folder, listing, name, body), pointer)
    with fetching(folder) as (origin, _), pytest.raises(CopyFailed, match="no release that this program reads"):
        bring(copies, origin)
    assert nothing_is_left(copies)


def test_a_listing_of_another_release_or_format_or_without_quads_is_refused(folder: Path, copies: Shelf) -> None:
    listing, pointer = published(folder)
    for wrong, told in (
        (replace(listing, release_id="0" * 16), "The listing is of 0000000000000000"),
        (replace(listing, release_format=2, made_with={"fyp-kg": "9.9"}), "made with fyp-kg 9.9: update this program"),
        (replace(listing, parts=listing.parts[:1]), "lacks quads.nq"),
    ):
        republish(folder, wrong, pointer)
        with fetching(folder) as (origin, _), pytest.raises(CopyFailed, match=told):
            bring(copies, origin)


def test_a_release_that_is_too_large_is_refused_before_it_is_fetched(folder: Path, copies: Shelf) -> None:
    with fetching(folder) as (origin, asked), pytest.raises(CopyFailed, match="more than the 1000 of KG_FETCH_BYTES"):
        bring(copies, origin, most_bytes=1000)
    assert len(asked) == 2


def test_where_there_is_no_room_nothing_is_fetched(
    folder: Path, copies: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with fetching(folder) as (origin, asked), pytest.raises(WriteFailed, match=r"and 1000 are free\. Make room"):
        bring(copies, origin)
    assert len(asked) == 2


def test_beside_a_build_nothing_is_fetched(folder: Path, copies: Shelf) -> None:
    with fetching(folder) as (origin, _), copies.draft(), pytest.raises(BuildRunning):
        bring(copies, origin)


def test_a_link_is_no_way_to_change_the_publication(folder: Path, copies: Shelf, old: Release) -> None:
    """What is published and what it was published from are the same file; both verify after all that was fetched."""
    with fetching(folder) as (origin, _):
        bring(copies, origin)
    verify_quads(old)
    assert publish(old, folder).release_id == old.release_id
