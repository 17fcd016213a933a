"""Fetch: from a publication to a release on the shelf, verified, at any moment either whole or not there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kg.counts.file import write_counts
from kg.errors import BuildRunning, CopyFailed, ReleaseBroken, WriteFailed
from kg.release import FORMAT, MANIFEST_FILE, QUADS_FILE, STORE_FOLDER, Release, read_release
from kg.release.placing import link, sha256_of
from kg.release.publication import MOST_LISTING_BYTES, Blob, Listing, Part, Pointer, read_listing
from kg.release.shelf import Shelf, verify_quads
from kg.release.verify import hashes_in, verify_files, write_file_list
from kg.store import Store, write_store

if TYPE_CHECKING:
    from kg.release.download import Origin

Step = Callable[[str], None]

INCOMING = "incoming"
# the store takes as much room as the quads, and as much again while it is written
_ROOM_FOR_STORE = 2


def fetch(shelf: Shelf, origin: Origin, pointer: Pointer, *, most_bytes: int, step: Step) -> Release:
    """Bring the release of a pointer to the shelf, unless it is there; the pointer of the shelf stays.

    What was downloaded before a failure or a kill is kept in the home and need not be downloaded again.

    Raises:
        CopyFailed: it cannot be had, or is not what it says.
        BuildRunning: a build or another fetch is at work in the same home.
        WriteFailed: there is no room or no right to write.
    """
    if shelf.has(pointer.release_id):
        try:
            release = shelf.get(pointer.release_id)
        except ReleaseBroken:
            step("Mending the release, which is not whole")
        else:
            if not verify_files(release):
                _tidy(shelf)
                return release
            step("Fetching the release again, which is broken")
    with shelf.draft() as draft:
        listing = read_listing(origin.blob(pointer.listing, MOST_LISTING_BYTES), origin.url)
        _refuse(listing, pointer, most_bytes)
        incoming = _incoming(shelf, listing)
        _see_that_there_is_room(incoming, listing)
        for part in listing.parts:
            step(f"Fetching {part.name}")
            (draft / part.name).parent.mkdir(exist_ok=True)
            link(_found(shelf, part) or _downloaded(origin, part.blob, incoming), draft / part.name)
        step("Making the store")
        _complete(draft, pointer.release_id)
        release = shelf.keep(draft, pointer.release_id)
        shutil.rmtree(incoming, ignore_errors=True)
    return release


def _tidy(shelf: Shelf) -> None:
    """Remove what was left by a fetch that was killed when its release was there already; another may be at work."""
    if (shelf.home / INCOMING).exists():
        with suppress(BuildRunning), shelf.draft():
            shutil.rmtree(shelf.home / INCOMING, ignore_errors=True)


def _refuse(listing: Listing, pointer: Pointer, most_bytes: int) -> None:
    """Raises CopyFailed if the release is another, too large, or of a format that this program does not read."""
    if listing.release_id != pointer.release_id:
        raise CopyFailed(
            f"The listing is of {listing.release_id}, not of {pointer.release_id}. Have it published anew."
        )
    if listing.release_format != FORMAT:
        maker = ", ".join(f"{name} {version}" for name, version in listing.made_with.items())
        raise CopyFailed(
            f"The release {listing.release_id} has format {listing.release_format}, this program reads {FORMAT}. "
            f"It was made with {maker}: update this program."
        )
    if listing.size > most_bytes:
        raise CopyFailed(f"The release has {listing.size} bytes, more than the {most_bytes} of KG_FETCH_BYTES.")
    missing = {MANIFEST_FILE, QUADS_FILE} - {part.name for part in listing.parts}
    if missing:
        raise CopyFailed(f"The release lacks {', '.join(sorted(missing))}. Have it published anew.")


def _incoming(shelf: Shelf, listing: Listing) -> Path:
    """The folder of downloads, without those that belong to another release."""
    folder = shelf.home / INCOMING
    folder.mkdir(exist_ok=True)
    wanted = {part.blob.sha256 for part in listing.parts}
    for left in folder.iterdir():
        if left.name.removesuffix(".part") not in wanted:
            left.unlink()
    return folder


def _see_that_there_is_room(incoming: Path, listing: Listing) -> None:
    """Raises WriteFailed if there is not."""
    quads = sum(part.blob.bytes for part in listing.parts if part.name == QUADS_FILE)
    needed = listing.size + _ROOM_FOR_STORE * quads - sum(path.stat().st_size for path in incoming.iterdir())
    free = shutil.disk_usage(incoming).free
    if free < needed:
        raise WriteFailed(f"The release needs {needed} bytes and {free} are free. Make room or choose another KG_HOME.")


def _found(shelf: Shelf, part: Part) -> Path | None:
    """The same bytes in a release that is on the shelf, be it whole or not."""
    for release_id in shelf.ids():
        path = shelf.folder / release_id / part.name
        if path.is_file() and path.stat().st_size == part.blob.bytes and sha256_of(path) == part.blob.sha256:
            return path
    return None


def _downloaded(origin: Origin, blob: Blob, incoming: Path) -> Path:
    """A file that came whole, now or before; its hash was found right, and is seen again after a kill."""
    place = incoming / blob.sha256
    if place.is_file() and sha256_of(place) != blob.sha256:  # a power cut may leave a name without its bytes
        place.unlink()
    if not place.is_file():
        origin.download(blob, place)
    return place


def _complete(draft: Path, release_id: str) -> None:
    """Make the store and the counts from the quads, and see that all of it is the release with that id.

    Raises:
        CopyFailed: it is not.
    """
    try:
        write_store(draft / QUADS_FILE, draft / STORE_FOLDER)
        release = read_release(draft)
        verify_quads(release)
        store = Store.read_only(draft / STORE_FOLDER)
        manifest, found = release.manifest, len(store)
    except (ReleaseBroken, SyntaxError, ValueError) as error:
        raise CopyFailed(f"What came is no release that this program reads ({error}). Update it.") from error
    if not manifest.release_id == release_id == manifest.quads_sha256[: len(release_id)]:
        raise CopyFailed(f"What came as {release_id} has quads with another id. Nothing of it is kept.")
    if found != manifest.quads:
        raise CopyFailed(f"The release tells of {manifest.quads} quads and has {found}. Nothing of it is kept.")
    write_counts(store, draft, release_id)
    write_file_list(draft, release_id, hashes_in(manifest))
