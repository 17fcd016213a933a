"""Publish: from a release on the shelf to files in a plain folder, see ``kg.release.publication``."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

from kg.errors import CopyFailed, WriteFailed
from kg.release import DUMPS_FOLDER, MANIFEST_FILE, QUADS_FILE, SEARCH_FILE, TRIALS_FILE, Release
from kg.release.placing import draft_of, link, sha256_of, write_whole
from kg.release.publication import FILES_FOLDER, POINTER_FILE, Blob, Listing, Part, Pointer, read_listing, read_pointer
from kg.release.shelf import verify_quads


def publish(release: Release, folder: Path, *, last: int | None = None) -> Pointer:
    """Write a release into a folder and point to it; what is there already is not written again.

    Files come first and pointers last, each in one step, so that no reader sees a half. ``last`` keeps so many
    releases, and removes older ones with the files that are theirs alone.

    Raises:
        ReleaseBroken: its quads were changed after they were written.
        WriteFailed: there is no room or no right to write.
        CopyFailed: the folder holds a pointer that is none.
    """
    verify_quads(release)
    try:
        (folder / FILES_FOLDER).mkdir(parents=True, exist_ok=True)
        parts = tuple(Part(name, _put(release.folder / name, folder)) for name in _names(release))
        manifest = release.manifest
        listing = Listing(release.release_id, manifest.format, dict(manifest.made_with), parts).to_json()
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        pointer = Pointer(release.release_id, _put_bytes(listing, folder), now)
        for name in (f"{release.release_id}.json", POINTER_FILE):
            _point(folder / name, pointer)
        if last is not None:
            _prune(folder, last)
    except OSError as error:
        raise WriteFailed(f"{folder} cannot be written: {error}. Make room or choose another folder.") from error
    return pointer


def _names(release: Release) -> list[str]:
    """The files of a release but its store and counts, which readers make from the quads that they have verified."""
    dumps = sorted(path.name for path in (release.folder / DUMPS_FOLDER).glob("*") if path.is_file())
    others = [
        name for name in (MANIFEST_FILE, QUADS_FILE, SEARCH_FILE, TRIALS_FILE) if (release.folder / name).exists()
    ]
    return [*others, *(f"{DUMPS_FOLDER}/{name}" for name in dumps)]


def _put(path: Path, folder: Path) -> Blob:
    """Give a file its place, unless it is there: by a link where that can be, since a release never changes."""
    blob = Blob(sha256_of(path), path.stat().st_size)
    place = folder / FILES_FOLDER / blob.sha256
    if not _is_there(place, blob):
        draft = draft_of(place)
        draft.unlink(missing_ok=True)
        link(path, draft)
        draft.replace(place)
    return blob


def _put_bytes(body: bytes, folder: Path) -> Blob:
    blob = Blob(hashlib.sha256(body).hexdigest(), len(body))
    place = folder / FILES_FOLDER / blob.sha256
    if not _is_there(place, blob):
        write_whole(place, body)
    return blob


def _is_there(place: Path, blob: Blob) -> bool:
    return place.exists() and place.stat().st_size == blob.bytes


def _point(place: Path, pointer: Pointer) -> None:
    """Write a pointer, unless it would say the same as before: readers need not be told again."""
    if place.exists():
        before = read_pointer(place.read_bytes(), str(place))
        if (before.release_id, before.listing) == (pointer.release_id, pointer.listing):
            return
    write_whole(place, pointer.to_json())


def _prune(folder: Path, last: int) -> None:
    """Remove all but the newest releases and the current one, and then the files that no listing names."""
    pointers = {path: read_pointer(path.read_bytes(), str(path)) for path in folder.glob("*.json")}
    current = pointers[folder / POINTER_FILE].release_id
    named = sorted(
        (path for path in pointers if path.name != POINTER_FILE), key=lambda path: pointers[path].published_at
    )
    for path in named[:-last]:
        if pointers[path].release_id != current:
            path.unlink()
            del pointers[path]
    kept = {pointer.listing.sha256 for pointer in pointers.values()}
    for sha256 in list(kept):
        place = folder / FILES_FOLDER / sha256
        if not place.is_file():
            raise CopyFailed(f"{place}, the listing of a release, is missing. Publish that release anew.")
        kept |= {part.blob.sha256 for part in read_listing(place.read_bytes(), str(place)).parts}
    for place in (folder / FILES_FOLDER).iterdir():
        if place.name not in kept:
            place.unlink()
